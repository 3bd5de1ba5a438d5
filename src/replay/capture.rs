//! Captures: values a step found, for later steps.

use super::judge::{self, Seen};
use super::runner::Runner;
use super::verdict::Stop;
use crate::rmm::event::What;
use crate::rmm::observed::Exit;
use crate::scenario::step::{Capture, Step};

/// Largest file a capture reads, in bytes.
const LIMIT: u64 = 1 << 20;

/// Takes every capture of a step. With several devices the first one's value is taken.
pub fn captures(
    runner: &mut Runner<'_>,
    step: &Step,
    path: &str,
    started: u64,
    seen: &[Seen],
) -> Result<(), Stop> {
    let Some(seen) = seen.first() else {
        return Ok(());
    };
    for c in &step.captures {
        let raw = source(runner, c, seen)?.ok_or_else(|| Stop::Mistake {
            message: format!("nothing to capture from {}", c.from.value),
            span: c.from.span,
            help: "this step gives no such value: stdout, stderr, exit and status need a job, a monitor or a shell command; sample.KEY, diagnostic and alert.id a monitor; json:PATH and header:NAME an `api:` step whose answer has them".into(),
        })?;
        let value = matched(runner, c, raw)?;
        runner.memory.scope.capture(&c.name, value.clone());
        runner.ledger.caused(
            started,
            What::Captured {
                step: path.into(),
                name: c.name.value.clone(),
                value,
            },
        );
    }
    Ok(())
}

fn source(runner: &Runner<'_>, c: &Capture, seen: &Seen) -> Result<Option<String>, Stop> {
    let text = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .trim_end_matches(['\n', '\r'])
            .to_owned()
    };
    let state = runner.ledger.state();
    let from = c.from.value.as_str();
    Ok(match from {
        "stdout" => seen.exit.map(|_| text(&seen.stdout)),
        "stderr" => seen.exit.map(|_| text(&seen.stderr)),
        "exit" => match seen.exit {
            Some(Exit::Code(code)) => Some(code.to_string()),
            _ => None,
        },
        "status" => match &seen.answer {
            Some(answered) => Some(answered.status.to_string()),
            None => seen.status.map(|s| s.word().to_owned()),
        },
        "diagnostic" => seen.diagnostic.clone(),
        "alert.id" => {
            let newest = state.alerts.iter().rev().find(|a| {
                a.device == seen.device && seen.monitor.as_ref().is_none_or(|m| *m == a.monitor)
            });
            newest.map(|a| a.id.clone())
        }
        _ => {
            if let Some(n) = from
                .strip_prefix("udf.")
                .and_then(|n| n.parse::<u16>().ok())
            {
                state
                    .devices
                    .get(&seen.device)
                    .map(|d| d.udfs.get(&n).cloned().unwrap_or_default())
            } else if let Some(path) = from.strip_prefix("json:") {
                let path = runner.fill(path, c.from.span)?;
                seen.answer.as_ref().and_then(|a| in_json(&a.body, &path))
            } else if let Some(name) = from.strip_prefix("header:") {
                let headers = seen.answer.iter().flat_map(|a| &a.headers);
                let mut named = headers.filter(|(n, _)| n.eq_ignore_ascii_case(name));
                named.next().map(|(_, value)| value.clone())
            } else if let Some(key) = from.strip_prefix("sample.") {
                seen.samples
                    .iter()
                    .find(|(k, _)| k == key)
                    .map(|(_, v)| v.clone())
            } else if let Some(path) = from.strip_prefix("file:") {
                let path = runner.fill(path, c.from.span)?;
                match runner.stage.devices.get(&seen.device) {
                    Some(d) => d.handle.read_file(&path, LIMIT)?.map(|b| text(&b)),
                    None => None,
                }
            } else {
                None
            }
        }
    })
}

/// What a JSON path finds in a body: a text as it is, anything else as JSON; nothing for null.
fn in_json(body: &[u8], path: &str) -> Option<String> {
    let body = serde_json::from_slice(body).ok()?;
    match judge::json::at(&body, path).ok()?? {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

fn matched(runner: &Runner<'_>, c: &Capture, raw: String) -> Result<String, Stop> {
    let Some(pattern) = &c.matches else {
        return Ok(raw);
    };
    let pattern = runner.fill(pattern, c.from.span)?;
    let mistake = |message: String| Stop::Mistake {
        message,
        span: c.name.span,
        help: "the first group of the expression is captured, or the whole match without one"
            .into(),
    };
    let regex = regex::Regex::new(&pattern).map_err(|e| mistake(format!("{pattern}: {e}")))?;
    let found = regex.captures(&raw).ok_or_else(|| {
        mistake(format!(
            "{pattern} matches nothing in {}",
            super::judge::text::show(&raw)
        ))
    })?;
    let group = found.get(1).or_else(|| found.get(0));
    Ok(group.map(|m| m.as_str().to_owned()).unwrap_or_default())
}
