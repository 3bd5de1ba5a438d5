//! The state file: the event log of all accounts, appended to as the server runs and folded at its
//! start.
//!
//! Its first event tells the format; the same event is written again each time the set-up is
//! complete and the server answers. A file without the second was left by a start that was cut
//! off: nobody ever got an answer from it, so it is begun anew.

use super::error::ServeError;
use super::owner;
use crate::platform::record::LogFile;
use crate::platform::{Ledger, fleet};
use crate::rmm::event::{Event, EventReader, FORMAT, LogId, What};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

/// Most bytes of a line: events carry at most 1 MiB of output.
const LONGEST_LINE: u64 = 64 << 20;

/// A state file, locked and read.
pub struct Kept {
    pub ledger: Ledger,
    /// Devices of the made-up fleet by account.
    pub fleets: BTreeMap<u16, u32>,
    /// It is a new state: nothing of a world stands in it.
    pub fresh: bool,
    /// For people: what was mended on reading.
    pub notes: Vec<String>,
    /// Holds the lock.
    pub lock: File,
}

/// What a pass over the file found.
struct Found {
    /// Bytes of whole lines.
    whole: u64,
    torn: u64,
    /// How often the set-up was told to be complete, and the begin.
    starts: u32,
    fleets: BTreeMap<u16, u32>,
}

/// Opens the file for this server alone, and folds what is in it.
///
/// # Errors
/// Another server has it, it is no state file, or one of another version or seed. Then it is left
/// as it is.
pub fn open(path: &Path, seed: u64, reader: Arc<dyn EventReader>) -> Result<Kept, ServeError> {
    let failed = |what| {
        move |source| ServeError::File {
            what,
            path: path.to_owned(),
            source,
        }
    };
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    let lock = owner::private(&mut options, 0o600)
        .open(path)
        .map_err(failed("open"))?;
    if !lock.metadata().map_err(failed("look at"))?.is_file() {
        return Err(ServeError::Refused {
            message: format!("{} is no regular file", path.display()),
            help: "name a file of its own for the state; a new one is made".into(),
        });
    }
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(ServeError::Refused {
                message: format!("another server uses {}", path.display()),
                help: "end that one first, or name another file".into(),
            });
        }
        Err(TryLockError::Error(e)) => return Err(failed("lock")(e)),
    }
    let log = LogFile::append(path)
        .map_err(failed("open"))?
        .with_batches();
    let new = |log| Ledger::new(LogId::Run, log, Arc::clone(&reader), 0);
    let mut ledger = new(Some(log)).keeping_secrets().running();
    let mut notes = Vec::new();
    let mut found = read(&lock, path, seed, &mut ledger)?;
    // Values of variables and keys stand in it. A file that is refused keeps its mode.
    owner::restrict(&lock).map_err(failed("protect"))?;
    if found.starts == 1 {
        notes.push(format!(
            "{}: the start that made it was cut off before it answered; it is begun anew",
            path.display()
        ));
        found.whole = 0;
        found.fleets.clear();
        let log = LogFile::append(path)
            .map_err(failed("open"))?
            .with_batches();
        ledger = new(Some(log)).keeping_secrets().running();
    }
    if found.torn > 0 {
        notes.push(format!(
            "{}: the last line was cut off while it was written ({} bytes) and is dropped; nobody was told that it was done",
            path.display(),
            found.torn
        ));
    }
    if found.torn > 0 || found.starts == 1 {
        lock.set_len(found.whole).map_err(failed("mend"))?;
    }
    if found.whole == 0 {
        started(&mut ledger, seed).map_err(failed("write"))?;
    }
    Ok(Kept {
        ledger,
        fleets: found.fleets,
        fresh: found.whole == 0,
        notes,
        lock,
    })
}

/// Tells that the file begins, and later that the set-up is complete.
pub fn started(ledger: &mut Ledger, seed: u64) -> io::Result<()> {
    let what = What::RunStarted {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed,
    };
    ledger.commit(0, vec![what]).map(|_| ())
}

fn read(file: &File, path: &Path, seed: u64, ledger: &mut Ledger) -> Result<Found, ServeError> {
    let failed = |source| ServeError::File {
        what: "read",
        path: path.to_owned(),
        source,
    };
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut found = Found {
        whole: 0,
        torn: 0,
        starts: 0,
        fleets: BTreeMap::new(),
    };
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let bytes = (&mut reader)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .map_err(failed)? as u64;
        if bytes == 0 {
            return Ok(found);
        }
        number += 1;
        let at = |column: usize, why: &str| format!("{}:{number}:{column}: {why}", path.display());
        let place = |column: usize, why: &str| refused(at(column, why));
        let damaged = |column: usize, why: &str| ServeError::Refused {
            message: at(column, why),
            help:
                "bring the file back from a copy, or name another file: a new state is begun then"
                    .into(),
        };
        if line.last() != Some(&b'\n') {
            if bytes == LONGEST_LINE {
                return Err(place(1, "no event is as long as this line"));
            }
            if number == 1 && !begins(&line) {
                return Err(place(1, "this is no state of a server"));
            }
            found.torn = bytes;
            return Ok(found);
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            return Err(damaged(
                1,
                "this line is empty, and every line of a state is an event",
            ));
        }
        let events = events(text).map_err(|e| {
            let column = e.column().max(1);
            damaged(
                column,
                &format!("this is no event of a server's state: {}", reason(&e)),
            )
        })?;
        for event in &events {
            if event.seq <= ledger.seq() {
                return Err(damaged(1, "the events are out of order"));
            }
            look(event, number, seed, &mut found).map_err(|why| place(1, &why))?;
            let due = ledger.seq() + 1;
            if event.seq != due {
                let why = format!("event {due} is missing: this one is {}", event.seq);
                return Err(damaged(1, &why));
            }
            ledger.restore(event);
        }
        found.whole += bytes;
    }
}

