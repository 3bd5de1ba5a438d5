//! What Wine's `cmd.exe` does in another way than Windows', found in a script and mended where that
//! is sure.
//!
//! ```text
//!  body ─► scan ─► mend ─► edits in place        (prepare)
//!              └─► note ─► what is left          (quirks)
//!  output of a run ─► told ─► Wine's own words, with what Windows would have said and done
//! ```
//!
//! A mended script has the same lines, so that line numbers and `%~f0` stay right; where it needs a
//! routine of ours, that stands behind the last. Only the script
//! that the Agent starts is mended; scripts it calls (`call other.bat`, `cmd /c other.bat`) are not:
//! [`fit`] tells what is in those that come with the component, and names those that do not.
//!
//! What was seen: Wine 10.0 as Debian 13 has it, held against Windows by `tests/batch/`.

mod cut;
mod delayed;
mod eol;
pub mod fit;
mod heads;
mod lex;
mod mend;
mod note;
mod reading;
mod scan;
mod scripts;
mod surely;
#[cfg(test)]
mod tests;
mod told;
mod words;

pub use told::{Told, told};

/// A use of something that Wine's `cmd.exe` does in another way than Windows'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quirk {
    /// Line of the script, from 1.
    pub line: usize,
    /// Short name of the rule, for tests and filters.
    pub rule: &'static str,
    /// What differs.
    pub what: &'static str,
    /// What can be done about it.
    pub help: &'static str,
    /// How far the difference reaches.
    pub reach: Reach,
}

/// How far a difference reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// [`prepare`] mends it.
    Mended,
    /// The words of a message differ; the script goes the same way.
    Words,
    /// Values, exit codes or the way the script goes may differ.
    Course,
    /// It surely goes another way wherever the line runs: the result proves nothing.
    Unjudged,
}

/// A script that is ready for Wine's `cmd.exe`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The script's bytes, its lines at their numbers; the same bytes where nothing was mended.
    pub body: Vec<u8>,
    /// What was mended (`Reach::Mended`) and what is left, by line.
    pub quirks: Vec<Quirk>,
}

/// Scripts above this size (bytes) are neither scanned nor mended.
const LARGEST: usize = 4 << 20;

/// Everything in a script that Wine's `cmd.exe` does in another way, by line: what [`prepare`] mends
/// and what is left.
pub fn quirks(body: &[u8]) -> Vec<Quirk> {
    prepare(body, "10.0").quirks
}

/// Mends what can be mended for sure and tells what is left. A script without any of the mended
/// quirks comes back byte for byte. `version` is what `ver` tells: `10.0.22631.3155`.
pub fn prepare(body: &[u8], version: &str) -> Prepared {
    if body.len() > LARGEST {
        return Prepared {
            body: body.to_vec(),
            quirks: Vec::new(),
        };
    }
    let scan = scan::scan(body);
    let mut edits = mend::edits(body, &scan, version);
    let mut quirks = Vec::new();
    delayed::edits(body, &scan, &mut edits, &mut quirks);
    quirks.extend(edits.iter().map(|e| e.quirk.clone()));
    quirks.extend(note::notes(body, &scan));
    quirks.sort_by_key(|q| (q.line, q.rule));
    quirks.dedup_by_key(|q| (q.line, q.rule));
    Prepared {
        body: mend::apply(body, edits),
        quirks,
    }
}
