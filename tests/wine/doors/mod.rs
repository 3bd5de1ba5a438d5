//! The same fact through every door that needs no PowerShell: what a scenario declares of a device, and
//! what each release has by default, asked of its programs, of the registry and of the helper itself.

mod odd;
mod rows;

use super::device::{check, engine, run, spec, text};
use super::device_requests::{exact, facts_of};
use libtest_mimic::Failed;
use odd::odd;
use rows::{DOORS, POWERSHELL_ALONE, REFUSED_ELSEWHERE};
use serde_json::Value;
use shakedown::engine::{Device, Engine, WindowsSpec};
use shakedown::rmm::facts::{ALWAYS, BY_RELEASE, DECLARED, Declared, Facts, Identity};
use shakedown::rmm::observed::Exit;
use shakedown::rmm::os::WindowsRelease;
use shakedown_helper::programs::REFUSED;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The tests of this file.
pub const TESTS: [(&str, super::Test); 2] = [
    ("declared_facts_are_told_by_every_door", declared),
    ("defaults_of_each_release_are_told_by_every_door", defaults),
];

/// Facts whose entries are objects of a store from the start, and so told as empty lists.
const STORED: [&str; 2] = ["events", "scheduledTasks"];

fn boot(
    name: &str,
    release: WindowsRelease,
    declared: &Declared,
) -> Result<(Arc<dyn Device>, Facts), Failed> {
    let mut spec = spec(name);
    let hostname = spec.hostname.clone();
    let id = Identity {
        hostname: &hostname,
        serial: "SN-0042",
        mac: "02:11:22:33:44:55",
        ..Identity::default()
    };
    let facts = Facts::of(release, &id, declared);
    spec.windows = Some(Box::new(WindowsSpec {
        release,
        facts: facts.clone(),
        ..WindowsSpec::default()
    }));
    Ok((engine().boot(&spec)?, facts))
}

/// What a door prints; its exit code must be 0.
fn told(device: &Arc<dyn Device>, line: &str) -> Result<String, Failed> {
    let outcome = run(
        device,
        &format!("set PATH=%PATH%;C:\\windows\\system32\\wbem& {line}"),
    )?;
    let all = text(&outcome.stdout).replace('\r', "") + &text(&outcome.stderr);
    check(outcome.exit == Exit::Code(0), (line, &outcome.exit, &all))?;
    Ok(all)
}

/// The helper gives each fact as it is.
fn by_the_helper(device: &Arc<dyn Device>, facts: &Facts) -> Result<(), Failed> {
    let names: Vec<&str> = facts.0.keys().map(String::as_str).collect();
    let answers = facts_of(device, &names)?;
    for (name, mut answer) in names.iter().zip(answers) {
        // A device that declares no start tells its real one.
        if let ("os", Some(os)) = (*name, answer.as_object_mut())
            && facts.get("os")["LastBootUpTime"].is_null()
        {
            let started = os.remove("LastBootUpTime");
            let started: Option<jiff::civil::DateTime> =
                started.and_then(|at| at.as_str()?.parse().ok());
            let ago = jiff::Timestamp::now()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .datetime();
            let ago = started.map(|at| ago.duration_since(at).as_secs());
            check(ago.is_some_and(|s| (0..600).contains(&s)), (started, ago))?;
        }
        let wanted = match STORED.contains(name) {
            true => &Value::Array(Vec::new()),
            false => facts.get(name),
        };
        check(exact(&answer, wanted), (name, &answer, wanted))?;
    }
    Ok(())
}

/// Every fact has its doors, or none but PowerShell's.
fn complete() -> Result<(), Failed> {
    let doors = DOORS.iter().flat_map(|(facts, _)| *facts);
    let refused = REFUSED_ELSEWHERE.iter().map(|(fact, _)| fact);
    let mut told: Vec<&str> = doors
        .chain(POWERSHELL_ALONE)
        .chain(refused)
        .copied()
        .collect();
    told.sort_unstable();
    let mut all = [&ALWAYS[..], &BY_RELEASE, &DECLARED].concat();
    all.sort_unstable();
    let odd = |a: &[&str], b: &[&str]| -> Vec<String> {
        let only = a.iter().filter(|name| !b.contains(name));
        only.map(|name| (*name).to_owned()).collect()
    };
    check(told == all, (odd(&told, &all), odd(&all, &told)))
}

fn declared() -> Result<(), Failed> {
    complete()?;
    let (device, facts) = boot("doors", WindowsRelease::Windows11, &odd())?;
    by_the_helper(&device, &facts)?;
    let mut known: BTreeMap<&str, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (door, wanted) in DOORS.iter().flat_map(|(_, doors)| *doors) {
        let all = match known.get(door) {
            Some(all) => all.clone(),
            None => match told(&device, door) {
                Ok(all) => all,
                Err(e) => {
                    wrong.push(format!("{door}: {e:?}"));
                    continue;
                }
            },
        };
        if !all.contains(wanted) {
            wrong.push(format!("{door}: no {wanted:?} in {all:?}"));
        }
        known.insert(door, all);
    }
    for (_, door) in REFUSED_ELSEWHERE {
        let outcome = run(&device, door)?;
        if outcome.exit != Exit::Code(REFUSED) {
            wrong.push(format!("{door} is not refused: {outcome:?}"));
        }
    }
    check(wrong.is_empty(), wrong)
}

fn defaults() -> Result<(), Failed> {
    for release in WindowsRelease::ALL {
        let (device, facts) = boot("release", release, &Declared::default())?;
        by_the_helper(&device, &facts)?;
        let version = r#"reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v"#;
        let of = |fact: &str, property: &str| facts.text(fact, property);
        let tasks = facts.get("scheduledTasks")[0]["taskName"].clone();
        let rows = [
            ("wmic os get caption /value".to_owned(), of("os", "Caption")),
            ("wmic os get version /value".to_owned(), of("os", "Version")),
            ("systeminfo".to_owned(), of("os", "Caption")),
            (
                "systeminfo".to_owned(),
                format!("Build {}", of("os", "BuildNumber")),
            ),
            (
                format!("{version} ProductName"),
                of("currentVersion", "ProductName"),
            ),
            (format!("{version} CurrentBuild"), of("os", "BuildNumber")),
            (format!("{version} EditionID"), of("os", "EditionID")),
            ("tzutil /g".to_owned(), of("timeZone", "Id")),
            (
                "schtasks /query".to_owned(),
                tasks.as_str().unwrap_or("-").chars().take(40).collect(),
            ),
            (
                "wmic csproduct get name /value".to_owned(),
                of("computerSystem", "Model"),
            ),
        ];
        for (door, wanted) in rows {
            let all = told(&device, &door)?;
            check(
                !wanted.is_empty() && all.contains(&wanted),
                (release, door, wanted, all),
            )?;
        }
    }
    Ok(())
}
