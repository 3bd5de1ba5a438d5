//! Does the steps of one scenario (or of one branch of a parallel step) one after another.

use super::clock::{Clocks, real_ms};
use super::judge::{Finding, Findings, Seen};
use super::monitoring::{self, Monitoring};
use super::platform::{self, Tokens};
use super::responses::{self, Responding};
use super::scope::Scope;
use super::setup::Booted;
use super::stage::Stage;
use super::verdict::Stop;
use super::{capture, residue, schedule, steps};
use crate::engine::{Cancel, Device};
use crate::platform::Desk;
use crate::platform::desk::Shared;
use crate::rmm::event::{Note, Place, Verdict, What};
use crate::scenario::step::{Action, Retry, Step};
use crate::scenario::{Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A job queued for a device that is offline.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub device: String,
    pub request: steps::job::Request,
    /// Id of the job.
    pub id: String,
    pub queued: u64,
}

/// What a branch carries from step to step besides the log.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    pub scope: Scope,
    /// Paths that jobs created, by device: what `residue` asks for.
    pub created: BTreeMap<String, BTreeSet<String>>,
    /// Keys and values of its registry likewise: key, and name of the value.
    pub created_keys: BTreeMap<String, BTreeSet<(String, Option<String>)>>,
    /// Descriptions that scripts left on their device, until its next audit.
    pub undescribed: BTreeMap<String, String>,
    /// Jobs that wait for their device to come online.
    pub waiting: Vec<Waiting>,
    /// Tokens that `api:` steps call with.
    pub tokens: Tokens,
    /// The devices' clock and the platform's.
    pub clocks: Clocks,
    /// What was noted of each device's antivirus at its last audit: it is told once.
    pub noted: BTreeMap<String, Vec<Note>>,
    /// Monitors of policies.
    pub monitoring: Monitoring,
    /// Responses to their alerts.
    pub responding: Responding,
    /// In which order the last explored runs went on.
    pub interleaved: Vec<String>,
}

/// Does steps.
pub struct Runner<'a> {
    pub stage: &'a Stage<'a>,
    /// Where [`Runner::ledger`] lies.
    pub shared: Arc<Shared>,
    pub ledger: Desk<'a>,
    pub memory: Memory,
}

