//! Ctrl-C: everything gone, the report still written.

use super::run;
use libtest_mimic::Failed;
use rustix::process::{Signal, kill_process};
use std::time::{Duration, Instant};

/// What is waited for at most.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ctrl-C's, or `SIGTERM` where this process was started with that ignored, as a shell's background
/// jobs are: who inherits it so goes on ignoring it.
fn signal() -> Result<Signal, Failed> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let ignored = status.lines().find_map(|l| l.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.ok_or("no SigIgn")?.trim(), 16)?;
    let bit = 1_u64 << (Signal::INT.as_raw() - 1);
    Ok(if ignored & bit == 0 {
        Signal::INT
    } else {
        Signal::TERM
    })
}

/// One interrupt in the middle of a job.
pub fn interrupted() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let component = dir.path().join("slow");
    std::fs::create_dir(&component)?;
    std::fs::write(
        component.join("command.sh"),
        "#!/bin/bash\necho begun\nsleep 600\n",
    )?;
    std::fs::write(
        component.join("component.yaml"),
        "name: Slow [LIN]\ncategory: scripts\ntype: unix\nscript: command.sh\n",
    )?;
    let scenario = "scenario: slow\nworld:\n  devices: { box: { os: linux } }\n  components: { slow: slow }\nsteps:\n  - job: slow\n    on: box\n";
    let file = dir.path().join("slow.yaml");
    std::fs::write(&file, scenario)?;
    let (record, junit) = (dir.path().join("record"), dir.path().join("junit.xml"));
    let mut child = run::run(&record, &["--junit"])
        .arg(&junit)
        .arg(&file)
        .stderr(std::process::Stdio::null())
        .spawn()?;
    std::thread::sleep(Duration::from_millis(700));
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id())?).ok_or("no process id")?;
    kill_process(pid, signal()?)?;
    let sent = Instant::now();
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if sent.elapsed() > PATIENCE => {
                child.kill()?;
                break child.wait()?;
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    if status.code() != Some(130) || sent.elapsed() > Duration::from_secs(5) {
        return Err(format!(
            "{status} after {:?} instead of exit code 130",
            sent.elapsed()
        )
        .into());
    }
    if !std::fs::read_to_string(&junit)?.contains("<testsuite") {
        return Err("the JUnit report holds no suite".into());
    }
    Ok(())
}
