//! What a monitor's output and exit code mean: samples, alert text, diagnostic, alerting or not.
//!
//! Exit code 0 is healthy, any other alerts; there is no third state `[O][T]`. Each `KEY=text`
//! line of the result block is one sample `[I]`.

use super::near_miss::{MARKERS, NearMisses};
use super::note;
use crate::rmm::event::Note;
use crate::rmm::knobs::{BareResultLine, Knobs, SeveralBlocks};
use crate::rmm::observed::Exit;
use std::borrow::Cow;

const START_RESULT: &str = MARKERS[0];
const END_RESULT: &str = MARKERS[1];
const START_DIAGNOSTIC: &str = MARKERS[2];
const END_DIAGNOSTIC: &str = MARKERS[3];

/// The Agent's reading of one monitor run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MonitorReading {
    /// `KEY=text` lines of the block that counts, in order; both sides trimmed.
    pub samples: Vec<(String, String)>,
    /// The alert's text: for `KEY=text` the text, for a line without `=` the line (by knob), one a line.
    pub text: String,
    /// Free text between the diagnostic markers; an unclosed block gives what there is.
    pub diagnostic: Option<String>,
    pub alerting: bool,
    pub notes: Vec<Note>,
}

#[derive(Default)]
enum Open {
    #[default]
    Nothing,
    Result {
        line: usize,
        lines: Vec<String>,
    },
    Diagnostic {
        line: usize,
        text: String,
    },
}

/// Reads a monitor run.
///
/// A run that was killed at its timeout or by a signal has not said it is healthy and alerts
/// `[I]`; one that the harness interrupted, or whose device went down, does not.
pub fn read(stdout: &[u8], exit: Exit, knobs: &Knobs) -> MonitorReading {
    let mut out = MonitorReading {
        alerting: match exit {
            Exit::Code(code) => code != 0,
            Exit::Signal(_) | Exit::TimedOut => true,
            Exit::Interrupted | Exit::DeviceDown => false,
        },
        ..MonitorReading::default()
    };
    let text = decode(stdout, &mut out.notes);
    let mut blocks = Blocks::default();
    let mut near = NearMisses::default();
    let mut coloured = None;
    for (index, raw) in text.lines().enumerate() {
        let plain = without_escapes(raw);
        if matches!(plain, Cow::Owned(_)) && !matches!(blocks.open, Open::Nothing) {
            coloured.get_or_insert(index + 1);
        }
        if !blocks.marker(index + 1, plain.trim()) {
            near.look(index + 1, plain.trim());
            blocks.line(&plain);
        }
    }
    blocks.finish();
    out.notes.append(&mut blocks.notes);
    out.notes.append(&mut near.notes);
    if let Some(line) = coloured {
        out.notes.push(note(
            "terminal-escapes",
            format!("stdout line {line}: terminal colour codes inside a block; they were removed"),
            "switch colours off for the programs whose output the monitor prints",
        ));
    }
    let several = blocks.results.len();
    if several > 1 {
        let which = match knobs.several_blocks {
            SeveralBlocks::First => "first",
            SeveralBlocks::Last => "last",
        };
        out.notes.push(note(
            "several-result-blocks",
            format!("stdout has {several} result blocks; the {which} one counts"),
            "print one result block a run: decide first, then print",
        ));
    }
    let chosen = match knobs.several_blocks {
        SeveralBlocks::First => blocks.results.first(),
        SeveralBlocks::Last => blocks.results.last(),
    };
    if let Some((line, lines)) = chosen {
        samples(*line, lines, knobs, &mut out);
    } else if out.alerting {
        out.notes.push(note(
            "alert-without-result",
            "the monitor alerts and printed no whole result block: the alert has no text",
            format!("print {START_RESULT}, a line KEY=text, and {END_RESULT} before exiting"),
        ));
    }
    out.diagnostic = blocks.diagnostic;
    if exit == Exit::Code(0) && speaks_of_alert(&out.text) {
        out.notes.push(note(
            "alert-text-but-exit-0",
            format!(
                "the result says {:?} and the exit code is 0: no alert is raised",
                out.text.chars().take(80).collect::<String>()
            ),
            "exit with 1 when the monitor is to alert",
        ));
    }
    out
}

#[derive(Default)]
struct Blocks {
    open: Open,
    /// Closed result blocks: line of their start, lines.
    results: Vec<(usize, Vec<String>)>,
    diagnostic: Option<String>,
    notes: Vec<Note>,
}

impl Blocks {
    /// Takes a trimmed line if it is a marker.
    fn marker(&mut self, line: usize, text: &str) -> bool {
        match text {
            START_RESULT => {
                self.unclosed(Some(line));
                self.open = Open::Result {
                    line,
                    lines: Vec::new(),
                };
            }
            START_DIAGNOSTIC => {
                self.unclosed(Some(line));
                self.open = Open::Diagnostic {
                    line,
                    text: String::new(),
                };
            }
            END_RESULT | END_DIAGNOSTIC => match (std::mem::take(&mut self.open), text) {
                (Open::Result { line, lines }, END_RESULT) => self.results.push((line, lines)),
                (Open::Diagnostic { text, .. }, END_DIAGNOSTIC) => self.add_diagnostic(text),
                (open, _) => {
                    self.open = open;
                    self.remark(
                        "stray-end-marker",
                        format!("stdout line {line}: {text} ends no open block"),
                        "print each start marker once before its end marker",
                    );
                }
            },
            _ => return false,
        }
        true
    }

