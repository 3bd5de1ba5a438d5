//! One run of a monitor that the platform has itself: no script runs, a condition is looked at.

use super::Due;
use super::alerts::{Reading, Turn, judge, resolve_by};
use super::conditions::{Finding, evaluate};
use crate::platform::state::Logged;
use crate::replay::judge::Seen;
use crate::replay::runner::Runner;
use crate::replay::setup::Booted;
use crate::replay::steps::told;
use crate::replay::verdict::Stop;
use crate::rmm::alert_context::{Context, EventLogContext};
use crate::rmm::event::{Note, What};
use crate::rmm::ids::guid;
use crate::rmm::os::Os;
use crate::rmm::policy::{EventLog, Monitor, MonitorKind, Resolve};
use crate::rmm::registry;
use std::collections::BTreeMap;

/// Where programs register logs.
const LOGS: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog";

/// What an Event Log monitor carries from look to look.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    /// How many entries of the device were looked at.
    looked: usize,
    /// When entries matched that made no alert yet, platform time in milliseconds.
    counted: Vec<i64>,
}

/// Runs it; tells whether it alerted, none where it could not be judged.
///
/// # Errors
/// The device does not answer.
pub fn run(
    r: &mut Runner<'_>,
    cause: u64,
    due: &Due,
    monitor: &Monitor,
    name: &str,
    seen: &mut Seen,
) -> Result<Option<bool>, Stop> {
    let Some(booted) = r.stage.devices.get(&due.device) else {
        return Ok(None);
    };
    if let MonitorKind::EventLog(wanted) = &monitor.kind {
        return match lacking(r, wanted, booted, &due.device) {
            Some(why) => Ok(not_judged(r, cause, name, &due.device, &why, seen)),
            None => events(r, cause, due, monitor, wanted, name, seen).map(Some),
        };
    }
    let condition = match evaluate(r, &monitor.kind, due, booted)? {
        Finding::Judged(condition) => condition,
        Finding::NotJudged(why) => {
            return Ok(not_judged(r, cause, name, &due.device, &why, seen));
        }
    };
    let ran = ran(r, cause, due, name, condition.alerting);
    let knobs = &r.stage.scenario.world.knobs;
    let resolve = match monitor.kind {
        // What happened once is not undone by a run after it.
        MonitorKind::Software { .. } => monitor.resolve.unwrap_or(Resolve::Never),
        _ => monitor.resolve.unwrap_or_else(|| resolve_by(knobs)),
    };
    let turn = judge(
        r,
        ran,
        Reading {
            monitor: name.to_owned(),
            device: due.device.clone(),
            alerting: condition.alerting,
            priority: monitor.priority,
            resolve,
            samples: BTreeMap::new(),
            text: condition.text,
            diagnostic: String::new(),
            context: Some(Box::new(condition.context)),
        },
    );
    match turn {
        Turn::Opened(alert) => seen.opened.push(alert),
        Turn::Resolved(alert) => seen.resolved.push(alert),
        Turn::Nothing => {}
    }
    count(seen, condition.alerting);
    Ok(Some(condition.alerting))
}

fn count(seen: &mut Seen, alerting: bool) {
    match alerting {
        true => seen.alerting += 1,
        false => seen.healthy += 1,
    }
}

fn ran(r: &mut Runner<'_>, cause: u64, due: &Due, name: &str, alerting: bool) -> u64 {
    r.ledger.caused(
        cause,
        What::MonitorRan {
            monitor: name.to_owned(),
            device: due.device.clone(),
            job: String::new(),
            run: due.runs,
            alerting,
        },
    )
}

/// Tells once for a monitor and device that it looks at nothing, and each time that it was passed over.
fn not_judged(
    r: &mut Runner<'_>,
    cause: u64,
    name: &str,
    device: &str,
    why: &str,
    seen: &mut Seen,
) -> Option<bool> {
    let key = (
        name.to_owned(),
        device.to_owned(),
        "monitor-not-judged".to_owned(),
    );
    if r.memory.monitoring.told.insert(key) {
        let note = Note {
            code: "monitor-not-judged".into(),
            message: format!("monitor {name} looks at nothing on {device}: {why}"),
            help: "target the policy at devices that have what it looks at".into(),
        };
        seen.notes.push(note.clone());
        r.ledger.caused(cause, What::Noted { job: None, note });
    }
    r.ledger.caused(
        cause,
        What::MonitorSkipped {
            monitor: name.to_owned(),
            device: device.to_owned(),
            reason: why.to_owned(),
        },
    );
    seen.skipped.push((name.to_owned(), device.to_owned()));
    None
}

/// Why a device has no such log.
fn lacking(r: &Runner<'_>, wanted: &EventLog, booted: &Booted, device: &str) -> Option<String> {
    let syslog = wanted.log.eq_ignore_ascii_case("syslog");
    let os = booted.world.os;
    match (os == Os::Windows, syslog) {
        (true, true) => Some("a Windows device has no syslog".into()),
        (false, false) => Some(format!(
            "a {os} device has no event log {}, it has syslog",
            wanted.log
        )),
        (true, false) => {
            let known = has_log(booted, &wanted.log) || {
                let logged = r.ledger.state().logged.get(device);
                let mut all = logged.into_iter().flatten();
                all.any(|e| e.log.eq_ignore_ascii_case(&wanted.log))
            };
            (!known).then(|| format!("it has no event log {}", wanted.log))
        }
        (false, true) => None,
    }
}

