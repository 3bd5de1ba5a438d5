//! What happens to a Windows device that is no job: values written into its registry, a scheduled
//! task run, an entry written into its event log.

use super::At;
use super::device::run;
use crate::engine::Launch;
use crate::engine::windows::Windows;
use crate::replay::judge::Seen;
use crate::replay::judge::windows::overlaid;
use crate::replay::runner::Runner;
use crate::replay::setup::Booted;
use crate::replay::spec;
use crate::replay::verdict::Stop;
use crate::rmm::event::What;
use crate::rmm::facts::{Declared, seeded};
use crate::rmm::observed::{Exit, StoreChange};
use crate::rmm::registry::{NamedValue, RegistryData};
use crate::scenario::Spanned;
use crate::scenario::windows::{EventWrite, RegistrySet};
use serde_json::json;
use shakedown_helper::programs::told::tasks::action::action;
use std::time::Duration;

/// The Windows side of a device, or what is wrong with the step.
fn side<'b>(
    booted: &'b Booted,
    name: &Spanned<String>,
    what: &str,
) -> Result<&'b dyn Windows, Stop> {
    booted.handle.windows().ok_or_else(|| Stop::Mistake {
        message: format!(
            "`{what}` is for Windows devices, and {} is a {} device",
            name.value, booted.world.os
        ),
        span: name.span,
        help: "give the device `os: windows`".into(),
    })
}

/// `registry:` - writes and deletes values.
pub fn registry(
    r: &mut Runner<'_>,
    at: &At<'_>,
    name: &Spanned<String>,
    booted: &Booted,
    sets: &[RegistrySet],
) -> Result<(), Stop> {
    let windows = side(booted, name, "registry")?;
    write(windows, sets, &|text| r.fill(text, at.span))
}

/// Writes values into a registry, each text as `fill` gives it.
pub fn write(
    windows: &dyn Windows,
    sets: &[RegistrySet],
    fill: &dyn Fn(&str) -> Result<String, Stop>,
) -> Result<(), Stop> {
    for set in sets {
        let key = &set.key.value;
        let Some(values) = &set.values else {
            windows.delete_key(key, None)?;
            continue;
        };
        let mut written = Vec::new();
        for (name, data) in values {
            match data {
                Some(data) => written.push(NamedValue {
                    name: name.value.clone(),
                    data: filled(data, fill)?,
                }),
                None => windows.delete_key(key, Some(&name.value))?,
            }
        }
        windows.write_values(key, &written)?;
    }
    Ok(())
}

fn filled(
    data: &RegistryData,
    fill: &dyn Fn(&str) -> Result<String, Stop>,
) -> Result<RegistryData, Stop> {
    Ok(match data {
        RegistryData::Sz(text) => RegistryData::Sz(fill(text)?),
        RegistryData::ExpandSz(text) => RegistryData::ExpandSz(fill(text)?),
        RegistryData::MultiSz(lines) => {
            RegistryData::MultiSz(lines.iter().map(|l| fill(l)).collect::<Result<_, _>>()?)
        }
        other => other.clone(),
    })
}

/// `task:` - runs a scheduled task now and waits for its end.
pub fn task(
    r: &mut Runner<'_>,
    at: &At<'_>,
    name: &Spanned<String>,
    booted: &Booted,
    path: &Spanned<String>,
    timeout: Duration,
) -> Result<Seen, Stop> {
    let windows = side(booted, name, "task")?;
    let tasks = overlaid(windows, "scheduledTasks", "tasks")?;
    let found = tasks.iter().find(|(key, _)| key.eq_ignore_ascii_case(path));
    let Some((_, stored)) = found else {
        let known: Vec<String> = tasks.into_iter().map(|(key, _)| key).collect();
        return Err(Stop::Mistake {
            message: format!(
                "there is no scheduled task {} on the device; there are: {}",
                path.value,
                crate::replay::judge::list(&known, 12)
            ),
            span: path.span,
            help: "register it in a step before, or declare it in the device's `facts: { tasks: ... }`".into(),
        });
    };
    let env = crate::agent::windows::environment::of(&booted.spec.hostname, Some(windows));
    let variable = |name: &str| {
        let found = env.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone())
    };
    let action = action(stored, &variable).map_err(|why| Stop::Mistake {
        message: format!("the scheduled task {} cannot be run: {why}", path.value),
        span: path.span,
        help: "a task that a step can run has one action, which is a program".into(),
    })?;
    let mut launch = Launch::new(r"C:\Windows\System32\cmd.exe", &[]);
    // cmd finds the program on the path, as the task scheduler does.
    launch.command_line = Some(format!("cmd.exe /d /s /c \"{}\"", action.command_line));
    launch.cwd = action.cwd;
    launch.env.clone_from(&env);
    launch.timeout = timeout.min(r.time_left());
    begun(windows, path)?;
    let seen = run(r, at, name, booted, &launch)?;
    ended(windows, path, seen.exit)?;
    Ok(seen)
}

