//! What Wine says of calls that it takes and does not do: lines of its debug channels on the stderr
//! that all processes of a device share. A job's own stderr is another pipe, so none of it gets there.
//!
//! ```text
//! 00e4:00e8:fixme:advapi:RegisterEventSourceW ((null),L"BrightAV"): stub
//! 00e4:00e8:fixme:advapi:ReportEventW (00000000CAFE4242,0x0001,0x0003,0x000003e9,...,0x0002,...): stub
//! 00e4:00e8:err:eventlog:ReportEventW L"first line\r\n"
//! 00e4:00e8:err:eventlog:ReportEventW L"second line"
//! ```
//!
//! The forms are those of Wine 10, measured; lines of other forms are passed over.

use std::collections::{HashMap, VecDeque};

/// The channels that are read; everything else of Wine's stays switched off.
pub const CHANNELS: &str = "-all,+pid,fixme+advapi,+eventlog,fixme+ntdll,fixme+wscript,trace+wshom";

/// Longest line that is looked at, in bytes; Wine's own buffer is shorter.
const LONGEST_LINE: usize = 4 << 10;
/// Most pieces of text of one entry.
const MOST_PIECES: usize = 256;
/// Most processes whose event source is remembered; the oldest is forgotten.
const MOST_SOURCES: usize = 1024;

/// A call that Wine answered without doing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Windows was asked to restart or to shut down.
    Shutdown {
        pid: u32,
        /// The function of Windows that was called.
        call: String,
        /// It restarts afterwards; none where the call does not tell.
        restart: Option<bool>,
    },
    /// An entry for the event log.
    Event(Event),
    /// A script of `cscript` or `wscript` ended by an error.
    Script { pid: u32 },
    /// `WshShell.Run` could not start a program, gave its script the error's number as an exit code and
    /// let it go on.
    NotRun {
        pid: u32,
        /// What was to be run, as far as Wine tells it.
        command: String,
        /// Windows' number for the error.
        error: u32,
    },
}

/// An entry as a program reported it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub pid: u32,
    /// The source that the program registered last; none where it registered none that was seen.
    pub source: Option<String>,
    /// `EVENTLOG_*_TYPE`.
    pub kind: u16,
    pub category: u16,
    /// All 32 bits.
    pub id: u32,
    /// Its texts. Where a text ends with a line feed the next is joined to it: Wine does not tell them
    /// apart.
    pub texts: Vec<String>,
    /// Wine left out the end of a line: it tells about 290 letters of each.
    pub cut: bool,
}

/// Reads lines as they come.
#[derive(Debug, Default)]
pub struct Reader {
    partial: Vec<u8>,
    /// The line that comes is too long: dropped to its end.
    skipping: bool,
    /// (process, source), the newest last.
    sources: VecDeque<(u32, String)>,
    /// (process, what its script host runs), the newest last.
    runs: VecDeque<(u32, String)>,
    /// Entries whose texts still come, by thread.
    open: HashMap<(u32, u32), Open>,
}

#[derive(Debug)]
struct Open {
    event: Event,
    wanted: usize,
    pieces: usize,
    /// The last piece ended with a line feed: what comes belongs to it.
    goes_on: bool,
}

