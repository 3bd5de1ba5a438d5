//! The same seed gives the same event log.

use super::run;
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeMap;

/// How often the suite is replayed; `SHAKEDOWN_REPLAYS` changes it.
const REPLAYS: u32 = 6;

/// How often scenarios on Windows devices are replayed, where there are any: each takes seconds.
const ON_WINDOWS: u32 = 2;

/// Runs the suite again and again with one seed; every log must be the same, real times and
/// process ids aside.
pub fn same_log() -> Result<(), Failed> {
    let replays = std::env::var("SHAKEDOWN_REPLAYS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(REPLAYS);
    same(replays, &["--tag", "!windows"])?;
    // Bright's are left out: Windows Installer draws the names under which it keeps packages.
    let windows = ["--filter", "scenarios/platform/windows"];
    same(replays.min(ON_WINDOWS), &windows)
}

fn same(replays: u32, which: &[&str]) -> Result<(), Failed> {
    let mut first: Option<BTreeMap<String, Vec<String>>> = None;
    for n in 0..replays {
        let record = tempfile::tempdir()?;
        let all = [&["--seed", "7", "--quiet"], which].concat();
        let out = run::run(record.path(), &all).output()?;
        // Where none of them can be run there is nothing to compare; that they can be run where they
        // must is held by `every_shipped_scenario_passes`.
        if out.status.code() == Some(4) && which.contains(&"--filter") {
            return Ok(());
        }
        if out.status.code() != Some(0) {
            let told = String::from_utf8_lossy(&out.stderr).into_owned();
            return Err(format!("replay {n} of {which:?}: {}\n{told}", out.status).into());
        }
        let mut logs = BTreeMap::new();
        for path in run::logs(record.path())? {
            let name = path
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default();
            // The run's own log tells the order in which scenarios happened to end.
            if name != "run.jsonl" {
                logs.insert(name, normal(&std::fs::read_to_string(&path)?)?);
            }
        }
        match &first {
            None => first = Some(logs),
            Some(want) => differences(want, &logs)
                .map_err(|d| format!("replay {n}: {}", d.message().unwrap_or_default()))?,
        }
    }
    Ok(())
}

fn differences(
    want: &BTreeMap<String, Vec<String>>,
    got: &BTreeMap<String, Vec<String>>,
) -> Result<(), Failed> {
    if want.keys().ne(got.keys()) {
        return Err("other logs".into());
    }
    for (name, lines) in want {
        let other = &got[name];
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
