//! Alerts and monitor runs.

use super::text::{number, text};
use super::{Findings, Seen, list};
use crate::platform::State;
use crate::platform::state::Alert;
use crate::scenario::expect::{AlertExpect, AlertsExpect, RunsExpect};

/// Holds `alerts:`.
pub fn alerts(out: &mut Findings, m: &AlertsExpect, seen: &Seen, state: &State) {
    let open: Vec<&Alert> = state
        .alerts
        .iter()
        .filter(|a| a.is_open() && relevant(a, seen))
        .collect();
    if m.none {
        let opened = state.alerts.iter().filter(|a| seen.opened.contains(&a.id));
        let mut bad: Vec<String> = opened.chain(open.iter().copied()).map(describe).collect();
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
        (&m.opened, seen.opened.len(), "opened"),
        (&m.resolved, seen.resolved.len(), "resolved"),
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
    let Some(a) = state.alerts.iter().rev().find(|a| relevant(a, seen)) else {
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

/// Holds `runs:`.
pub fn runs(out: &mut Findings, m: &RunsExpect, seen: &Seen) {
    for (want, n, word) in [
        (&m.alerting, seen.alerting, "alerting"),
        (&m.healthy, seen.healthy, "healthy"),
    ] {
        if let Some(want) = want {
            number(
                out,
                &format!("runs.{word}"),
                want,
                i64::from(n),
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
