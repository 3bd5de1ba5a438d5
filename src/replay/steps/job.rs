//! Quick jobs of a scenario: queued on the platform, run by the Agent, told to the log.

use super::At;
use super::told::{record, seen};
use crate::agent::Scoped;
use crate::component::Component;
use crate::platform::Ledger;
use crate::replay::judge::Seen;
use crate::replay::runner::{Runner, Waiting};
use crate::replay::verdict::Stop;
use crate::replay::work::{self, Order, Ready, remark_secrets};
use crate::rmm::event::What;
use crate::rmm::ids::guid;
use crate::rmm::job::JobStatus;
use crate::rmm::knobs::Stdin;
use crate::scenario::Spanned;
use crate::scenario::step::JobVariable;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a job is to do, its texts filled in.
#[derive(Debug, Clone)]
pub struct Request {
    pub component: Spanned<String>,
    pub variables: BTreeMap<String, Scoped>,
    pub timeout: Option<Duration>,
    pub stdin: Option<Stdin>,
    /// The footprint is wanted.
    pub footprint: bool,
}

/// A job step: on each of its devices, one after another.
pub fn step(
    r: &mut Runner<'_>,
    at: &At<'_>,
    component: &Spanned<String>,
    on: &[Spanned<String>],
    variables: &[JobVariable],
    timeout: Option<Duration>,
    stdin: Option<Stdin>,
) -> Result<Vec<Seen>, Stop> {
    let request = Request {
        component: component.clone(),
        variables: job_variables(r, variables)?,
        timeout,
        stdin,
        footprint: true,
    };
    let mut seen = Vec::new();
    for device in r.on(on, at.span)? {
        let id = job_id(r, at, &device.value, 1);
        if at.expect.refused.is_some()
            && let Some(why) = refusal(r, &request, &device, &id)?
        {
            let refused = What::JobRefused {
                component: request.component.value.clone(),
                device: device.value.clone(),
                why: why.clone(),
            };
            r.ledger.caused(at.started, refused);
            seen.push(Seen {
                device: device.value,
                refused: Some(why),
                ..Seen::default()
            });
            continue;
        }
        let queued = queue(&mut r.ledger, at.started, &id, &request, &device.value);
        if r.ledger
            .state()
            .devices
            .get(&device.value)
            .is_some_and(|d| !d.online)
        {
            r.memory.waiting.push(Waiting {
                device: device.value.clone(),
                request: request.clone(),
                id: id.clone(),
                queued,
            });
            seen.push(Seen {
                device: device.value.clone(),
                job: id,
                status: Some(JobStatus::Pending),
                ..Seen::default()
            });
            continue;
        }
        seen.push(run(r, &device, &request, id, queued)?);
    }
    Ok(seen)
}

/// Why the platform does not take a job, if it does not.
fn refusal(
    r: &Runner<'_>,
    request: &Request,
    device: &Spanned<String>,
    id: &str,
) -> Result<Option<String>, Stop> {
    component(r, &request.component)?;
    r.device(device)?;
    let order = order(request, device, None);
    match work::prepare(r.stage.ground(), r.ledger.state(), &order, id.to_owned()) {
        Ok(_) => Ok(None),
        Err(why) => Ok(Some(why.to_string())),
    }
}

fn order<'o>(
    request: &'o Request,
    device: &'o Spanned<String>,
    most: Option<Duration>,
) -> Order<'o> {
    Order {
        component: &request.component.value,
        device: &device.value,
        variables: &request.variables,
        timeout: request.timeout,
        most,
        stdin: request.stdin,
        footprint: request.footprint,
    }
}

/// Runs what was queued for a device while it was offline.
pub fn run_waiting(r: &mut Runner<'_>, device: &Spanned<String>) -> Result<Vec<Seen>, Stop> {
    let (due, later) = std::mem::take(&mut r.memory.waiting)
        .into_iter()
        .partition(|w| w.device == device.value);
    r.memory.waiting = later;
    let mut seen = Vec::new();
    for w in due {
        let row = r.ledger.state().jobs.get(&w.id);
        // It may have expired meanwhile.
        if row.is_some_and(|job| job.status == JobStatus::Pending) {
            seen.push(run(r, device, &w.request, w.id, w.queued)?);
        }
    }
    Ok(seen)
}

