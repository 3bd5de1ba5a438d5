//! Reads records back: one log a file, one event a line of JSON.
//!
//! A record is readable up to the last whole event, whatever ended the run: `kill -9`, a full
//! disk, a power cut.

use crate::rmm::event::{Event, FORMAT, What};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Longest line taken: an event holds at most two streams of 16 MiB, in base64.
const LINE_LIMIT: u64 = 64 << 20;

/// A log that was read back.
#[derive(Debug, Clone, Default)]
pub struct Log {
    pub events: Vec<Event>,
    /// What stood after the last whole event and was left out; `None` for a log that is whole.
    pub torn: Option<Torn>,
}

/// The end of a log that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// 1-based line that is not whole.
    pub line: usize,
    /// Bytes from there to the end that were left out.
    pub bytes: u64,
}

impl std::fmt::Display for Torn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "line {} was cut off while it was written; {} bytes are left out, everything before is whole",
            self.line, self.bytes
        )
    }
}

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("cannot read the record {}: {source}", .path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A line in the middle is no event: the file was changed by hand or is no record.
    #[error("{} line {line} is not an event of a record: {why}", .path.display())]
    NotAnEvent {
        path: PathBuf,
        line: usize,
        why: String,
    },
    #[error("{} line {line} is longer than {LINE_LIMIT} bytes", .path.display())]
    LineTooLong { path: PathBuf, line: usize },
    #[error("{} was written in format {found}; this version reads format {FORMAT}", .path.display())]
    Format { path: PathBuf, found: u32 },
}

/// Reads one log of a record.
pub fn read(path: &Path) -> Result<Log, RecordError> {
    let file = std::fs::File::open(path).map_err(|source| RecordError::Read {
        path: path.to_owned(),
        source,
    })?;
    read_from(BufReader::new(file), path)
}

/// Reads a log from anything; `path` is only for messages.
pub fn read_from(mut input: impl BufRead, path: &Path) -> Result<Log, RecordError> {
    let mut log = Log::default();
    let mut line = Vec::new();
    // A line that is no event is an error only when another one follows: the last may be torn.
    let mut bad: Option<(usize, u64, String)> = None;
    for number in 1.. {
        line.clear();
        let got = input
            .by_ref()
            .take(LINE_LIMIT + 1)
            .read_until(b'\n', &mut line)
            .map_err(|source| RecordError::Read {
                path: path.to_owned(),
                source,
            })?;
        if got == 0 {
            break;
        }
        if let Some((line, _, why)) = bad {
            let path = path.to_owned();
            return Err(RecordError::NotAnEvent { path, line, why });
        }
        if got as u64 > LINE_LIMIT {
            let path = path.to_owned();
            return Err(RecordError::LineTooLong { path, line: number });
        }
        match serde_json::from_slice::<Event>(&line) {
            // Only a newline says that the line is whole: `{"a":1` may go on as `{"a":12`.
            Ok(_) if line.last() != Some(&b'\n') => {
                bad = Some((number, got as u64, "it has no end of line".to_owned()));
            }
            Ok(event) => {
                if let What::RunStarted { format, .. } = &event.what
                    && *format != FORMAT
                {
                    return Err(RecordError::Format {
                        path: path.to_owned(),
                        found: *format,
                    });
                }
                log.events.push(event);
            }
            Err(e) => bad = Some((number, got as u64, e.to_string())),
        }
    }
    log.torn = bad.map(|(line, bytes, _)| Torn { line, bytes });
    Ok(log)
}

#[cfg(test)]
#[path = "tests/record.rs"]
mod tests;
