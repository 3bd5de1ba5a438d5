//! Platform time goes on: it stops wherever something is due, and what is due is done there.

use super::reach::takes;
use super::{component, own};
use crate::platform::expiry::expire;
use crate::replay::clock::{real_ms, wait_ms};
use crate::replay::judge::{Ran, Seen};
use crate::replay::responses;
use crate::replay::runner::Runner;
use crate::replay::steps::audit;
use crate::replay::verdict::Stop;
use crate::rmm::event::What;
use crate::rmm::policy::MonitorKind;
use std::time::Duration;

/// Moves the clock by as much; all that falls due on the way happens at its time.
///
/// # Errors
/// A monitor's component cannot run here, an engine broke, or the run was interrupted.
pub fn advance(r: &mut Runner<'_>, cause: u64, by: Duration) -> Result<Seen, Stop> {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    let until = r.ledger.now_ms().saturating_add(by);
    let mut seen = Seen {
        notes: std::mem::take(&mut r.memory.monitoring.said),
        ..Seen::default()
    };
    while let Some(at) = next(r).filter(|at| *at <= until) {
        let advanced = to(r, cause, at, &mut seen)?;
        due(r, advanced, &mut seen)?;
        responses::catch_up(r, advanced, &mut seen)?;
    }
    let advanced = to(r, cause, until, &mut seen)?;
    responses::catch_up(r, advanced, &mut seen)?;
    Ok(seen)
}

/// When something of the policies, or an alert that resolves by itself, is due next.
fn next(r: &Runner<'_>) -> Option<i64> {
    let alerts = &r.ledger.state().alerts;
    let resolving = alerts.iter().filter(|a| a.is_open()).filter_map(resolves);
    r.memory
        .monitoring
        .schedule
        .next()
        .into_iter()
        .chain(resolving)
        .chain(responses::next(r))
        .min()
        .map(|at| at.max(r.ledger.now_ms()))
}

/// When an alert resolves by itself; those of a made-up fleet stay as they are.
fn resolves(alert: &crate::platform::state::Alert) -> Option<i64> {
    let minutes = alert
        .autoresolve_minutes
        .filter(|_| alert.monitor != "fleet")?;
    Some(
        alert
            .last_alerting
            .saturating_add(i64::from(minutes) * 60_000),
    )
}

/// Sets the clock, and does what the platform does by itself at that time.
fn to(r: &mut Runner<'_>, cause: u64, at: i64, seen: &mut Seen) -> Result<u64, Stop> {
    let by_ms = at.saturating_sub(r.ledger.now_ms());
    // Only the vendors' checks know dates of the devices' clock.
    if !r.stage.scenario.world.uav.is_empty() {
        r.pause(Duration::from_millis(wait_ms(by_ms, real_ms())));
    }
    let advanced = r.ledger.caused(cause, What::ClockAdvanced { by_ms });
    r.memory.clocks.advanced(real_ms(), by_ms);
    // What changes at this time comes after it.
    refresh(r, r.ledger.now_ms());
    audit::due(r, advanced, by_ms)?;
    jobs(r, advanced);
    let now = r.ledger.now_ms();
    let alerts = &r.ledger.state().alerts;
    let due: Vec<_> = alerts
        .iter()
        .filter(|a| a.is_open() && resolves(a).is_some_and(|at| at <= now))
        .cloned()
        .collect();
    for a in due {
        seen.resolved.push(a.id.clone());
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
    Ok(advanced)
}

/// Runs what is due now.
fn due(r: &mut Runner<'_>, cause: u64, seen: &mut Seen) -> Result<(), Stop> {
    let now = r.ledger.now_ms();
    refresh(r, now);
    while let Some(entries) = r.memory.monitoring.take(now) {
        for entry in entries {
            let Some(due) = r.memory.monitoring.due.get(entry as usize).cloned() else {
                continue;
            };
            let declared = &r.stage.scenario.world.policies[due.policy];
            let policy = &declared.policy;
            let monitor = &policy.monitors[due.monitor];
            let name = policy.monitor_name(monitor);
            if !takes(policy, &due.device, r.ledger.state()) {
                continue;
            }
            let state = r.ledger.state();
            let online = state.devices.get(&due.device).is_some_and(|d| d.online);
            if !online && !matches!(monitor.kind, MonitorKind::Online { .. }) {
                r.ledger.caused(
                    cause,
                    What::MonitorSkipped {
                        monitor: name.clone(),
                        device: due.device.clone(),
                        reason: "its device is offline".into(),
                    },
                );
                seen.skipped.push((name, due.device));
                continue;
            }
            if r.stage.cancel.is_cancelled() {
                return Err(Stop::Interrupted);
            }
            let Some(due) = r.memory.monitoring.begin(entry).cloned() else {
                continue;
            };
            let ran = match monitor.kind {
                MonitorKind::Component { .. } => {
                    component::run(r, cause, &due, declared, monitor, &name, seen)?
                }
                _ => {
                    own::run(r, cause, &due, monitor, &name, seen)?.map(|alerting| (alerting, None))
                }
            };
            responses::catch_up(r, cause, seen)?;
            if let Some((alerting, crashed)) = ran {
                seen.ran.push(Ran {
                    monitor: name,
                    device: due.device,
                    alerting,
                    crashed,
                });
            }
        }
    }
    Ok(())
}

/// Monitors find UDFs as they were when the policies were refreshed last.
pub(super) fn refresh(r: &mut Runner<'_>, now: i64) {
    let every = i64::from(r.stage.scenario.world.knobs.monitor_udf_refresh_minutes) * 60_000;
    let monitoring = &mut r.memory.monitoring;
    let start = r.stage.scenario.world.clock_ms;
    let due = match monitoring.refreshed {
        None => true,
        Some(last) => {
            every == 0 || (now - start).div_euclid(every) > (last - start).div_euclid(every)
        }
    };
    if due {
        let devices = r.ledger.state().devices.iter();
        monitoring.udfs = devices
            .map(|(k, d)| (k.to_owned(), d.udfs.clone()))
            .collect();
        monitoring.refreshed = Some(now);
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