impl<'a> Runner<'a> {
    /// A runner at the start of a scenario.
    pub fn new(stage: &'a Stage<'a>, shared: &'a Arc<Shared>) -> Runner<'a> {
        let macs = stage
            .devices
            .iter()
            .map(|(k, d)| (k.clone(), d.spec.mac.clone()))
            .collect();
        let users = platform::users(&stage.scenario.world);
        let scope = Scope::new(schedule::fixed(stage), macs, users);
        let ledger = Desk::take(shared);
        let clocks = Clocks::starting(real_ms(), ledger.now_ms());
        Runner {
            stage,
            shared: Arc::clone(shared),
            ledger,
            memory: Memory {
                scope,
                clocks,
                responding: Responding::beginning(),
                ..Memory::default()
            },
        }
    }

    /// The whole scenario: its steps, then `finally` whatever happened.
    pub fn scenario(mut self) -> Verdict {
        let begun = self.begin();
        let outcome = begun.and_then(|()| self.steps(&self.stage.scenario.steps, ""));
        let ending = match &outcome {
            Err(Stop::Interrupted) => Ok(()),
            _ => self.finally(),
        };
        match (outcome, ending) {
            (Err(stop), _) | (Ok(()), Err(stop)) => stop.verdict(),
            (Ok(()), Ok(())) => Verdict::Passed,
        }
    }

    /// What runs of itself is planned; a mistake in it is told before the first step.
    fn begin(&mut self) -> Result<(), Stop> {
        let begun = monitoring::begin(self);
        if let Err(Stop::Mistake {
            message,
            span,
            help,
        }) = &begun
        {
            let place = self.place(*span);
            self.ledger.emit(What::ExpectationFailed {
                step: "world".into(),
                expectation: "the world itself".into(),
                expected: "no mistake in the world's policies".into(),
                actual: message.clone(),
                place,
                help: Some(help.clone()),
            });
        }
        begun
    }

    /// Every step of `finally`, also after one of them failed.
    fn finally(&mut self) -> Result<(), Stop> {
        let mut first = Ok(());
        for (n, step) in self.stage.scenario.finally.iter().enumerate() {
            let done = self.step(step, &format!("finally.{}", n + 1));
            if first.is_ok() {
                first = done;
            }
        }
        first
    }

    /// Steps in turn, until one stops the scenario.
    pub fn steps(&mut self, steps: &[Step], prefix: &str) -> Result<(), Stop> {
        for (n, step) in steps.iter().enumerate() {
            self.step(step, &format!("{prefix}{}", n + 1))?;
        }
        Ok(())
    }

    /// One branch of a parallel step.
    pub fn branch(&mut self, step: &Step, path: &str) -> Result<(), Stop> {
        self.step(step, path)
    }

    fn step(&mut self, step: &Step, path: &str) -> Result<(), Stop> {
        self.between_steps();
        let title = self
            .fill(&step.title, step.span)
            .unwrap_or_else(|_| step.title.clone());
        let place = self.place(step.span);
        let started = self.ledger.emit(What::StepStarted {
            step: path.into(),
            title,
            place,
        });
        if let Some(skip) = step
            .skip
            .as_ref()
            .filter(|_| self.stage.applies(step.skip_when))
        {
            self.ledger.caused(
                started,
                What::StepSkipped {
                    step: path.into(),
                    reason: skip.value.clone(),
                },
            );
            self.ledger.caused(
                started,
                What::StepEnded {
                    step: path.into(),
                    passed: true,
                },
            );
            return Ok(());
        }
        let done = self.attempts(step, path, started);
        if let Err(Stop::Mistake {
            message,
            span,
            help,
        }) = &done
        {
            let place = self.place(*span);
            self.ledger.caused(
                started,
                What::ExpectationFailed {
                    step: path.into(),
                    expectation: "the step itself".into(),
                    expected: "no mistake in what the step asks for".into(),
                    actual: message.clone(),
                    place,
                    help: Some(help.clone()),
                },
            );
        }
        self.ledger.caused(
            started,
            What::StepEnded {
                step: path.into(),
                passed: done.is_ok(),
            },
        );
        done
    }

    /// The step, again and again where it says so, until its expectations hold.
    fn attempts(&mut self, step: &Step, path: &str, started: u64) -> Result<(), Stop> {
        let begun = Instant::now();
        for attempt in 1.. {
            self.still_allowed(step)?;
            let before = self.stage.platform.as_ref().map_or(0, |p| p.called());
            let mut seen = self.act(step, path, started, attempt)?;
            responses::after_step(self, started, &mut seen)?;
            if step.expect.platform.is_some() {
                self.called(step, before, &mut seen);
            }
            let findings = self.judge(step, &seen)?;
            let failed = findings
                .failures()
                .next()
                .map(|f| format!("{}: {}", f.expectation, f.actual));
            if let (Some(why), Some(pause)) = (&failed, again(step.retry.as_ref(), attempt, begun))
            {
                // How often is tried within a time is a matter of the machine's speed.
                let counted = step.retry.as_ref().is_some_and(|r| r.times.is_some());
                if counted || attempt == 1 {
                    self.ledger.caused(
                        started,
                        What::StepRetried {
                            step: path.into(),
                            attempt,
                            why: why.clone(),
                        },
                    );
                }
                self.pause(pause);
                continue;
            }
            self.log(&findings, path, started);
            if failed.is_some() {
                return Err(Stop::Failed);
            }
            return capture::captures(self, step, path, started, &seen);
        }
        Ok(())
    }

    fn still_allowed(&self, step: &Step) -> Result<(), Stop> {
        if self.stage.cancel.is_cancelled() {
            return Err(Stop::Interrupted);
        }
        if Instant::now() >= self.stage.deadline {
            return Err(Stop::Mistake {
                message: format!("the scenario ran longer than its timeout of {:?}", self.stage.scenario.timeout),
                span: step.span,
                help: "give the scenario a longer `timeout:`, or find what is slow in the steps before".into(),
            });
        }
        Ok(())
    }

    fn act(
        &mut self,
        step: &Step,
        path: &str,
        started: u64,
        attempt: u32,
    ) -> Result<Vec<Seen>, Stop> {
        let at = steps::At {
            path,
            started,
            attempt,
            span: step.span,
            expect: &step.expect,
        };
        match &step.action {
            Action::Job {
                component,
                on,
                variables,
                timeout,
                stdin,
            } => steps::job::step(self, &at, component, on, variables, *timeout, *stdin),
            Action::Monitor { .. } => steps::monitor::step(self, &at, &step.action),
            Action::Device { on, act } => steps::device::step(self, &at, on, act),
            Action::Portal(act) => steps::portal::step(self, &at, act),
            Action::Service {
                service,
                on,
                fault,
                taken,
            } => steps::device::service_fault(self, &at, service, on, fault.as_ref(), *taken),
            Action::Advance(by) => steps::advance(self, &at, *by),
            Action::Audit { on } => steps::audit::step(self, &at, on),
            Action::Check { on } => steps::check(self, started, on),
            Action::Parallel(branches) => steps::parallel::step(self, &at, branches),
            Action::Api(call) => steps::api::step(self, &at, call),
            Action::Platform { operation, fault } => {
                steps::api::platform_fault(self, operation, fault.as_ref())
            }
            Action::Group { steps, .. } => {
                self.steps(steps, &format!("{path}.")).map(|()| Vec::new())
            }
        }
    }

    fn judge(&mut self, step: &Step, seen: &[Seen]) -> Result<Findings, Stop> {
        let expect = self
            .memory
            .scope
            .fill_expect(&step.expect, self.ledger.accounts())?;
        let mut all = Findings::default();
        for s in seen {
            let mut f = Findings::default();
            steps::judge::step(self, step, &expect, s, &mut f)?;
            // Which device it was matters only where there are several.
            if seen.len() > 1 {
                prefix(&mut f, &s.device);
            }
            all.0.append(&mut f.0);
        }
        Ok(all)
    }

    fn log(&mut self, findings: &Findings, path: &str, started: u64) {
        for f in &findings.0 {
            let what = match f {
                Finding::Met(expectation) => What::ExpectationMet {
                    step: path.into(),
                    expectation: expectation.clone(),
                },
                Finding::Failed(f) => What::ExpectationFailed {
                    step: path.into(),
                    expectation: f.expectation.clone(),
                    expected: f.expected.clone(),
                    actual: f.actual.clone(),
                    place: self.place(f.span),
                    help: f.help.clone().or_else(|| self.order()),
                },
            };
            self.ledger.caused(started, what);
        }
    }

    /// The order of runs that were explored, where a failure may come of it.
    fn order(&self) -> Option<String> {
        let order = &self.memory.interleaved;
        (!order.is_empty()).then(|| format!("the order of the runs: {}", order.join(", ")))
    }

    /// Where a span stands, for events.
    pub fn place(&self, span: Span) -> Place {
        let file = self
            .stage
            .scenario
            .source(span.file)
            .map(|s| s.path.display().to_string())
            .unwrap_or_default();
        Place {
            file,
            line: span.line,
            column: span.column,
            length: span.len,
            offset: span.offset,
        }
    }

    /// A text with every `${...}` filled in.
    pub fn fill(&self, text: &str, span: Span) -> Result<String, Stop> {
        Ok(self.memory.scope.fill(text, self.ledger.accounts(), span)?)
    }

    /// The device of a name in the scenario.
    pub fn device(&self, name: &Spanned<String>) -> Result<&'a Booted, Stop> {
        self.stage
            .devices
            .get(&name.value)
            .ok_or_else(|| Stop::Mistake {
                message: format!("there is no device {}", name.value),
                span: name.span,
                help: "declare it under `world.devices`".into(),
            })
    }

