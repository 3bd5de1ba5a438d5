//! Scripts in PowerShell on devices whose PowerShell is not 5.1: what 5.1 would not begin is not begun.

use super::launch::POWERSHELL_SCRIPT;
use crate::agent::launch::Plan;
use crate::component::powershell;
use crate::engine::{Device, Outcome, OutputSink};
use crate::rmm::event::{Note, Stream};
use crate::rmm::observed::{Exit, Observed};
use std::time::Duration;

/// 5.1's exit code for a script that it cannot parse or whose `#Requires` is not met.
const NOT_BEGUN: i32 = 1;

/// A device whose PowerShell is 7 with our layer over it: that of Wine. A real machine has 5.1 itself.
fn stands_in(device: &dyn Device) -> bool {
    device.windows().is_some_and(|w| w.by_wine())
}

/// What the script uses that 5.1 takes and the device's PowerShell does not, or otherwise.
pub fn differences(device: &dyn Device, body: &[u8]) -> Vec<Note> {
    if !stands_in(device) {
        return Vec::new();
    }
    powershell::notes::differences(&powershell::check(body))
}

/// The end of a script that 5.1 does not begin: its text on stderr and exit code 1. None where the
/// script is to be run. What is refused is in the component's notes.
pub fn refused(
    device: &dyn Device,
    plan: &Plan,
    script: &str,
    body: &[u8],
    sink: &dyn OutputSink,
) -> Option<Outcome> {
    if plan.script_name != POWERSHELL_SCRIPT || !stands_in(device) {
        return None;
    }
    let stderr = powershell::check(body).refusal(script, powershell::VERSION)?;
    sink.chunk(Stream::Stderr, stderr.as_bytes());
    Some(Outcome {
        exit: Exit::Code(NOT_BEGUN),
        stdout: Vec::new(),
        stdout_bytes: 0,
        stderr_bytes: stderr.len() as u64,
        stderr: stderr.into_bytes(),
        duration: Duration::ZERO,
        over_budget: false,
        observed: Observed::default(),
    })
}

#[cfg(test)]
#[path = "powershell_tests.rs"]
mod tests;
