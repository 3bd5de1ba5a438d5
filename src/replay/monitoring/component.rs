//! One run of a component monitor of a policy.

use super::Due;
use super::alerts::{Reading, Turn, judge, resolve_by};
use crate::agent::Scoped;
use crate::replay::judge::Seen;
use crate::replay::runner::Runner;
use crate::replay::steps::job::{self, Request};
use crate::replay::steps::{monitor, told};
use crate::replay::verdict::Stop;
use crate::replay::work;
use crate::rmm::event::What;
use crate::rmm::ids::guid;
use crate::rmm::observed::Exit;
use crate::rmm::policy::{Monitor, MonitorKind};
use crate::scenario::Spanned;
use crate::scenario::policy::WorldPolicy;
use std::time::Duration;

/// Runs it, and tells whether it alerted and, where it did not end by itself, how it ended; none
/// for a monitor of another kind.
///
/// # Errors
/// The platform refuses the run, the component cannot run here, an engine broke, or an interrupt.
pub fn run(
    r: &mut Runner<'_>,
    cause: u64,
    due: &Due,
    declared: &WorldPolicy,
    monitor: &Monitor,
    name: &str,
    seen: &mut Seen,
) -> Result<Option<(bool, Option<Exit>)>, Stop> {
    let MonitorKind::Component {
        component,
        variables,
        timeout_ms,
    } = &monitor.kind
    else {
        return Ok(None);
    };
    let places = &declared.places[due.monitor];
    let scoped = |v: &crate::rmm::policy::Value| Scoped {
        value: v.value.clone(),
        masked: v.masked,
    };
    let request = Request {
        component: Spanned {
            value: component.clone(),
            span: places.kind,
        },
        variables: variables
            .iter()
            .map(|(k, v)| (k.clone(), scoped(v)))
            .collect(),
        timeout: timeout_ms.map(Duration::from_millis),
        stdin: None,
        footprint: false,
    };
    let device = Spanned {
        value: due.device.clone(),
        span: places.monitor,
    };
    let id = guid(
        r.stage.seed,
        &format!("run:{name}:{}:{}", due.device, due.runs),
    );
    let queued = job::queue(&mut r.ledger, cause, &id, &request, &device.value);
    let mut ready = job::prepare(r, &request, &device, id)?;
    if let Some(udfs) = r.memory.monitoring.udfs.get(&due.device) {
        ready.context.device.udfs.clone_from(udfs);
    }
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
    if stage.cancel.is_cancelled() {
        return Err(Stop::Interrupted);
    }
    work::remark_secrets(&r.ledger, &mut report);
    told::record(r, &device.value, &ready, &report, started);
    let reading = report.monitor.clone().unwrap_or_default();
    let ran = r.ledger.caused(
        started,
        What::MonitorRan {
            monitor: name.to_owned(),
            device: device.value.clone(),
            job: ready.id.clone(),
            run: due.runs,
            alerting: reading.alerting,
        },
    );
    let alerting = reading.alerting;
    let turn = judge(
        r,
        ran,
        Reading {
            monitor: name.to_owned(),
            device: due.device.clone(),
            alerting,
            priority: monitor.priority,
            resolve: monitor.resolve.unwrap_or_else(|| resolve_by(&ready.knobs)),
            samples: reading.samples.iter().cloned().collect(),
            text: reading.text.clone(),
            diagnostic: reading.diagnostic.clone().unwrap_or_default(),
            context: None,
        },
    );
    match turn {
        Turn::Opened(alert) => seen.opened.push(alert),
        Turn::Resolved(alert) => seen.resolved.push(alert),
        Turn::Nothing => {}
    }
    let crashed = monitor::crashed(report.exit).then_some(report.exit);
    monitor::add(seen, told::seen("", &ready.id, &report), alerting);
    // Of many runs on several devices no one's ending is the step's.
    seen.device.clear();
    seen.job.clear();
    (seen.status, seen.exit) = (None, None);
    if let Some(exit) = crashed {
        seen.crashed.push((due.runs, exit));
    }
    Ok(Some((alerting, crashed)))
}
