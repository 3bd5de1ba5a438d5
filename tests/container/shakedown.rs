//! Runs the built binary against an engine.

use super::engines::Engine;
use libtest_mimic::Failed;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The built binary in the repository's root, told of an engine.
pub fn command(host: &str) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_shakedown"));
    c.current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("CI")
        .env_remove("XDG_RUNTIME_DIR")
        .env("NO_COLOR", "1")
        .env("DOCKER_HOST", host)
        .stdin(Stdio::null());
    c
}

/// `run` of scenarios or of a folder of them, every Linux device in a container of an image.
pub fn run(engine: &Engine, record: &Path, image: &str, paths: &[&str]) -> Command {
    let mut c = command(&engine.host());
    c.args(["run", "--engine", "container", "--image", image])
        .arg("--record")
        .arg(record)
        .args(paths);
    c
}

/// Runs to the end and wants an exit code.
pub fn expect(mut c: Command, code: i32) -> Result<Output, Failed> {
    let out = c.output()?;
    if out.status.code() == Some(code) {
        return Ok(out);
    }
    Err(format!(
        "{c:?}: {} instead of exit code {code}\n{}",
        out.status,
        said(&out)
    )
    .into())
}

/// All that it wrote.
pub fn said(out: &Output) -> String {
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    format!("{}\n{}", text(&out.stdout), text(&out.stderr))
}

/// The scenarios of a run's JSON report.
pub fn report(mut c: Command, code: i32) -> Result<Vec<Value>, Failed> {
    c.args(["--json", "-"]);
    let out = expect(c, code)?;
    let report: Value = serde_json::from_slice(&out.stdout)?;
    let scenarios = report["scenarios"].as_array();
    Ok(scenarios.ok_or("the report lists no scenarios")?.clone())
}

/// Writes a scenario into a folder and runs it on its images; gives the report's only one.
pub fn scenario(engine: &Engine, folder: &Path, text: &str, code: i32) -> Result<Value, Failed> {
    let file = folder.join("scenario.yaml");
    std::fs::write(&file, text)?;
    let mut c = command(&engine.host());
    c.arg("run")
        .arg("--record")
        .arg(folder.join("record"))
        .arg(&file);
    let all = report(c, code)?;
    Ok(all.into_iter().next().ok_or("nothing was run")?)
}
