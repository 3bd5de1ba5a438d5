//! What is done about alerts: messages, tickets, webhooks, components as responses.
//!
//! Which alerts were opened and resolved is read from the platform's state, so that it does not
//! matter who did it: a monitor, the portal, the API, time. What fails is due again on the
//! platform's clock.

mod call;
mod component;
mod email;
mod ticket;
mod webhook;

use super::judge::Seen;
use super::runner::Runner;
use super::verdict::Stop;
use crate::platform::state::Alert;
use crate::rmm::event::{Note, What};
use crate::rmm::observed::ServiceCall;
use crate::rmm::policy::{Monitor, Response, ResponseActionType as Action};
use crate::scenario::policy::WorldPolicy;
use std::collections::BTreeMap;

/// What responses carry from step to step.
#[derive(Debug, Clone, Default)]
pub struct Responding {
    /// Off in the branches of a parallel step: what happens there is responded to after it.
    here: bool,
    /// How many alerts were looked at so far.
    looked: usize,
    /// Ids of alerts for which something is to be done when they resolve, with the response.
    watched: Vec<(String, Place)>,
    due: Vec<Task>,
    /// Ids of tickets by alert.
    tickets: BTreeMap<String, i64>,
    /// Notes that no expectation has seen yet.
    said: Vec<Note>,
    /// Calls of the step so far, with the key of the alert's device.
    calls: Vec<(String, ServiceCall)>,
}

/// Places of policy, monitor and response in the world.
type Place = (usize, usize, usize);

/// Something that is to be done about an alert.
#[derive(Debug, Clone)]
struct Task {
    /// Id of the alert.
    alert: String,
    place: Place,
    why: Why,
    /// Tries before this one.
    tries: u32,
    /// Platform time at which it is due, milliseconds.
    at: i64,
    cause: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Opened,
    Resolved,
}

impl Responding {
    /// Responses of a scenario from its beginning.
    pub fn beginning() -> Responding {
        Responding {
            here: true,
            ..Responding::default()
        }
    }

    /// Those of a branch of a parallel step: none are done there.
    pub fn of_branch() -> Responding {
        Responding::default()
    }
}

/// When something is due next, platform time in milliseconds.
pub fn next(r: &Runner<'_>) -> Option<i64> {
    let responding = &r.memory.responding;
    let due = responding.due.iter().filter(|_| responding.here);
    due.map(|t| t.at).min()
}

/// Does what is due by now: for alerts that opened or resolved since this was done last, and what
/// failed before.
///
/// # Errors
/// A component cannot run as a response, an engine broke, or an interrupt.
pub fn catch_up(r: &mut Runner<'_>, cause: u64, seen: &mut Seen) -> Result<(), Stop> {
    if !r.memory.responding.here {
        return Ok(());
    }
    opened(r, cause);
    resolved(r, cause);
    while let Some(task) = take_due(r) {
        act(r, task, seen)?;
        // What a call that was broken off came to is nothing to judge.
        if r.stage.cancel.is_cancelled() {
            return Err(Stop::Interrupted);
        }
        // A ticket that was made late may have to be completed at once.
        resolved(r, cause);
    }
    seen.notes.append(&mut r.memory.responding.said);
    Ok(())
}

/// Tells a note, for whoever expects it too.
fn remark(r: &mut Runner<'_>, cause: u64, note: Note) {
    r.memory.responding.said.push(note.clone());
    r.ledger.caused(cause, What::Noted { job: None, note });
}

/// After a step: what is due, and the calls of the step for its expectations.
///
/// # Errors
/// As [`catch_up`].
pub fn after_step(r: &mut Runner<'_>, cause: u64, seen: &mut [Seen]) -> Result<(), Stop> {
    let mut nobody = Seen::default();
    catch_up(r, cause, seen.first_mut().unwrap_or(&mut nobody))?;
    for (device, call) in std::mem::take(&mut r.memory.responding.calls) {
        let of_device = seen.iter().position(|s| s.device == device);
        if let Some(s) = seen.get_mut(of_device.unwrap_or(0)) {
            s.observed.services.push(call);
        }
    }
    Ok(())
}

/// The monitor of a policy that an alert is of, with its place in the world.
fn monitor_of<'a>(
    policies: &'a [WorldPolicy],
    alert: &Alert,
) -> Option<((usize, usize), &'a Monitor)> {
    let (policy, monitor) = alert.monitor.split_once('/')?;
    let p = policies.iter().position(|d| d.policy.key == policy)?;
    let monitors = &policies[p].policy.monitors;
    let m = monitors.iter().position(|m| m.key == monitor)?;
    Some(((p, m), &monitors[m]))
}

