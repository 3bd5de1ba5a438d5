//! Tickets that follow their alerts.

use super::{Task, Why, acted, call, put_off};
use crate::platform::state::Alert;
use crate::replay::outside::{LONGEST_DESCRIPTION, LONGEST_TITLE};
use crate::replay::runner::Runner;
use crate::rmm::event::Note;
use crate::rmm::job::Priority;
use crate::rmm::knobs::TicketRetry;
use crate::rmm::policy::ResponseActionType as Action;
use crate::rmm::psa::{COMPLETE, NEW};
use serde_json::{Value as Json, json};

/// A ticket that is there.
struct Made {
    id: i64,
    number: String,
    /// An earlier try made it.
    found: bool,
}

/// Makes the ticket of an alert.
pub fn make(r: &mut Runner<'_>, task: Task, alert: &Alert) {
    let look =
        task.tries > 0 && r.stage.scenario.world.knobs.ticket_retry == TicketRetry::LookFirst;
    if task.tries == 0 {
        acted(
            r,
            &task,
            Action::TicketPending,
            "a ticket in the PSA".into(),
            None,
        );
    }
    match tried(r, &task, alert, look) {
        Ok(Some(made)) => {
            r.memory
                .responding
                .tickets
                .insert(alert.id.clone(), made.id);
            let how = match made.found {
                true => "was made by an earlier try and found by the alert's uid",
                false => "was made",
            };
            let text = format!("ticket {} {how}", made.number);
            acted(r, &task, Action::TicketCreated, text, Some(made.number));
        }
        Ok(None) => {
            let note = Note {
                code: "ticket-not-needed".into(),
                message: format!(
                    "the alert of {} on {} resolved before its ticket could be made",
                    alert.monitor, alert.device
                ),
                help: "the PSA has no ticket of it, and gets none".into(),
            };
            super::remark(r, task.cause, note);
        }
        Err(why) => {
            let (told, tries) = (task.clone(), task.tries + 1);
            let next = put_off(
                r,
                task,
                &format!("a ticket for {} on {}", alert.monitor, alert.device),
            );
            let text = format!("the PSA: {}", next.told(&why, tries));
            acted(r, &told, Action::TicketCreationError, text, None);
        }
    }
}

/// One try. None: the alert has resolved meanwhile, and no earlier try has made a ticket.
fn tried(
    r: &mut Runner<'_>,
    task: &Task,
    alert: &Alert,
    look: bool,
) -> Result<Option<Made>, String> {
    if look {
        let by_uid =
            json!({ "filter": [{ "op": "eq", "field": "externalID", "value": alert.id }] });
        let found = call::psa(r, task, alert, "POST", "/Tickets/query", &by_uid)?;
        if let Some(item) = found["items"].as_array().and_then(|all| all.first()) {
            return Ok(Some(Made {
                found: true,
                ..read(item)?
            }));
        }
        if !alert.is_open() {
            return Ok(None);
        }
    }
    let body = body(r, alert);
    let made = call::psa(r, task, alert, "POST", "/Tickets", &body)?;
    let id = made["itemId"].as_i64().ok_or("it names no ticket")?;
    let path = format!("/Tickets/{id}");
    let told = call::psa(r, task, alert, "GET", &path, &Json::Null)?;
    read(&told["item"]).map(Some)
}

fn read(item: &Json) -> Result<Made, String> {
    match (item["id"].as_i64(), item["ticketNumber"].as_str()) {
        (Some(id), Some(number)) => Ok(Made {
            id,
            number: number.to_owned(),
            found: false,
        }),
        _ => Err("it tells no number of the ticket".into()),
    }
}

fn body(r: &Runner<'_>, alert: &Alert) -> Json {
    let state = r.ledger.state();
    let device = state.devices.get(&alert.device);
    let site = state.site_of(&alert.device);
    let hostname = device.map_or(alert.device.as_str(), |d| &d.hostname);
    let first = alert.text.lines().next().unwrap_or_default();
    let title = format!("{} on {hostname}: {first}", alert.monitor);
    let mut description = format!(
        "{}\n\nDevice: {hostname}\nSite: {}\nPriority: {}\nAlert: {}",
        alert.text,
        site.map_or("", |s| &s.name),
        priority_word(alert.priority),
        alert.id
    );
    if !alert.diagnostic.is_empty() {
        description.push_str("\n\nDiagnostic:\n");
        description.push_str(&alert.diagnostic);
    }
    let company = site.and_then(|s| s.details.autotask_company_id.as_deref());
    let company: i64 = company.and_then(|c| c.parse().ok()).unwrap_or_default();
    json!({
        "title": cut(&title, LONGEST_TITLE),
        "description": cut(&description, LONGEST_DESCRIPTION),
        "companyID": company,
        "priority": priority(alert.priority),
        "status": NEW,
        "externalID": alert.id,
    })
}

/// The first so many characters.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// An alert's priority in the API's words.
pub fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical => "Critical",
        Priority::High => "High",
        Priority::Moderate => "Moderate",
        Priority::Low => "Low",
        Priority::Information => "Information",
    }
}

/// In the numbers of Autotask's own picklist.
fn priority(priority: Priority) -> i64 {
    match priority {
        Priority::Critical => 4,
        Priority::High => 1,
        Priority::Moderate => 2,
        Priority::Low | Priority::Information => 3,
    }
}

/// Completes the ticket of an alert that has resolved.
pub fn complete(r: &mut Runner<'_>, task: Task, alert: &Alert) {
    debug_assert_eq!(task.why, Why::Resolved);
    // Making it was given up, or it was not needed: there is nothing to complete.
    let Some(id) = r.memory.responding.tickets.get(&alert.id).copied() else {
        return;
    };
    let number = alert.ticket.clone().unwrap_or_default();
    let body = json!({ "id": id, "status": COMPLETE });
    match call::psa(r, &task, alert, "PATCH", "/Tickets", &body) {
        Ok(_) => {
            let by = alert.resolved_by.as_deref().unwrap_or_default();
            let text = format!("ticket {number} was completed: the alert was resolved by {by}");
            acted(r, &task, Action::TicketClosedCall, text, Some(number));
        }
        Err(why) => {
            let (cause, tries) = (task.cause, task.tries + 1);
            let next = put_off(r, task, &format!("completing ticket {number}"));
            let note = Note {
                code: "ticket-not-closed".into(),
                message: format!("ticket {number} is still open in the PSA: {}", next.told(&why, tries)),
                help: "the API has no word for this; the alert shows TICKET_CLOSED_CALL once it is done".into(),
            };
            super::remark(r, cause, note);
        }
    }
}