    fn line(&mut self, text: &str) {
        match &mut self.open {
            Open::Nothing => {}
            Open::Result { lines, .. } => lines.push(text.trim().to_owned()),
            Open::Diagnostic { text: all, .. } => {
                all.push_str(text);
                all.push('\n');
            }
        }
    }

    fn finish(&mut self) {
        self.unclosed(None);
    }

    /// A block that another marker or the end of output cuts: a result gives no samples, a
    /// diagnostic gives what there is.
    fn unclosed(&mut self, by: Option<usize>) {
        let (line, start, end) = match std::mem::take(&mut self.open) {
            Open::Nothing => return,
            Open::Result { line, .. } => (line, START_RESULT, END_RESULT),
            Open::Diagnostic { line, text } => {
                self.add_diagnostic(text);
                (line, START_DIAGNOSTIC, END_DIAGNOSTIC)
            }
        };
        let lost = if start == START_RESULT {
            "; it gives no samples"
        } else {
            ""
        };
        match by {
            Some(at) => self.remark(
                "nested-block",
                format!("stdout line {at}: a block begins inside the one of line {line}, which {end} did not end{lost}"),
                &format!("print {end} before the next start marker"),
            ),
            None => self.remark(
                "unclosed-block",
                format!("stdout line {line}: {start} is never followed by {end}{lost}"),
                &format!("print {end} on every way out of the script"),
            ),
        }
    }

    fn add_diagnostic(&mut self, text: String) {
        match &mut self.diagnostic {
            None => self.diagnostic = Some(text),
            Some(all) => {
                all.push_str(&text);
                self.remark(
                    "several-diagnostic-blocks",
                    "stdout has several diagnostic blocks; they were joined".to_owned(),
                    "print one diagnostic block a run",
                );
            }
        }
    }

    /// One note for each code: a hostile output gives no more.
    fn remark(&mut self, code: &str, message: String, help: &str) {
        if !self.notes.iter().any(|n| n.code == code) {
            self.notes.push(note(code, message, help));
        }
    }
}

fn samples(start: usize, lines: &[String], knobs: &Knobs, out: &mut MonitorReading) {
    let mut texts = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let (mut bare, mut twice) = (None, None);
    for (index, line) in lines.iter().enumerate().filter(|(_, l)| !l.is_empty()) {
        match line.split_once('=').map(|(k, v)| (k.trim(), v.trim())) {
            Some((key, value)) if !key.is_empty() => {
                if !seen.insert(key) {
                    twice.get_or_insert((start + index + 1, key));
                }
                out.samples.push((key.to_owned(), value.to_owned()));
                texts.push(value);
            }
            _ => {
                bare.get_or_insert(start + index + 1);
                if knobs.bare_result_line == BareResultLine::Text {
                    texts.push(line);
                }
            }
        }
    }
    out.text = texts.join("\n");
    if let Some(line) = bare {
        out.notes.push(note(
            "result-line-without-key",
            format!("stdout line {line}: a line of the result block is not of the form KEY=text; it gives no sample"),
            "write for example Status=text",
        ));
    }
    if let Some((line, key)) = twice {
        out.notes.push(note(
            "duplicate-sample-key",
            format!("stdout line {line}: the key {key:?} stands in the result block more than once; the platform keeps one"),
            "use a key of its own for each line",
        ));
    }
}

/// Output as text: UTF-16 by its mark or by its zero bytes, else UTF-8 with replacements.
fn decode<'a>(bytes: &'a [u8], notes: &mut Vec<Note>) -> Cow<'a, str> {
    let zero = |odd: usize| {
        let pairs = bytes.chunks_exact(2).take(32);
        pairs.len() > 3
            && pairs.filter(|p| p[odd] == 0 && p[1 - odd] != 0).count() * 4
                > 3 * bytes.len().min(64) / 2
    };
    let wide = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, true)),
        [0xfe, 0xff, rest @ ..] => Some((rest, false)),
        _ if zero(1) => Some((bytes, true)),
        _ if zero(0) => Some((bytes, false)),
        _ => None,
    };
    let (text, what) = match wide {
        Some((rest, little)) => {
            let units = rest.chunks_exact(2).map(|p| {
                if little {
                    u16::from_le_bytes([p[0], p[1]])
                } else {
                    u16::from_be_bytes([p[0], p[1]])
                }
            });
            let text: String = char::decode_utf16(units)
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect();
            (Cow::Owned(text), "stdout is UTF-16; it was read as such")
        }
        None => match String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        {
            text @ Cow::Borrowed(_) => return text,
            text => (
                text,
                "stdout has bytes that are not UTF-8; they were replaced by U+FFFD",
            ),
        },
    };
    notes.push(note("output-encoding", what, "print UTF-8"));
    text
}

/// A line without terminal escape sequences (`ESC [ ... letter`, and `ESC` with one character).
fn without_escapes(line: &str) -> Cow<'_, str> {
    if !line.contains('\x1b') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\x1b' {
            out.push(c);
        } else if chars.next() == Some('[') {
            chars.by_ref().find(|c| ('@'..='~').contains(c));
        }
    }
    Cow::Owned(out)
}

/// The text says that something alerts, and does not deny it.
fn speaks_of_alert(text: &str) -> bool {
    let mut before = String::new();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        let word = word.to_lowercase();
        let denied = matches!(
            before.as_str(),
            "no" | "not" | "0" | "zero" | "without" | "any"
        );
        if matches!(word.as_str(), "alert" | "alerts" | "alerting" | "critical") && !denied {
            return true;
        }
        before = word;
    }
    false
}

#[cfg(test)]
#[path = "monitor_tests.rs"]
mod tests;
