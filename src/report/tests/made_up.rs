//! Made-up logs for the tests of the reports.

use crate::rmm::event::{Event, Note, Place, Real, Stream, Verdict, What};
use crate::rmm::job::JobStatus;
use crate::rmm::observed::Exit;
use std::collections::BTreeMap;

/// Numbers events and gives each a time one millisecond after the one before.
#[derive(Default)]
pub struct Maker {
    seq: u64,
}

impl Maker {
    pub fn event(&mut self, what: What) -> Event {
        self.seq += 1;
        Event {
            account: 0,
            by: None,
            seq: self.seq,
            at: 1_767_603_600_000,
            cause: None,
            real: Real {
                ms: self.seq as f64,
            },
            what,
        }
    }

    pub fn log(&mut self, whats: Vec<What>) -> Vec<Event> {
        whats.into_iter().map(|w| self.event(w)).collect()
    }
}

pub fn place(line: usize) -> Place {
    Place {
        file: "no/such/deploy.yaml".into(),
        line,
        column: 7,
        length: 6,
        offset: 0,
    }
}

pub fn run_started() -> What {
    What::RunStarted {
        format: 1,
        version: "0.1.0".into(),
        seed: 42,
    }
}

pub fn started(name: &str) -> What {
    What::ScenarioStarted {
        name: name.into(),
        file: "no/such/deploy.yaml".into(),
        tags: vec!["deploy".into()],
        seed: 7,
        matrix: BTreeMap::from([("os".to_owned(), "linux".to_owned())]),
    }
}

pub fn ended(verdict: Verdict, attempt: u32) -> What {
    What::ScenarioEnded { verdict, attempt }
}

pub fn booted(reduced: Option<&str>) -> What {
    What::DeviceBooted {
        device: "web-01".into(),
        engine: "sandbox".into(),
        reduced: reduced.map(str::to_owned),
        powershell: None,
    }
}

pub fn step_started() -> What {
    What::StepStarted {
        step: "1".into(),
        title: "job deploy on web-01".into(),
        place: place(5),
    }
}

pub fn step_ended(passed: bool) -> What {
    What::StepEnded {
        step: "1".into(),
        passed,
    }
}

/// A job that printed `stdout` and nothing else.
pub fn job(stdout: &str) -> Vec<What> {
    vec![
        What::JobQueued {
            job: "job-1".into(),
            component: "deploy".into(),
            device: "web-01".into(),
            variables: BTreeMap::new(),
            name: None,
            by: None,
        },
        What::JobStarted {
            job: "job-1".into(),
        },
        What::Output {
            job: "job-1".into(),
            stream: Stream::Stdout,
            text: Some(stdout.into()),
            base64: None,
            bytes: stdout.len() as u64,
            cut: false,
        },
        What::Noted {
            job: Some("job-1".into()),
            note: Note {
                code: "empty-component-value".into(),
                message: "usrUDF is empty".into(),
                help: "give it a value".into(),
            },
        },
        What::JobEnded {
            job: "job-1".into(),
            status: JobStatus::Failure,
            exit: Exit::Code(3),
        },
    ]
}

pub fn failed() -> What {
    What::ExpectationFailed {
        step: "1".into(),
        expectation: "stdout".into(),
        expected: "contains \"ready\"".into(),
        actual: "\"not yet\u{1b}[31m\"".into(),
        place: place(9),
        help: Some("look at the installer's log".into()),
    }
}

/// A whole attempt that fails at its first step.
pub fn failing(name: &str, attempt: u32, stdout: &str) -> Vec<What> {
    let mut log = vec![started(name), booted(None), step_started()];
    log.extend(job(stdout));
    log.extend([failed(), step_ended(false), ended(Verdict::Failed, attempt)]);
    log
}

/// A whole attempt that passes.
pub fn passing(name: &str, attempt: u32) -> Vec<What> {
    let mut log = vec![started(name), booted(None), step_started()];
    log.extend(job("ready\n"));
    log.extend([
        What::ExpectationMet {
            step: "1".into(),
            expectation: "stdout".into(),
        },
        step_ended(true),
        ended(Verdict::Passed, attempt),
    ]);
    log
}
