//! The host engine on Windows: `shakedown.exe` as a Windows program, and a throwaway device as the
//! machine that it may change.

use super::device::{boot, check, cmd, text};
use libtest_mimic::Failed;
use shakedown::engine::{Cancel, Device, Launch, NoSink, Outcome};
use shakedown::rmm::observed::Exit;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const EXE: &str = r"C:\shakedown\shakedown.exe";
const ALLOWED: &str = "--engine host --yes-change-this-machine";

const COMPONENT: &str = "\
name: Bright [WIN]\r\n\
category: scripts\r\n\
type: batch\r\n\
script: command.bat\r\n";

/// The Windows program, built where it is out of date; the build is the same for every test.
fn exe() -> Result<PathBuf, Failed> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let target = "x86_64-pc-windows-gnu";
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let done = Command::new(cargo)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["build", "--quiet", "--bin", "shakedown", "--target", target])
            .args(["--message-format", "json-render-diagnostics"])
            .output()
            .map_err(|e| format!("cargo: {e}"))?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).into_owned());
        }
        let messages = String::from_utf8_lossy(&done.stdout).into_owned();
        let mut messages = messages.lines().rev();
        let exe = messages.find_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            message["executable"].as_str().map(PathBuf::from)
        });
        exe.ok_or_else(|| "cargo names no program".to_owned())
    });
    built.clone().map_err(Failed::from)
}

/// A device with the program and a component in it.
fn machine(name: &str, script: &str) -> Result<Arc<dyn Device>, Failed> {
    let exe = std::fs::read(exe()?)?;
    let machine = boot(name)?;
    machine.write_file(EXE, &exe, 0o755)?;
    let script = script.replace('\n', "\r\n");
    for (path, content) in [
        (r"C:\shakedown\bright\component.yaml", COMPONENT),
        (r"C:\shakedown\bright\command.bat", script.as_str()),
    ] {
        machine.write_file(path, content.as_bytes(), 0o644)?;
    }
    Ok(machine)
}

/// Runs the program in its own folder.
fn shakedown(machine: &Arc<dyn Device>, arguments: &str) -> Result<Outcome, Failed> {
    let mut launch: Launch = cmd("");
    launch.program = EXE.into();
    launch.command_line = Some(format!("shakedown.exe {arguments}"));
    launch.cwd = r"C:\shakedown".into();
    launch.timeout = Duration::from_secs(120);
    launch.stop_on_input_wait = false;
    Ok(machine.launch(&launch, &NoSink, &Cancel::default())?)
}

/// The document of `exec --json`.
fn document(ran: &Outcome) -> Result<serde_json::Value, Failed> {
    let told = || format!("{}\n{}", text(&ran.stdout), text(&ran.stderr));
    serde_json::from_slice(&ran.stdout).map_err(|e| format!("{e}: {}", told()).into())
}

