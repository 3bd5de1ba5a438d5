//! Calls of the platform, told to the log with what they did to the PSA.

use super::Task;
use crate::platform::state::Alert;
use crate::replay::outside::{Answered, Call};
use crate::replay::runner::Runner;
use crate::rmm::event::What;
use crate::rmm::ids::guid;
use serde_json::Value as Json;
use std::time::Duration;

/// What the platform says who it is to the PSA; the secret last.
pub fn credentials(seed: u64) -> Vec<(String, String)> {
    let drawn = |what: &str| guid(seed, &format!("psa:{what}"));
    vec![
        ("ApiIntegrationCode".into(), drawn("integration")),
        ("UserName".into(), "rmm@psa.example".into()),
        ("Secret".into(), drawn("secret")),
    ]
}

/// Calls an address outside.
///
/// # Errors
/// Why there was no answer.
pub fn call(
    r: &mut Runner<'_>,
    task: &Task,
    alert: &Alert,
    method: &str,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
) -> Result<Answered, String> {
    let Some(outside) = r.stage.outside.as_deref() else {
        return Err("nothing outside is served".into());
    };
    let seconds = r.stage.scenario.world.knobs.response_timeout_seconds;
    let patience = Duration::from_secs(seconds.into()).min(r.time_left());
    if let Some(psa) = outside.psa() {
        psa.set_now(r.ledger.now_ms());
    }
    let call = Call {
        method: method.to_owned(),
        url,
        headers,
        body,
        patience,
    };
    let answered = outside.call(&call, r.stage.cancel);
    let mut calls = outside.take();
    let mut tickets = Vec::new();
    if let Some(psa) = outside.psa() {
        let (of_psa, changed) = psa.take();
        calls.extend(of_psa);
        tickets = changed;
    }
    for call in calls {
        r.ledger.caused(
            task.cause,
            What::ServiceCalled {
                alert: alert.id.clone(),
                call: call.clone(),
            },
        );
        let of_device = (alert.device.clone(), call);
        r.memory.responding.calls.push(of_device);
    }
    for ticket in tickets {
        let ticket = Box::new(ticket);
        r.ledger.caused(task.cause, What::TicketSet { ticket });
    }
    answered
}

/// Asks the PSA; the answer is JSON of a status that is none of an error.
///
/// # Errors
/// Why there was no such answer.
pub fn psa(
    r: &mut Runner<'_>,
    task: &Task,
    alert: &Alert,
    method: &str,
    path: &str,
    body: &Json,
) -> Result<Json, String> {
    let Some(psa) = &r.stage.scenario.world.psa else {
        return Err("there is no PSA".into());
    };
    let spec = &psa.spec;
    let scheme = if spec.tls { "https" } else { "http" };
    let url = format!(
        "{scheme}://{}:{}{}{path}",
        spec.host, spec.port, spec.base_path
    );
    let mut headers = credentials(r.stage.seed);
    headers
        .iter()
        .skip(2)
        .for_each(|(_, secret)| r.ledger.hide(secret));
    let sends = !body.is_null();
    if sends {
        headers.push(("Content-Type".into(), "application/json".into()));
    }
    let text = if sends {
        body.to_string()
    } else {
        String::new()
    };
    let answered = call(r, task, alert, method, url, headers, text)?;
    if !(200..300).contains(&answered.status) {
        let told: Json = serde_json::from_str(&answered.body).unwrap_or_default();
        let why = told["errors"][0].as_str().map(|e| format!(": {e}"));
        return Err(format!(
            "it answered {}{}",
            answered.status,
            why.unwrap_or_default()
        ));
    }
    serde_json::from_str(&answered.body).map_err(|_| "its answer is no JSON".to_owned())
}
