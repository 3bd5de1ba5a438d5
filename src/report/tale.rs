//! What is known of one scenario, folded from its events. The source of every report.

use super::clean::count;
use super::tail::Tail;
use crate::rmm::event::{Event, Note, Place, Stream, Verdict, What};
use crate::rmm::job::JobStatus;
use crate::rmm::observed::Exit;
use std::collections::BTreeMap;

/// Most remarks kept of one attempt.
const MOST_NOTES: usize = 100;

/// One scenario, with every attempt at it.
#[derive(Debug, Clone, Default)]
pub struct Tale {
    pub name: String,
    pub file: String,
    pub tags: Vec<String>,
    pub seed: u64,
    /// The run's seed that an exploration ended with.
    pub explored: Option<u64>,
    pub matrix: BTreeMap<String, String>,
    /// Attempts that ended before the present one.
    pub earlier: Vec<Attempt>,
    /// The present (or last) attempt.
    pub now: Attempt,
}

/// One attempt at a scenario.
#[derive(Debug, Clone, Default)]
pub struct Attempt {
    /// `None` while it runs.
    pub verdict: Option<Verdict>,
    /// Real milliseconds from its start to its newest event.
    pub ms: f64,
    pub devices: Vec<DeviceTale>,
    pub steps: Vec<StepTale>,
    pub failures: Vec<Failure>,
    /// Jobs of steps that failed or still run; those of passed steps are dropped.
    pub jobs: Vec<JobTale>,
    /// Remarks of the Agent and the platform, those aside that the step's own expectations name.
    pub notes: Vec<NoteTale>,
    /// Snapshot files written by `--bless`.
    pub blessed: Vec<String>,
    /// Real milliseconds of its first event: a retry may count on from the attempt before.
    from_ms: f64,
    /// Keys of components by the number of the event that added them.
    components: BTreeMap<u64, String>,
}

/// A device that was booted.
#[derive(Debug, Clone)]
pub struct DeviceTale {
    pub name: String,
    /// `sandbox`, `sandbox (macOS played)`.
    pub engine: String,
    /// Why the engine is reduced, when it is.
    pub reduced: Option<String>,
    /// What runs PowerShell scripts where that is not Windows PowerShell 5.1 itself.
    pub powershell: Option<String>,
    /// How to enter it, when it was kept.
    pub enter: Option<String>,
}

/// A remark and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteTale {
    /// `deploy on web-01`, `component deploy`; empty for the scenario as a whole.
    pub about: String,
    pub step: Option<String>,
    pub note: Note,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    Running,
    Passed,
    Failed,
    Skipped(String),
}

/// A step that was reached.
#[derive(Debug, Clone)]
pub struct StepTale {
    /// `1`, `3.2`, `finally.1`.
    pub step: String,
    pub title: String,
    pub place: Option<Place>,
    pub state: StepState,
    /// Real milliseconds, since the start of the scenario.
    pub from_ms: f64,
    pub to_ms: f64,
    /// Tries that did not hold.
    pub retried: u32,
    /// Expectations that held.
    pub met: u32,
    /// An expectation on notes held: the author knows of them.
    notes_expected: bool,
    /// Number of its `StepStarted` event.
    seq: u64,
}

/// An expectation that failed.
#[derive(Debug, Clone)]
pub struct Failure {
    pub step: String,
    pub expectation: String,
    pub expected: String,
    pub actual: String,
    pub place: Place,
    pub help: Option<String>,
}

/// A job of a step.
#[derive(Debug, Clone)]
pub struct JobTale {
    pub job: String,
    pub step: Option<String>,
    pub component: String,
    pub device: String,
    pub status: Option<JobStatus>,
    pub exit: Option<Exit>,
    pub stdout: Tail,
    pub stderr: Tail,
    pub notes: Vec<Note>,
}

