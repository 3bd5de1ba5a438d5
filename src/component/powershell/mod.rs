//! What a script in PowerShell says before it runs: what Windows PowerShell 5.1 does not know, and what
//! a device takes otherwise than 5.1 whose PowerShell is 7 laid over to behave like it.
//!
//! A reader of our own goes through the script as PowerShell's parser does, once and without
//! backtracking. A grammar for editors does not do here: it knows one language, and takes valid scripts
//! of 5.1 for broken ones.

mod aliases;
mod arguments;
mod attributes;
mod bounds;
mod cursor;
mod differences;
mod guard;
mod layout;
mod members;
mod newer;
pub mod notes;
mod otherwise;
mod parameters;
mod reader;
mod requires;
mod stop;
mod values;

pub use bounds::{Stop, Why};
use newer::Newer;
use std::collections::BTreeMap;

/// The 5.1 that a device by Wine says it has, in `$PSVersionTable` and where `#Requires` is not met:
/// that of Windows 11, 22H2, whatever the device's own build. `powershell/hook/Variables.cs` names it too.
pub const VERSION: &str = "5.1.22621.4391";

/// What is read of a script at most, in bytes; where a larger one was left is told.
const LARGEST: usize = 4 << 20;

/// What a finding means to the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// 5.1 cannot parse it: none of the script runs.
    Refused,
    /// `#Requires` asks for what 5.1 is not: none of the script runs.
    Unmet,
    /// 5.1 gives an error where it comes there, and goes on as it does after errors.
    Fails,
    /// 5.1 takes it for something else, without a word.
    Silent,
    /// 5.1 takes it; PowerShell 7 with our layer does not, or otherwise.
    Here,
}

/// One thing found in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// From 1.
    pub line: usize,
    /// From 1, in UTF-16 units as 5.1 counts them.
    pub column: usize,
    /// Bytes of the decoded text.
    pub start: usize,
    pub end: usize,
    /// What it is: `ternary`, `the parameter -Parallel of ForEach-Object`.
    pub what: String,
    /// What 5.1 says, or what comes of it.
    pub message: String,
    /// 5.1's FullyQualifiedErrorId; none where it gives no error.
    pub error_id: Option<String>,
    pub reach: Reach,
}

/// A script that was looked through.
#[derive(Debug, Clone)]
pub struct Checked {
    text: String,
    /// In the order of the script.
    pub findings: Vec<Finding>,
    /// How many more there are than `findings` tells; never of those that keep the script from running.
    pub left_out: BTreeMap<Reach, usize>,
    /// Where the reading ended; none where the script was looked through to its end.
    pub stop: Option<Stop>,
}

/// Something newer than 5.1, as the reader met it.
#[derive(Debug, Clone)]
struct Found {
    newer: Newer,
    start: usize,
    end: usize,
    token: String,
    /// The operator whose operand it is; none where it begins a statement.
    operator: String,
}

/// A finding before its place is known.
struct Raw {
    start: usize,
    end: usize,
    what: String,
    message: String,
    error_id: Option<String>,
    reach: Reach,
}

/// Looks through a script: UTF-8 with or without a byte order mark, or UTF-16 with one. Takes time in
/// proportion to the script, and no input makes it fail.
pub fn check(script: &[u8]) -> Checked {
    let (text, cut) = decode(script);
    let read = reader::read(&text);
    let mut raw: Vec<Raw> = read.found.iter().map(|f| newer::told(&text, f)).collect();
    raw.extend(newer::names(&text, &read));
    raw.extend(differences::findings(&text, &read));
    raw.extend(otherwise::findings(&text, &read));
    raw.extend(stop::findings(&read));
    raw.retain(|r| r.reach == Reach::Refused || read.runs(r.start));
    // These hold before a line runs.
    raw.extend(requires::findings(&read));
    raw.extend(differences::workflows(&read));
    let end = text.len();
    // A word that was cut may look like what it is not.
    raw.retain(|r| !cut || r.end < end);
    let stop = match (read.stopped, cut, read.crowded) {
        (Some(at), _, _) => Some((at, Why::Deep)),
        (None, true, _) => Some((end, Why::Large)),
        (None, false, Some(at)) => Some((at, Why::Many)),
        (None, false, None) => None,
    };
    let stop = stop.map(|(at, why)| {
        let (line, column) = place(text.get(..at).unwrap_or_default(), (1, 1));
        Stop { line, column, why }
    });
    let (raw, left_out) = bounds::kept(raw);
    let findings = placed(&text, raw);
    Checked {
        text,
        findings,
        left_out,
        stop,
    }
}

impl Checked {
    /// What 5.1 prints on stderr instead of running the script at `path`; none where it runs it.
    /// `version` is the device's `$PSVersionTable.PSVersion`.
    pub fn refusal(&self, path: &str, version: &str) -> Option<String> {
        layout::refusal(&self.text, &self.findings, path, version)
    }
}

/// A script's text, without a byte order mark and cut to what is read; whether it was cut.
fn decode(script: &[u8]) -> (String, bool) {
    let cut = script.len() > LARGEST;
    let script = &script[..script.len().min(LARGEST)];
    let wide = |of: fn([u8; 2]) -> u16| {
        let units = script[2..].chunks_exact(2).map(|p| of([p[0], p[1]]));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    let text = match script {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(script).into_owned(),
    };
    (text, cut)
}

/// Line and column behind a text that begins at a place.
fn place(text: &str, (mut line, mut column): (usize, usize)) -> (usize, usize) {
    for c in text.chars() {
        if c == '\n' {
            line += 1;
            column = 1;
        } else {
            column += c.len_utf16();
        }
    }
    (line, column)
}

/// Lines and columns of findings that come in order.
fn placed(text: &str, raw: Vec<Raw>) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(raw.len());
    let (mut line, mut column, mut at) = (1, 1, 0);
    for one in raw {
        let start = one.start.min(text.len());
        (line, column) = place(text.get(at..start).unwrap_or_default(), (line, column));
        at = start;
        findings.push(Finding {
            line,
            column,
            start,
            end: one.end.clamp(start, text.len()),
            what: one.what,
            message: one.message,
            error_id: one.error_id,
            reach: one.reach,
        });
    }
    findings
}

#[cfg(test)]
mod bounds_tests;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;
