//! Component monitors: stateless runs, one open alert a monitor and device.

use super::At;
use super::job::{self, Request};
use super::told;
use crate::agent::JobReport;
use crate::replay::explore;
use crate::replay::judge::{Ran, Seen};
use crate::replay::monitoring::alerts::{Reading, Turn, judge, resolve_by};
use crate::replay::monitoring::clock;
use crate::replay::runner::{Runner, sleep};
use crate::replay::verdict::Stop;
use crate::replay::work::{self, Ready};
use crate::rmm::event::What;
use crate::rmm::job::Priority;
use crate::rmm::observed::{Exit, Observed};
use crate::scenario::Spanned;
use crate::scenario::step::{Action, Overlap};
use std::time::Duration;

/// A monitor step.
pub fn step(r: &mut Runner<'_>, at: &At<'_>, action: &Action) -> Result<Vec<Seen>, Stop> {
    let Action::Monitor {
        component,
        on,
        variables,
        every,
        runs,
        overlapping,
        stagger,
        priority,
        timeout,
    } = action
    else {
        return Ok(Vec::new());
    };
    let component_meta = &job::component(r, component)?.metadata;
    if component_meta.category != crate::rmm::component::Category::Monitors {
        return Err(Stop::Mistake {
            message: format!(
                "component {} is of the category {:?}, not a monitor",
                component.value, component_meta.category
            )
            .to_lowercase(),
            span: component.span,
            help: "run it with `job:`, or give the component the category monitors".into(),
        });
    }
    let wants_footprint = at.expect.footprint.is_some();
    let request = Request {
        component: component.clone(),
        variables: job::job_variables(r, variables)?,
        timeout: *timeout,
        stdin: None,
        footprint: wants_footprint,
    };
    let plan = Plan {
        request,
        priority: *priority,
        every: *every,
        runs: (*runs).max(1),
        overlapping: *overlapping,
        stagger: *stagger,
    };
    r.on(on, at.span)?
        .iter()
        .map(|device| on_device(r, at, device, &plan))
        .collect()
}

struct Plan {
    request: Request,
    priority: Priority,
    every: Duration,
    runs: u32,
    overlapping: Overlap,
    stagger: Duration,
}

fn on_device(
    r: &mut Runner<'_>,
    at: &At<'_>,
    device: &Spanned<String>,
    plan: &Plan,
) -> Result<Seen, Stop> {
    let mut all = Seen {
        device: device.value.clone(),
        monitor: Some(plan.request.component.value.clone()),
        ..Seen::default()
    };
    if r.ledger
        .state()
        .devices
        .get(&device.value)
        .is_some_and(|d| !d.online)
    {
        return Err(Stop::Mistake {
            message: format!(
                "device {} is offline: its monitors cannot reach the platform",
                device.value
            ),
            span: device.span,
            help: "bring it online first: `device: NAME` with `online: true`".into(),
        });
    }
    if plan.overlapping != Overlap::None {
        let booted = r.device(device)?;
        let mark = if plan.request.footprint {
            Some(booted.handle.mark()?)
        } else {
            None
        };
        overlapping(r, at, device, plan, &mut all)?;
        if let Some(mark) = mark {
            all.footprint = Some(booted.handle.footprint(&mark)?);
        }
        return Ok(all);
    }
    for run in 1..=plan.runs {
        if run > 1 {
            goes_on(r, at, plan, &mut all)?;
        }
        let begun = start(r, at, device, plan, run)?;
        let stage = r.stage;
        let report = r.lend(&device.value, || {
            work::launch(stage.ground(), &device.value, &begun.ready)
        })?;
        if r.stage.cancel.is_cancelled() {
            return Err(Stop::Interrupted);
        }
        taken(r, device, plan, &begun, report, &mut all);
    }
    Ok(all)
}

/// The time between two runs goes by; the alert of this monitor may resolve in it.
fn goes_on(r: &mut Runner<'_>, at: &At<'_>, plan: &Plan, all: &mut Seen) -> Result<(), Stop> {
    let meanwhile = clock::advance(r, at.started, plan.every)?;
    let state = r.ledger.state();
    let own = |id: &&String| {
        let alert = state.alerts.iter().find(|a| a.id == **id);
        alert.is_some_and(|a| a.device == all.device && Some(&a.monitor) == all.monitor.as_ref())
    };
    let resolved: Vec<String> = meanwhile.resolved.iter().filter(own).cloned().collect();
    all.resolved.extend(resolved);
    Ok(())
}