/// Whether a Windows device has a log: one of its own, or one that a program has registered.
fn has_log(booted: &Booted, log: &str) -> bool {
    let Some(windows) = booted.handle.windows() else {
        return false;
    };
    let own = windows.fact("eventLogs");
    let named = |l: &serde_json::Value| {
        let name = l["name"].as_str();
        name.is_some_and(|n| n.eq_ignore_ascii_case(log))
    };
    let registered = || {
        let key = registry::parse_key(&format!(r"{LOGS}\{log}"));
        key.is_some_and(|k| windows.read_key(&k).is_ok_and(|k| k.is_some()))
    };
    own.as_array().is_some_and(|all| all.iter().any(named)) || registered()
}

/// Each entry that matches is an alert of its own; with a count, each so many within the window.
fn events(
    r: &mut Runner<'_>,
    cause: u64,
    due: &Due,
    monitor: &Monitor,
    wanted: &EventLog,
    name: &str,
    seen: &mut Seen,
) -> Result<bool, Stop> {
    let name_of_device = &due.device;
    if let Some(booted) = r.stage.devices.get(name_of_device) {
        let stray = booted.handle.stray();
        told::logged(r, cause, name_of_device, &stray);
        seen.observed.stores.extend(stray.stores);
    }
    let key = (due.policy, due.monitor, due.device.clone());
    let mut cursor = r.memory.monitoring.cursors.remove(&key).unwrap_or_default();
    let all = r.ledger.state().logged.get(name_of_device);
    let new: Vec<Logged> = all
        .into_iter()
        .flatten()
        .skip(cursor.looked)
        .cloned()
        .collect();
    cursor.looked += new.len();
    let mut alerts = Vec::new();
    for entry in new.into_iter().filter(|e| matches(wanted, e)) {
        let window = i64::from(wanted.minutes) * 60_000;
        if wanted.times > 1 {
            cursor.counted.retain(|at| entry.at - at <= window);
        }
        cursor.counted.push(entry.at);
        if cursor.counted.len() >= wanted.times as usize {
            alerts.push((cursor.counted.len(), entry));
            cursor.counted.clear();
        }
    }
    r.memory.monitoring.cursors.insert(key, cursor);
    let alerting = !alerts.is_empty();
    let ran = ran(r, cause, due, name, alerting);
    for (count, entry) in alerts {
        seen.opened
            .push(open(r, ran, due, monitor, name, count, entry));
    }
    count(seen, alerting);
    Ok(alerting)
}

fn open(
    r: &mut Runner<'_>,
    cause: u64,
    due: &Due,
    monitor: &Monitor,
    name: &str,
    count: usize,
    entry: Logged,
) -> String {
    let n = r.ledger.state().alerts.len();
    let alert = guid(r.stage.seed, &format!("alert:{name}:{}:{n}", due.device));
    let context = EventLogContext {
        log_name: Some(entry.log),
        code: entry.code.map(|c| c.to_string()),
        r#type: Some(entry.level),
        source: Some(entry.source),
        description: Some(entry.text.clone()),
        trigger_count: Some(i32::try_from(count).unwrap_or(i32::MAX)),
        last_triggered: jiff::Timestamp::from_millisecond(entry.at).ok(),
        caused_suspension: Some(false),
    };
    let knobs = &r.stage.scenario.world.knobs;
    let autoresolve_minutes = match monitor.resolve.unwrap_or_else(|| resolve_by(knobs)) {
        Resolve::AfterMinutes(minutes) => Some(minutes),
        Resolve::Never | Resolve::NextHealthyRun => None,
    };
    r.ledger.caused(
        cause,
        What::AlertOpened {
            alert: alert.clone(),
            monitor: name.to_owned(),
            device: due.device.clone(),
            priority: monitor.priority,
            samples: BTreeMap::new(),
            text: entry.text,
            diagnostic: String::new(),
            context: Some(Box::new(Context::Eventlog(context))),
            autoresolve_minutes,
        },
    );
    alert
}

/// Whether an entry is all that is asked for.
fn matches(wanted: &EventLog, entry: &Logged) -> bool {
    let any = |list: &[String], is: &str| {
        list.is_empty() || list.iter().any(|w| w.eq_ignore_ascii_case(is))
    };
    let text = || entry.text.to_lowercase();
    wanted.log.eq_ignore_ascii_case(&entry.log)
        && any(&wanted.sources, &entry.source)
        && any(&wanted.levels, &entry.level)
        && (wanted.codes.is_empty() || entry.code.is_some_and(|c| wanted.codes.contains(&c)))
        && wanted
            .text
            .as_ref()
            .is_none_or(|t| text().contains(&t.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::matches;
    use crate::platform::state::Logged;
    use crate::rmm::policy::EventLog;

    #[test]
    fn all_that_is_asked_for_must_hold() {
        let entry = Logged {
            at: 0,
            log: "Application".into(),
            source: "Bright".into(),
            code: Some(26108),
            level: "Error".into(),
            text: "Threat found in C:\\x".into(),
        };
        let wanted = EventLog {
            log: "application".into(),
            sources: vec!["bright".into()],
            codes: vec![1, 26108],
            levels: vec!["error".into()],
            text: Some("THREAT".into()),
            times: 1,
            minutes: 0,
        };
        assert!(matches(&wanted, &entry));
        let not = |change: fn(&mut EventLog)| {
            let mut w = wanted.clone();
            change(&mut w);
            !matches(&w, &entry)
        };
        assert!(not(|w| w.log = "System".into()));
        assert!(not(|w| w.sources = vec!["Brightly".into()]));
        assert!(not(|w| w.codes = vec![2610]));
        assert!(not(|w| w.levels = vec!["warning".into()]));
        assert!(not(|w| w.text = Some("none".into())));
    }
}
