//! From how a script ended to the job's status, with remarks on what it did.
//!
//! stdout and stderr stay the script's own, byte for byte: what the Agent has to say about a
//! timeout is a note, because expectations over stderr must see what the script wrote.

use super::note;
use crate::engine::Outcome;
use crate::rmm::component::{Metadata, PostCondition};
use crate::rmm::event::Note;
use crate::rmm::job::JobStatus;
use crate::rmm::knobs::{Knobs, TimeoutStatus};
use crate::rmm::observed::{Exit, Observed};
use aho_corasick::AhoCorasick;
use std::time::Duration;

/// The job's status: success exactly when the script exits 0 `[O]`, which a post-condition turns
/// into a warning `[T]`; a timeout by knob. `timeout` is the one this job ran under.
pub fn judge(
    meta: &Metadata,
    timeout: Duration,
    outcome: &Outcome,
    knobs: &Knobs,
) -> (JobStatus, Vec<Note>) {
    let mut notes = Vec::new();
    let mut status = match outcome.exit {
        Exit::Code(0) => JobStatus::Success,
        Exit::TimedOut if !outcome.over_budget => match knobs.timeout_status {
            TimeoutStatus::Failure => JobStatus::Failure,
            TimeoutStatus::Expired => JobStatus::Expired,
        },
        _ => JobStatus::Failure,
    };
    ending(timeout, outcome, &mut notes);
    observed(timeout, &outcome.observed, &mut notes);
    if status == JobStatus::Success {
        for (index, condition) in meta.post_conditions.iter().enumerate() {
            if post_condition(index + 1, condition, outcome, &mut notes) {
                status = JobStatus::Warning;
            }
        }
    }
    if status == JobStatus::Success
        && let Some(line) = evidence_of_failure(outcome)
    {
        notes.push(note(
                "exit-0-after-failure",
                format!("the script exited 0 although it printed {line:?}: the job counts as a success"),
                "exit with 1 when a step fails (for example `set -e`, or `cmd || exit 1`), or add a post-condition with that text",
            ));
    }
    (status, notes)
}

fn ending(timeout: Duration, outcome: &Outcome, notes: &mut Vec<Note>) {
    if outcome.over_budget {
        notes.push(note(
            "diagnostic-over-budget",
            format!(
                "the script ran too long after {} and was ended; what it printed until then counts",
                super::launch::START_DIAGNOSTIC
            ),
            "gather the diagnostic before printing its marker, and keep it short",
        ));
    }
    match outcome.exit {
        // Ended early because of a wait: the note of what it waits for says the rest.
        Exit::TimedOut if ended_early(outcome, timeout) => notes.push(note(
            Note::ENDED_EARLY,
            format!(
                "the script was ended with everything it had started after {}, before its timeout of {}: it waits for somebody, and nobody comes; its output until then is kept",
                ran(outcome.duration),
                shown(timeout)
            ),
            "mend what it waits for; on a device it hangs until the timeout",
        )),
        Exit::TimedOut if !outcome.over_budget => notes.push(note(
            "timed-out",
            format!("the script was ended with everything it had started: it did not end by itself within its {}; its output until then is kept", shown(timeout)),
            "find what it waits for, or raise the component's timeout",
        )),
        Exit::Signal(signal) => notes.push(note(
            "killed-by-signal",
            format!("signal {signal} ended the script"),
            "look for kill commands and crashes in what the script runs",
        )),
        Exit::DeviceDown => notes.push(note(
            "device-down",
            "the device went down while the script ran",
            "a component must not reboot or shut down the device by itself",
        )),
        _ => {}
    }
    for (name, kept, all) in [
        ("stdout", outcome.stdout.len() as u64, outcome.stdout_bytes),
        ("stderr", outcome.stderr.len() as u64, outcome.stderr_bytes),
    ] {
        if all > kept {
            notes.push(note(
                "output-cut",
                format!("{name}: the script wrote {all} bytes, {kept} were kept"),
                "write long logs to a file on the device",
            ));
        }
    }
}

/// A wait that was seen ended it, and not its timeout.
fn ended_early(outcome: &Outcome, timeout: Duration) -> bool {
    let waits = !outcome.observed.waits.is_empty() || !outcome.observed.windows.is_empty();
    waits && !outcome.over_budget && outcome.duration < timeout
}

