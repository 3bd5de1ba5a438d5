//! From a reading of a monitor to its alert: one is open for a monitor and device at most.

use crate::replay::runner::Runner;
use crate::rmm::alert_context::Context;
use crate::rmm::event::What;
use crate::rmm::ids::guid;
use crate::rmm::job::Priority;
use crate::rmm::knobs::{AutoResolve, Knobs};
use crate::rmm::policy::Resolve;
use std::collections::BTreeMap;

/// What a run of a monitor told.
pub struct Reading {
    /// Key of the component of a `monitor:` step, or `policy/monitor`.
    pub monitor: String,
    pub device: String,
    pub alerting: bool,
    pub priority: Priority,
    pub resolve: Resolve,
    pub samples: BTreeMap<String, String>,
    pub text: String,
    pub diagnostic: String,
    /// None for a component monitor: its samples tell.
    pub context: Option<Box<Context>>,
}

/// What it did to the alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    Nothing,
    /// Id of the alert.
    Opened(String),
    Resolved(String),
}

/// When alerts resolve by themselves, as the knobs say.
pub fn resolve_by(knobs: &Knobs) -> Resolve {
    match knobs.auto_resolve {
        AutoResolve::NextHealthyRun => Resolve::NextHealthyRun,
        AutoResolve::AfterTime => Resolve::AfterMinutes(knobs.auto_resolve_minutes),
        AutoResolve::Never => Resolve::Never,
    }
}

/// Opens or resolves the alert of a reading. `cause` is the `monitor-ran` that gave it.
pub fn judge(r: &mut Runner<'_>, cause: u64, reading: Reading) -> Turn {
    let open = r
        .ledger
        .state()
        .open_alert(&reading.monitor, &reading.device)
        .map(|a| a.id.clone());
    match (reading.alerting, open) {
        (true, None) => Turn::Opened(opened(r, cause, reading)),
        (false, Some(alert)) if reading.resolve == Resolve::NextHealthyRun => {
            r.ledger.caused(
                cause,
                What::AlertResolved {
                    alert: alert.clone(),
                    monitor: reading.monitor,
                    device: reading.device,
                    by: "auto-resolve: healthy run".into(),
                },
            );
            Turn::Resolved(alert)
        }
        _ => Turn::Nothing,
    }
}

fn opened(r: &mut Runner<'_>, cause: u64, reading: Reading) -> String {
    let n = r.ledger.state().alerts.len();
    let alert = guid(
        r.stage.seed,
        &format!("alert:{}:{}:{n}", reading.monitor, reading.device),
    );
    let autoresolve_minutes = match reading.resolve {
        Resolve::AfterMinutes(minutes) => Some(minutes),
        Resolve::Never | Resolve::NextHealthyRun => None,
    };
    r.ledger.caused(
        cause,
        What::AlertOpened {
            alert: alert.clone(),
            monitor: reading.monitor,
            device: reading.device,
            priority: reading.priority,
            samples: reading.samples,
            text: reading.text,
            diagnostic: reading.diagnostic,
            context: reading.context,
            autoresolve_minutes,
        },
    );
    alert
}
