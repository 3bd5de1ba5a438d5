//! From request to answer: blocked address, route, caller, limits, faults, operation.

use super::auth::{self, Caller};
use super::faults::{Played, Subset};
use super::limits::{Counted, SLOWED, Verdict};
use super::request::Wire;
use super::{Answer, Api, Call, Refusal, Request, documents, router};
use crate::platform::desk::{Shared, read};
use crate::rmm::event::What;
use hyper::http::{HeaderValue, Method, header};
use std::time::Duration;

/// Longest body of a request, bytes.
pub const LONGEST_BODY: usize = 1024 * 1024;
/// As much of a request's path, and of its body, is told of a call, bytes.
pub const TOLD: usize = 64 * 1024;

/// `Retry-After` of a 429 on demand, seconds.
const FAULT_RETRY: i64 = 1;

/// Is told of every call as it is answered.
pub trait Calls: Send + Sync {
    /// `call` is a [`What::ApiCalled`] of this account; of none where there was no valid token.
    fn called(&self, account: Option<u16>, call: What);
}

/// What is known of a call besides its answer.
#[derive(Default)]
struct Told {
    operation: Option<&'static str>,
    caller: Option<Caller>,
    fault: Option<String>,
    wait: Duration,
}

/// Answers one request.
pub(super) fn answer(api: &Api, shared: &Shared, request: &Request) -> Answer {
    let (answer, told) = both(api, shared, request);
    if let Some(calls) = &api.calls {
        let account = told.caller.as_ref().map(|c| c.account);
        calls.called(account, called(shared, request, answer.status, told));
    }
    answer
}

/// Answers one request, and tells of the call as [`Calls::called`] is told.
pub(super) fn answer_and_tell(
    api: &Api,
    shared: &Shared,
    request: &Request,
) -> (Answer, Option<u16>, What) {
    let (answer, told) = both(api, shared, request);
    let account = told.caller.as_ref().map(|c| c.account);
    let call = called(shared, request, answer.status, told);
    (answer, account, call)
}

fn both(api: &Api, shared: &Shared, request: &Request) -> (Answer, Told) {
    let mut told = Told::default();
    let mut answer = route(api, shared, request, &mut told)
        .unwrap_or_else(|refusal| refusal.answer(api, shared, request));
    if !told.wait.is_zero() && answer.wire == Wire::Whole {
        answer.wire = Wire::Later(told.wait);
    }
    if request.method == Method::HEAD {
        // The length is that of the body a GET would have.
        let length = HeaderValue::from(answer.body.len());
        answer.body.clear();
        answer = answer.with(header::CONTENT_LENGTH, length);
    }
    (answer, told)
}

fn route(
    api: &Api,
    shared: &Shared,
    request: &Request,
    told: &mut Told,
) -> Result<Answer, Refusal> {
    let hold = api.settings.rate_limits;
    if hold && let Some(wait) = api.limits.blocked(request.peer, read(shared).now_ms()) {
        return Err(blocked(wait));
    }
    if request.body.len() > LONGEST_BODY {
        let text = format!("the body is longer than {LONGEST_BODY} bytes");
        return Err(Refusal::new(413, text));
    }
    if let Some(answer) = auth::answer(api, shared, request) {
        return answer;
    }
    if let Some(answer) = documents::answer(api, request) {
        return answer;
    }
    // HEAD is GET without its body.
    let method = match request.method {
        Method::HEAD => &Method::GET,
        ref other => other,
    };
    let found = api.router.find(method, &request.path);
    if let (&Method::OPTIONS, Err(refusal)) = (method, &found)
        && let Some(allow) = refusal.allow()
    {
        return Ok(Answer::empty(204).with(header::ALLOW, allow));
    }
    let public = match &found {
        Ok(found) => {
            told.operation = Some(found.operation.id);
            found.operation.public
        }
        // Outside the API nobody is asked who he is.
        Err(_) => !router::guarded(&request.path),
    };
    if !public {
        let (caller, now) = auth::caller(api, shared, request)?;
        let account = caller.account;
        told.caller = Some(caller);
        if let Ok(found) = &found {
            let counted = Counted {
                account,
                peer: request.peer,
                now,
                write: *method != Method::GET,
                bucket: found.operation.bucket,
            };
            match api.limits.count(counted, &api.settings.knobs, hold) {
                Verdict::Go => {}
                Verdict::Slow => told.wait = SLOWED,
                Verdict::Refused(wait) => return Err(too_many(wait)),
                Verdict::Blocked(wait) => return Err(blocked(wait)),
            }
        }
    }
    let found = found?;
    let played = api.faults.play(found.operation.id);
    told.fault.clone_from(&played.told);
    told.wait += played.delay;
    if let Some(instead) = fault(&played) {
        return instead;
    }
    let mut call = Call::new(api, shared, request, &found, told.caller.clone())?;
    call.subset = played.subset.map(|share| Subset {
        share,
        seed: api.settings.seed,
    });
    (found.operation.handler)(&call)
}

/// What a call is answered instead of being done.
fn fault(played: &Played) -> Option<Result<Answer, Refusal>> {
    if played.cut {
        return Some(Ok(Answer {
            wire: Wire::Cut,
            ..Answer::empty(500)
        }));
    }
    let status = played.status?;
    let told = played.told.as_deref().unwrap_or_default();
    let refusal = Refusal::new(status, format!("fault on demand: {told}"));
    Some(Err(match status {
        // Clients wait as it says.
        429 => refusal.with(header::RETRY_AFTER, HeaderValue::from(FAULT_RETRY)),
        _ => refusal,
    }))
}

fn too_many(wait: i64) -> Refusal {
    Refusal::new(
        429,
        format!("rate limit exceeded: the next call is taken in {wait} s"),
    )
    .with(header::RETRY_AFTER, HeaderValue::from(wait))
}

fn blocked(wait: i64) -> Refusal {
    Refusal::new(
        403,
        format!(
            "this IP is blocked for {wait} s: it went on calling after the rate limit was exceeded"
        ),
    )
}

fn called(shared: &Shared, request: &Request, status: u16, told: Told) -> What {
    // Keys, codes and tokens are in the query and body there.
    let secret = request.path.starts_with(auth::BELOW);
    let path = match &request.query {
        Some(query) if !secret => format!("{}?{query}", request.path),
        _ => request.path.clone(),
    };
    let body = std::str::from_utf8(&request.body)
        .ok()
        .filter(|b| !b.is_empty() && !secret);
    let user = told.caller.and_then(|c| {
        let ledger = read(shared);
        let user = ledger.account(c.account)?.users.get(&c.user)?;
        Some(user.details.username.clone())
    });
    What::ApiCalled {
        operation: told.operation.map(str::to_owned),
        method: request.method.to_string(),
        path: cut(&path).to_owned(),
        status,
        user,
        body: body.map(|b| cut(b).to_owned()),
        fault: told.fault,
    }
}

/// At most the first [`TOLD`] bytes.
fn cut(text: &str) -> &str {
    let mut ends = (0..=TOLD.min(text.len())).rev();
    let end = ends.find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}
