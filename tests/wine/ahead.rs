//! PowerShell started ahead of its job, by the probe in its place.

use super::device::{check, cmd, text, windows};
use super::powershell::{agents, device, only, run};
use libtest_mimic::Failed;
use serde_json::Value;
use shakedown::engine::windows::{Hive, KeyPath, NamedValue, RegistryData, View};
use shakedown::engine::{Device, Launch, Outcome, Stdin};
use shakedown::rmm::observed::Exit;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SCRIPT: &str = r"C:\w\ahead.ps1";

/// Processes that waited for a job, by what the probes wrote down.
fn ahead(device: &Arc<dyn Device>) -> Result<Vec<u64>, Failed> {
    let log = device
        .read_file(r"C:\ahead.log", 1 << 20)?
        .unwrap_or_default();
    text(&log)
        .lines()
        .map(|pid| pid.parse().map_err(|_| Failed::from("no process id")))
        .collect()
}

/// Starts one ahead and waits until it waits.
fn get_ready(device: &Arc<dyn Device>, launch: &Launch) -> Result<(), Failed> {
    let before = ahead(device)?.len();
    windows(device)?.get_ready(launch);
    let until = Instant::now() + Duration::from_secs(20);
    while ahead(device)?.len() == before {
        check(Instant::now() < until, "nothing was started ahead")?;
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// What a probe said but for its process id, and whether it had waited.
fn told(device: &Arc<dyn Device>, outcome: &Outcome) -> Result<(Value, bool), Failed> {
    let mut told = only(outcome)?;
    let pid = told["pid"].take().as_u64().ok_or("no process id")?;
    Ok((told, ahead(device)?.contains(&pid)))
}

fn sort_environment(told: &mut Value) -> Result<(), Failed> {
    let env = told["env"].as_array_mut().ok_or("no environment")?;
    env.sort_by_key(Value::to_string);
    Ok(())
}

/// A process that was handed its job over says the same as a fresh one, in everything.
pub fn same() -> Result<(), Failed> {
    let device = device("ahead")?;
    device.write_file(SCRIPT, b"\xef\xbb\xbfread child exit -1073741510", 0o644)?;
    let mut first = agents(SCRIPT);
    first.env.push(("usrOld".into(), "1".into()));
    first.env.push(("usrcase".into(), "same".into()));
    first.cwd = r"C:\windows".into();
    let mut launch = agents(SCRIPT);
    launch.kill_left = true;
    for (name, value) in [
        ("usrNew", "Größe & 漢字 😀 \"q\" \\ \u{1}"),
        ("usrEmpty", ""),
        ("usrCase", "same"),
        ("usrLines", "a\r\nb\t"),
    ] {
        launch.env.push((name.into(), value.into()));
    }
    let as_expected = [Stdin::Null, Stdin::Bytes("größe\r\n2".into())].map(|stdin| (stdin, false));
    for (stdin, changed) in as_expected.into_iter().chain([(Stdin::Null, true)]) {
        launch.stdin = stdin;
        let fresh = run(&device, &launch)?;
        let expected = if changed { &first } else { &launch };
        get_ready(&device, expected)?;
        check(device.processes()?.is_empty(), device.processes()?)?;
        let handed = run(&device, &launch)?;
        let (mut fresh_told, waited) = told(&device, &fresh)?;
        check(!waited, "a fresh one")?;
        let (mut handed_told, waited) = told(&device, &handed)?;
        check(waited, "it was not handed over")?;
        if changed {
            // Wine puts a variable that is set behind all others.
            sort_environment(&mut fresh_told)?;
            sort_environment(&mut handed_told)?;
        }
        check(fresh_told == handed_told, (&fresh_told, &handed_told))?;
        check(fresh.exit == Exit::Code(-1_073_741_510), &fresh)?;
        check(handed.exit == fresh.exit, &handed)?;
        check(handed.stderr == fresh.stderr, &handed)?;
        check(handed.observed.left == fresh.observed.left, &handed)?;
    }
    // Children and time limits are the job's as ever.
    launch.kill_left = false;
    device.write_file(SCRIPT, b"child exit 3", 0o644)?;
    get_ready(&device, &launch)?;
    let left = run(&device, &launch)?.observed.left;
    check(
        left.iter().any(|p| p.name.eq_ignore_ascii_case("ping.exe")),
        left,
    )?;
    let stopped = run(&device, &cmd("taskkill /f /im ping.exe"))?;
    check(stopped.exit == Exit::Code(0), stopped)?;
    device.write_file(SCRIPT, b"child sleep", 0o644)?;
    get_ready(&device, &launch)?;
    launch.timeout = Duration::from_secs(3);
    let outcome = run(&device, &launch)?;
    check(
        outcome.exit == Exit::TimedOut && told(&device, &outcome)?.1,
        &outcome,
    )?;
    check(device.processes()?.is_empty(), device.processes()?)
}

/// Nothing of one is seen, and one that does not fit any more is not used.
pub fn unused() -> Result<(), Failed> {
    let device = device("unused")?;
    device.write_file(SCRIPT, b"exit 0", 0o644)?;
    let launch = agents(SCRIPT);
    let mark = device.mark()?;

    // Another job comes between: it sees no other PowerShell.
    get_ready(&device, &launch)?;
    let listed = run(&device, &cmd("tasklist"))?;
    check(!text(&listed.stdout).contains("pwsh.exe"), &listed)?;
    check(
        !told(&device, &run(&device, &launch)?)?.1,
        "another job came between",
    )?;

    // Another script.
    get_ready(&device, &launch)?;
    device.write_file(r"C:\w\other.ps1", b"exit 0", 0o644)?;
    let other = run(&device, &agents(r"C:\w\other.ps1"))?;
    check(!told(&device, &other)?.1, "another script")?;

    // What .NET reads at its start.
    get_ready(&device, &launch)?;
    let mut changed = launch.clone();
    changed
        .env
        .push(("DOTNET_TieredCompilation".into(), "0".into()));
    check(!told(&device, &run(&device, &changed)?)?.1, "another .NET")?;

    // The device's time zone.
    get_ready(&device, &launch)?;
    let zone = KeyPath {
        hive: Hive::Hklm,
        path: r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation".into(),
        view: View::Bits64,
    };
    let value = NamedValue {
        name: "TimeZoneKeyName".into(),
        data: RegistryData::Sz("Tokyo Standard Time".into()),
    };
    windows(&device)?.write_values(&zone, &[value])?;
    check(
        !told(&device, &run(&device, &launch)?)?.1,
        "another time zone",
    )?;

    // One script each.
    get_ready(&device, &launch)?;
    check(told(&device, &run(&device, &launch)?)?.1, "it fits")?;
    check(
        !told(&device, &run(&device, &launch)?)?.1,
        "it was used before",
    )?;

    let footprint = device.footprint(&mark)?;
    let ours = |path: &str| !path.to_lowercase().contains("shakedown");
    let own: Vec<_> = footprint
        .entries
        .iter()
        .filter(|e| !ours(&e.path))
        .collect();
    check(own.is_empty(), own)
}

/// How long a job takes, fresh and handed over: the probe's part is nothing, so this is ours.
pub fn timings() -> Result<(), Failed> {
    let device = device("ahead-timings")?;
    device.write_file(SCRIPT, b"exit 0", 0o644)?;
    let launch = agents(SCRIPT);
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..10 {
        for (warm, times) in times.iter_mut().enumerate() {
            if warm == 1 {
                get_ready(&device, &launch)?;
            }
            let at = Instant::now();
            run(&device, &launch)?;
            times.push(at.elapsed());
        }
    }
    for times in &mut times {
        times.sort();
    }
    eprintln!("fresh {:?} handed over {:?}", times[0][5], times[1][5]);
    Ok(())
}
