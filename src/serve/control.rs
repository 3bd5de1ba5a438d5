//! Our own endpoints below `/shakedown/`, for tests: nothing of the real platform is there.

use super::front::Front;
use super::server;
use crate::api::{Answer, PLATFORMS, Request};
use crate::platform::desk::read;
use hyper::Method;
use hyper::http::header;
use serde::Serialize;
use serde_json::json;
use std::net::IpAddr;
use std::time::Duration;

/// Path of every endpoint of ours begins so.
pub const PREFIX: &str = "/shakedown/";

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
    guard(request)?;
    let path = request.path.trim_end_matches('/');
    let rest = path.strip_prefix(PREFIX).unwrap_or_default();
    let parts: Vec<&str> = rest.split('/').collect();
    match (&request.method, parts.as_slice()) {
        (&Method::GET, ["keys"]) => Ok(Answer::json(200, &server::keys(&front.shared))),
        (&Method::GET, ["clock"]) => Ok(clock(front)),
        (&Method::POST, ["advance"]) => advance(front, request),
        (&Method::GET, ["calls"]) => Ok(Answer::json(200, &front.calls.all())),
        (&Method::DELETE, ["calls"]) => {
            front.calls.clear();
            Ok(Answer::empty(204))
        }
        (method, ["keys" | "clock" | "advance" | "calls"]) => Err(refused(
            405,
            format!("{method} is not done at {path}"),
            HELP,
        )),
        _ => Err(refused(404, format!("there is nothing at {path}"), HELP)),
    }
}

const HELP: &str = "GET /shakedown/keys, GET /shakedown/clock, POST /shakedown/advance, GET and DELETE /shakedown/calls";

/// Only programs of this machine, and no page of a browser that came from elsewhere.
fn guard(request: &Request) -> Result<(), Refused> {
    if !request.peer.to_canonical().is_loopback() {
        return Err(refused(
            403,
            "endpoints below /shakedown/ answer this machine alone",
            "call them from the machine that runs the server",
        ));
    }
    // A name that was made to point here (DNS rebinding) is none of this server's.
    let host = request.header(header::HOST).unwrap_or("localhost");
    if !known(host) {
        return Err(refused(
            403,
            format!("`{host}` is no name of this server"),
            "call it as localhost, as 127.0.0.1 or by a platform's host name",
        ));
    }
    let own = request.origin();
    match request.header(header::ORIGIN) {
        Some(origin) if !origin.eq_ignore_ascii_case(&own) => Err(refused(
            403,
            format!("a page of {origin} may not call this"),
            "call it from a program, or from a page of this server",
        )),
        _ => Ok(()),
    }
}

/// A host of the Host header that this server goes by.
fn known(host: &str) -> bool {
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if port.bytes().all(|b| b.is_ascii_digit()) => bare,
        _ => host,
    };
    let bare = bare.trim_matches(['[', ']']).to_ascii_lowercase();
    bare == "localhost"
        || bare.parse::<IpAddr>().is_ok()
        || PLATFORMS
            .iter()
            .any(|p| bare.strip_suffix("-api.centrastage.net") == Some(p))
}

fn clock(front: &Front) -> Answer {
    let now = read(&front.shared).now_ms();
    let time = jiff::Timestamp::from_millisecond(now).map(|t| t.to_string());
    Answer::json(200, &json!({ "ms": now, "time": time.ok() }))
}

fn advance(front: &Front, request: &Request) -> Result<Answer, Refused> {
    let help =
        "send {\"by\": \"100h\"}: hours, minutes, seconds or milliseconds as 1h30m, 90s, 200ms";
    let by = body(request)?
        .get("by")
        .and_then(|by| by.as_str().and_then(time))
        .ok_or_else(|| refused(400, "`by` is no time", help))?;
    server::advance(&front.shared, by).map_err(|e| {
        refused(
            500,
            format!("nothing was changed: {e}"),
            "make room for the state file",
        )
    })?;
    Ok(clock(front))
}

fn body(request: &Request) -> Result<serde_json::Value, Refused> {
    serde_json::from_slice(&request.body)
        .map_err(|e| refused(400, format!("the body is no JSON: {e}"), "send an object"))
}

fn time(text: &str) -> Option<Duration> {
    let span: jiff::SignedDuration = text.parse().ok()?;
    Duration::try_from(span).ok()
}
