//! The JUnit report: one test suite for each scenario file, one test case for each scenario.

use super::clean::visible;
use super::gather::Gathered;
use super::tale::{Attempt, Tale};
use crate::rmm::event::Verdict;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};
use std::collections::BTreeMap;
use std::time::Duration;

/// A report that could not be put into XML.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the JUnit report: {0}")]
pub struct JunitError(#[from] quick_junit::SerializeError);

/// The report as an XML document. Scenarios that were cut off by Ctrl-C stand in it as errors.
///
/// Characters that XML cannot hold are shown as `\x1b`.
pub fn document(gathered: &Gathered) -> Result<String, JunitError> {
    let mut suites: BTreeMap<&str, Vec<&Tale>> = BTreeMap::new();
    for tale in gathered.tales.values() {
        suites.entry(tale.file.as_str()).or_default().push(tale);
    }
    let mut report = Report::new("shakedown");
    let mut total = 0.0;
    for (file, tales) in suites {
        let mut suite = TestSuite::new(text(file));
        let ms: f64 = tales.iter().map(|t| t.total_ms()).sum();
        total += ms;
        suite.set_time(time(ms));
        suite.add_property(("seed", gathered.seed.to_string().as_str()));
        suite.add_property(("shakedown", gathered.version.as_str()));
        for tale in tales {
            suite.add_test_case(case(tale));
        }
        report.add_test_suite(suite);
    }
    report.set_time(time(total));
    Ok(report.to_string()?)
}

fn case(tale: &Tale) -> TestCase {
    let mut case = TestCase::new(text(&tale.name), status(tale));
    case.set_classname(text(&tale.file));
    case.set_time(time(tale.now.ms));
    let met: u32 = tale.now.steps.iter().map(|s| s.met).sum();
    case.set_assertions(met as usize + tale.now.failures.len());
    case.add_property(("seed", tale.seed.to_string().as_str()));
    for engine in tale.now.engines() {
        case.add_property(("engine", text(&engine).as_str()));
    }
    for (key, value) in &tale.matrix {
        case.add_property((
            text(&format!("matrix.{key}")).as_str(),
            text(value).as_str(),
        ));
    }
    let (out, err) = outputs(&tale.now);
    if !out.is_empty() {
        case.set_system_out(text(&out));
    }
    if !err.is_empty() {
        case.set_system_err(text(&err));
    }
    case
}

fn status(tale: &Tale) -> TestCaseStatus {
    let mut status = match &tale.now.verdict {
        Some(Verdict::Passed) => TestCaseStatus::success(),
        Some(Verdict::Skipped { reason }) => {
            let mut s = TestCaseStatus::skipped();
            s.set_message(text(reason));
            return s;
        }
        _ => {
            let (kind, what, message, description) = trouble(&tale.now);
            let mut s = TestCaseStatus::non_success(kind);
            s.set_type(what);
            s.set_message(text(&message));
            s.set_description(text(&description));
            s
        }
    };
    for attempt in &tale.earlier {
        let (kind, what, message, description) = trouble(attempt);
        let (out, err) = outputs(attempt);
        let mut rerun = TestRerun::new(kind);
        rerun.set_time(time(attempt.ms));
        rerun.set_type(what);
        rerun.set_message(text(&message));
        rerun.set_description(text(&description));
        if !out.is_empty() {
            rerun.set_system_out(text(&out));
        }
        if !err.is_empty() {
            rerun.set_system_err(text(&err));
        }
        status.add_rerun(rerun);
    }
    status
}

/// Kind, type, message and description of an attempt that did not pass.
fn trouble(attempt: &Attempt) -> (NonSuccessKind, &'static str, String, String) {
    match &attempt.verdict {
        Some(Verdict::Broken { reason, help }) => {
            let more = help.as_ref().map_or(String::new(), |h| format!("\n{h}"));
            let description = format!("{reason}{more}");
            (NonSuccessKind::Error, "broken", reason.clone(), description)
        }
        Some(Verdict::Interrupted) | None => {
            let message = "the run was interrupted".to_owned();
            (
                NonSuccessKind::Error,
                "interrupted",
                message.clone(),
                message,
            )
        }
        _ => {
            let message = attempt.failures.first().map_or_else(
                || "failed".to_owned(),
                |f| {
                    format!(
                        "step {}: {}: expected {}, came {}",
                        f.step, f.expectation, f.expected, f.actual
                    )
                },
            );
            (
                NonSuccessKind::Failure,
                "expectation",
                message,
                failures(attempt),
            )
        }
    }
}

fn failures(attempt: &Attempt) -> String {
    let mut out = String::new();
    for f in &attempt.failures {
        let title = attempt.step(&f.step).map_or("", |s| s.title.as_str());
        let p = &f.place;
        out.push_str(&format!(
            "{}:{}:{}: step {} {title}\n  {}\n  expected: {}\n  came: {}\n",
            p.file, p.line, p.column, f.step, f.expectation, f.expected, f.actual
        ));
        if let Some(help) = &f.help {
            out.push_str(&format!("  help: {help}\n"));
        }
    }
    out
}

/// Ends of stdout and stderr of the jobs of failed steps.
fn outputs(attempt: &Attempt) -> (String, String) {
    let (mut out, mut err) = (String::new(), String::new());
    for job in &attempt.jobs {
        let tails = [(&mut out, &job.stdout), (&mut err, &job.stderr)];
        for (into, tail) in tails {
            if tail.is_empty() {
                continue;
            }
            into.push_str(&format!("[{} on {}]\n", job.component, job.device));
            for line in &tail.lines {
                into.push_str(line);
                into.push('\n');
            }
        }
    }
    (out, err)
}

/// Text that XML can hold, nothing dropped silently.
fn text(raw: &str) -> String {
    visible(raw)
        .chars()
        .map(|c| match c {
            '\u{fffe}' => "\\u{fffe}".to_owned(),
            '\u{ffff}' => "\\u{ffff}".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

fn time(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1000.0).unwrap_or_default()
}

#[cfg(test)]
#[path = "tests/junit.rs"]
mod tests;
