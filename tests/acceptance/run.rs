//! Runs the built binary.

use libtest_mimic::Failed;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The built binary, in the repository's root.
fn shakedown() -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_shakedown"));
    c.current_dir(root())
        .env_remove("CI")
        .env("NO_COLOR", "1")
        .stdin(std::process::Stdio::null());
    c
}

/// `run` with its record in `record`.
pub fn run(record: &Path, args: &[&str]) -> Command {
    let mut c = shakedown();
    c.arg("run").arg("--record").arg(record).args(args);
    c
}

/// Runs to the end and wants an exit code.
pub fn expect(mut c: Command, code: i32) -> Result<Output, Failed> {
    let out = c.output()?;
    if out.status.code() == Some(code) {
        return Ok(out);
    }
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    Err(format!(
        "{c:?}: {} instead of exit code {code}\n{}\n{}",
        out.status,
        text(&out.stdout),
        text(&out.stderr)
    )
    .into())
}

/// The scenario logs of the newest run below a record root, by file name.
pub fn logs(record: &Path) -> Result<Vec<PathBuf>, Failed> {
    let mut runs: Vec<PathBuf> = std::fs::read_dir(record)?
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.join("run.jsonl").is_file() && !p.is_symlink())
        .collect();
    runs.sort();
    let newest = runs.pop().ok_or("no run was recorded")?;
    let mut logs: Vec<PathBuf> = std::fs::read_dir(newest)?
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|x| x == "jsonl"))
        .collect();
    logs.sort();
    Ok(logs)
}
