//! The same seed gives the same event log.

use super::run;
use super::whole::{SEED, sample, whole};
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How often the sample is replayed; `SHAKEDOWN_REPLAYS` changes it.
const REPLAYS: u32 = 4;

/// How many files of each folder are in the sample.
const OF_A_FOLDER: usize = 3;

/// How often scenarios on Windows devices are replayed, where there are any: each takes seconds.
const ON_WINDOWS: u32 = 1;

/// Logs by the name of their scenario in them.
type Logs = BTreeMap<String, Vec<String>>;

/// Everything but Windows runs twice with one seed, once within the whole suite; a sample of each
/// folder runs again and again. Every log must be the same, real times and process ids aside.
///
/// A replay begins with other neighbours than the whole suite had: that a log depends on none of them
/// is shown with it.
pub fn same_log() -> Result<(), Failed> {
    let replays = std::env::var("SHAKEDOWN_REPLAYS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(REPLAYS);
    let whole = whole()?;
    let first = read(&whole.logs()?)?;
    replay(&first, 1, &["--tag", "!windows"])?;
    let scenarios = whole.report["scenarios"].as_array();
    let scenarios = scenarios.ok_or("the report lists no scenarios")?;
    let files = |wanted: &dyn Fn(&str) -> bool| -> Vec<String> {
        let ran = scenarios.iter().filter(|s| s["verdict"] == "passed");
        let files = ran.filter_map(|s| s["file"].as_str());
        files.filter(|f| wanted(f)).map(str::to_owned).collect()
    };
    let on_windows = |f: &str| {
        // Bright's are left out: Windows Installer draws the names under which it keeps packages.
        f.contains("scenarios/platform/windows")
    };
    let elsewhere = sample(&files(&|f| !on_windows(f)), OF_A_FOLDER);
    let elsewhere: Vec<&str> = elsewhere.iter().map(String::as_str).collect();
    let not_windows = [&["--tag", "!windows"], elsewhere.as_slice()].concat();
    for n in 2..=replays {
        replay(&first, n, &not_windows)?;
    }
    let windows = sample(&files(&on_windows), OF_A_FOLDER);
    if windows.is_empty() {
        // That they run where they can is held by `every_shipped_scenario_passes`.
        return Ok(());
    }
    let windows: Vec<&str> = windows.iter().map(String::as_str).collect();
    for n in 1..=replays.min(ON_WINDOWS) {
        replay(&first, n, &windows)?;
    }
    Ok(())
}

/// Runs some of the scenarios anew; each log must be the one it had first.
fn replay(first: &Logs, n: u32, which: &[&str]) -> Result<(), Failed> {
    let record = tempfile::tempdir()?;
    let all = [&["--seed", SEED, "--quiet"], which].concat();
    let out = run::run(record.path(), &all).output()?;
    if out.status.code() != Some(0) {
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        return Err(format!("replay {n} of {which:?}: {}\n{told}", out.status).into());
    }
    let again = read(&run::logs(record.path())?)?;
    if again.is_empty() {
        return Err(format!("replay {n} of {which:?} ran nothing").into());
    }
    differences(first, &again)
        .map_err(|d| format!("replay {n}: {}", d.message().unwrap_or_default()).into())
}

fn read(paths: &[PathBuf]) -> Result<Logs, Failed> {
    let mut logs = Logs::new();
    for path in paths {
        // The run's own log tells the order in which scenarios happened to end.
        if path.file_name().is_some_and(|n| n == "run.jsonl") {
            continue;
        }
        let lines = normal(&std::fs::read_to_string(path)?)?;
        let scenario = lines.first().map_or_else(String::new, |l| name(l, path));
        if logs.insert(scenario.clone(), lines).is_some() {
            return Err(format!("two logs of {scenario}").into());
        }
    }
    Ok(logs)
}

/// The scenario that a log's first event names; its file's number is its place in a run alone.
fn name(first: &str, path: &Path) -> String {
    let event: Value = serde_json::from_str(first).unwrap_or_default();
    let name = event["what"]["name"].as_str().map(str::to_owned);
    name.unwrap_or_else(|| path.display().to_string())
}

fn differences(want: &Logs, got: &Logs) -> Result<(), Failed> {
    for (name, other) in got {
        let Some(lines) = want.get(name) else {
            return Err(format!("the first run has no log of {name}").into());
        };
        if let Some((n, (a, b))) = lines
            .iter()
            .zip(other)
            .enumerate()
            .find(|(_, (a, b))| a != b)
        {
            return Err(format!("{name}, event {}:\n  {a}\n  {b}", n + 1).into());
        }
        if lines.len() != other.len() {
            return Err(
                format!("{name}: {} events instead of {}", other.len(), lines.len()).into(),
            );
        }
    }
    Ok(())
}

fn normal(log: &str) -> Result<Vec<String>, Failed> {
    log.lines()
        .map(|line| {
            let mut event: Value = serde_json::from_str(line)?;
            strip(&mut event);
            Ok(without_dates(&event.to_string()))
        })
        .collect()
}

/// A log without the dates of today that programs print and write down: they are times too.
fn without_dates(line: &str) -> String {
    let line = without_times(line);
    let line = line.as_str();
    let now = std::time::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_secs());
    let mut out = String::new();
    for part in line.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let date =
            digits.len() == 10 && digits.parse().is_ok_and(|n: u64| now.abs_diff(n) < 86_400);
        out.push_str(if date { "DATE" } else { digits });
        out.push_str(&part[digits.len()..]);
    }
    out
}

/// Takes out what the event types say differs between replays.
fn strip(v: &mut Value) {
    match v {
        Value::Object(map) => {
            map.remove("real");
            map.remove("pid");
            map.remove("processId");
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}

/// A line without moments in ISO form, `2026-01-31T12:00:00.123Z`: devices tell the real time.
fn without_times(line: &str) -> String {
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    let bytes = line.as_bytes();
    let mut out = String::new();
    let mut from = 0;
    while let Some(found) = line[from..].find('T') {
        let at = from + found;
        let date = at >= 10 && at - 10 >= from && bytes[at - 6] == b'-' && bytes[at - 3] == b'-';
        if !date || !digit(bytes.get(at + 1)) || !digit(bytes.get(at - 1)) {
            out.push_str(&line[from..=at]);
            from = at + 1;
            continue;
        }
        out.push_str(&line[from..at - 10]);
        out.push_str("TIME");
        let rest = &line[at + 1..];
        let end = rest.find(|c: char| !c.is_ascii_digit() && !":.".contains(c));
        from = at + 1 + end.unwrap_or(rest.len());
    }
    out.push_str(&line[from..]);
    out
}
