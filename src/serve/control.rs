//! Our own endpoints below `/shakedown/`, for tests: nothing of the real platform is there.

use super::front::Front;
use super::server;
use crate::api::auth::user_keys;
use crate::api::{Answer, Fault, Request};
use crate::platform::desk::{read, write};
use crate::platform::{Ledger, State, variables_csv};
use crate::rmm::job::JobStatus;
use crate::wire::local;
use hyper::Method;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Path of every endpoint of ours begins so.
pub const PREFIX: &str = "/shakedown/";

/// Longest time a request may wait for jobs.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Why a request is refused, and how to mend it.
#[derive(Debug, Serialize)]
struct Refused {
    #[serde(skip)]
    status: u16,
    error: String,
    help: String,
}

fn refused(status: u16, error: impl Into<String>, help: impl Into<String>) -> Refused {
    Refused {
        status,
        error: error.into(),
        help: help.into(),
    }
}

/// Answers a request below [`PREFIX`].
pub async fn answer(front: &Front, request: &Request) -> Answer {
    done(front, request)
        .await
        .unwrap_or_else(|refused| Answer::json(refused.status, &refused))
}

async fn done(front: &Front, request: &Request) -> Result<Answer, Refused> {
    local(request).map_err(|why| refused(403, why.error, why.help))?;
    let path = request.path.trim_end_matches('/');
    let rest = path.strip_prefix(PREFIX).unwrap_or_default();
    let parts: Vec<&str> = rest.split('/').collect();
    let method = &request.method;
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["keys"]) => Ok(Answer::json(200, &user_keys(&front.shared))),
        ("GET", ["clock"]) => Ok(clock(front)),
        ("POST", ["advance"]) => advance(front, request),
        ("GET", ["calls"]) => Ok(Answer::json(200, &front.calls.all())),
        ("DELETE", ["calls"]) => {
            front.calls.clear();
            Ok(Answer::empty(204))
        }
        ("GET", ["faults"]) => Ok(faults(front)),
        ("PUT", ["faults"]) => set_faults(front, request),
        ("DELETE", ["faults"]) => {
            front.api.clear_faults(None);
            Ok(Answer::empty(204))
        }
        ("GET", ["variables.csv"]) => variables(front, request),
        ("PUT", ["variables.csv"]) => set_variables(front, request),
        ("GET", ["jobs"]) => jobs(front, request).await,
        ("POST", ["device", uid, "online"]) => online(front, request, uid),
        _ => Err(elsewhere(method, path, &parts)),
    }
}

/// Every endpoint: its path below [`PREFIX`] with the methods it takes.
const ENDPOINTS: &[(&str, &str)] = &[
    ("keys", "GET"),
    ("clock", "GET"),
    ("advance", "POST"),
    ("calls", "GET, DELETE"),
    ("faults", "GET, PUT, DELETE"),
    ("variables.csv", "GET, PUT"),
    ("jobs", "GET"),
    ("device/UID/online", "POST"),
];

fn elsewhere(method: &Method, path: &str, parts: &[&str]) -> Refused {
    let shape = match parts {
        ["device", _, "online"] => "device/UID/online".to_owned(),
        other => other.join("/"),
    };
    match ENDPOINTS.iter().find(|(path, _)| *path == shape) {
        Some((_, methods)) => refused(
            405,
            format!("{method} is not done at {path}"),
            format!("it takes {methods}"),
        ),
        None => {
            let all: Vec<_> = ENDPOINTS
                .iter()
                .map(|(p, _)| format!("{PREFIX}{p}"))
                .collect();
            refused(
                404,
                format!("there is nothing at {path}"),
                format!("there are {}", all.join(", ")),
            )
        }
    }
}

fn clock(front: &Front) -> Answer {
    let now = read(&front.shared).now_ms();
    let time = jiff::Timestamp::from_millisecond(now).map(|t| t.to_string());
    Answer::json(200, &json!({ "ms": now, "time": time.ok() }))
}

fn advance(front: &Front, request: &Request) -> Result<Answer, Refused> {
    let help = "send {\"by\": \"100h\"}: days, hours, minutes, seconds or milliseconds as 2d, 1h30m, 200ms";
    let by = body(request)?
        .get("by")
        .and_then(|by| by.as_str().and_then(time))
        .ok_or_else(|| refused(400, "`by` is no time", help))?;
    server::advance(front, by).map_err(unwritten)?;
    Ok(clock(front))
}

fn faults(front: &Front) -> Answer {
    let all: Vec<String> = front.api.faults().iter().map(Fault::to_string).collect();
    Answer::json(200, &all)
}

/// Sets exactly these faults, or leaves all as they were.
fn set_faults(front: &Front, request: &Request) -> Result<Answer, Refused> {
    let help = "send an array of texts: [\"getByUid=504 x2\", \"*=delay:2s\"]";
    let texts: Vec<String> = serde_json::from_slice(&request.body)
        .map_err(|e| refused(400, format!("the body is no array of texts: {e}"), help))?;
    let faults = texts
        .iter()
        .map(|text| {
            text.parse::<Fault>()
                .map_err(|e| refused(400, format!("`{text}`: {e}"), help))
        })
        .collect::<Result<Vec<_>, _>>()?;
    front.api.clear_faults(None);
    faults.into_iter().for_each(|f| front.api.set_fault(f));
    Ok(self::faults(front))
}

