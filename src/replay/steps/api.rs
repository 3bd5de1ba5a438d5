//! `api:` steps: a request to the REST API, and the jobs that it queued.

use super::At;
use crate::replay::judge::Seen;
use crate::replay::platform::{Ask, Caller, Platform, USER, fault, user};
use crate::replay::runner::Runner;
use crate::replay::verdict::Stop;
use crate::scenario::api::{ApiBody, ApiCall, Auth};
use crate::scenario::{Span, Spanned};
use base64::Engine as _;
use serde_json::Value;
use std::sync::Arc;

/// Asks, and waits for the Agents unless the step says otherwise.
pub fn step(r: &mut Runner<'_>, at: &At<'_>, call: &ApiCall) -> Result<Vec<Seen>, Stop> {
    let ask = ask(r, call)?;
    let platform = platform(r)?;
    let shared = Arc::clone(&r.shared);
    let mut tokens = std::mem::take(&mut r.memory.tokens);
    let answered = r
        .ledger
        .lend(|| platform.ask(&shared, &ask, &mut tokens, at.started));
    r.memory.tokens = tokens;
    let answered = answered.map_err(|message| Stop::Mistake {
        message,
        span: call.span,
        help: "`as` names who calls; `auth` says it by hand".into(),
    })?;
    if call.wait {
        r.work_off()?;
    }
    Ok(vec![Seen {
        answer: Some(answered),
        ..Seen::default()
    }])
}

/// `platform: OPERATION, fault: ...`
pub fn platform_fault(
    r: &mut Runner<'_>,
    operation: &Spanned<String>,
    effect: Option<&Spanned<String>>,
) -> Result<Vec<Seen>, Stop> {
    let platform = platform(r)?;
    let mistake = |message: String, span: Span| Stop::Mistake {
        message,
        span,
        help: "the operation is one of the platform's names, or `all`".into(),
    };
    match effect {
        Some(effect) => {
            let text = r.fill(effect, effect.span)?;
            let fault = fault(&operation.value, &text).map_err(|e| mistake(e, effect.span))?;
            platform.api.set_fault(fault);
        }
        None => match operation.value.as_str() {
            "all" | "*" => platform.api.clear_faults(None),
            one => platform.api.clear_faults(Some(one)),
        },
    }
    Ok(vec![Seen::default()])
}

fn platform(r: &Runner<'_>) -> Result<Arc<Platform>, Stop> {
    let platform = r.stage.platform.as_ref();
    platform.map(Arc::clone).ok_or_else(|| Stop::Broken {
        reason: "the scenario's platform has no REST API".into(),
        help: None,
    })
}

fn ask(r: &Runner<'_>, call: &ApiCall) -> Result<Ask, Stop> {
    let span = call.span;
    let world = &r.stage.scenario.world;
    let caller = match &call.auth {
        Auth::Nothing => Caller::Nobody,
        Auth::Text(text) => Caller::Header(authorization(&r.fill(text, span)?)),
        Auth::Token => {
            let name = call.caller.as_ref().map_or(USER, |c| c.value.as_str());
            let (account, key) = user(world, name);
            Caller::User(account, key)
        }
    };
    let (body, media) = match &call.body {
        None => (Vec::new(), None),
        Some(ApiBody::Json(value)) => {
            let mut value = value.clone();
            fill(r, &mut value, span)?;
            (value.to_string().into_bytes(), Some("application/json"))
        }
        Some(ApiBody::Text(text)) => (r.fill(text, span)?.into_bytes(), Some("application/json")),
        Some(ApiBody::Form(fields)) => {
            let mut pairs = Vec::new();
            for (name, value) in fields {
                let value = r.fill(value, name.span)?;
                pairs.push(format!("{}={}", encoded(&name.value), encoded(&value)));
            }
            let media = "application/x-www-form-urlencoded";
            (pairs.join("&").into_bytes(), Some(media))
        }
    };
    let mut headers = Vec::new();
    for (name, value) in &call.headers {
        headers.push((name.value.clone(), r.fill(value, name.span)?));
    }
    Ok(Ask {
        method: call.method.clone(),
        path: r.fill(&call.path, span)?,
        headers,
        body,
        media,
        caller,
    })
}

/// `bearer TOKEN` as it is, `basic NAME:PASSWORD` encoded, anything else as it is.
fn authorization(text: &str) -> String {
    match text.split_once(' ') {
        Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") && pair.contains(':') => {
            let coded = base64::engine::general_purpose::STANDARD.encode(pair);
            format!("Basic {coded}")
        }
        _ => text.to_owned(),
    }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Fills every text of a value in.
fn fill(r: &Runner<'_>, value: &mut Value, span: Span) -> Result<(), Stop> {
    match value {
        Value::String(text) => *text = r.fill(text, span)?,
        Value::Array(all) => all.iter_mut().try_for_each(|v| fill(r, v, span))?,
        Value::Object(all) => all.values_mut().try_for_each(|v| fill(r, v, span))?,
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_pairs_are_encoded_and_tokens_are_not() {
        assert_eq!(
            authorization("basic public-client:public"),
            "Basic cHVibGljLWNsaWVudDpwdWJsaWM="
        );
        assert_eq!(authorization("bearer abc"), "bearer abc");
        assert_eq!(authorization("Basic eHk="), "Basic eHk=");
        assert_eq!(encoded("a b&c"), "a%20b%26c");
    }
}
