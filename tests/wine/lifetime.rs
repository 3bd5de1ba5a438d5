//! How long a Windows device lives: through its reboots, and no longer than its harness.

use super::device::{boot, cache_folder, check, run, text, windows};
use libtest_mimic::Failed;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How many kills; `SHAKEDOWN_KILLS` changes it.
const KILLS: u32 = 20;

/// First argument of the process that is killed in [`killed_harness`].
pub const VICTIM: &str = "--as-victim";

pub fn reboot() -> Result<(), Failed> {
    let device = boot("reboot")?;
    let line = r"echo kept> C:\kept.txt& reg add HKLM\SOFTWARE\Bright /v Kept /d 1 /f& sc create Bright binPath= C:\windows\system32\cmd.exe start= demand";
    let outcome = run(&device, line)?;
    windows(&device)?.put("events", "1", Some(serde_json::json!({"id": 1})))?;
    let left = run(&device, "start /b ping -n 90 127.0.0.1 >nul")?;
    check(!device.processes()?.is_empty(), left)?;
    device.reboot()?;
    check(device.processes()?.is_empty(), device.processes()?)?;
    let after = run(
        &device,
        r"type C:\kept.txt& reg query HKLM\SOFTWARE\Bright /v Kept",
    )?;
    let told = text(&after.stdout);
    check(
        told.starts_with("kept") && told.contains("REG_SZ"),
        (outcome, after),
    )?;
    let services = windows(&device)?.services()?;
    check(services.iter().any(|s| s.name == "Bright"), services)?;
    check(
        windows(&device)?.list("events")?.len() == 1,
        "the store was lost",
    )
}

/// Boots devices that leave processes, until it is killed.
pub fn victim(mark: &str) -> ExitCode {
    let leave = format!("start /b ping -n {mark} 127.0.0.1 >nul");
    let work = || -> Result<(), Failed> {
        let device = boot("victim")?;
        run(&device, &leave)?;
        device.reboot()?;
        run(&device, &leave).map(drop)
    };
    loop {
        if let Err(e) = work() {
            eprintln!("{}", e.message().unwrap_or_default());
            return ExitCode::FAILURE;
        }
    }
}

/// Processes of this very program, and jobs with the mark, that do not descend from this process.
/// A device's processes cannot outlive its PID 1, which is this program too.
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
    let own = std::process::id();
    let program = std::fs::read_link("/proc/self/exe").ok();
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
            (ours && !ancestors.any(|p| p == own)).then(|| format!("{pid} {line}"))
        })
        .collect()
}

/// What stands in the cache besides the layers of other builds, with the sizes of files.
fn cached() -> BTreeSet<String> {
    let folder = cache_folder();
    let names = |f: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(f).into_iter().flatten().flatten();
        entries.map(|e| e.path()).collect()
    };
    let of_others = |p: &Path| {
        p.file_name().is_some_and(|n| {
            n.to_string_lossy().starts_with("tools-") && !n.to_string_lossy().ends_with(".making")
        })
    };
    let mut found = BTreeSet::new();
    let mut pending = vec![folder];
    for _ in 0..4 {
        let mut next = Vec::new();
        for path in pending
            .iter()
            .flat_map(|f| names(f))
            .filter(|p| !of_others(p))
        {
            let size = std::fs::symlink_metadata(&path)
                .map_or(0, |m| if m.is_file() { m.len() } else { 0 });
            found.insert(format!("{} {size}", path.display()));
            if path.is_dir() && !path.is_symlink() {
                next.push(path);
            }
        }
        pending = next;
    }
    found
}

/// `kill -9` of the harness at random moments leaves no process, no mount and an unharmed cache.
pub fn killed_harness() -> Result<(), Failed> {
    let mark = format!("8{}", 100_000 + std::process::id());
    let rounds = std::env::var("SHAKEDOWN_KILLS")
        .ok()
        .and_then(|r| r.parse().ok())
        .unwrap_or(KILLS);
    // Made once, so that what is there before and after is the same.
    drop(boot("before")?);
    let (mounts, cache) = (std::fs::read_to_string("/proc/self/mounts")?, cached());
    for round in 0..rounds {
        let mut child = std::process::Command::new("/proc/self/exe")
            .args([VICTIM, &mark])
            .spawn()?;
        let moment = Duration::from_micros(fastrand::u64(0..1_500_000));
        std::thread::sleep(moment);
        child.kill()?;
        child.wait()?;
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
    )?;
    let changed: Vec<String> = cached().symmetric_difference(&cache).cloned().collect();
    check(changed.is_empty(), ("the cache changed", changed))?;
    let outcome = run(&boot("after")?, "echo fine")?;
    check(text(&outcome.stdout) == "fine\n", outcome)
}

pub fn kept() -> Result<(), Failed> {
    let device = boot("kept")?;
    let how = device.keep()?;
    drop(device);
    std::thread::sleep(Duration::from_millis(300));
    let (enter, rest) = how
        .split_once("  # end it: ")
        .ok_or("it does not say how to end it")?;
    let (end, then) = rest
        .split_once("\nthen: ")
        .ok_or("it does not say how to start a program")?;
    let (then, _) = then.split_once("  # ").unwrap_or((then, ""));
    let sh = |line: &str| {
        std::process::Command::new("/bin/sh")
            .args(["-c", line])
            .output()
    };
    let inside = sh(&format!("timeout 20 {enter} {then} /d /c hostname"))?;
    let ended = sh(end)?;
    check(ended.status.success(), &ended)?;
    let told = text(&inside.stdout).to_lowercase();
    check(told.contains("kept"), (how, inside))
}
