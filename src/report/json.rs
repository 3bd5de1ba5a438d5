//! The JSON report: one document for a whole run. docs/reports.md tells every field.

use super::failure::exit_words;
use super::gather::Gathered;
use super::tale::{Attempt, Failure, JobTale, StepState, StepTale, Tale};
use crate::rmm::event::{Note, Place, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the document's format; raised when a field changes its meaning or goes.
pub const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    version: &'a str,
    seed: u64,
    summary: Summary,
    scenarios: Vec<ScenarioJson<'a>>,
}

#[derive(Serialize, Default)]
struct Summary {
    total: u32,
    passed: u32,
    failed: u32,
    skipped: u32,
    broken: u32,
    interrupted: u32,
    flaky: u32,
    /// Never begun: `--fail-fast` or Ctrl-C.
    not_run: u32,
}

#[derive(Serialize)]
struct ScenarioJson<'a> {
    name: &'a str,
    file: &'a str,
    tags: &'a [String],
    matrix: &'a BTreeMap<String, String>,
    seed: u64,
    flaky: bool,
    #[serde(flatten)]
    attempt: AttemptJson<'a>,
    /// Attempts before the one told above.
    earlier: Vec<AttemptJson<'a>>,
}

#[derive(Serialize)]
struct AttemptJson<'a> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    /// Of its first device; every device's stands in `devices`.
    engine: Option<&'a str>,
    devices: Vec<DeviceJson<'a>>,
    duration_ms: f64,
    steps: Vec<StepJson<'a>>,
    failures: Vec<FailureJson<'a>>,
    notes: Vec<NoteJson<'a>>,
}

#[derive(Serialize)]
struct NoteJson<'a> {
    about: &'a str,
    step: Option<&'a str>,
    code: &'a str,
    message: &'a str,
    help: &'a str,
}

#[derive(Serialize)]
struct DeviceJson<'a> {
    name: &'a str,
    engine: &'a str,
    reduced: Option<&'a str>,
    /// What runs PowerShell scripts where that is not Windows PowerShell 5.1 itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    powershell: Option<&'a str>,
}

#[derive(Serialize)]
struct StepJson<'a> {
    step: &'a str,
    title: &'a str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    duration_ms: f64,
    tries: u32,
    expectations_met: u32,
    place: Option<&'a Place>,
}

#[derive(Serialize)]
struct FailureJson<'a> {
    step: &'a str,
    expectation: &'a str,
    expected: &'a str,
    actual: &'a str,
    help: Option<&'a str>,
    place: &'a Place,
    jobs: Vec<JobJson<'a>>,
}

#[derive(Serialize)]
struct JobJson<'a> {
    job: &'a str,
    component: &'a str,
    device: &'a str,
    status: Option<&'static str>,
    exit: Option<String>,
    stdout_tail: &'a [String],
    stderr_tail: &'a [String],
    notes: &'a [Note],
}

/// The document, indented, with a newline at its end.
///
/// Scenarios that had begun and did not end (Ctrl-C) stand in it as `interrupted`.
pub fn document(gathered: &Gathered) -> Result<String, serde_json::Error> {
    let mut summary = Summary::default();
    let mut scenarios = Vec::new();
    for tale in gathered.tales.values() {
        summary.total += 1;
        summary.flaky += u32::from(tale.flaky());
        match &tale.now.verdict {
            Some(Verdict::Passed) => summary.passed += 1,
            Some(Verdict::Failed) => summary.failed += 1,
            Some(Verdict::Skipped { .. }) => summary.skipped += 1,
            Some(Verdict::Broken { .. }) => summary.broken += 1,
            Some(Verdict::Interrupted) | None => summary.interrupted += 1,
        }
        scenarios.push(scenario(tale));
    }
    let total = u32::try_from(gathered.total)
        .unwrap_or(u32::MAX)
        .max(summary.total);
    summary.not_run = total - summary.total;
    summary.total = total;
    let document = Document {
        format: FORMAT,
        version: &gathered.version,
        seed: gathered.seed,
        summary,
        scenarios,
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn scenario(tale: &Tale) -> ScenarioJson<'_> {
    ScenarioJson {
        name: &tale.name,
        file: &tale.file,
        tags: &tale.tags,
        matrix: &tale.matrix,
        seed: tale.seed,
        flaky: tale.flaky(),
        attempt: attempt(&tale.now),
        earlier: tale.earlier.iter().map(attempt).collect(),
    }
}

fn attempt(a: &Attempt) -> AttemptJson<'_> {
    let (verdict, reason, help) = match &a.verdict {
        Some(Verdict::Passed) => ("passed", None, None),
        Some(Verdict::Failed) => ("failed", None, None),
        Some(Verdict::Skipped { reason }) => ("skipped", Some(reason.as_str()), None),
        Some(Verdict::Broken { reason, help }) => {
            ("broken", Some(reason.as_str()), help.as_deref())
        }
        Some(Verdict::Interrupted) | None => ("interrupted", None, None),
    };
    AttemptJson {
        verdict,
        reason,
        help,
        engine: a.devices.first().map(|d| d.engine.as_str()),
        devices: a
            .devices
            .iter()
            .map(|d| DeviceJson {
                name: &d.name,
                engine: &d.engine,
                reduced: d.reduced.as_deref(),
                powershell: d.powershell.as_deref(),
            })
            .collect(),
        duration_ms: millis(a.ms),
        steps: a.steps.iter().map(step).collect(),
        failures: a.failures.iter().map(|f| failure(f, a)).collect(),
        notes: a
            .notes
            .iter()
            .map(|n| NoteJson {
                about: &n.about,
                step: n.step.as_deref(),
                code: &n.note.code,
                message: &n.note.message,
                help: &n.note.help,
            })
            .collect(),
    }
}

fn step(s: &StepTale) -> StepJson<'_> {
    let (verdict, reason) = match &s.state {
        StepState::Passed => ("passed", None),
        StepState::Failed => ("failed", None),
        StepState::Running => ("interrupted", None),
        StepState::Skipped(reason) => ("skipped", Some(reason.as_str())),
    };
    StepJson {
        step: &s.step,
        title: &s.title,
        verdict,
        reason,
        duration_ms: millis(s.to_ms - s.from_ms),
        tries: s.retried + 1,
        expectations_met: s.met,
        place: s.place.as_ref(),
    }
}

fn failure<'a>(f: &'a Failure, a: &'a Attempt) -> FailureJson<'a> {
    let jobs = a
        .jobs
        .iter()
        .filter(|j| j.step.as_deref() == Some(f.step.as_str()));
    FailureJson {
        step: &f.step,
        expectation: &f.expectation,
        expected: &f.expected,
        actual: &f.actual,
        help: f.help.as_deref(),
        place: &f.place,
        jobs: jobs.map(job).collect(),
    }
}

fn job(j: &JobTale) -> JobJson<'_> {
    JobJson {
        job: &j.job,
        component: &j.component,
        device: &j.device,
        status: j.status.map(|s| s.word()),
        exit: j.exit.map(exit_words),
        stdout_tail: &j.stdout.lines,
        stderr_tail: &j.stderr.lines,
        notes: &j.notes,
    }
}

/// Milliseconds with microseconds as the last digits: more is noise.
fn millis(ms: f64) -> f64 {
    (ms.max(0.0) * 1000.0).round() / 1000.0
}

#[cfg(test)]
#[path = "tests/json.rs"]
mod tests;
