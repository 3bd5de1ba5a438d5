//! Ctrl-C: everything gone, the report still written.

use super::run;
use libtest_mimic::Failed;
use std::time::{Duration, Instant};

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
    rustix::process::kill_process(pid, rustix::process::Signal::INT)?;
    let sent = Instant::now();
    let status = child.wait()?;
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
