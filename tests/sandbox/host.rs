//! The host engine on Linux: `shakedown` in a throwaway device, which is the machine that it may
//! change.

use super::device::{bash, boot, check, run};
use libtest_mimic::Failed;
use shakedown::engine::{Cancel, Device, NoSink, Outcome};
use shakedown::rmm::observed::Exit;
use std::sync::Arc;
use std::time::Duration;

const ALLOWED: &str = "--engine host --yes-change-this-machine";

const COMPONENT: &str = "\
name: Bright [LIN]\n\
category: scripts\n\
type: unix\n\
script: command.sh\n";

/// A device with the program and a component in it.
fn machine(name: &str, script: &str) -> Result<Arc<dyn Device>, Failed> {
    let machine = boot(name)?;
    let exe = std::fs::read(env!("CARGO_BIN_EXE_shakedown"))?;
    machine.write_file("/opt/shakedown/shakedown", &exe, 0o755)?;
    machine.write_file(
        "/opt/shakedown/bright/component.yaml",
        COMPONENT.as_bytes(),
        0o644,
    )?;
    put(&machine, script)?;
    Ok(machine)
}

fn put(machine: &Arc<dyn Device>, script: &str) -> Result<(), Failed> {
    let script = format!("#!/bin/bash\n{script}\n");
    machine.write_file("/opt/shakedown/bright/command.sh", script.as_bytes(), 0o755)?;
    Ok(())
}

/// Runs the program; where a device's own doubles are reached, it would be taken for one of them.
fn shakedown(machine: &Arc<dyn Device>, arguments: &str) -> Result<Outcome, Failed> {
    let mut launch = bash(&format!(
        "cd /opt/shakedown && exec unshare --mount /bin/sh -c \
         'mount -t tmpfs none /dev/.shakedown && exec ./shakedown {arguments}'"
    ));
    launch.timeout = Duration::from_secs(120);
    launch.stop_on_input_wait = false;
    Ok(machine.launch(&launch, &NoSink, &Cancel::default())?)
}

/// The document of `exec --json`.
fn document(ran: &Outcome) -> Result<serde_json::Value, Failed> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    serde_json::from_slice(&ran.stdout)
        .map_err(|e| format!("{e}: {}\n{}", text(&ran.stdout), text(&ran.stderr)).into())
}

/// Exit code, output, footprint, and what is left.
pub fn exec() -> Result<(), Failed> {
    let script = "echo from the machine; echo to stderr >&2\nmkdir -p /opt/bright; echo x > /opt/bright/file\nexit 7";
    let machine = machine("host-exec", script)?;
    let ran = shakedown(&machine, &format!("exec bright --json {ALLOWED}"))?;
    let told = document(&ran)?;
    check(ran.exit == Exit::Code(1), (&ran.exit, &told))?;
    check(
        told["exit"].as_str().is_some_and(|e| e.ends_with('7')),
        &told["exit"],
    )?;
    check(
        told["stdout"]["text"] == "from the machine\n",
        &told["stdout"],
    )?;
    check(told["stderr"]["text"] == "to stderr\n", &told["stderr"])?;
    check(told["engine"] == "host (linux)", &told["engine"])?;
    let entries = told["footprint"]["entries"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    check(
        entries
            .iter()
            .any(|e| e["path"] == "/opt/bright/file" && e["change"] == "created"),
        &entries,
    )?;
    check(
        machine.stat("/opt/bright/file")?.is_some(),
        "what a job makes stays on a real machine",
    )
}

/// A timeout ends the whole tree, and a child that stays is told.
pub fn trees() -> Result<(), Failed> {
    let machine = machine("host-trees", "setsid sleep 431 & sleep 431")?;
    let ran = shakedown(
        &machine,
        &format!("exec bright --json --timeout 1s {ALLOWED}"),
    )?;
    let told = document(&ran)?;
    check(ran.exit == Exit::Code(1), (&ran.exit, &told))?;
    let sleepers = run(&machine, "pgrep -fc 'sleep 431'")?;
    check(
        sleepers.stdout == b"0\n",
        String::from_utf8_lossy(&sleepers.stdout),
    )?;
    put(&machine, "setsid sleep 432 & echo done")?;
    let ran = shakedown(&machine, &format!("exec bright --json {ALLOWED}"))?;
    let told = document(&ran)?;
    let left = told["observed"]["left"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    check(
        ran.exit == Exit::Code(0) && left.iter().any(|p| p["command_line"] == "sleep 432"),
        &told,
    )
}

/// Nobody's machine is changed without the word for it.
pub fn refused() -> Result<(), Failed> {
    let machine = machine("host-refused", "touch /opt/ran")?;
    let ran = shakedown(&machine, "exec bright --engine host")?;
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    check(
        ran.exit == Exit::Code(3) && told.contains("--yes-change-this-machine"),
        (&ran.exit, &told),
    )?;
    let ran = shakedown(&machine, &format!("exec bright --os windows {ALLOWED}"))?;
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    check(
        ran.exit == Exit::Code(3) && told.contains("this machine has linux"),
        (&ran.exit, &told),
    )?;
    check(machine.stat("/opt/ran")?.is_none(), "the component ran")
}
