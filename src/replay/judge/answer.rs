//! Answers of the REST API, and calls of it by others.

use super::json::json;
use super::set::glob;
use super::text::{number, show, text};
use super::{Findings, list};
use crate::replay::platform::{Answered, Called};
use crate::scenario::api::{AnswerExpect, CallExpect, PlatformExpect};
use crate::scenario::span::Span;

/// How to go on where the platform's limits on calls refused one.
fn limited(seen: &Answered) -> Option<String> {
    let blocked = || String::from_utf8_lossy(&seen.body).contains("rate limit");
    let by = match seen.status {
        429 => "advance: 60s",
        403 if blocked() => "advance: 300s",
        _ => return None,
    };
    Some(format!(
        "the platform's clock stands still between steps, so that calls never leave its limits' window by themselves: `{by}` in a step before this one moves it, `world: {{ api: {{ rate-limits: off }} }}` switches the limits off"
    ))
}

/// Holds expectations against an answer; without one on the status, it must be a success.
pub fn answer(out: &mut Findings, m: &AnswerExpect, seen: &Answered, step: Span) {
    let body = || {
        let told = show(&String::from_utf8_lossy(&seen.body));
        let body = (!seen.body.is_empty()).then(|| format!("the body: {told}"));
        let parts: Vec<String> = body.into_iter().chain(limited(seen)).collect();
        (!parts.is_empty()).then(|| parts.join("\n"))
    };
    let words = || match seen.status {
        0 => "the connection was closed without an answer".to_owned(),
        status => status.to_string(),
    };
    match &m.status {
        None => {
            if !(200..300).contains(&seen.status) {
                let want = "a status from 200 to 299 (what a step without `status:` expects)";
                out.failed("status", want.into(), words(), step, body());
            }
        }
        Some(want) => {
            let before = out.0.len();
            number(out, "status", want, i64::from(seen.status), "");
            for finding in &mut out.0[before..] {
                if let super::Finding::Failed(f) = finding {
                    f.actual = words();
                    f.help = body();
                }
            }
        }
    }
    for (name, m) in &m.headers {
        let values: Vec<&str> = seen
            .headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(&name.value))
            .map(|(_, v)| v.as_str())
            .collect();
        let value = values.join(", ");
        text(out, &format!("headers.{}", name.value), m, value.as_bytes());
    }
    if let Some(m) = &m.body {
        text(out, "body", m, &seen.body);
    }
    if let Some(want) = &m.empty {
        let what = || match want.value {
            true => "no body".to_owned(),
            false => "a body".to_owned(),
        };
        let told = || show(&String::from_utf8_lossy(&seen.body));
        out.check(
            seen.body.is_empty() == want.value,
            "empty",
            what,
            told,
            want.span,
        );
    }
    if m.json.is_empty() {
        return;
    }
    let parsed = serde_json::from_slice(&seen.body);
    let why = || format!("{} {}", words(), show(&String::from_utf8_lossy(&seen.body)));
    let body = parsed.as_ref().map_err(|_| why());
    for (path, m) in &m.json {
        json(out, path, m, body.as_ref().copied().map_err(String::as_str));
    }
}

/// Holds expectations against the calls of clients.
pub fn called(out: &mut Findings, m: &PlatformExpect, calls: &[Called]) {
    let shown: Vec<String> = calls.iter().map(words).collect();
    if let Some(n) = &m.calls {
        let before = out.0.len();
        number(out, "platform.calls", n, count(calls.len()), "calls");
        for finding in &mut out.0[before..] {
            if let super::Finding::Failed(f) = finding {
                f.help = Some(format!("called: {}", list(&shown, 12)));
            }
        }
    }
    for want in &m.requests {
        let tried: Vec<Findings> = calls.iter().map(|c| call(want, c)).collect();
        let holds = tried.iter().filter(|f| f.failures().next().is_none());
        let holds = count(holds.count());
        if let Some(times) = &want.times {
            number(out, "platform.requests.times", times, holds, "such calls");
            continue;
        }
        let closest = tried.iter().min_by_key(|f| f.failures().count());
        let actual = || match closest.and_then(|f| f.failures().next()) {
            Some(f) => format!(
                "{}; closest: {} is {}",
                list(&shown, 6),
                f.expectation,
                f.actual
            ),
            None => "no call".into(),
        };
        let span = want.request.span;
        out.check(
            holds > 0,
            "platform.requests",
            || describe(want),
            actual,
            span,
        );
    }
    if let Some(only) = &m.only {
        let allowed: Vec<String> = only.iter().map(|g| g.value.clone()).collect();
        let globs: Vec<_> = only.iter().filter_map(|g| glob(&g.value)).collect();
        let strangers: Vec<String> = calls
            .iter()
            .filter(|c| {
                let bare = c.path.split('?').next().unwrap_or_default();
                let name = c.operation.clone();
                let name = name.unwrap_or_else(|| format!("{} {bare}", c.method));
                !allowed.contains(&name) && !globs.iter().any(|g| g.is_match(&name))
            })
            .map(words)
            .collect();
        out.check(
            strangers.is_empty(),
            "platform.only",
            || format!("no calls but of {}", list(&allowed, 12)),
            || list(&strangers, 12),
            m.span,
        );
    }
}

fn call(want: &CallExpect, call: &Called) -> Findings {
    let mut f = Findings::default();
    let r = &want.request;
    if let Some(method) = &r.method {
        let holds = method.eq_ignore_ascii_case(&call.method);
        f.check(
            holds,
            "method",
            || method.clone(),
            || call.method.clone(),
            r.span,
        );
    }
    let operation = call.operation.as_deref().unwrap_or_default();
    let user = call.user.as_deref().unwrap_or_default();
    for (name, m, actual) in [
        ("operation", &want.operation, operation),
        ("path", &r.path, &call.path),
        ("body", &r.body, &call.body),
        ("user", &want.user, user),
    ] {
        if let Some(m) = m {
            text(&mut f, name, m, actual.as_bytes());
        }
    }
    super::calls::json(&mut f, r, &call.body);
    if let Some(m) = &r.status {
        number(&mut f, "status", m, i64::from(call.status), "");
    }
    f
}

fn words(c: &Called) -> String {
    let name = c.operation.as_ref().map(|o| format!("{o} "));
    format!(
        "{}({} {} -> {})",
        name.unwrap_or_default(),
        c.method,
        c.path,
        c.status
    )
}

fn describe(want: &CallExpect) -> String {
    let r = &want.request;
    let operation = want.operation.as_ref().and_then(|m| m.equals.as_deref());
    let path = r.path.as_ref().and_then(|m| m.equals.as_deref());
    let parts = [Some("a call of"), operation, r.method.as_deref(), path];
    let told: Vec<&str> = parts.into_iter().flatten().collect();
    format!("{} with what is given for it", told.join(" "))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