fn variables(front: &Front, request: &Request) -> Result<Answer, Refused> {
    let masked = front.api.settings.knobs.masked_values;
    let ledger = read(&front.shared);
    let text = variables_csv::download(account(request, &ledger)?.1, masked);
    Ok(Answer::of(200, "text/csv; charset=utf-8", text))
}

/// Takes all of the file, or nothing of it.
fn set_variables(front: &Front, request: &Request) -> Result<Answer, Refused> {
    let text = std::str::from_utf8(&request.body).map_err(|e| {
        refused(
            400,
            format!("the file is no UTF-8 text: {e}"),
            "save it as UTF-8",
        )
    })?;
    let mut ledger = write(&front.shared);
    let (n, state) = account(request, &ledger)?;
    let events = variables_csv::upload(state, text).map_err(|lines| {
        let told: Vec<String> = lines.iter().map(ToString::to_string).collect();
        refused(
            400,
            format!("nothing was changed:\n{}", told.join("\n")),
            format!("the columns are {}", variables_csv::COLUMNS),
        )
    })?;
    let changed = events.len();
    if changed > 0 {
        ledger.commit(n, events).map_err(unwritten)?;
    }
    Ok(Answer::json(200, &json!({ "changed": changed })))
}

/// The account of `?account=N`; the first unless given.
fn account<'l>(request: &Request, ledger: &'l Ledger) -> Result<(u16, &'l State), Refused> {
    let n = match parameter(request, "account") {
        None => Some(0),
        Some(text) => text.parse().ok(),
    };
    n.and_then(|n| Some((n, ledger.account(n)?)))
        .ok_or_else(|| {
            let last = ledger.accounts().len().saturating_sub(1);
            refused(
                404,
                "there is no such account",
                format!("give account=0 to {last}"),
            )
        })
}

/// Jobs that are not done; with `wait=10s`, once all that can run have run.
async fn jobs(front: &Front, request: &Request) -> Result<Answer, Refused> {
    let wait = match parameter(request, "wait") {
        None => Duration::ZERO,
        Some(text) => time(text).filter(|t| *t <= LONGEST_WAIT).ok_or_else(|| {
            refused(
                400,
                format!("`wait={text}` is no time up to 10 minutes"),
                "write wait=10s",
            )
        })?,
    };
    let staff = Arc::clone(&front.staff);
    let idle = tokio::task::spawn_blocking(move || staff.crew.wait_idle(wait))
        .await
        .unwrap_or(false);
    let ledger = read(&front.shared);
    let open = |(account, state): (u16, &State)| -> Vec<serde_json::Value> {
        let jobs = state.jobs.iter().map(|(_, job)| job);
        jobs.filter(|j| matches!(j.status, JobStatus::Pending | JobStatus::Running))
            .map(|j| {
                let device = state.devices.get(&j.device).map(|d| d.uid.as_str());
                json!({ "account": account, "uid": j.uid, "device": device, "status": j.status.word() })
            })
            .collect()
    };
    let open: Vec<_> = (0u16..).zip(ledger.accounts()).flat_map(open).collect();
    Ok(Answer::json(200, &json!({ "idle": idle, "open": open })))
}

/// Takes a device off the platform or brings it back; its waiting jobs run then.
fn online(front: &Front, request: &Request, uid: &str) -> Result<Answer, Refused> {
    let wanted = body(request)?
        .get("online")
        .and_then(serde_json::Value::as_bool)
        .ok_or_else(|| {
            refused(
                400,
                "`online` is neither true nor false",
                "send {\"online\": false}",
            )
        })?;
    let found = {
        let ledger = read(&front.shared);
        (0u16..)
            .zip(ledger.accounts())
            .find_map(|(n, state)| Some((n, state.devices.by_uid(uid)?.0.to_owned())))
    };
    let (n, key) = found.ok_or_else(|| {
        refused(
            404,
            format!("no account has a device {uid}"),
            "give a device's uid",
        )
    })?;
    front
        .staff
        .set_online(&front.shared, n, &key, wanted)
        .map_err(|e| {
            refused(
                500,
                format!("nothing was changed: {e}"),
                "look at the device",
            )
        })?;
    Ok(Answer::json(200, &json!({ "uid": uid, "online": wanted })))
}

fn unwritten(e: std::io::Error) -> Refused {
    refused(
        500,
        format!("nothing was changed: {e}"),
        "make room for the state file",
    )
}

/// A parameter of the query, as it stands there.
fn parameter<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let pairs = request.query.as_deref()?.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}

fn body(request: &Request) -> Result<serde_json::Value, Refused> {
    serde_json::from_slice(&request.body)
        .map_err(|e| refused(400, format!("the body is no JSON: {e}"), "send an object"))
}

fn time(text: &str) -> Option<Duration> {
    crate::scenario::duration(text)
}