/// What new alerts ask for.
fn opened(r: &mut Runner<'_>, cause: u64) {
    let policies = &r.stage.scenario.world.policies;
    let now = r.ledger.now_ms();
    let responding = &mut r.memory.responding;
    let alerts = &r.ledger.state().alerts;
    for alert in alerts.get(responding.looked..).unwrap_or_default() {
        let Some(((p, m), monitor)) = monitor_of(policies, alert) else {
            continue;
        };
        for (n, response) in monitor.respond.iter().enumerate() {
            let place = (p, m, n);
            if when_resolved(response) {
                responding.watched.push((alert.id.clone(), place));
            }
            responding.due.push(Task {
                alert: alert.id.clone(),
                place,
                why: Why::Opened,
                tries: 0,
                at: now,
                cause,
            });
        }
    }
    responding.looked = alerts.len();
}

/// Something is done too when the alert resolves.
fn when_resolved(response: &Response) -> bool {
    match response {
        Response::Ticket => true,
        Response::Webhook(w) => w.resolved.is_some(),
        Response::Email { .. } | Response::Component { .. } => false,
    }
}

/// What alerts ask for that are resolved now.
fn resolved(r: &mut Runner<'_>, cause: u64) {
    let now = r.ledger.now_ms();
    let responding = &mut r.memory.responding;
    let alerts = &r.ledger.state().alerts;
    let due = &mut responding.due;
    responding.watched.retain(|(alert, place)| {
        let is_open = |id: &str| {
            alerts
                .iter()
                .rfind(|a| a.id == id)
                .is_some_and(Alert::is_open)
        };
        // First things first: what is still to be done for its opening comes before.
        let pending = |t: &Task| t.alert == *alert && t.place == *place;
        if is_open(alert) || due.iter().any(pending) {
            return true;
        }
        due.push(Task {
            alert: alert.clone(),
            place: *place,
            why: Why::Resolved,
            tries: 0,
            at: now,
            cause,
        });
        false
    });
}

/// The first task that is due by now.
fn take_due(r: &mut Runner<'_>) -> Option<Task> {
    let now = r.ledger.now_ms();
    let due = &mut r.memory.responding.due;
    let ripe = due.iter().enumerate().filter(|(_, t)| t.at <= now);
    let (first, _) = ripe.min_by_key(|(n, t)| (t.at, *n))?;
    Some(due.remove(first))
}

fn act(r: &mut Runner<'_>, task: Task, seen: &mut Seen) -> Result<(), Stop> {
    let (p, m, n) = task.place;
    let declared = &r.stage.scenario.world.policies[p];
    let response = &declared.policy.monitors[m].respond[n];
    let alerts = &r.ledger.state().alerts;
    let Some(alert) = alerts.iter().rfind(|a| a.id == task.alert).cloned() else {
        return Ok(());
    };
    match (response, task.why) {
        (Response::Email { to }, _) => email::send(r, &task, &alert, to),
        (Response::Webhook(webhook), _) => webhook::execute(r, task, &alert, webhook),
        (Response::Ticket, Why::Opened) => ticket::make(r, task, &alert),
        (Response::Ticket, Why::Resolved) => ticket::complete(r, task, &alert),
        (
            Response::Component {
                component,
                variables,
            },
            _,
        ) => {
            let span = declared.places[m]
                .respond
                .get(n)
                .copied()
                .unwrap_or_default();
            component::run(r, &task, &alert, (component, span), variables, seen)?;
        }
    }
    Ok(())
}

/// Tells what was done, or tried.
fn acted(r: &mut Runner<'_>, task: &Task, action: Action, text: String, reference: Option<String>) {
    r.ledger.caused(
        task.cause,
        What::AlertActed {
            alert: task.alert.clone(),
            action,
            description: text,
            reference,
            attempt: task.tries + 1,
        },
    );
}

/// What becomes of a try that failed.
enum Next {
    /// Minutes until it is tried again.
    Again(u32),
    GivenUp,
}

impl Next {
    fn told(&self, why: &str, tries: u32) -> String {
        match self {
            Next::Again(minutes) => format!("{why}; tried again in {minutes} min"),
            Next::GivenUp => format!("{why}; given up after {tries} tries"),
        }
    }
}

/// Puts a task that failed off, or gives it up with a note.
fn put_off(r: &mut Runner<'_>, task: Task, what: &str) -> Next {
    let knobs = &r.stage.scenario.world.knobs;
    let tries = task.tries + 1;
    if tries >= knobs.response_tries {
        let note = Note {
            code: "response-given-up".into(),
            message: format!("{what} was given up after {tries} tries"),
            help: "the service or the PSA failed all that time; the knobs `response-tries` and `response-retry` say how often and when".into(),
        };
        remark(r, task.cause, note);
        return Next::GivenUp;
    }
    let minutes = knobs
        .response_retry_minutes
        .saturating_mul(1 << task.tries.min(20));
    let at = r
        .ledger
        .now_ms()
        .saturating_add(i64::from(minutes) * 60_000);
    r.memory.responding.due.push(Task { tries, at, ..task });
    Next::Again(minutes)
}
