//! Webhooks.

use super::ticket::priority_word;
use super::{Task, Why, acted, call, put_off};
use crate::platform::state::Alert;
use crate::replay::runner::Runner;
use crate::rmm::alert_context::{Context, ScriptContext};
use crate::rmm::policy::{ResponseActionType as Action, Webhook};
use crate::rmm::webhook::fill;

/// Calls the address; a status of 200 to 299 is a success.
pub fn execute(r: &mut Runner<'_>, task: Task, alert: &Alert, webhook: &Webhook) {
    let template = match task.why {
        Why::Opened => Some(&webhook.body),
        Why::Resolved => webhook.resolved.as_ref(),
    };
    let Some(template) = template else {
        return;
    };
    let given = |name: &str| {
        let mut headers = webhook.headers.iter();
        headers.find(|(n, _)| n.eq_ignore_ascii_case(name))
    };
    let json = given("content-type").is_none_or(|(_, v)| v.to_ascii_lowercase().contains("json"));
    let body = fill(template, json, |name| value(r, alert, name));
    let mut headers = webhook.headers.clone();
    if given("content-type").is_none() {
        headers.push(("Content-Type".into(), "application/json".into()));
    }
    // The same for every try: the receiver can tell a second one from a second alert.
    let key = match task.why {
        Why::Opened => alert.id.clone(),
        Why::Resolved => format!("{}-resolved", alert.id),
    };
    headers.push(("Idempotency-Key".into(), key));
    let (method, url) = (webhook.method.as_str(), webhook.url.clone());
    let answered = call::call(r, &task, alert, method, url.clone(), headers, body);
    let failed = match answered {
        Ok(a) if (200..300).contains(&a.status) => {
            let text = format!("{method} {url}: {}", a.status);
            return acted(r, &task, Action::WebhookExecuted, text, None);
        }
        Ok(a) => format!("it answered {}", a.status),
        Err(why) => why,
    };
    let (told, tries) = (task.clone(), task.tries + 1);
    let what = format!("the webhook {url} of {} on {}", alert.monitor, alert.device);
    let next = put_off(r, task, &what);
    let text = format!("{method} {url}: {}", next.told(&failed, tries));
    acted(r, &told, Action::WebhookExecutionError, text, None);
}

/// What a placeholder stands for.
fn value(r: &Runner<'_>, alert: &Alert, name: &str) -> String {
    let state = r.ledger.state();
    let device = state.devices.get(&alert.device);
    let site = state.site_of(&alert.device);
    let class = match &alert.context {
        Some(context) => context.class(),
        None => Context::CompScript(ScriptContext::default()).class(),
    };
    match name {
        "alert_uid" => alert.id.clone(),
        "alert_message" => alert.text.clone(),
        "alert_category" => class.to_owned(),
        "alert_priority" => priority_word(alert.priority).to_owned(),
        "alert_diagnostic" => alert.diagnostic.clone(),
        "alert_resolved_by" => alert.resolved_by.clone().unwrap_or_default(),
        "device_hostname" => device.map_or_else(String::new, |d| d.hostname.clone()),
        "device_id" => device.map_or_else(String::new, |d| d.id.to_string()),
        "device_uid" => device.map_or_else(String::new, |d| d.uid.clone()),
        "site_id" => site.map_or_else(String::new, |s| s.id.to_string()),
        "sitename" => site.map_or_else(String::new, |s| s.name.clone()),
        "platform" => r.stage.scenario.world.platform.clone(),
        // Unknown ones are refused when the file is read.
        _ => String::new(),
    }
}