/// Exit code, output, UDF, registry in both views and files of one component.
pub fn exec() -> Result<(), Failed> {
    let script = r#"@echo off
echo from the machine
echo to stderr>&2
echo %CD%
echo %CS_PROFILE_NAME%
reg add HKLM\SOFTWARE\CentraStage /v Custom5 /d five /f >nul
reg add HKLM\SOFTWARE\Bright /v Wide /d 64 /f >nul
reg add HKLM\SOFTWARE\Bright /v Narrow /d 32 /f /reg:32 >nul
mkdir "C:\Program Files\Bright"
echo x>"C:\Program Files\Bright\bright.txt"
mkdir C:\BrightData
echo y>C:\BrightData\data.txt
exit /b 1603
"#;
    let machine = machine("host-exec", script)?;
    let ran = shakedown(&machine, &format!("exec bright --json {ALLOWED}"))?;
    let document = document(&ran)?;
    check(ran.exit == Exit::Code(1), (&ran.exit, &document))?;
    check(
        document["exit"]
            .as_str()
            .is_some_and(|e| e.contains("1603")),
        &document["exit"],
    )?;
    let out = document["stdout"]["text"].as_str().unwrap_or_default();
    check(
        out.contains("from the machine") && out.contains(r"C:\ProgramData\CentraStage\Packages\"),
        &document["stdout"],
    )?;
    check(
        document["stderr"]["text"]
            .as_str()
            .is_some_and(|e| e.contains("to stderr")),
        &document["stderr"],
    )?;
    check(document["udfs"]["5"] == "five", &document["udfs"])?;
    let engine = document["engine"].as_str().unwrap_or_default();
    check(
        engine.starts_with("host (") && engine.contains("Wine"),
        engine,
    )?;
    let list = |part: &str| {
        document["footprint"][part]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    let registry = list("registry");
    for (key, value) in [
        (r"HKLM\SOFTWARE\Bright", "Wide"),
        (r"HKLM\SOFTWARE\WOW6432Node\Bright", "Narrow"),
    ] {
        check(
            registry.iter().any(|e| {
                e["key"]
                    .as_str()
                    .is_some_and(|k| k.eq_ignore_ascii_case(key))
                    && e["value"] == value
            }),
            (key, &registry),
        )?;
    }
    let entries = list("entries");
    for path in [
        r"C:\Program Files\Bright\bright.txt",
        r"C:\BrightData\data.txt",
    ] {
        check(
            entries.iter().any(|e| {
                e["path"]
                    .as_str()
                    .is_some_and(|p| p.eq_ignore_ascii_case(path))
                    && e["change"] == "created"
            }),
            (path, &entries),
        )?;
    }
    // The Agent took the value away; what the job made stays.
    let left = super::device::run(&machine, r"reg query HKLM\SOFTWARE\CentraStage")?;
    check(!text(&left.stdout).contains("Custom5"), text(&left.stdout))?;
    check(
        machine
            .stat(r"C:\Program Files\Bright\bright.txt")?
            .is_some(),
        "what a job makes stays on a real machine",
    )
}

/// A tree is ended with its job object, and a child that stays is told.
pub fn trees() -> Result<(), Failed> {
    let slow =
        "@echo off\necho begun\nstart /b ping -n 300 127.0.0.1 >nul\nping -n 300 127.0.0.1 >nul\n";
    let machine = machine("host-trees", slow)?;
    let ran = shakedown(
        &machine,
        &format!("exec bright --json --timeout 2s {ALLOWED}"),
    )?;
    let told = document(&ran)?;
    check(ran.exit == Exit::Code(1), (&ran.exit, &told))?;
    check(
        told["status"] == "expired" || told["exit"].as_str().is_some_and(|e| e.contains("time")),
        &told,
    )?;
    let running = |machine: &Arc<dyn Device>| -> Result<usize, Failed> {
        let all = machine.processes()?;
        Ok(all
            .iter()
            .filter(|p| p.name.eq_ignore_ascii_case("ping.exe"))
            .count())
    };
    check(running(&machine)? == 0, machine.processes()?)?;

    let stays = "@echo off\nstart /b ping -n 300 127.0.0.1\necho done\n";
    machine.write_file(
        r"C:\shakedown\bright\command.bat",
        stays.replace('\n', "\r\n").as_bytes(),
        0o644,
    )?;
    let ran = shakedown(&machine, &format!("exec bright --json {ALLOWED}"))?;
    let told = document(&ran)?;
    let left = told["observed"]["left"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    check(
        left.iter()
            .any(|p| p["name"] == "ping.exe" && p["holds_stdout"] == true),
        &told,
    )?;
    // The helper has ended with its harness, and the job objects with the helper.
    check(running(&machine)? == 0, machine.processes()?)
}

/// A scenario on the machine, with its UDF, its registry and its files.
pub fn scenario() -> Result<(), Failed> {
    let script = "@echo off\nreg add HKLM\\SOFTWARE\\CentraStage /v Custom7 /d seven /f >nul\n\
        reg add HKLM\\SOFTWARE\\Bright /v State /d on /f >nul\necho ready\n";
    let machine = machine("host-run", script)?;
    let scenario = r"scenario: Bright on this very machine
world:
  devices: { box: { os: windows } }
  components: { bright: bright }
steps:
  - job: bright
    on: box
    expect:
      status: success
      stdout: ready
      udf: { 7: seven }
      registry: { 'HKLM\SOFTWARE\Bright': { State: 'on' } }
      footprint: { registry: { created: ['HKLM\SOFTWARE\Bright\State'], only: true } }
  - device: box
    shell: reg query HKLM\SOFTWARE\Bright /v State
    expect: { exit: 0, registry: { 'HKLM32\SOFTWARE\Bright': absent } }
";
    machine.write_file(r"C:\shakedown\bright.yaml", scenario.as_bytes(), 0o644)?;
    let ran = shakedown(&machine, &format!("run bright.yaml {ALLOWED}"))?;
    check(
        ran.exit == Exit::Code(0),
        (&ran.exit, text(&ran.stdout), text(&ran.stderr)),
    )?;
    // What a real machine cannot be given is said and not passed.
    let refused = [
        (
            "os: windows",
            "  - device: box\n    reboot: true\n",
            "is not done to a real machine",
        ),
        (
            "os: windows, facts: { maker: Contoso }",
            "  - device: box\n    shell: ver\n",
            "a real machine has its own",
        ),
        (
            "os: windows",
            "  - device: box\n    event: { source: Bright, id: 7, message: begun }\n",
            "a real machine has no events of ours",
        ),
    ];
    for (device, step, why) in refused {
        let scenario = format!(
            "scenario: refused\nworld:\n  devices: {{ box: {{ {device} }} }}\nsteps:\n{step}"
        );
        machine.write_file(r"C:\shakedown\bright.yaml", scenario.as_bytes(), 0o644)?;
        let ran = shakedown(&machine, &format!("run bright.yaml {ALLOWED}"))?;
        // Lines are broken to the width of the terminal.
        let told = text(&ran.stdout) + &text(&ran.stderr);
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        check(
            ran.exit != Exit::Code(0) && told.contains(why),
            (why, &ran.exit, &told),
        )?;
    }
    Ok(())
}

/// Nobody's machine is changed without the word for it.
pub fn refused() -> Result<(), Failed> {
    let machine = machine("host-refused", "@echo off\necho ran>C:\\ran.txt\n")?;
    for arguments in ["exec bright --engine host", "exec bright --os windows"] {
        let ran = shakedown(&machine, arguments)?;
        check(
            !matches!(ran.exit, Exit::Code(0 | 1)),
            (arguments, &ran.exit, text(&ran.stderr)),
        )?;
    }
    let ran = shakedown(&machine, "exec bright --engine host")?;
    check(
        text(&ran.stderr).contains("--yes-change-this-machine"),
        text(&ran.stderr),
    )?;
    check(machine.stat(r"C:\ran.txt")?.is_none(), "the component ran")
}