/// `SCHED_S_TASK_TERMINATED`: the result of a task that was ended by somebody.
const TERMINATED: u32 = 0x41306;

/// Writes down in the task that it starts now, as `schtasks /run` does.
fn begun(windows: &dyn Windows, path: &str) -> Result<(), Stop> {
    let now = jiff::Timestamp::now().to_string();
    change_task(windows, path, |task| task["lastRunTime"] = json!(now))
}

/// Writes down in the task how its run ended, as the task scheduler does.
fn ended(windows: &dyn Windows, path: &str, exit: Option<Exit>) -> Result<(), Stop> {
    let result = match exit {
        Some(Exit::Code(code)) => json!(code.cast_unsigned()),
        Some(Exit::TimedOut | Exit::Interrupted) => json!(TERMINATED),
        _ => return Ok(()),
    };
    change_task(windows, path, |task| task["lastTaskResult"] = result)
}

fn change_task(
    windows: &dyn Windows,
    path: &str,
    change: impl FnOnce(&mut serde_json::Value),
) -> Result<(), Stop> {
    let key = path.to_lowercase();
    let stored = windows.list("tasks")?.into_iter().find(|(k, _)| *k == key);
    if let Some((key, mut task)) = stored.filter(|(_, t)| t.is_object()) {
        change(&mut task);
        windows.put("tasks", &key, Some(task))?;
    }
    Ok(())
}

/// Facts that follow from the antivirus that is declared.
const OF_ANTIVIRUS: [&str; 3] = ["antivirusProducts", "defender", "defenderPreference"];
/// Facts that follow from the volumes that are declared.
const OF_VOLUMES: [&str; 4] = ["volumes", "partitions", "bitLocker", "smbShares"];

/// `facts:` - the device tells something else of itself from here on.
pub fn facts(
    r: &mut Runner<'_>,
    at: &At<'_>,
    name: &Spanned<String>,
    booted: &Booted,
    declared: &Declared,
) -> Result<(), Stop> {
    let windows = side(booted, name, "facts")?;
    let mut all = booted.world.facts.clone();
    let mut changed = Vec::new();
    if let Some(antivirus) = &declared.antivirus {
        all.antivirus = Some(antivirus.clone());
        changed.extend(OF_ANTIVIRUS);
    }
    if !declared.volumes.is_empty() {
        all.volumes.clone_from(&declared.volumes);
        changed.extend(OF_VOLUMES);
    }
    let facts = spec::facts(&booted.spec, &booted.world, &all);
    for fact in &changed {
        if !windows.change_fact(fact, facts.get(fact).clone()) {
            return Err(Stop::Mistake {
                message: format!(
                    "{} is a real machine: what it tells of itself is its own",
                    name.value
                ),
                span: name.span,
                help: "change the machine itself, or run this on a device by Wine".into(),
            });
        }
    }
    r.ledger.caused(
        at.started,
        What::FactsChanged {
            device: name.value.clone(),
            facts: changed.into_iter().map(str::to_owned).collect(),
        },
    );
    Ok(())
}

/// `event:` - writes an entry into the event log, at the device's own time as its programs do, so that
/// a script that asks for the last minutes finds it. The change is what the step is judged by.
pub fn event(
    r: &mut Runner<'_>,
    at: &At<'_>,
    name: &Spanned<String>,
    booted: &Booted,
    event: &EventWrite,
) -> Result<StoreChange, Stop> {
    let windows = side(booted, name, "event")?;
    let message = r.fill(&event.message, at.span)?;
    let log = event.log.as_deref().unwrap_or("Application");
    let seeded_entries = windows.facts().get("events").as_array().map_or(0, |all| {
        all.iter().filter(|e| e["log"] == json!(log)).count() as u64
    });
    let last = windows
        .list("events")?
        .iter()
        .filter(|(_, e)| e["log"] == json!(log))
        .filter_map(|(_, e)| e["recordId"].as_u64())
        .max();
    let record = last.unwrap_or(seeded_entries) + 1;
    let entry = seeded::event(
        Some(log),
        &event.source,
        event.id,
        event.level.as_deref(),
        &message,
    );
    let change = StoreChange {
        store: "events".to_owned(),
        key: format!("{log}|{record}"),
        value: Some(entry.written(record, jiff::Timestamp::now())),
    };
    windows.put(&change.store, &change.key, change.value.clone())?;
    Ok(change)
}
