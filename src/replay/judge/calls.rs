//! Calls of services and doubles.

use super::text::{number, text};
use super::{Findings, Seen, list};
use crate::rmm::observed::{DoubleCall, ServiceCall};
use crate::scenario::expect::{CallsExpect, RequestExpect};

/// Holds an expectation on one service.
pub fn service(out: &mut Findings, name: &str, m: &CallsExpect, seen: &Seen) {
    let calls: Vec<&ServiceCall> = seen
        .observed
        .services
        .iter()
        .filter(|c| c.service == name)
        .collect();
    let key = format!("services.{name}");
    if let Some(n) = &m.calls {
        number(out, &format!("{key}.calls"), n, count(calls.len()), "calls");
    }
    if let Some(n) = &m.unmatched {
        let unmatched = calls.iter().filter(|c| c.route.is_none()).count();
        number(
            out,
            &format!("{key}.unmatched"),
            n,
            count(unmatched),
            "requests that no route takes",
        );
    }
    for want in &m.requests {
        let tried: Vec<Findings> = calls.iter().map(|c| request(want, c)).collect();
        let holds = tried.iter().any(|f| f.failures().next().is_none());
        let closest = tried.iter().min_by_key(|f| f.failures().count());
        let actual = || match closest.and_then(|f| f.failures().next()) {
            Some(f) => format!(
                "{}; closest: {} is {}",
                list(&shown(&calls), 6),
                f.expectation,
                f.actual
            ),
            None => "no call".into(),
        };
        out.check(
            holds,
            &format!("{key}.requests"),
            || describe(want),
            actual,
            want.span,
        );
    }
}

fn request(want: &RequestExpect, call: &ServiceCall) -> Findings {
    let mut f = Findings::default();
    if let Some(method) = &want.method {
        f.check(
            method.eq_ignore_ascii_case(&call.method),
            "method",
            || method.clone(),
            || call.method.clone(),
            want.span,
        );
    }
    if let Some(m) = &want.path {
        text(&mut f, "path", m, call.path.as_bytes());
    }
    if let Some(m) = &want.body {
        text(&mut f, "body", m, call.body.as_bytes());
    }
    for (name, m) in &want.headers {
        let value = call
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map_or("", |(_, v)| v.as_str());
        text(&mut f, &format!("header {name}"), m, value.as_bytes());
    }
    json(&mut f, want, &call.body);
    if let Some(m) = &want.status {
        number(&mut f, "status", m, i64::from(call.status), "");
    }
    f
}

/// Holds the expectations on the values of a JSON body.
pub fn json(f: &mut Findings, want: &RequestExpect, body: &str) {
    let parsed: Option<serde_json::Value> = serde_json::from_str(body).ok();
    for (path, m) in &want.json {
        match (&parsed, serde_json_path::JsonPath::parse(path)) {
            (Some(b), Ok(p)) => match p.query(b).first() {
                Some(serde_json::Value::String(s)) => text(f, path, m, s.as_bytes()),
                Some(v) => text(f, path, m, v.to_string().as_bytes()),
                None => f.failed(
                    path,
                    "a value".into(),
                    "nothing at this path".into(),
                    path.span,
                    None,
                ),
            },
            (None, _) => f.failed(
                path,
                "a JSON body".into(),
                super::text::show(body),
                path.span,
                None,
            ),
            (_, Err(e)) => f.failed(path, "a JSON path".into(), e.to_string(), path.span, None),
        }
    }
}

/// Holds an expectation on one double.
pub fn double(out: &mut Findings, name: &str, m: &CallsExpect, seen: &Seen) {
    let calls: Vec<&DoubleCall> = seen
        .observed
        .doubles
        .iter()
        .filter(|c| c.command == name)
        .collect();
    let key = format!("doubles.{name}");
    if let Some(n) = &m.calls {
        number(out, &format!("{key}.calls"), n, count(calls.len()), "calls");
    }
    let args: Vec<String> = calls.iter().map(|c| c.args.join(" ")).collect();
    let stdin: Vec<String> = calls.iter().map(|c| c.stdin.clone()).collect();
    for (matcher, texts, what) in [(&m.args, &args, "args"), (&m.stdin, &stdin, "stdin")] {
        let Some(matcher) = matcher else { continue };
        let tried = texts.iter().map(|t| {
            let mut f = Findings::default();
            text(&mut f, what, matcher, t.as_bytes());
            f
        });
        let mut best: Option<Findings> = None;
        for f in tried {
            if best
                .as_ref()
                .is_none_or(|b| f.failures().count() < b.failures().count())
            {
                best = Some(f);
            }
        }
        let full = format!("{key}.{what}");
        match best.as_ref().map(|b| b.failures().next()) {
            Some(None) => out.met(&full),
            Some(Some(bad)) => out.failed(
                &full,
                bad.expected.clone(),
                list(texts, 6),
                matcher.span,
                None,
            ),
            None => out.failed(
                &full,
                format!("a call of {name}"),
                "it was not called".into(),
                matcher.span,
                None,
            ),
        }
    }
}

fn shown(calls: &[&ServiceCall]) -> Vec<String> {
    calls
        .iter()
        .map(|c| format!("{} {} -> {}", c.method, c.path, c.status))
        .collect()
}

fn describe(want: &RequestExpect) -> String {
    let method = want.method.as_deref().unwrap_or("a request");
    let path = want
        .path
        .as_ref()
        .and_then(|p| p.equals.clone())
        .unwrap_or_default();
    format!("{method} {path} with what is given below it").replace("  ", " ")
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
