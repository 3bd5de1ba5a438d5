//! Alerts and monitor runs.

use super::responses::{self, of_alert};
use super::text::{number, text};
use super::{Findings, Seen, list};
use crate::platform::State;
use crate::platform::state::Alert;
use crate::rmm::alert_context::{Context, ScriptContext};
use crate::scenario::expect::{AlertExpect, AlertsExpect, RunsExpect};

/// Holds `alerts:`.
pub fn alerts(out: &mut Findings, m: &AlertsExpect, seen: &Seen, state: &State) {
    let open: Vec<&Alert> = state
        .alerts
        .iter()
        .filter(|a| a.is_open() && relevant(a, seen) && m.of.takes(&a.monitor, &a.device))
        .collect();
    let of = |ids: &[String]| -> Vec<&Alert> {
        let here = |a: &&Alert| ids.contains(&a.id) && m.of.takes(&a.monitor, &a.device);
        state.alerts.iter().filter(here).collect()
    };
    let (opened, resolved) = (of(&seen.opened), of(&seen.resolved));
    if m.none {
        let all = opened.iter().chain(&open);
        let mut bad: Vec<String> = all.map(|a| describe(a)).collect();
        bad.dedup();
        out.check(
            bad.is_empty(),
            "alerts",
            || "no alert".into(),
            || list(&bad, 6),
            m.span,
        );
    }
    let counts = [
        (&m.opened, opened.len(), "opened"),
        (&m.resolved, resolved.len(), "resolved"),
        (&m.open, open.len(), "open"),
    ];
    for (want, n, word) in counts {
        if let Some(want) = want {
            number(
                out,
                &format!("alerts.{word}"),
                want,
                i64::try_from(n).unwrap_or(i64::MAX),
                &format!("alerts {word}"),
            );
        }
    }
}

/// Holds `alert:` against the newest alert of the step's monitor and device.
pub fn alert(out: &mut Findings, m: &AlertExpect, seen: &Seen, state: &State) {
    let wanted = |a: &&Alert| relevant(a, seen) && m.of.takes(&a.monitor, &a.device);
    let Some(a) = state.alerts.iter().rev().find(wanted) else {
        return out.failed(
            "alert",
            "an alert".into(),
            "none was ever opened here".into(),
            m.span,
            None,
        );
    };
    for (key, t) in &m.samples {
        match a.samples.get(key.as_str()) {
            Some(v) => text(
                out,
                &format!("alert.samples.{}", key.value),
                t,
                v.as_bytes(),
            ),
            None => {
                let keys: Vec<String> = a.samples.keys().cloned().collect();
                out.failed(
                    &format!("alert.samples.{}", key.value),
                    format!("a sample {}", key.value),
                    format!("samples: {}", list(&keys, 12)),
                    key.span,
                    None,
                );
            }
        }
    }
    if let Some(t) = &m.text {
        text(out, "alert.text", t, a.text.as_bytes());
    }
    if let Some(t) = &m.diagnostic {
        text(out, "alert.diagnostic", t, a.diagnostic.as_bytes());
    }
    context(out, m, a);
    if let Some(t) = &m.ticket {
        of_alert(out, t, a);
    }
    if let Some(actions) = &m.actions {
        responses::actions(out, actions, a);
    }
    if let Some(p) = &m.priority {
        out.check(
            p.value == a.priority,
            "alert.priority",
            || format!("{:?}", p.value).to_lowercase(),
            || format!("{:?}", a.priority).to_lowercase(),
            p.span,
        );
    }
    if let Some(open) = &m.open {
        let word = |o: bool| {
            if o {
                "open".to_owned()
            } else {
                "resolved".to_owned()
            }
        };
        out.check(
            open.value == a.is_open(),
            "alert.state",
            || word(open.value),
            || word(a.is_open()),
            open.span,
        );
    }
}

/// Holds what an alert is about.
fn context(out: &mut Findings, m: &AlertExpect, a: &Alert) {
    if m.context.is_none() && m.fields.is_empty() {
        return;
    }
    let context = match &a.context {
        Some(context) => (**context).clone(),
        None => Context::CompScript(ScriptContext {
            samples: a.samples.clone(),
        }),
    };
    if let Some(t) = &m.context {
        text(out, "alert.context", t, context.class().as_bytes());
    }
    let told = serde_json::to_value(&context).unwrap_or_default();
    for (key, t) in &m.fields {
        let path = format!("alert.fields.{}", key.value);
        match told.get(key.as_str()) {
            Some(serde_json::Value::String(s)) => text(out, &path, t, s.as_bytes()),
            Some(v) if !v.is_null() => text(out, &path, t, v.to_string().as_bytes()),
            _ => {
                let known = told.as_object().into_iter().flatten();
                let known: Vec<String> = known
                    .filter(|(_, v)| !v.is_null())
                    .map(|(k, _)| k.clone())
                    .collect();
                out.failed(
                    &path,
                    format!("a field {}", key.value),
                    format!("fields of {}: {}", context.class(), list(&known, 12)),
                    key.span,
                    None,
                );
            }
        }
    }
}

/// Holds `runs:`.
pub fn runs(out: &mut Findings, m: &RunsExpect, seen: &Seen) {
    let ran: Vec<_> = seen
        .ran
        .iter()
        .filter(|r| m.of.takes(&r.monitor, &r.device))
        .collect();
    let skipped = seen
        .skipped
        .iter()
        .filter(|(monitor, device)| m.of.takes(monitor, device));
    let crashed = ran.iter().filter(|r| r.crashed.is_some()).count();
    let alerting = ran.iter().filter(|r| r.alerting).count();
    for (want, n, word) in [
        (&m.alerting, alerting, "alerting"),
        (&m.healthy, ran.len() - alerting, "healthy"),
        (&m.crashed, crashed, "crashed"),
        (&m.skipped, skipped.count(), "skipped"),
    ] {
        if let Some(want) = want {
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            number(
                out,
                &format!("runs.{word}"),
                want,
                n,
                &format!("{word} runs"),
            );
        }
    }
}

fn relevant(a: &Alert, seen: &Seen) -> bool {
    (seen.device.is_empty() || a.device == seen.device)
        && seen.monitor.as_ref().is_none_or(|m| *m == a.monitor)
}

fn describe(a: &Alert) -> String {
    format!(
        "{} on {}: {}",
        a.monitor,
        a.device,
        super::text::show(&a.text)
    )
}
