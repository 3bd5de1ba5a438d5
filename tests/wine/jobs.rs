//! Programs on a Windows device: streams, exit codes, environment, time, trees.

use super::device::{boot, check, cmd, run, text, windows};
use libtest_mimic::Failed;
use shakedown::engine::windows::{Hive, KeyPath, View};
use shakedown::engine::{Cancel, NoSink};
use shakedown::rmm::observed::{Exit, Observed};
use std::time::{Duration, Instant};

pub fn streams() -> Result<(), Failed> {
    let device = boot("streams")?;
    let label = device.label().engine;
    check(label.starts_with("wine (Wine 1"), &label)?;
    let outcome = run(&device, "echo out& echo err 1>&2")?;
    check(text(&outcome.stdout) == "out\n", &outcome)?;
    check(text(&outcome.stderr) == "err \n", &outcome)?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    check(outcome.observed.left.is_empty(), &outcome)
}

pub fn exit_codes() -> Result<(), Failed> {
    let device = boot("codes")?;
    for (line, code) in [
        ("exit 0", 0),
        ("exit 1", 1),
        ("exit 1603", 1603),
        ("exit -1073741510", -1_073_741_510),
    ] {
        let outcome = run(&device, line)?;
        check(outcome.exit == Exit::Code(code), (line, &outcome))?;
    }
    Ok(())
}

pub fn environment() -> Result<(), Failed> {
    let device = boot("environment")?;
    let mut launch = cmd("echo %NAME%& echo [%EMPTY%]");
    launch
        .env
        .push(("NAME".into(), "Größe & 漢字 😀".replace('&', "und")));
    launch.env.push(("EMPTY".into(), String::new()));
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    let wanted = "Größe und 漢字 😀\n";
    check(
        text(&outcome.stdout).starts_with(wanted),
        text(&outcome.stdout),
    )
}

pub fn timeout() -> Result<(), Failed> {
    let device = boot("timeout")?;
    let mut launch =
        cmd("echo begun& start /b cmd /c \"ping -n 60 127.0.0.1 >nul\"& ping -n 60 127.0.0.1 >nul");
    launch.timeout = Duration::from_millis(1500);
    let started = Instant::now();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(outcome.exit == Exit::TimedOut, &outcome)?;
    check(text(&outcome.stdout) == "begun\n", &outcome)?;
    check(
        started.elapsed() < Duration::from_secs(8),
        started.elapsed(),
    )?;
    let left = device.processes()?;
    check(left.is_empty(), left)
}

pub fn cancelled() -> Result<(), Failed> {
    let device = boot("cancelled")?;
    let cancel = Cancel::default();
    let outcome = std::thread::scope(|s| {
        s.spawn(|| {
            std::thread::sleep(Duration::from_millis(400));
            cancel.cancel();
        });
        device.launch(&cmd("ping -n 60 127.0.0.1 >nul"), &NoSink, &cancel)
    })?;
    check(outcome.exit == Exit::Interrupted, &outcome)?;
    check(outcome.duration < Duration::from_secs(8), &outcome)
}

pub fn left_child() -> Result<(), Failed> {
    let device = boot("left")?;
    let outcome = run(&device, "start /b ping -n 60 127.0.0.1& echo done")?;
    check(text(&outcome.stdout).contains("done"), &outcome)?;
    let left = &outcome.observed.left;
    check(
        left.iter().any(|p| p.name.eq_ignore_ascii_case("ping.exe")),
        &outcome,
    )?;
    check(left.iter().any(|p| p.holds_stdout), &outcome)?;
    let mut again = cmd("start /b ping -n 60 127.0.0.1");
    again.kill_left = true;
    let outcome = device.launch(&again, &NoSink, &Cancel::default())?;
    check(outcome.observed.left.is_empty(), &outcome)
}

/// 32-bit programs run, and see the registry's other half.
pub fn narrow() -> Result<(), Failed> {
    let device = boot("narrow")?;
    let line = r"C:\windows\syswow64\cmd.exe /c echo %PROCESSOR_ARCHITECTURE%^& exit 3010";
    let outcome = run(&device, line)?;
    check(outcome.exit == Exit::Code(3010), &outcome)?;
    let line = r"C:\windows\syswow64\reg.exe add HKLM\SOFTWARE\Narrow /v a /d b /f";
    let outcome = run(&device, line)?;
    let key = |view| KeyPath {
        hive: Hive::Hklm,
        path: r"SOFTWARE\Narrow".into(),
        view,
    };
    let side = windows(&device)?;
    check(side.read_key(&key(View::Bits32))?.is_some(), &outcome)?;
    check(side.read_key(&key(View::Bits64))?.is_none(), outcome)
}

/// Nothing that the start of Windows does is told as anybody's.
pub fn quiet_start() -> Result<(), Failed> {
    let device = boot("quiet")?;
    let stray = device.stray();
    check(stray == Observed::default(), stray)?;
    check(device.processes()?.is_empty(), device.processes()?)
}

pub fn timings() -> Result<(), Failed> {
    for _ in 0..5 {
        let started = Instant::now();
        let device = boot("timings")?;
        let booted = started.elapsed();
        run(&device, "echo")?;
        let done = started.elapsed();
        let mut warm: Vec<Duration> = Vec::new();
        for _ in 0..10 {
            let at = Instant::now();
            run(&device, "echo")?;
            warm.push(at.elapsed());
        }
        warm.sort();
        let down = Instant::now();
        drop(device);
        eprintln!(
            "boot {booted:?} first job done {done:?} warm {:?} down {:?}",
            warm[5],
            down.elapsed()
        );
    }
    Ok(())
}
