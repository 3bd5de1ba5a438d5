//! Jobs: their streams, their ends and what they leave.

use super::device::{bash, boot, check, run};
use libtest_mimic::Failed;
use shakedown::engine::{Cancel, NoSink, Outcome, Stdin};
use shakedown::rmm::observed::Exit;
use std::time::{Duration, Instant};

pub fn streams() -> Result<(), Failed> {
    let device = boot("streams")?;
    let outcome = run(
        &device,
        "printf 'a\\0b\\377'; echo err >&2; id -u; hostname; exit 7",
    )?;
    check(outcome.exit == Exit::Code(7), &outcome)?;
    check(outcome.stdout == b"a\0b\xff0\nstreams-host\n", &outcome)?;
    check(outcome.stderr == b"err\n", &outcome)?;
    let facts = run(
        &device,
        "cat /sys/class/dmi/id/board_serial /sys/class/net/eth0/address; ls /sys/class/net; ls -A /tmp /home; ps ax | wc -l",
    )?;
    let text = String::from_utf8_lossy(&facts.stdout);
    check(
        text.starts_with("SN-0042\n02:11:22:33:44:55\neth0\nlo\n"),
        &facts,
    )
}

pub fn overlapping() -> Result<(), Failed> {
    let device = boot("overlap")?;
    let results: Vec<Result<Outcome, Failed>> = std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..6)
            .map(|n| {
                let device = &device;
                scope.spawn(move || {
                    run(device, &format!("(setsid sleep 70{n} >/dev/null 2>&1 &); sleep 0.05; shutdown -r +{n}; (echo > /dev/tcp/203.0.113.1/{n}80) 2>/dev/null; echo {n}"))
                })
            })
            .collect();
        jobs.into_iter()
            .map(|j| j.join().unwrap_or_else(|_| Err("panicked".into())))
            .collect()
    });
    for (n, outcome) in results.into_iter().enumerate() {
        let outcome = outcome?;
        check(outcome.stdout == format!("{n}\n").as_bytes(), &outcome)?;
        let seen = &outcome.observed;
        check(
            seen.left.len() == 1 && seen.left[0].command_line == format!("sleep 70{n}"),
            seen,
        )?;
        check(
            seen.reboots.len() == 1 && seen.reboots[0].by == format!("shutdown -r +{n}"),
            seen,
        )?;
        let to = format!("203.0.113.1:{}", n * 100 + 80);
        check(
            n == 0 || seen.connections.len() == 1 && seen.connections[0].to == to,
            seen,
        )?;
    }
    Ok(())
}

pub fn cancelled() -> Result<(), Failed> {
    let device = boot("cancel")?;
    let cancel = Cancel::default();
    let outcome = std::thread::scope(|scope| {
        let launch = scope.spawn(|| device.launch(&bash("echo on; sleep 60"), &NoSink, &cancel));
        std::thread::sleep(Duration::from_millis(100));
        cancel.cancel();
        launch.join()
    });
    let outcome = outcome.map_err(|_| "panicked")??;
    check(
        outcome.exit == Exit::Interrupted && outcome.stdout == b"on\n",
        &outcome,
    )?;
    check(outcome.duration < Duration::from_secs(2), outcome.duration)?;
    check(device.processes()?.is_empty(), device.processes()?)
}

pub fn stubborn_children() -> Result<(), Failed> {
    let device = boot("stubborn")?;
    let mut launch = bash(
        "for i in $(seq 50); do (trap '' TERM HUP INT; setsid bash -c 'trap \"\" TERM HUP; (setsid sleep 600 &) ; sleep 600' &) ; done; echo started; sleep 600",
    );
    launch.timeout = Duration::from_millis(1500);
    let started = Instant::now();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(outcome.exit == Exit::TimedOut, &outcome)?;
    check(outcome.stdout == b"started\n", &outcome)?;
    eprintln!("killed after {:?}", started.elapsed() - launch.timeout);
    let left = device.processes()?;
    check(left.is_empty(), left)
}

pub fn left_processes() -> Result<(), Failed> {
    let device = boot("left")?;
    let outcome = run(
        &device,
        "sleep 300 2>/dev/null & (setsid sleep 301 >/dev/null 2>&1 &); echo done",
    )?;
    check(
        outcome.exit == Exit::Code(0) && outcome.stdout == b"done\n",
        &outcome,
    )?;
    let left: Vec<_> = outcome
        .observed
        .left
        .iter()
        .map(|l| (l.command_line.as_str(), l.holds_stdout, l.holds_stderr))
        .collect();
    check(left.len() == 2, &left)?;
    check(
        left.contains(&("sleep 300", true, false)) && left.contains(&("sleep 301", false, false)),
        &left,
    )
}

pub fn input_wait() -> Result<(), Failed> {
    let device = boot("wait")?;
    let mut launch = bash("echo 'Continue?'; read answer; echo $answer");
    launch.stdin = Stdin::Open;
    let started = Instant::now();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(
        started.elapsed() < Duration::from_secs(2),
        started.elapsed(),
    )?;
    let waits = &outcome.observed.waits;
    check(
        waits.len() == 1 && waits[0].name == "bash" && waits[0].fd == 0,
        &outcome,
    )
}

pub fn large_output() -> Result<(), Failed> {
    let device = boot("large")?;
    let mut launch = bash("head -c 30000000 /dev/zero; head -c 300000 /dev/zero >&2");
    launch.output_limit = 1000;
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(
        outcome.stdout.len() == 1000 && outcome.stdout_bytes == 30_000_000,
        outcome.stdout_bytes,
    )?;
    check(outcome.stderr_bytes == 300_000, outcome.stderr_bytes)?;
    let mut endless = bash("yes & sleep 0.1");
    endless.output_limit = 100;
    let outcome = device.launch(&endless, &NoSink, &Cancel::default())?;
    check(
        outcome.exit == Exit::Code(0) && outcome.observed.left.len() == 1,
        &outcome,
    )
}
