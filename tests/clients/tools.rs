//! What the clients need: the folders that `scripts/install-clients` makes. Where they are missing,
//! tests show as ignored, with the reason; under `SHAKEDOWN_REQUIRE_ENGINES=1` they fail instead.
//! `SHAKEDOWN_WITHOUT_CLIENTS=1` leaves them out in any case.

use super::engine::trial::{needing, set};
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Settings of the caller that would lead a client elsewhere than to the server under test.
const MISLEADING: [&str; 12] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "PYTHONPATH",
    "NODE_OPTIONS",
];

/// The sources of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    match std::env::var_os("SHAKEDOWN_CLIENTS") {
        Some(given) => root().join(given),
        None => root().join("target/clients"),
    }
}

/// Packages from npm.
pub fn node_modules() -> PathBuf {
    folder().join("npm/node_modules")
}

fn left_out() -> bool {
    set("SHAKEDOWN_WITHOUT_CLIENTS")
}

/// Why no client can run here; none when they can.
pub fn missing() -> Option<String> {
    if left_out() {
        return Some("left out by SHAKEDOWN_WITHOUT_CLIENTS".to_owned());
    }
    let installed = folder().join("installed");
    if !installed.is_file() {
        return Some(format!(
            "{} is not there: run scripts/install-clients",
            installed.display()
        ));
    }
    match Command::new("node").arg("--version").output() {
        Ok(out) if out.status.success() => None,
        Ok(out) => Some(format!("node --version: {}", out.status)),
        Err(e) => Some(format!("node: {e}")),
    }
}

/// Why no Python can run here; none when it can.
pub fn no_python() -> Option<String> {
    match Command::new("python3").arg("--version").output() {
        Ok(out) if out.status.success() => None,
        Ok(out) => Some(format!("python3 --version: {}", out.status)),
        Err(e) => Some(format!("python3: {e}")),
    }
}

/// A test that needs what may be missing.
pub fn trial(name: &str, missing: Option<&str>, test: fn() -> Result<(), Failed>) -> Trial {
    let demanded = set("SHAKEDOWN_REQUIRE_ENGINES") && !left_out();
    needing(name, "the clients are missing", missing, demanded, test)
}

/// A program that sees none of the caller's proxies and certificate authorities.
pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    for name in MISLEADING {
        command.env_remove(name);
    }
    command.env("NO_PROXY", "*").stdin(Stdio::null());
    command
}

/// A script of `tests/clients/python` in the clients' environment.
pub fn python(script: &str) -> Command {
    let scripts = root().join("tests/clients/python");
    let mut command = program(folder().join("venv/bin/python"));
    // No byte code is left among the sources.
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONPATH", &scripts)
        .arg(scripts.join(script));
    command
}

/// Runs a client; what it printed is the reason where it failed, and otherwise given back.
pub fn run(command: &mut Command) -> Result<String, Failed> {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output()?;
    let said = String::from_utf8_lossy(&stdout).into_owned();
    match status.success() {
        true => Ok(said),
        false => Err(format!(
            "{command:?}: {status}\n{said}\n{}",
            String::from_utf8_lossy(&stderr)
        )
        .into()),
    }
}
