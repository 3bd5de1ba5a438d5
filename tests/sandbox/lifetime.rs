//! How long a device lives: no longer than its harness, unless it is kept.

use super::device::{boot, check, run};
use libtest_mimic::Failed;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How many kills; `SHAKEDOWN_KILLS` changes it.
const KILLS: u32 = 5;

/// First argument of the process that is killed in [`killed_harness`].
pub const VICTIM: &str = "--as-victim";

/// Boots devices that leave processes, until it is killed.
pub fn victim(mark: &str) -> ExitCode {
    let work = || -> Result<(), Failed> {
        let device = boot("victim")?;
        run(
            &device,
            &format!(
                "(setsid sleep {mark} >/dev/null 2>&1 &); (trap '' TERM; sleep {mark}) & true"
            ),
        )?;
        device.reboot()?;
        run(&device, &format!("setsid sleep {mark} & sleep 0.01")).map(drop)
    };
    loop {
        if work().is_err() {
            return ExitCode::FAILURE;
        }
    }
}

/// Processes of this very program, and jobs with the mark, that do not descend from this process.
fn orphans(mark: &str) -> Vec<String> {
    let parent = |pid: u32| -> Option<u32> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(')')?
            .1
            .split_whitespace()
            .nth(1)?
            .parse()
            .ok()
    };
    let (own, program) = (
        std::process::id(),
        std::fs::read_link("/proc/self/exe").ok(),
    );
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            let role = line.starts_with("shakedown-garage")
                && std::fs::read_link(format!("/proc/{pid}/exe")).ok() == program;
            let ours = role || line.contains(mark);
            let mut ancestors = std::iter::successors(Some(pid), |p| parent(*p));
            (ours && !ancestors.any(|p| p == own)).then(|| {
                let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}"));
                let parent = parent(pid);
                format!(
                    "{pid} {line} {parent:?} {:?} {:?}",
                    read("wchan"),
                    read("syscall")
                )
            })
        })
        .collect()
}

pub fn killed_harness() -> Result<(), Failed> {
    let mark = format!("86399.{}", std::process::id());
    let rounds = std::env::var("SHAKEDOWN_KILLS")
        .ok()
        .and_then(|r| r.parse().ok())
        .unwrap_or(KILLS);
    let mounts = std::fs::read_to_string("/proc/self/mounts")?;
    for round in 0..rounds {
        let mut child = std::process::Command::new("/proc/self/exe")
            .arg(VICTIM)
            .spawn()?;
        let moment = Duration::from_micros(fastrand::u64(0..120_000));
        std::thread::sleep(moment);
        child.kill()?;
        child.wait()?;
        // A loaded kernel takes network namespaces down slowly.
        let until = Instant::now() + Duration::from_secs(20);
        // Twice nothing: what was just being started has no face yet in a single look.
        let (mut clean, mut last) = (0, Vec::new());
        while clean < 2 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
            last = orphans(&mark);
            clean = if last.is_empty() { clean + 1 } else { 0 };
        }
        check(clean == 2, (round, moment, last))?;
    }
    check(
        std::fs::read_to_string("/proc/self/mounts")? == mounts,
        "a mount was left",
    )
}

pub fn kept() -> Result<(), Failed> {
    let device = boot("kept")?;
    let how = device.keep()?;
    drop(device);
    std::thread::sleep(Duration::from_millis(50));
    let (enter, end) = how
        .split_once("  # end it: ")
        .ok_or("it does not say how to end it")?;
    let sh = |line: &str| {
        std::process::Command::new("/bin/sh")
            .args(["-c", line])
            .output()
    };
    let inside = sh(&format!("{enter} hostname"))?;
    let ended = sh(end)?;
    check(ended.status.success(), &ended)?;
    check(inside.stdout == b"kept-host\n", (how, inside))
}

pub fn boots_again() -> Result<(), Failed> {
    let device = boot("again")?;
    run(
        &device,
        "echo kept > /opt/kept; echo gone > /tmp/gone; echo gone > /run/gone",
    )?;
    device.reboot()?;
    let outcome = run(&device, "cat /opt/kept; ls -A /tmp /run")?;
    check(outcome.stdout == b"kept\n/run:\nlock\n\n/tmp:\n", &outcome)
}

/// A device that boots again empties its own `/tmp` and `/run`, wherever links there lead.
pub fn boots_again_over_links() -> Result<(), Failed> {
    let host = tempfile::tempdir()?;
    std::fs::write(host.path().join("kept"), "of the host")?;
    let device = boot("links")?;
    let to = host.path().display();
    let script = format!("rm -rf /tmp /run; ln -s {to} /tmp; ln -s {to} /run; ls -ld /tmp /run");
    run(&device, &script)?;
    device.reboot()?;
    let names: Vec<_> = std::fs::read_dir(host.path())?
        .flatten()
        .map(|e| e.file_name())
        .collect();
    check(names == ["kept"], &names)?;
    let outcome = run(&device, "stat -c '%F %a' /tmp /run /run/lock; ls -A /tmp")?;
    let expected = "directory 1777\ndirectory 755\ndirectory 1777\n";
    check(outcome.stdout == expected.as_bytes(), &outcome)
}