/// One run that only has to be launched.
struct Begun<'a> {
    run: u32,
    ready: Ready<'a>,
    /// Its `job-started`.
    started: u64,
}

fn start<'a>(
    r: &mut Runner<'a>,
    at: &At<'_>,
    device: &Spanned<String>,
    plan: &Plan,
    run: u32,
) -> Result<Begun<'a>, Stop> {
    let id = job::job_id(r, at, &device.value, run);
    let queued = job::queue(&mut r.ledger, at.started, &id, &plan.request, &device.value);
    let ready = job::prepare(r, &plan.request, device, id)?;
    let started = r.ledger.caused(
        queued,
        What::JobStarted {
            job: ready.id.clone(),
        },
    );
    Ok(Begun {
        run,
        ready,
        started,
    })
}

/// All runs at once, each a drawn moment after the one before. What they did is told in the order
/// of their start, so that the same seed gives the same log.
fn overlapping(
    r: &mut Runner<'_>,
    at: &At<'_>,
    device: &Spanned<String>,
    plan: &Plan,
    all: &mut Seen,
) -> Result<(), Stop> {
    let mut rng = fastrand::Rng::with_seed(r.stage.seed ^ at.started);
    let mut all_begun = Vec::new();
    for run in 1..=plan.runs {
        let micros = u64::try_from(plan.stagger.as_micros()).unwrap_or(u64::MAX);
        let drawn = if run == 1 {
            0
        } else {
            rng.u64(micros / 2..=micros)
        };
        let delay = Duration::from_micros(drawn);
        if run > 1 {
            goes_on(r, at, plan, all)?;
        }
        all_begun.push((start(r, at, device, plan, run)?, delay));
    }
    if plan.overlapping == Overlap::Explored {
        return in_turn(r, at, device, plan, &all_begun, all);
    }
    let stage = r.stage;
    let together = || {
        std::thread::scope(|threads| {
            let mut offset = Duration::ZERO;
            let handles: Vec<_> = all_begun
                .iter()
                .map(|(begun, delay)| {
                    offset += *delay;
                    let at = offset;
                    let device = device.value.as_str();
                    threads.spawn(move || {
                        sleep(at, stage.cancel);
                        work::launch(stage.ground(), device, &begun.ready)
                    })
                })
                .collect();
            let lost = || {
                Err(Stop::Broken {
                    reason: "the thread of a monitor run panicked".into(),
                    help: None,
                })
            };
            handles
                .into_iter()
                .map(|h| h.join().unwrap_or_else(|_| lost()))
                .collect()
        })
    };
    let reports: Vec<Result<JobReport, Stop>> = r.lend(&device.value, together);
    if stage.cancel.is_cancelled() {
        return Err(Stop::Interrupted);
    }
    for ((begun, _), report) in all_begun.iter().zip(reports) {
        taken(r, device, plan, begun, report?, all);
    }
    Ok(())
}

