//! Tests that need devices: where the sandbox is missing they show as ignored, with the reason in
//! their name; with `SHAKEDOWN_REQUIRE_ENGINES=1` they fail instead.

#[path = "trial.rs"]
pub mod trial;

use libtest_mimic::{Failed, Trial};
use trial::{needing, set};

/// Why the sandbox cannot run here; none when it can.
pub fn missing() -> Option<String> {
    let doctor = std::process::Command::new(env!("CARGO_BIN_EXE_shakedown"))
        .args(["doctor", "--json"])
        .output();
    let out = match doctor {
        Ok(o) => o,
        Err(e) => return Some(e.to_string()),
    };
    let doctor: serde_json::Value = match serde_json::from_slice(&out.stdout) {
        Ok(v) => v,
        Err(e) => return Some(format!("doctor --json gave no JSON: {e}")),
    };
    let engines = doctor["engines"].as_array().cloned().unwrap_or_default();
    let Some(sandbox) = engines.iter().find(|e| e["engine"] == "sandbox") else {
        return Some("doctor --json knows no sandbox".to_owned());
    };
    match sandbox["state"].as_str() {
        Some("whole" | "reduced") => None,
        _ => Some(
            sandbox["why"]
                .as_str()
                .unwrap_or("no reason given")
                .to_owned(),
        ),
    }
}

/// A test that needs a device.
pub fn trial(
    name: &str,
    missing: Option<&str>,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let demanded = set("SHAKEDOWN_REQUIRE_ENGINES");
    needing(
        name,
        "the sandbox engine is missing",
        missing,
        demanded,
        test,
    )
}