impl Tale {
    /// Takes the scenario's next event in.
    pub fn take(&mut self, event: &Event) {
        if let What::ScenarioStarted {
            name,
            file,
            tags,
            seed,
            matrix,
            ..
        } = &event.what
        {
            if self.now.verdict.is_some() {
                self.earlier.push(std::mem::take(&mut self.now));
            }
            self.name.clone_from(name);
            self.file.clone_from(file);
            self.tags.clone_from(tags);
            self.seed = *seed;
            self.matrix.clone_from(matrix);
            self.now.from_ms = event.real.ms;
        }
        if let What::Explored { seed, .. } = &event.what {
            self.explored = Some(*seed);
        }
        self.now.take(event);
    }

    /// It passed, but not at the first attempt.
    pub fn flaky(&self) -> bool {
        self.now.verdict == Some(Verdict::Passed) && !self.earlier.is_empty()
    }

    /// `1 step skipped: reason`, where steps of the last attempt were skipped.
    pub fn steps_skipped(&self) -> Option<String> {
        let mut n = 0;
        let mut reasons: Vec<&str> = Vec::new();
        for step in &self.now.steps {
            if let StepState::Skipped(reason) = &step.state {
                n += 1;
                if !reasons.contains(&reason.as_str()) {
                    reasons.push(reason);
                }
            }
        }
        (n > 0).then(|| format!("{} skipped: {}", count(n, "step"), reasons.join("; ")))
    }

    /// Real milliseconds of all attempts.
    pub fn total_ms(&self) -> f64 {
        self.earlier.iter().map(|a| a.ms).sum::<f64>() + self.now.ms
    }
}

impl Attempt {
    fn take(&mut self, event: &Event) {
        let ms = (event.real.ms - self.from_ms).max(0.0);
        self.ms = self.ms.max(ms);
        match &event.what {
            What::DeviceBooted {
                device,
                engine,
                reduced,
                powershell,
            } => self.devices.push(DeviceTale {
                name: device.clone(),
                engine: engine.clone(),
                reduced: reduced.clone(),
                powershell: powershell.clone(),
                enter: None,
            }),
            What::DeviceKept { device, enter } => {
                if let Some(d) = self.devices.iter_mut().rfind(|d| d.name == *device) {
                    d.enter = Some(enter.clone());
                }
            }
            What::StepStarted { step, title, place } => self.steps.push(StepTale {
                step: step.clone(),
                title: title.clone(),
                place: Some(place.clone()),
                state: StepState::Running,
                from_ms: ms,
                to_ms: ms,
                retried: 0,
                met: 0,
                notes_expected: false,
                seq: event.seq,
            }),
            What::StepRetried { step, .. } => {
                if let Some(s) = self.step_mut(step) {
                    s.retried += 1;
                }
                // Only the last try is told of; what the earlier ones printed is in the record.
                self.jobs.retain(|j| j.step.as_ref() != Some(step));
            }
            What::StepSkipped { step, reason } => self.step_skipped(step, reason, ms, event.seq),
            What::ExpectationMet { step, expectation } => {
                if let Some(s) = self.step_mut(step) {
                    s.met += 1;
                    // `web-01: notes` where the step has several devices.
                    s.notes_expected |= expectation
                        .rsplit(": ")
                        .next()
                        .is_some_and(|e| e.starts_with("notes"));
                }
            }
            What::ExpectationFailed {
                step,
                expectation,
                expected,
                actual,
                place,
                help,
            } => self.failures.push(Failure {
                step: step.clone(),
                expectation: expectation.clone(),
                expected: expected.clone(),
                actual: actual.clone(),
                place: place.clone(),
                help: help.clone(),
            }),
            What::StepEnded { step, passed } => {
                if let Some(s) = self.step_mut(step) {
                    s.to_ms = ms;
                    s.state = if *passed {
                        StepState::Passed
                    } else {
                        StepState::Failed
                    };
                }
                if *passed {
                    self.jobs.retain(|j| j.step.as_ref() != Some(step));
                }
                if self.step(step).is_some_and(|s| s.notes_expected) {
                    self.notes.retain(|n| n.step.as_ref() != Some(step));
                }
            }
            What::ComponentAdded { component, .. } | What::ComponentPublished { component, .. } => {
                self.components.insert(event.seq, component.clone());
            }
            What::SnapshotBlessed { file, .. } => self.blessed.push(file.clone()),
            What::ScenarioEnded { verdict, .. } => self.verdict = Some(verdict.clone()),
            _ => self.take_job(event),
        }
    }