/// All runs, each going on from one system call on a file to the next when the seed says so.
fn in_turn(
    r: &mut Runner<'_>,
    at: &At<'_>,
    device: &Spanned<String>,
    plan: &Plan,
    all_begun: &[(Begun<'_>, Duration)],
    all: &mut Seen,
) -> Result<(), Stop> {
    let stage = r.stage;
    let booted = r.device(device)?;
    let Some(points) = booted.handle.points() else {
        return Err(Stop::Skip(format!(
            "how runs overlap cannot be explored on {}: {} cannot hold their system calls here",
            device.value,
            booted.handle.label().engine
        )));
    };
    let explore = stage.scenario.explore;
    let how = explore::Plan {
        seed: stage.seed ^ at.started,
        kills: explore.is_some_and(|e| e.kills),
    };
    let launches: Vec<_> = all_begun
        .iter()
        .map(|(begun, _)| || work::launch(stage.ground(), &device.value, &begun.ready))
        .collect();
    let (ended, trace) = r.lend(&device.value, || explore::conduct(points, how, launches));
    if stage.cancel.is_cancelled() {
        return Err(Stop::Interrupted);
    }
    r.memory.interleaved = trace.words();
    r.ledger.caused(
        at.started,
        What::RunsInterleaved {
            monitor: plan.request.component.value.clone(),
            device: device.value.clone(),
            order: trace.words(),
            killed: trace.killed.clone(),
        },
    );
    for (n, ((begun, _), report)) in (1..).zip(all_begun.iter().zip(ended)) {
        let report = report.unwrap_or_else(|_| {
            Err(Stop::Broken {
                reason: "the thread of a monitor run panicked".into(),
                help: None,
            })
        })?;
        if trace.killed.contains(&n) {
            killed(r, device, begun, report);
        } else {
            taken(r, device, plan, begun, report, all);
        }
    }
    Ok(())
}

/// A run that was killed tells nothing: no alert comes of it, and none resolves.
fn killed(r: &mut Runner<'_>, device: &Spanned<String>, begun: &Begun<'_>, mut report: JobReport) {
    work::remark_secrets(&r.ledger, &mut report);
    report
        .notes
        .retain(|n| !["alert-without-result", "killed-by-signal"].contains(&n.code.as_str()));
    told::record(r, &device.value, &begun.ready, &report, begun.started);
}

/// Tells the log of one run and lets the platform raise or resolve its alert.
fn taken(
    r: &mut Runner<'_>,
    device: &Spanned<String>,
    plan: &Plan,
    begun: &Begun<'_>,
    mut report: JobReport,
    all: &mut Seen,
) {
    let Begun {
        run,
        ready,
        started,
    } = begun;
    work::remark_secrets(&r.ledger, &mut report);
    told::record(r, &device.value, ready, &report, *started);
    let monitor = plan.request.component.value.clone();
    let reading = report.monitor.clone().unwrap_or_default();
    let ran = r.ledger.caused(
        *started,
        What::MonitorRan {
            monitor: monitor.clone(),
            device: device.value.clone(),
            job: ready.id.clone(),
            run: *run,
            alerting: reading.alerting,
        },
    );
    let turn = judge(
        r,
        ran,
        Reading {
            monitor: monitor.clone(),
            device: device.value.clone(),
            alerting: reading.alerting,
            priority: plan.priority,
            resolve: resolve_by(&ready.knobs),
            samples: reading.samples.iter().cloned().collect(),
            text: reading.text.clone(),
            diagnostic: reading.diagnostic.clone().unwrap_or_default(),
            context: None,
        },
    );
    match turn {
        Turn::Opened(alert) => all.opened.push(alert),
        Turn::Resolved(alert) => all.resolved.push(alert),
        Turn::Nothing => {}
    }
    all.ran.push(Ran {
        monitor,
        device: device.value.clone(),
        alerting: reading.alerting,
        crashed: crashed(report.exit).then_some(report.exit),
    });
    if crashed(report.exit) {
        all.crashed.push((*run, report.exit));
    }
    add(
        all,
        told::seen(&device.value, &ready.id, &report),
        reading.alerting,
    );
}

/// A run that tells nothing of the device: it did not end by itself, or its script or the last
/// command of it could not be started (126 and 127, as shells say it).
pub fn crashed(exit: Exit) -> bool {
    !matches!(exit, Exit::Code(_)) || matches!(exit, Exit::Code(126 | 127))
}

/// Adds a run to what the step saw: the last run's answer, everything observed.
pub fn add(all: &mut Seen, run: Seen, alerting: bool) {
    let mut observed: Observed = std::mem::take(&mut all.observed);
    observed.left.extend(run.observed.left);
    observed.waits.extend(run.observed.waits);
    observed.reboots.extend(run.observed.reboots);
    observed.lookups.extend(run.observed.lookups);
    observed.connections.extend(run.observed.connections);
    observed.doubles.extend(run.observed.doubles);
    observed.services.extend(run.observed.services);
    let mut notes = std::mem::take(&mut all.notes);
    notes.extend(run.notes);
    let mut footprint = all.footprint.take();
    match (&mut footprint, run.footprint) {
        (Some(f), Some(new)) => {
            f.entries.extend(new.entries);
            f.entries.sort();
            f.entries.dedup();
        }
        (f @ None, new) => *f = new,
        _ => {}
    }
    *all = Seen {
        device: std::mem::take(&mut all.device),
        refused: None,
        answer: None,
        called: Vec::new(),
        monitor: all.monitor.take(),
        opened: std::mem::take(&mut all.opened),
        crashed: std::mem::take(&mut all.crashed),
        resolved: std::mem::take(&mut all.resolved),
        alerting: all.alerting + u32::from(alerting),
        healthy: all.healthy + u32::from(!alerting),
        duration: all.duration.max(run.duration),
        observed,
        notes,
        footprint,
        job: run.job,
        status: run.status,
        exit: run.exit,
        stdout: run.stdout,
        stderr: run.stderr,
        samples: run.samples,
        diagnostic: run.diagnostic,
        running: None,
        ran: std::mem::take(&mut all.ran),
        skipped: std::mem::take(&mut all.skipped),
    };
}
