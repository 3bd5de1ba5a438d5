//! `setup wine` as a user runs it, into a cache of its own: with packages from the network.

use super::run::root;
use libtest_mimic::Failed;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// The promise: on two cores, with a mirror near by.
const LONGEST: Duration = Duration::from_secs(300);
/// And what the cache may take, in bytes.
const LARGEST: u64 = 2_500_000_000;

/// Why it is left out here; none where it is to run.
pub fn left_out() -> Option<String> {
    let demanded = std::env::var_os("SHAKEDOWN_REQUIRE_ENGINES").is_some_and(|v| v == "1");
    if !demanded {
        return Some("it downloads 240 MB: set SHAKEDOWN_REQUIRE_ENGINES=1".into());
    }
    let root = rustix::process::geteuid().is_root();
    (!root).then(|| "Windows devices need root".into())
}

fn setup(cache: &Path, arguments: &[&str]) -> Result<Output, Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shakedown"));
    command.current_dir(root()).arg("setup").args(arguments);
    let out = command.env("SHAKEDOWN_CACHE", cache).output()?;
    match out.status.success() {
        true => Ok(out),
        false => {
            let told = String::from_utf8_lossy(&out.stderr).into_owned();
            Err(format!("setup {arguments:?}: {}\n{told}", out.status).into())
        }
    }
}

/// It is made in time and of the promised size, is found by the next call, and goes without a trace.
pub fn made_found_and_removed() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let began = Instant::now();
    setup(dir.path(), &["wine"])?;
    let took = began.elapsed();
    let listed = setup(dir.path(), &["--list", "--json"])?;
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout)?;
    let bytes = listed[0]["bytes"].as_u64().unwrap_or(u64::MAX);
    if took > LONGEST || bytes > LARGEST || listed[0]["state"] != "ready" {
        return Err(format!("{took:?}, {bytes} bytes: {listed}").into());
    }
    let again = setup(dir.path(), &["wine"])?;
    let told = String::from_utf8_lossy(&again.stderr);
    if !told.starts_with("already there: Wine 10") {
        return Err(format!("a second call says: {told}").into());
    }
    setup(dir.path(), &["--remove", "wine"])?;
    let left: Vec<_> = std::fs::read_dir(dir.path().join("wine"))?
        .flatten()
        .map(|e| e.file_name())
        .collect();
    match left.as_slice() {
        [lock] if lock == "lock" => Ok(()),
        _ => Err(format!("left behind: {left:?}").into()),
    }
}
