//! The whole suite, run once for all tests that look at it: what it reported, what it logged, and
//! what of the machine was another afterwards.

use super::host::{self, Host};
use super::run::{self, expect};
use libtest_mimic::Failed;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

/// The seed of the whole suite and of what is replayed of it.
pub const SEED: &str = "7";

/// One run of the whole suite.
pub struct Whole {
    pub report: Value,
    record: TempDir,
    /// What it changed of the machine; empty for nothing.
    pub changed: String,
}

impl Whole {
    /// Its scenario logs.
    ///
    /// # Errors
    /// It recorded none.
    pub fn logs(&self) -> Result<Vec<PathBuf>, Failed> {
        run::logs(self.record.path())
    }
}

/// The one run of the whole suite; it is done when it is first asked for.
///
/// # Errors
/// It did not pass, or could not be looked at.
pub fn whole() -> Result<&'static Whole, Failed> {
    static WHOLE: OnceLock<Result<Whole, String>> = OnceLock::new();
    let done = WHOLE.get_or_init(|| {
        once().map_err(|e| {
            e.message()
                .unwrap_or("the suite could not be run")
                .to_owned()
        })
    });
    done.as_ref().map_err(|e| e.clone().into())
}

fn once() -> Result<Whole, Failed> {
    let record = tempfile::tempdir()?;
    let before: Host = host::host()?;
    let out = expect(run::run(record.path(), &["--json", "-", "--seed", SEED]), 0)?;
    let changed = match host::same(&before, Duration::from_secs(5)) {
        Ok(()) => String::new(),
        Err(e) => e.message().unwrap_or_default().to_owned(),
    };
    Ok(Whole {
        report: serde_json::from_slice(&out.stdout)?,
        record,
        changed,
    })
}

/// Of every folder with scenarios at most `most` files, spread over it: the first, the last and
/// those between at even distances, in the order of their names. The same for the same files.
pub fn sample(files: &[String], most: usize) -> Vec<String> {
    let mut files: Vec<&String> = files.iter().collect();
    files.sort();
    files.dedup();
    let folder = |f: &str| Path::new(f).parent().map(Path::to_owned);
    let mut chosen = Vec::new();
    for folder_files in files.chunk_by(|a, b| folder(a) == folder(b)) {
        let n = folder_files.len();
        let take = n.min(most.max(1));
        for k in 0..take {
            let at = if take == 1 {
                0
            } else {
                k * (n - 1) / (take - 1)
            };
            chosen.push(folder_files[at].clone());
        }
    }
    chosen
}