    fn take_job(&mut self, event: &Event) {
        match &event.what {
            What::JobQueued {
                job,
                component,
                device,
                ..
            } => {
                let step = self.step_of(event);
                self.jobs.push(JobTale {
                    job: job.clone(),
                    step,
                    component: component.clone(),
                    device: device.clone(),
                    status: None,
                    exit: None,
                    stdout: Tail::default(),
                    stderr: Tail::default(),
                    notes: Vec::new(),
                });
            }
            What::Output {
                job,
                stream,
                text,
                base64,
                ..
            } => {
                if let Some(j) = self.job_mut(job) {
                    let tail = Tail::of(text.as_deref(), base64.as_deref());
                    match stream {
                        Stream::Stdout => j.stdout = tail,
                        Stream::Stderr => j.stderr = tail,
                    }
                }
            }
            What::Noted { job, note } => self.noted(job.as_deref(), note, event.cause),
            What::JobEnded { job, status, exit } => {
                if let Some(j) = self.job_mut(job) {
                    j.status = Some(*status);
                    j.exit = Some(*exit);
                }
            }
            _ => {}
        }
    }

    fn noted(&mut self, job: Option<&str>, note: &Note, cause: Option<u64>) {
        let mut told = NoteTale {
            about: String::new(),
            step: None,
            note: note.clone(),
        };
        if let Some(j) = job.and_then(|job| self.job_mut(job)) {
            j.notes.push(note.clone());
            told.about = format!("{} on {}", j.component, j.device);
            told.step.clone_from(&j.step);
        } else if let Some(component) = cause.and_then(|c| self.components.get(&c)) {
            told.about = format!("component {component}");
        }
        if self.notes.len() < MOST_NOTES && !self.notes.contains(&told) {
            self.notes.push(told);
        }
    }

    fn step_skipped(&mut self, step: &str, reason: &str, ms: f64, seq: u64) {
        let state = StepState::Skipped(reason.to_owned());
        if let Some(s) = self.step_mut(step) {
            s.state = state;
            return;
        }
        self.steps.push(StepTale {
            step: step.to_owned(),
            title: String::new(),
            place: None,
            state,
            from_ms: ms,
            to_ms: ms,
            retried: 0,
            met: 0,
            notes_expected: false,
            seq,
        });
    }

    /// The step an event belongs to: the one that caused it, else the newest that still runs.
    fn step_of(&self, event: &Event) -> Option<String> {
        let by_cause = self.steps.iter().find(|s| Some(s.seq) == event.cause);
        let running = || self.steps.iter().rfind(|s| s.state == StepState::Running);
        by_cause.or_else(running).map(|s| s.step.clone())
    }

    fn step_mut(&mut self, step: &str) -> Option<&mut StepTale> {
        self.steps.iter_mut().rfind(|s| s.step == step)
    }

    fn job_mut(&mut self, job: &str) -> Option<&mut JobTale> {
        self.jobs.iter_mut().rfind(|j| j.job == job)
    }

    /// Step with this path.
    pub fn step(&self, step: &str) -> Option<&StepTale> {
        self.steps.iter().rfind(|s| s.step == step)
    }

    /// The step that runs now: the innermost and newest one.
    pub fn running_step(&self) -> Option<&StepTale> {
        self.steps.iter().rfind(|s| s.state == StepState::Running)
    }

    /// Engines of its devices, each once, in the order they came up.
    pub fn engines(&self) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        for d in &self.devices {
            let mut label = d.engine.clone();
            if let Some(powershell) = &d.powershell {
                label = format!("{label}, {powershell}");
            }
            if d.reduced.is_some() {
                label.push_str(", reduced");
            }
            if !seen.contains(&label) {
                seen.push(label);
            }
        }
        seen
    }
}

#[cfg(test)]
#[path = "tests/tale.rs"]
mod tests;