    /// The devices a step names; with none named, the only one of the world.
    pub fn on(&self, names: &[Spanned<String>], span: Span) -> Result<Vec<Spanned<String>>, Stop> {
        if !names.is_empty() {
            return Ok(names.to_vec());
        }
        let mut all = self.stage.devices.keys();
        match (all.next(), all.next()) {
            (Some(only), None) => Ok(vec![Spanned {
                value: only.clone(),
                span,
            }]),
            _ => Err(Stop::Mistake {
                message: format!(
                    "it does not say on which of the {} devices",
                    self.stage.devices.len()
                ),
                span,
                help: "add `on: DEVICE`".into(),
            }),
        }
    }

    /// What of earlier jobs' created paths is still on a device.
    pub fn residue(&self, device: &str, handle: &dyn Device) -> Result<Vec<String>, Stop> {
        let mut left = Vec::new();
        for path in self.memory.created.get(device).into_iter().flatten() {
            if handle.stat(path)?.is_some() {
                left.push(path.clone());
            }
        }
        if let Some(windows) = handle.windows() {
            let keys = self.memory.created_keys.get(device);
            left.extend(residue::of_registry(windows, keys.into_iter().flatten())?);
        }
        Ok(left)
    }

    /// Real time left of the scenario's timeout.
    pub fn time_left(&self) -> Duration {
        self.stage
            .deadline
            .saturating_duration_since(Instant::now())
    }
}

fn prefix(findings: &mut Findings, device: &str) {
    for f in &mut findings.0 {
        match f {
            Finding::Met(e) => *e = format!("{device}: {e}"),
            Finding::Failed(x) => x.expectation = format!("{device}: {}", x.expectation),
        }
    }
}

fn again(retry: Option<&Retry>, attempt: u32, begun: Instant) -> Option<Duration> {
    let retry = retry?;
    let tries_left = retry.times.is_none_or(|most| attempt < most);
    let time_left = retry
        .within
        .is_none_or(|most| begun.elapsed() + retry.every < most);
    (tries_left && time_left).then_some(retry.every)
}

/// Sleeps in slices, so that an interrupt is noticed.
pub fn sleep(how_long: Duration, cancel: &Cancel) {
    let until = Instant::now() + how_long;
    while !cancel.is_cancelled() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(Duration::from_millis(20)));
    }
}