impl Reader {
    /// Takes bytes and gives what they completed.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Said> {
        let mut found = Vec::new();
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            let whole = piece.ends_with(b"\n");
            if !self.skipping {
                self.partial.extend_from_slice(piece);
            }
            if self.partial.len() > LONGEST_LINE {
                self.partial.clear();
                self.skipping = true;
            }
            if whole {
                let line = std::mem::take(&mut self.partial);
                if !std::mem::take(&mut self.skipping) {
                    self.line(String::from_utf8_lossy(&line).trim_end(), &mut found);
                }
            }
        }
        found
    }

    /// Whether texts of an entry may still come.
    pub fn waits(&self) -> bool {
        !self.open.is_empty()
    }

    /// Entries whose last text may have come; to be called when the bytes have stopped.
    pub fn flush(&mut self) -> Vec<Said> {
        let mut open: Vec<Open> = self.open.drain().map(|(_, open)| open).collect();
        open.sort_by_key(|o| o.event.pid);
        open.into_iter().map(|o| Said::Event(o.event)).collect()
    }

    fn line(&mut self, line: &str, found: &mut Vec<Said>) {
        let Some(line) = Line::of(line) else { return };
        let thread = (line.pid, line.tid);
        if line.channel == "eventlog" && line.function == "ReportEventW" {
            let done = self
                .open
                .get_mut(&thread)
                .is_some_and(|o| o.text(line.rest));
            if done && let Some(open) = self.open.remove(&thread) {
                found.push(Said::Event(open.event));
            }
            return;
        }
        if let Some(open) = self.open.remove(&thread) {
            found.push(Said::Event(open.event));
        }
        if line.channel == "wshom" && line.function == "WshShell3_Run" {
            found.extend(self.run(&line));
        }
        if line.class != "fixme" {
            return;
        }
        match (line.channel, line.function) {
            ("advapi", "RegisterEventSourceW") => self.source(&line),
            ("advapi", "ReportEventW") => self.event(&line, found),
            ("wscript", "ActiveScriptSite_OnScriptError") => {
                found.push(Said::Script { pid: line.pid });
            }
            _ => found.extend(line.shutdown()),
        }
    }

    /// `(L"setup.exe /S" {VT_I2: 0} {VT_BOOL: -1} 0021F2C0)`, then `ShellExecute failed, 2`
    fn run(&mut self, line: &Line<'_>) -> Option<Said> {
        if let Some(inner) = line.rest.strip_prefix('(') {
            let (command, _) = text(inner)?;
            self.runs.retain(|(pid, _)| *pid != line.pid);
            if self.runs.len() >= MOST_SOURCES {
                self.runs.pop_front();
            }
            self.runs
                .push_back((line.pid, command.map_or(String::new(), |(text, _)| text)));
            return None;
        }
        let error = line.rest.strip_prefix("ShellExecute failed, ")?;
        let run = self.runs.iter().find(|(pid, _)| *pid == line.pid);
        Some(Said::NotRun {
            pid: line.pid,
            command: run.map_or(String::new(), |(_, command)| command.clone()),
            error: error.trim().parse().ok()?,
        })
    }

    /// `((null),L"Source"): stub`
    fn source(&mut self, line: &Line<'_>) {
        let inner = line.rest.strip_prefix('(').unwrap_or(line.rest);
        let Some((_, rest)) = text(inner) else { return };
        let named = rest.strip_prefix(',').and_then(text);
        let Some((Some((name, _)), _)) = named else {
            return;
        };
        self.sources.retain(|(pid, _)| *pid != line.pid);
        if self.sources.len() >= MOST_SOURCES {
            self.sources.pop_front();
        }
        self.sources.push_back((line.pid, name));
    }

    /// `(handle,type,category,id,user,count of texts,size of data,texts,data): stub`
    fn event(&mut self, line: &Line<'_>, found: &mut Vec<Said>) {
        let inner = line.rest.trim_start_matches('(');
        let words: Vec<&str> = inner.split([',', ')']).collect();
        let number = |at: usize| {
            let word = words.get(at)?.strip_prefix("0x")?;
            u32::from_str_radix(word, 16).ok()
        };
        let (Some(kind), Some(category), Some(id), Some(wanted)) =
            (number(1), number(2), number(3), number(5))
        else {
            return;
        };
        let own = self.sources.iter().find(|(pid, _)| *pid == line.pid);
        let event = Event {
            pid: line.pid,
            source: own.map(|(_, name)| name.clone()),
            kind: kind as u16,
            category: category as u16,
            id,
            texts: Vec::new(),
            cut: false,
        };
        if wanted == 0 {
            found.push(Said::Event(event));
            return;
        }
        let open = Open {
            event,
            wanted: wanted as usize,
            pieces: 0,
            goes_on: false,
        };
        self.open.insert((line.pid, line.tid), open);
    }
}

impl Open {
    /// Takes a piece of text; whether it was the last one.
    fn text(&mut self, piece: &str) -> bool {
        let Some((Some((piece, cut)), _)) = text(piece) else {
            return false;
        };
        self.pieces += 1;
        self.event.cut |= cut;
        let ends = piece.ends_with('\n');
        match self.event.texts.last_mut() {
            Some(last) if self.goes_on => last.push_str(&piece),
            _ => self.event.texts.push(piece),
        }
        self.goes_on = ends;
        self.pieces >= MOST_PIECES || (!ends && self.event.texts.len() >= self.wanted)
    }
}