/// Whether a file of one line that was cut off may have been begun by a server.
fn begins(line: &[u8]) -> bool {
    let first = b"{\"seq\":1,";
    let n = line.len().min(first.len());
    line[..n] == first[..n]
}

/// What is wrong with a line, without the place in it: that is told with the file's.
fn reason(e: &serde_json::Error) -> String {
    let text = e.to_string();
    let place = format!(" at line {} column {}", e.line(), e.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// The events of a line: one, or several that were written together.
fn events(line: &[u8]) -> serde_json::Result<Vec<Event>> {
    match line.first() {
        Some(b'[') => serde_json::from_slice(line),
        _ => serde_json::from_slice(line).map(|event| vec![event]),
    }
}

/// Looks whether this version can go on from an event.
fn look(event: &Event, line: u64, seed: u64, found: &mut Found) -> Result<(), String> {
    match &event.what {
        What::RunStarted {
            format,
            version,
            seed: of_file,
        } => {
            found.starts = found.starts.saturating_add(1);
            if *format != FORMAT {
                return Err(format!(
                    "shakedown {version} wrote it in format {format}; this one reads {FORMAT}"
                ));
            }
            if *of_file != seed {
                return Err(format!(
                    "it was begun with --seed {of_file}, and this start has --seed {seed}"
                ));
            }
        }
        _ if line == 1 => {
            return Err("this is no state of a server: its first event tells no format".into());
        }
        What::FleetAdded { devices, maker, .. } => {
            if *maker != fleet::MAKER {
                return Err(format!(
                    "its fleet was made up by version {maker}; this one makes version {}",
                    fleet::MAKER
                ));
            }
            found.fleets.insert(event.account, *devices);
        }
        _ => {}
    }
    Ok(())
}

fn refused(message: String) -> ServeError {
    ServeError::Refused {
        message,
        help: "go on with the version and seed that wrote it, or name another file: a new state is begun then".into(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::rmm::event::NoReader;
    use std::fs::Permissions;
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    fn at(path: &Path) -> Result<Kept, ServeError> {
        open(path, 7, Arc::new(NoReader))
    }

    fn begun(path: &Path) {
        let mut kept = at(path).unwrap();
        started(&mut kept.ledger, 7).unwrap();
        let advanced = What::ClockAdvanced { by_ms: 5 };
        kept.ledger.commit(0, vec![advanced]).unwrap();
    }

    #[test]
    fn what_was_written_is_there_again_and_a_torn_line_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.jsonl");
        begun(&path);
        let whole = std::fs::metadata(&path).unwrap().len();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"seq\":4,\"at\":").unwrap();
        let kept = at(&path).unwrap();
        assert_eq!(kept.ledger.seq(), 3);
        assert_eq!(kept.ledger.state().clock_ms, 5);
        assert_eq!(kept.notes.len(), 1);
        assert_eq!(std::fs::metadata(&path).unwrap().len(), whole);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn two_servers_never_have_one_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.jsonl");
        let _first = at(&path).unwrap();
        let second = at(&path).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(second.contains("another server uses"), "{second}");
    }

    #[test]
    fn a_start_that_was_cut_off_is_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.jsonl");
        let mut kept = at(&path).unwrap();
        let advanced = What::ClockAdvanced { by_ms: 5 };
        kept.ledger.commit(0, vec![advanced]).unwrap();
        drop(kept);
        let again = at(&path).unwrap();
        assert_eq!(again.ledger.state().clock_ms, 0);
        assert_eq!((again.ledger.seq(), again.notes.len()), (1, 1));
    }

    #[test]
    fn what_is_no_state_is_refused_with_its_place_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.jsonl");
        begun(&path);
        let good = std::fs::read_to_string(&path).unwrap();
        let bad = [
            ("hello".to_owned(), ":1:1: "),
            ("hello\n".to_owned(), ":1:1: "),
            (format!("{good}{{\"seq\":9,}}\n"), ":4:10: "),
            (good.replace("\"seed\":7", "\"seed\":8"), "--seed 8"),
            (
                good.replace(&format!("\"format\":{FORMAT}"), "\"format\":99"),
                "format 99",
            ),
            (format!("{good}{good}"), ":4:1: the events are out of order"),
            (format!("{good}\n"), ":4:1: this line is empty"),
            (format!("{good}{{\"seq\":4,\n"), ":4:9: this is no event"),
            (without(&good, 1), ":2:1: event 2 is missing: this one is 3"),
            ("{\"name\": \"x\"}".to_owned(), ":1:1: this is no state"),
        ];
        for (text, want) in bad {
            std::fs::write(&path, &text).unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
            let error = at(&path).err().map(|e| e.to_string()).unwrap_or_default();
            assert!(error.contains(want), "{want}: {error}");
            assert!(!error.contains(" at line "), "one place is told: {error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o640, "{want}");
        }
    }

    fn without(text: &str, line: usize) -> String {
        let lines = text.split_inclusive('\n').enumerate();
        lines.filter(|(n, _)| *n != line).map(|(_, l)| l).collect()
    }

    #[test]
    fn what_is_no_regular_file_is_refused_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pipe");
        let mode = rustix::fs::Mode::from_raw_mode(0o644);
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let error = at(&path).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains("pipe is no regular file"), "{error}");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    }
}
