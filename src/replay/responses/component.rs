//! A component as a response: a job on the alert's device.

use super::{Task, acted, remark};
use crate::agent::Scoped;
use crate::platform::state::Alert;
use crate::replay::judge::Seen;
use crate::replay::runner::{Runner, Waiting};
use crate::replay::steps::job::{self, Request};
use crate::replay::verdict::Stop;
use crate::rmm::event::Note;
use crate::rmm::ids::guid;
use crate::rmm::job::JobStatus;
use crate::rmm::policy::{ResponseActionType as Action, Value};
use crate::scenario::{Span, Spanned};
use std::collections::BTreeMap;

/// Runs it; for a device that is offline the job waits.
///
/// # Errors
/// The platform refuses the job, an engine broke, or an interrupt.
pub fn run(
    r: &mut Runner<'_>,
    task: &Task,
    alert: &Alert,
    (component, span): (&str, Span),
    variables: &BTreeMap<String, Value>,
    seen: &mut Seen,
) -> Result<(), Stop> {
    let scoped = |v: &Value| Scoped {
        value: v.value.clone(),
        masked: v.masked,
    };
    let request = Request {
        component: Spanned {
            value: component.to_owned(),
            span,
        },
        variables: variables
            .iter()
            .map(|(k, v)| (k.clone(), scoped(v)))
            .collect(),
        timeout: None,
        stdin: None,
        footprint: false,
    };
    let device = Spanned {
        value: alert.device.clone(),
        span,
    };
    let (_, _, n) = task.place;
    let id = guid(r.stage.seed, &format!("response:{}:{n}", alert.id));
    let queued = job::queue(&mut r.ledger, task.cause, &id, &request, &device.value);
    let state = r.ledger.state();
    if state.devices.get(&device.value).is_some_and(|d| !d.online) {
        r.memory.waiting.push(Waiting {
            device: device.value,
            request,
            id: id.clone(),
            queued,
        });
        let text = format!("{component}: waits for its device, which is offline");
        acted(r, task, Action::Component, text, Some(id));
        return Ok(());
    }
    let ran = job::run(r, &device, &request, id.clone(), queued)?;
    let status = ran.status.map_or("", |s| s.word());
    if matches!(ran.status, Some(JobStatus::Failure | JobStatus::Expired)) {
        let note = Note {
            code: "response-failed".into(),
            message: format!(
                "component {component}, the response to the alert of {} on {}, ended with {status}",
                alert.monitor, device.value
            ),
            help: "the alert has its action all the same; the job's output says why".into(),
        };
        remark(r, task.cause, note);
    }
    let text = format!("{component}: {status}");
    acted(r, task, Action::Component, text, Some(id));
    merge(seen, ran);
    Ok(())
}

/// What the job did counts for the step that it happened in, but for its output.
fn merge(seen: &mut Seen, ran: Seen) {
    let (all, new) = (&mut seen.observed, ran.observed);
    all.left.extend(new.left);
    all.waits.extend(new.waits);
    all.reboots.extend(new.reboots);
    all.lookups.extend(new.lookups);
    all.connections.extend(new.connections);
    all.doubles.extend(new.doubles);
    all.services.extend(new.services);
    seen.notes.extend(ran.notes);
}
