//! Measurements of the program as a whole.

use super::{Res, clock};
use shakedown::report::record;
use shakedown::rmm::event::What;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Samples of each measurement.
const PROCESSES: usize = 15;

/// From the start of the process to the first line of the first job's script: the first step and
/// the start of its shell with it.
pub fn first_step(binary: &Path, scratch: &Path) -> Res<Duration> {
    let dir = scratch.join("first");
    std::fs::create_dir_all(dir.join("clock"))?;
    std::fs::write(
        dir.join("clock/component.yaml"),
        "name: Clock\ncategory: scripts\ntype: unix\nscript: clock.sh\n",
    )?;
    std::fs::write(
        dir.join("clock/clock.sh"),
        "#!/bin/bash\necho \"$EPOCHREALTIME\"\n",
    )?;
    std::fs::write(
        dir.join("first.yaml"),
        "scenario: First\nworld:\n  devices:\n    web-01: { os: linux }\n  components:\n    clock: clock\nsteps:\n  - job: clock\n    on: web-01\n",
    )?;
    let mut taken = Vec::new();
    for _ in 0..PROCESSES {
        let began = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let output = Command::new(binary)
            .args(["run", "--quiet", "first.yaml"])
            .current_dir(&dir)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let log = record::read(&dir.join(".shakedown/runs/latest/001-first.jsonl"))?;
        let printed = log.events.iter().find_map(|e| match &e.what {
            What::Output {
                text: Some(text), ..
            } => text.trim().replace(',', ".").parse::<f64>().ok(),
            _ => None,
        });
        let printed = printed.ok_or("the first job printed no time")?;
        taken.push(Duration::try_from_secs_f64(printed)?.saturating_sub(began));
    }
    Ok(clock::middle(taken))
}

/// Reading and checking 1,000 scenario files, the start of the program included.
pub fn thousand(binary: &Path, scratch: &Path) -> Res<Duration> {
    let dir = scratch.join("thousand");
    std::fs::create_dir_all(dir.join("scenarios"))?;
    std::fs::create_dir_all(dir.join("it"))?;
    std::fs::write(
        dir.join("it/component.yaml"),
        "name: It\ncategory: scripts\ntype: unix\nscript: it.sh\n",
    )?;
    std::fs::write(dir.join("it/it.sh"), "#!/bin/bash\ntrue\n")?;
    for n in 0..1000 {
        let text = format!(
            "scenario: Number {n} deploys and is watched\ntags: [deploy, monitor]\nworld:\n  account: {{ name: Contoso MSP, variables: {{ region: eu }} }}\n  sites:\n    osaka: {{ name: Osaka HQ }}\n  devices:\n    web-01: {{ site: osaka, os: linux }}\n  components:\n    it: ../it\nsteps:\n  - job: it\n    on: web-01\n    expect:\n      status: success\n      stdout: {{ contains: ready }}\n      stderr: empty\n      udf: {{ 5: {{ matches: '^https://[a-z.]+/[0-9a-f]{{64}}$' }} }}\n      footprint: {{ created: [/opt/it/**], only: true }}\n  - device: web-01\n    shell: echo {n}\nfinally:\n  - job: it\n    on: web-01\n"
        );
        std::fs::write(dir.join(format!("scenarios/{n:04}.yaml")), text)?;
    }
    clock::median(PROCESSES, || {
        let output = Command::new(binary)
            .args(["run", "--dry-run"])
            .current_dir(&dir)
            .output()?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
        }
    })
}
