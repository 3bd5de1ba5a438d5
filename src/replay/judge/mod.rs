//! Holds expectations against what was seen. Pure: what to look at is gathered before, and the
//! answer is a list of findings.

pub mod alerts;
pub mod answer;
pub mod antivirus;
pub mod calls;
pub mod comstore;
pub mod files;
pub mod footprint;
pub mod json;
pub mod processes;
pub mod registry;
pub mod responses;
pub mod set;
pub mod text;
pub mod windows;
pub mod workplace;

use crate::replay::platform::{Answered, Called};
use crate::rmm::event::Note;
use crate::rmm::job::JobStatus;
use crate::rmm::observed::{Exit, Footprint, LeftProcess, Observed};
use crate::scenario::Span;
use std::time::Duration;

/// What one step did to one device, as far as expectations ask for it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub device: String,
    /// Id of the (last) job; empty for steps without one.
    pub job: String,
    pub status: Option<JobStatus>,
    /// Why the platform did not take the job, where a step expects that.
    pub refused: Option<String>,
    pub exit: Option<Exit>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub duration: Duration,
    pub observed: Observed,
    pub footprint: Option<Footprint>,
    pub notes: Vec<Note>,
    /// Samples of the last monitor run.
    pub samples: Vec<(String, String)>,
    pub diagnostic: Option<String>,
    /// Monitor runs that alerted and that did not.
    pub alerting: u32,
    pub healthy: u32,
    /// Monitor runs that did not end by themselves, or could not start: run number and how.
    pub crashed: Vec<(u32, Exit)>,
    /// Ids of alerts opened and resolved in this step on this device.
    pub opened: Vec<String>,
    pub resolved: Vec<String>,
    /// Processes running after the step, when an expectation asks.
    pub running: Option<Vec<LeftProcess>>,
    /// Of an `api:` step.
    pub answer: Option<Answered>,
    /// Calls of the REST API by clients, when an expectation asks.
    pub called: Vec<Called>,
    /// Component key of a monitor step.
    pub monitor: Option<String>,
    /// Runs of monitors, in order.
    pub ran: Vec<Ran>,
    /// Runs of policies that were due while their device was offline: monitor and device.
    pub skipped: Vec<(String, String)>,
}

/// A run of a monitor.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    /// Key of the component of a `monitor:` step, or `policy/monitor`.
    pub monitor: String,
    pub device: String,
    pub alerting: bool,
    /// How it ended, where not by itself.
    pub crashed: Option<Exit>,
}

/// One expectation held against what was seen.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// It holds; its path in the step, `stdout.contains`.
    Met(String),
    Failed(Failure),
}

/// An expectation that does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Path in the step: `udf.5`, `footprint.only`.
    pub expectation: String,
    pub expected: String,
    pub actual: String,
    pub span: Span,
    pub help: Option<String>,
}

/// Collects findings of one step.
#[derive(Debug, Default)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Notes an expectation that holds, or else how it does not.
    pub fn check(
        &mut self,
        holds: bool,
        expectation: &str,
        expected: impl FnOnce() -> String,
        actual: impl FnOnce() -> String,
        span: Span,
    ) {
        if holds {
            self.met(expectation);
        } else {
            self.failed(expectation, expected(), actual(), span, None);
        }
    }

    /// Notes an expectation that holds.
    pub fn met(&mut self, expectation: &str) {
        self.0.push(Finding::Met(expectation.to_owned()));
    }

    /// Notes one that does not.
    pub fn failed(
        &mut self,
        expectation: &str,
        expected: String,
        actual: String,
        span: Span,
        help: Option<String>,
    ) {
        self.0.push(Finding::Failed(Failure {
            expectation: expectation.to_owned(),
            expected,
            actual,
            span,
            help,
        }));
    }

    /// The failures among them.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.0.iter().filter_map(|f| match f {
            Finding::Failed(x) => Some(x),
            Finding::Met(_) => None,
        })
    }
}

/// A list for people: `a, b and 3 more`; `nothing` when empty.
pub fn list(items: &[String], most: usize) -> String {
    if items.is_empty() {
        return "nothing".into();
    }
    let shown = items
        .iter()
        .take(most)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match items.len().saturating_sub(most) {
        0 => shown,
        n => format!("{shown} and {n} more"),
    }
}