/// `pid:tid:class:channel:function rest`, numbers in hexadecimal.
struct Line<'a> {
    pid: u32,
    tid: u32,
    class: &'a str,
    channel: &'a str,
    function: &'a str,
    rest: &'a str,
}

impl Line<'_> {
    fn of(line: &str) -> Option<Line<'_>> {
        let mut parts = line.splitn(5, ':');
        let mut number = || u32::from_str_radix(parts.next()?, 16).ok();
        let (pid, tid) = (number()?, number()?);
        let (class, channel, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let (function, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        Some(Line {
            pid,
            tid,
            class,
            channel,
            function,
            rest,
        })
    }

    /// The call by which Windows was asked to go down, as Windows names it.
    fn shutdown(&self) -> Option<Said> {
        let (call, restart) = match (self.channel, self.function) {
            (
                "advapi",
                "InitiateSystemShutdownExW"
                | "InitiateSystemShutdownExA"
                | "InitiateSystemShutdownW"
                | "InitiateSystemShutdownA",
            ) => {
                // Computer and message are quoted, then: timeout, force, restart.
                let (_, rest) = text(self.rest)?;
                let (_, rest) = text(rest.trim_start())?;
                let restart = rest.split_whitespace().nth(2).map(|r| r != "0");
                ("InitiateSystemShutdown", restart)
            }
            ("advapi", "InitiateShutdownW" | "InitiateShutdownA") => {
                // Computer, message, grace period, flags: SHUTDOWN_RESTART is 4.
                let flags = self.rest.split(',').nth(3);
                let flags = flags.and_then(|f| u32::from_str_radix(word(f), 16).ok());
                ("InitiateShutdown", flags.map(|f| f & 4 != 0))
            }
            // ShutdownNoReboot, ShutdownReboot, ShutdownPowerOff.
            ("ntdll", "NtShutdownSystem") => ("NtShutdownSystem", Some(word(self.rest) == "1")),
            ("ntdll", name @ ("NtInitiatePowerAction" | "NtSetSystemPowerState")) => (name, None),
            _ => return None,
        };
        Some(Said::Shutdown {
            pid: self.pid,
            call: call.to_owned(),
            restart,
        })
    }
}

/// The first word, without the sign of hexadecimal numbers.
fn word(text: &str) -> &str {
    let first = text.trim().split(' ').next().unwrap_or_default();
    first.strip_prefix("0x").unwrap_or(first)
}

/// A text as Wine quotes it, and what stands behind it: `(null)`, `"..."`, `L"..."`, with three dots
/// behind where its end was left out. Within: a text and whether it was cut; none for no text.
fn text(from: &str) -> Option<(Option<(String, bool)>, &str)> {
    if let Some(rest) = from.strip_prefix("(null)") {
        return Some((None, rest));
    }
    let from = from.strip_prefix('L').unwrap_or(from).strip_prefix('"')?;
    let mut units: Vec<u16> = Vec::new();
    let mut chars = from.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let rest = &from[at + 1..];
                let cut = rest.starts_with("...");
                let rest = rest.strip_prefix("...").unwrap_or(rest);
                return Some((Some((String::from_utf16_lossy(&units), cut)), rest));
            }
            '\\' => {
                let (_, escaped) = chars.next()?;
                match escaped {
                    'n' => units.push(10),
                    'r' => units.push(13),
                    't' => units.push(9),
                    '"' | '\\' => units.push(escaped as u16),
                    // Four digits in hexadecimal; two in texts of bytes.
                    _ => {
                        let digits = |n: usize| {
                            let word = from.get(at + 1..at + 1 + n)?;
                            u16::from_str_radix(word, 16).ok()
                        };
                        let (unit, more) = digits(4).map_or_else(
                            || {
                                let byte = from.get(at + 2..at + 4);
                                let byte = byte.and_then(|w| u16::from_str_radix(w, 16).ok());
                                (byte, 2)
                            },
                            |unit| (Some(unit), 3),
                        );
                        units.push(unit?);
                        for _ in 0..more {
                            chars.next();
                        }
                    }
                }
            }
            other => units.extend(other.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    None
}

#[cfg(test)]
#[path = "said_tests.rs"]
mod tests;
