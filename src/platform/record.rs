//! Records on disk: one folder a run, one file of JSON lines a log, each line a whole event.
//! After `kill -9` everything up to the last whole line can be read.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many runs are kept in a record root.
pub const KEPT_RUNS: usize = 20;

/// A file of JSON lines; every event is written with one call, so a line is whole or the last one.
pub struct LogFile {
    file: File,
    path: PathBuf,
    line: Vec<u8>,
    batches: bool,
}

impl LogFile {
    /// Makes the file; it must not be there yet unless it is appended to by a retry.
    pub fn append(path: &Path) -> io::Result<LogFile> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(LogFile {
            file,
            path: path.to_owned(),
            line: Vec::with_capacity(4096),
            batches: false,
        })
    }

    /// Events that are written together stand on one line, as an array: after `kill -9` all of them
    /// are there or none.
    pub fn with_batches(mut self) -> LogFile {
        self.batches = true;
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends one event.
    pub fn write(&mut self, event: &impl serde::Serialize) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, event)?;
        self.line.push(b'\n');
        self.file.write_all(&self.line)
    }

    /// Appends several events with one call.
    pub fn write_all(&mut self, events: &[impl serde::Serialize]) -> io::Result<()> {
        self.line.clear();
        if self.batches && events.len() > 1 {
            serde_json::to_writer(&mut self.line, events)?;
            self.line.push(b'\n');
        } else {
            for event in events {
                serde_json::to_writer(&mut self.line, event)?;
                self.line.push(b'\n');
            }
        }
        let before = self.file.metadata()?.len();
        self.file.write_all(&self.line).inspect_err(|_| {
            // What a full disk cut off must not stand before what is written later.
            let _ = self.file.set_len(before);
        })
    }
}

/// The folder of a run. No other run removes it while this is there.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// The marker, locked: on every system the lock ends with the process, however it ends.
    marker: File,
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // Not left to closing: a child that was just forked may have the file open for a moment.
        let _ = self.marker.unlock();
    }
}

impl RunFolder {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes the folder of a new run below `root`, points `latest` at it and removes the oldest runs
/// past [`KEPT_RUNS`]. Only folders with our marker file are ever removed, and none of a run that
/// still goes.
///
/// The folder's name is the start time with the process id: `20261122-101500-4711`.
///
/// # Errors
/// The folder or its marker cannot be made.
pub fn new_run(root: &Path) -> io::Result<RunFolder> {
    std::fs::create_dir_all(root)?;
    let stamp = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
    let mut n = 0;
    let dir = loop {
        let suffix = if n == 0 {
            String::new()
        } else {
            format!("-{n}")
        };
        let dir = root.join(format!("{stamp}-{}{suffix}", std::process::id()));
        match std::fs::create_dir(&dir) {
            Ok(()) => break dir,
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && n < 1000 => n += 1,
            Err(e) => return Err(e),
        }
    };
    let marker = File::create(dir.join(MARKER))?;
    // Where a file system has no locks, its records stay until they are removed by hand.
    let _ = marker.try_lock();
    point_latest(root, &dir);
    prune(root, &dir);
    Ok(RunFolder { path: dir, marker })
}

const MARKER: &str = ".shakedown-run";

#[cfg(unix)]
fn point_latest(root: &Path, dir: &Path) {
    // A convenience only: another run may be doing the same at this moment.
    if let Some(name) = dir.file_name() {
        let temp = root.join(format!(".latest-{}", std::process::id()));
        let _ = std::fs::remove_file(&temp);
        if std::os::unix::fs::symlink(name, &temp).is_ok()
            && std::fs::rename(&temp, root.join("latest")).is_err()
        {
            let _ = std::fs::remove_file(&temp);
        }
    }
}

#[cfg(not(unix))]
fn point_latest(_: &Path, _: &Path) {}

fn prune(root: &Path, newest: &Path) {
    let Ok(entries) = std::fs::read_dir(root) else {
        return;
    };
    let mut runs: Vec<PathBuf> = entries
        .flatten()
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .map(|e| e.path())
        .filter(|p| p != newest && p.join(MARKER).is_file())
        .collect();
    runs.sort();
    let surplus = (runs.len() + 1).saturating_sub(KEPT_RUNS);
    for old in runs.iter().filter(|r| !still_goes(r)).take(surplus) {
        let _ = std::fs::remove_dir_all(old);
    }
}

/// Another process holds the folder, or nobody can tell.
fn still_goes(dir: &Path) -> bool {
    let marker = OpenOptions::new().write(true).open(dir.join(MARKER));
    marker.is_ok_and(|m| {
        let tried = m.try_lock();
        matches!(
            tried,
            Err(TryLockError::WouldBlock | TryLockError::Error(_))
        )
    })
}

/// Name of a scenario's log: its position and a readable form of its name.
pub fn log_name(index: usize, name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() >= 60 {
            break;
        }
    }
    format!("{:03}-{}.jsonl", index + 1, slug.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_up(root: &Path, name: &str) {
        let dir = root.join(name);
        std::fs::create_dir(&dir).unwrap();
        std::fs::write(dir.join(MARKER), b"").unwrap();
    }

    fn runs(root: &Path) -> usize {
        let entries = std::fs::read_dir(root).unwrap().flatten();
        // `latest` is a link to one of them.
        let own = entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir()));
        own.filter(|e| e.path().join(MARKER).is_file()).count()
    }

    #[test]
    fn only_marked_runs_are_pruned() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("00-mine")).unwrap();
        for n in 0..KEPT_RUNS + 3 {
            made_up(root.path(), &format!("20200101-000000-4711-{n:02}"));
        }
        new_run(root.path()).unwrap();
        assert!(root.path().join("00-mine").is_dir());
        assert_eq!(runs(root.path()), KEPT_RUNS);
    }

    #[test]
    fn a_run_that_still_goes_keeps_its_record() {
        let root = tempfile::tempdir().unwrap();
        let going = [new_run(root.path()).unwrap(), new_run(root.path()).unwrap()];
        for n in 0..KEPT_RUNS {
            made_up(root.path(), &format!("90000101-000000-4711-{n:02}"));
        }
        drop(new_run(root.path()).unwrap());
        assert!(going.iter().all(|run| run.path().is_dir()));
        assert_eq!(runs(root.path()), KEPT_RUNS);

        let [first, second] = going;
        let ended = first.path().to_owned();
        drop(first);
        drop(new_run(root.path()).unwrap());
        assert!(!ended.is_dir(), "the oldest went once its run was over");
        assert!(second.path().is_dir());
    }

    #[test]
    fn log_names_are_plain() {
        assert_eq!(
            log_name(0, "Bright: deploys & links!"),
            "001-bright-deploys-links.jsonl"
        );
    }
}
