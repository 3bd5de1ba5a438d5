//! The shipped scenarios and the bad set in PowerShell, for whoever reads the list of tests: where they
//! are skipped with the reason, no line of it is green for them.

use super::engine::trial::{needing, set};
use super::{run::root, suite};
use libtest_mimic::Trial;
use serde_json::Value;
use std::process::Command;

/// Why no component in PowerShell runs on Windows devices here; none where they do.
fn missing() -> Option<String> {
    let list = Command::new(env!("CARGO_BIN_EXE_shakedown"))
        .current_dir(root())
        .args(["setup", "--list", "--json"])
        .output();
    let parts: Value = match list.map(|out| serde_json::from_slice(&out.stdout)) {
        Ok(Ok(parts)) => parts,
        Ok(Err(e)) => return Some(format!("setup --list --json gave no JSON: {e}")),
        Err(e) => return Some(e.to_string()),
    };
    let parts = parts.as_array().cloned().unwrap_or_default();
    let part = parts.iter().find(|part| part["what"] == "powershell");
    let state = part.and_then(|part| part["state"].as_str());
    let root = rustix::process::geteuid().is_root();
    match state.unwrap_or("not in the list") {
        "ready" if root => None,
        "ready" => Some("Windows devices need root".into()),
        state => Some(format!("it is {state}: shakedown setup powershell")),
    }
}

/// Ignored with the reason where there is no PowerShell, unless it is demanded.
pub fn trial() -> Trial {
    needing(
        "every_scenario_in_powershell_is_as_expected",
        "PowerShell is missing",
        missing().as_deref(),
        set("SHAKEDOWN_REQUIRE_POWERSHELL"),
        suite::powershell,
    )
}
