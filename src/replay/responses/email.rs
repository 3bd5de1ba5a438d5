//! Messages. Nothing leaves this machine: that they were sent is recorded.

use super::ticket::priority_word;
use super::{Task, acted};
use crate::platform::state::Alert;
use crate::replay::runner::Runner;
use crate::rmm::event::What;
use crate::rmm::policy::ResponseActionType as Action;

/// Sends a message to these addresses; without any, to the recipients of the device's site.
pub fn send(r: &mut Runner<'_>, task: &Task, alert: &Alert, to: &[String]) {
    let state = r.ledger.state();
    let site = state.site_of(&alert.device);
    let of_site = site.iter().flat_map(|s| &s.details.mail_recipients);
    let of_site = of_site.filter(|m| m.receives_alerts);
    let to: Vec<String> = match to {
        [] => of_site.map(|m| m.email.clone()).collect(),
        to => to.to_vec(),
    };
    let site = site.map_or("", |s| &s.name);
    if to.is_empty() {
        let text = format!("site {site} has no recipient of alerts");
        return acted(r, task, Action::EmailSendError, text, None);
    }
    let device = state.devices.get(&alert.device);
    let hostname = device.map_or(alert.device.as_str(), |d| &d.hostname);
    let priority = priority_word(alert.priority);
    let subject = format!("[{priority}] {} on {hostname} ({site})", alert.monitor);
    let mut text = format!("{}\n\nAlert: {}\n", alert.text, alert.id);
    if !alert.diagnostic.is_empty() {
        text.push_str("\nDiagnostic:\n");
        text.push_str(&alert.diagnostic);
    }
    let told = format!("to {}", to.join(", "));
    r.ledger.caused(
        task.cause,
        What::MailSent {
            alert: alert.id.clone(),
            to,
            subject,
            text,
        },
    );
    acted(r, task, Action::EmailSent, told, None);
}
