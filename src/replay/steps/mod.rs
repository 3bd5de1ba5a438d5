//! One file per kind of step: each does its action and tells what was seen.

pub mod api;
pub mod comstore;
pub mod device;
pub mod job;
pub mod judge;
pub mod monitor;
pub mod parallel;
pub mod portal;
pub mod told;
pub mod windows;

use super::judge::Seen;
use super::runner::Runner;
use super::verdict::Stop;
use crate::platform::expiry::expire;
use crate::rmm::event::{Origin, What};
use crate::rmm::knobs::AutoResolve;
use crate::scenario::expect::Expect;
use crate::scenario::{Span, Spanned};
use std::time::Duration;

/// Where in the scenario a step is done.
pub struct At<'s> {
    /// `3.2`
    pub path: &'s str,
    /// Sequence number of its `step-started`.
    pub started: u64,
    pub attempt: u32,
    pub span: Span,
    /// What is expected of it: some steps look up only what is asked for.
    pub expect: &'s Expect,
}

/// `advance:` moves the platform's clock and lets happen what was due.
pub fn advance(r: &mut Runner<'_>, at: &At<'_>, by: Duration) -> Result<Vec<Seen>, Stop> {
    let before = r
        .ledger
        .state()
        .alerts
        .iter()
        .filter(|a| a.is_open())
        .map(|a| a.id.clone())
        .collect::<Vec<_>>();
    clock(r, at.started, by);
    let open = |id: &String| {
        r.ledger
            .state()
            .alerts
            .iter()
            .any(|a| a.id == *id && a.is_open())
    };
    let resolved = before.into_iter().filter(|id| !open(id)).collect();
    Ok(vec![Seen {
        resolved,
        ..Seen::default()
    }])
}

/// Moves the clock; alerts whose time has come resolve by themselves, and jobs that waited too long
/// for their device expire.
pub fn clock(r: &mut Runner<'_>, cause: u64, by: Duration) {
    let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    let advanced = r.ledger.caused(cause, What::ClockAdvanced { by_ms });
    audit(r, advanced, by_ms);
    jobs(r, advanced);
    let knobs = &r.stage.scenario.world.knobs;
    if knobs.auto_resolve != AutoResolve::AfterTime {
        return;
    }
    let patience = i64::from(knobs.auto_resolve_minutes) * 60_000;
    let now = r.ledger.state().clock_ms;
    let due: Vec<_> = r
        .ledger
        .state()
        .alerts
        .iter()
        .filter(|a| a.is_open() && a.last_alerting.saturating_add(patience) <= now)
        .cloned()
        .collect();
    for a in due {
        r.ledger.caused(
            advanced,
            What::AlertResolved {
                alert: a.id,
                monitor: a.monitor,
                device: a.device,
                by: "auto-resolve after time".into(),
            },
        );
    }
}

/// Platform time between two audits of a device: at least daily.
const AUDIT_MS: i64 = 24 * 3_600_000;

/// With each audit that came due, what scripts left as `DeviceDescription` reaches the platform: it
/// is updated on audit and not at once.
fn audit(r: &mut Runner<'_>, cause: u64, by_ms: i64) {
    let now = r.ledger.state().clock_ms - r.stage.scenario.world.clock_ms;
    let audits = |at: i64| at.div_euclid(AUDIT_MS);
    if audits(now) == audits(now.saturating_sub(by_ms)) {
        return;
    }
    for (device, text) in std::mem::take(&mut r.memory.undescribed) {
        r.ledger.caused(
            cause,
            What::DescriptionSet {
                device,
                text,
                origin: Origin::Agent,
            },
        );
    }
}

/// Jobs that waited longer for their device than the platform lets them expire.
fn jobs(r: &mut Runner<'_>, cause: u64) {
    let hours = r.stage.scenario.world.knobs.api.job_expiry_hours;
    let now = r.ledger.now_ms();
    let accounts = (0u16..).zip(r.ledger.accounts());
    let due: Vec<(u16, What)> = accounts
        .flat_map(|(n, state)| expire(state, now, hours).into_iter().map(move |e| (n, e)))
        .collect();
    for (account, event) in due {
        r.ledger.emit_in(account, event, Some(cause));
    }
}

/// `check:` does nothing but look.
pub fn check(r: &mut Runner<'_>, on: &[Spanned<String>]) -> Result<Vec<Seen>, Stop> {
    if on.is_empty() {
        return Ok(vec![Seen::default()]);
    }
    on.iter()
        .map(|name| {
            let handle = &r.device(name)?.handle;
            Ok(Seen {
                device: name.value.clone(),
                observed: handle.stray(),
                ..Seen::default()
            })
        })
        .collect()
}