/// `2.7 s`: how long a script ran.
fn ran(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn observed(timeout: Duration, observed: &Observed, notes: &mut Vec<Note>) {
    for left in observed
        .left
        .iter()
        .filter(|l| l.holds_stdout || l.holds_stderr)
        .take(5)
    {
        let held = match (left.holds_stdout, left.holds_stderr) {
            (true, true) => "stdout and stderr",
            (true, false) => "stdout",
            _ => "stderr",
        };
        notes.push(note(
            "left-process-holds-output",
            format!("{} ({}) still runs after the script and holds its {held}: on a real device the job can hang until its timeout", left.name, left.command_line),
            "start it with its output elsewhere: nohup PROGRAM >/dev/null 2>&1 </dev/null &, on Windows start \"\" /b PROGRAM >nul 2>&1 <nul",
        ));
    }
    for wait in observed.waits.iter().take(5) {
        notes.push(note(
            "waits-for-input",
            format!("{} ({}) waited for input on {} (file descriptor {}): nobody can answer, a real job hangs until its timeout of {}", wait.name, wait.command_line, wait.what, wait.fd, shown(timeout)),
            "use the program's silent or non-interactive switch, or feed it: PROGRAM </dev/null (on Windows <nul)",
        ));
    }
    for reboot in observed.reboots.iter().take(5) {
        notes.push(note(
            "reboot-attempt",
            format!("{} tried to reboot or shut down the device (by {})", reboot.by, reboot.via.word()),
            "tell the administrator that a reboot is needed instead; only a user variable may ask for one",
        ));
    }
}

/// A timeout for people, in whole seconds: what is left of a scenario's own time differs between
/// replays in its fractions.
fn shown(timeout: Duration) -> String {
    if timeout < Duration::from_secs(1) {
        return format!("{} ms", timeout.as_millis());
    }
    format!("{:.0} s", timeout.as_secs_f64().ceil())
}

/// Whether a post-condition warns.
fn post_condition(
    number: usize,
    condition: &PostCondition,
    outcome: &Outcome,
    notes: &mut Vec<Note>,
) -> bool {
    let streams = [
        ("stdout", condition.streams.stdout, &outcome.stdout),
        ("stderr", condition.streams.stderr, &outcome.stderr),
    ];
    let looked: Vec<_> = streams.into_iter().filter(|(_, look, _)| *look).collect();
    if looked.is_empty() {
        return false;
    }
    let at = looked.iter().find_map(|(name, _, bytes)| {
        find(bytes, &condition.text, false).map(|at| (name, bytes, at))
    });
    let where_looked = looked
        .iter()
        .map(|(name, ..)| *name)
        .collect::<Vec<_>>()
        .join(" and ");
    if let (true, Some((name, bytes, at))) = (condition.found, at) {
        let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count();
        notes.push(note(
            "post-condition",
            format!("post-condition {number}: {:?} was found in {name}, line {line}: the job ends with a warning", condition.text),
            "nothing to mend if that is what the component is to say",
        ));
    } else if !condition.found && at.is_none() {
        notes.push(note(
            "post-condition",
            format!("post-condition {number}: {:?} was not found in {where_looked}: the job ends with a warning", condition.text),
            "nothing to mend if that is what the component is to say",
        ));
    }
    if at.is_none()
        && looked
            .iter()
            .any(|(_, _, bytes)| find(bytes, &condition.text, true).is_some())
    {
        notes.push(note(
            "post-condition-case",
            format!("post-condition {number}: {:?} stands in {where_looked} in another case only, which does not count", condition.text),
            "write the post-condition's text exactly as the script prints it",
        ));
    }
    condition.found == at.is_some()
}

fn find(hay: &[u8], needle: &str, any_case: bool) -> Option<usize> {
    // A pattern too large for the searcher (gigabytes) cannot stand in bounded output either.
    let searcher = AhoCorasick::builder()
        .ascii_case_insensitive(any_case)
        .build([needle])
        .ok()?;
    searcher.find(hay).map(|m| m.start())
}

/// A line by which the shell or the script itself says that something failed.
fn evidence_of_failure(outcome: &Outcome) -> Option<String> {
    let polyglot = outcome.stderr.windows(6).any(|w| w == b"@echo:");
    let in_stream = |bytes: &[u8], stderr: bool| {
        bytes
            .split(|b| *b == b'\n')
            .map(|l| l.trim_ascii())
            .find_map(|line| {
                let line = String::from_utf8_lossy(&line[..line.len().min(1024)]);
                let noise = polyglot && (line.contains(" @echo: ") || line.contains(" goto: "));
                (!noise && says_failed(&line, stderr))
                    .then(|| line.chars().take(120).collect::<String>())
            })
    };
    in_stream(&outcome.stderr, true).or_else(|| in_stream(&outcome.stdout, false))
}

/// cmd.exe knows no such command; of a body that is for both systems the first line is none.
fn by_cmd(line: &str) -> bool {
    let unknown = line.contains("is not recognized as an internal or external command")
        || line.starts_with("Can't recognize '");
    unknown && !line.contains("#!")
}

fn says_failed(line: &str, stderr: bool) -> bool {
    let by_shell = stderr && (line.contains(": line ") || line.contains("command.sh: "));
    let shell_words = [
        ": command not found",
        ": not found",
        ": No such file or directory",
        ": Permission denied",
        ": bad interpreter",
        "syntax error",
        ": integer expression expected",
        ": unary operator expected",
        ": cannot execute",
    ];
    let first = [
        "ERROR:",
        "Error:",
        "FATAL",
        "fatal:",
        "FAILED",
        "Failed to ",
        "Script Failed",
    ];
    let lower = line.to_lowercase();
    let said = [
        "install failed",
        "installation failed",
        "installer failed",
        "setup failed",
        "activation failed",
    ];
    stderr && by_cmd(line)
        || by_shell && shell_words.iter().any(|w| line.contains(w))
        || first.iter().any(|w| line.starts_with(w))
        || said.iter().any(|w| lower.contains(w))
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
pub(crate) mod tests;
