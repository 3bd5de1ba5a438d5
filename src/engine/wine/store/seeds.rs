//! Facts that are the first objects of a store: the event log's and the scheduled tasks'.

use super::objects::Objects;
use crate::rmm::facts::Facts;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

type Seed = (String, String, Value);

/// Takes the facts `events` and `scheduledTasks` out as objects of stores; empty lists stay.
pub fn taken(facts: &mut Facts) -> Vec<Seed> {
    let mut seeds = Vec::new();
    let booted = booted(facts);
    if let Some(Value::Array(events)) = facts.0.get_mut("events") {
        seeds.extend(self::events(std::mem::take(events), booted));
    }
    if let Some(Value::Array(tasks)) = facts.0.get_mut("scheduledTasks") {
        seeds.extend(std::mem::take(tasks).into_iter().filter_map(task));
    }
    seeds
}

/// Gives an event that was seeded directly what every event has: time and number.
pub fn finish(objects: &Objects, store: &str, value: &mut Value) {
    let Some(event) = value.as_object_mut().filter(|_| store == "events") else {
        return;
    };
    if event.get("cleared").is_some() {
        return;
    }
    let now = Timestamp::now();
    set_time(event, now, now);
    if event.get("recordId").is_none() {
        let log = event.get("log").and_then(Value::as_str).unwrap_or_default();
        let last = objects
            .list("events")
            .iter()
            .filter(|(_, e)| e["log"].as_str() == Some(log))
            .filter_map(|(_, e)| e["recordId"].as_u64())
            .max();
        event.insert("recordId".into(), json!(last.unwrap_or(0) + 1));
    }
}

/// Declared events in order of their times, numbered log by log.
fn events(declared: Vec<Value>, booted: Timestamp) -> Vec<Seed> {
    let now = Timestamp::now();
    let mut events: Vec<Map<String, Value>> = declared
        .into_iter()
        .filter_map(|e| match e {
            Value::Object(mut event) => {
                set_time(&mut event, now, booted);
                Some(event)
            }
            _ => None,
        })
        .collect();
    events.sort_by_key(time);
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    events
        .into_iter()
        .map(|mut event| {
            let log = event.get("log").and_then(Value::as_str);
            let log = log.unwrap_or("Application").to_owned();
            let number = last.entry(log.clone()).or_default();
            *number += 1;
            event.insert("log".into(), json!(log));
            event.insert("recordId".into(), json!(*number));
            let key = format!("{log}|{number}");
            ("events".to_owned(), key, Value::Object(event))
        })
        .collect()
}

fn time(event: &Map<String, Value>) -> Option<Timestamp> {
    event.get("time")?.as_str()?.parse().ok()
}

/// When the device started: the fact `os` may say so, else it is now.
fn booted(facts: &Facts) -> Timestamp {
    let declared = facts.text("os", "LastBootUpTime");
    let declared = declared.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = declared.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    declared.unwrap_or_else(Timestamp::now)
}

/// `time` from `minutesAgo`, `sinceBoot` (seconds after the start, and not in the future) or now, where
/// there is none.
fn set_time(event: &mut Map<String, Value>, now: Timestamp, booted: Timestamp) {
    let number = |name: &str| event.get(name).and_then(Value::as_f64);
    let after = |from: Timestamp, seconds: f64| {
        SignedDuration::try_from_secs_f64(seconds)
            .ok()
            .and_then(|d| from.checked_add(d).ok())
            .unwrap_or(now)
    };
    let at = match (time(event), number("minutesAgo"), number("sinceBoot")) {
        (Some(at), _, _) => at,
        (None, Some(minutes), _) => after(now, -minutes * 60.0),
        (None, None, Some(seconds)) => after(booted, seconds).min(now),
        _ => now,
    };
    event.remove("minutesAgo");
    event.remove("sinceBoot");
    event.insert("time".into(), json!(format!("{at:.7}")));
}

/// A declared task under its address; what it does stays as declared until a program looks at it.
fn task(declared: Value) -> Option<Seed> {
    let text = |name: &str| declared.get(name).and_then(Value::as_str).unwrap_or("");
    let folder = text("taskPath").trim_matches('\\');
    let name = text("taskName").trim_matches('\\');
    if name.is_empty() {
        return None;
    }
    let full = match folder {
        "" => format!("\\{name}"),
        _ => format!("\\{folder}\\{name}"),
    };
    let cut = full.rfind('\\').map_or(0, |at| at + 1);
    let (path, name) = full.split_at(cut);
    let mut object = json!({ "path": path, "name": name });
    match declared.get("xml") {
        Some(xml) => object["xml"] = xml.clone(),
        None => object["declared"] = declared.clone(),
    }
    for field in ["lastRunTime", "lastTaskResult", "missedRuns"] {
        if let Some(value) = declared.get(field) {
            object[field] = value.clone();
        }
    }
    Some(("tasks".to_owned(), full.to_lowercase(), object))
}