/// Runs a job that was queued, and tells the log of it.
///
/// # Errors
/// The platform refuses it, an engine broke, or an interrupt.
pub fn run(
    r: &mut Runner<'_>,
    device: &Spanned<String>,
    request: &Request,
    id: String,
    queued: u64,
) -> Result<Seen, Stop> {
    let ready = prepare(r, request, device, id)?;
    let started = r.ledger.caused(
        queued,
        What::JobStarted {
            job: ready.id.clone(),
        },
    );
    let stage = r.stage;
    let mut report = r.lend(&device.value, || {
        work::launch(stage.ground(), &device.value, &ready)
    })?;
    if r.stage.cancel.is_cancelled() {
        return Err(Stop::Interrupted);
    }
    remark_secrets(&r.ledger, &mut report);
    record(r, &device.value, &ready, &report, started);
    Ok(seen(&device.value, &ready.id, &report))
}

/// Id of a job: the same place of the same scenario with the same seed gives the same id.
pub fn job_id(r: &Runner<'_>, at: &At<'_>, device: &str, run: u32) -> String {
    guid(
        r.stage.seed,
        &format!("job:{}:{}:{device}:{run}", at.path, at.attempt),
    )
}

/// Writes that a job was queued, with the variables it was given.
pub fn queue(ledger: &mut Ledger, cause: u64, id: &str, request: &Request, device: &str) -> u64 {
    for v in request.variables.values().filter(|v| v.masked) {
        ledger.hide(&v.value);
    }
    let variables = request
        .variables
        .iter()
        .map(|(k, v)| (k.clone(), v.value.clone()))
        .collect();
    ledger.caused(
        cause,
        What::JobQueued {
            job: id.into(),
            component: request.component.value.clone(),
            device: device.into(),
            variables,
            name: None,
            by: None,
        },
    )
}

/// Gathers what a job needs, as it is on the platform now.
pub fn prepare<'a>(
    r: &Runner<'a>,
    request: &Request,
    device: &Spanned<String>,
    id: String,
) -> Result<Ready<'a>, Stop> {
    let stage = r.stage;
    // Told with their places in the scenario.
    component(r, &request.component)?;
    r.device(device)?;
    let order = order(request, device, Some(r.time_left()));
    work::prepare(stage.ground(), r.ledger.state(), &order, id).map_err(|e| Stop::Mistake {
        message: e.to_string(),
        span: request.component.span,
        help: "the platform refuses such a job; see the component's variables".into(),
    })
}

/// The component of a name in the scenario.
pub fn component<'a>(r: &Runner<'a>, name: &Spanned<String>) -> Result<&'a Component, Stop> {
    let key = &name.value;
    let found = work::of_library(&r.stage.components, r.ledger.state(), key);
    found.ok_or_else(|| {
        let mut stocked = r.stage.scenario.world.comstore.iter();
        let (message, help) = match stocked.any(|s| s.key.value == *key) {
            true => (
                format!("the account does not have `{key}` of the ComStore yet"),
                "`portal: download` takes it first",
            ),
            false => (
                format!("there is no component {key}"),
                "declare it under `world.components`",
            ),
        };
        Stop::Mistake {
            message,
            span: name.span,
            help: help.into(),
        }
    })
}

/// Job variables with every `${...}` filled in.
pub fn job_variables(
    r: &Runner<'_>,
    list: &[JobVariable],
) -> Result<BTreeMap<String, Scoped>, Stop> {
    list.iter()
        .map(|v| {
            Ok((
                v.name.value.clone(),
                Scoped {
                    value: r.fill(&v.value, v.name.span)?,
                    masked: v.masked,
                },
            ))
        })
        .collect()
}
