//! Command doubles on a Windows device, and what its programs ask.

use super::device::{boot, check, engine, run, spec, text};
use libtest_mimic::Failed;
use shakedown::engine::Engine;
use shakedown::rmm::double::{DoubleReply, DoubleSpec};
use shakedown::rmm::observed::{Exit, RebootVia};
use std::time::{Duration, Instant};

fn reply(when: Option<&str>, exit: i32, stdout: &str) -> DoubleReply {
    DoubleReply {
        when: when.map(str::to_owned),
        exit,
        stdout: stdout.into(),
        ..DoubleReply::default()
    }
}

fn double(command: &str, replies: Vec<DoubleReply>) -> DoubleSpec {
    DoubleSpec {
        command: command.into(),
        replies,
    }
}

pub fn doubles() -> Result<(), Failed> {
    let mut spec = spec("doubles");
    let script = DoubleReply {
        run: Some("echo ran %1\necho made> C:\\made.txt\nexit /b 7".into()),
        ..DoubleReply::default()
    };
    spec.doubles = vec![
        double(
            "msiexec",
            vec![reply(Some("^/i"), 1603, "doubled\r\n"), reply(None, 0, "")],
        ),
        double(r"C:\Tools\tool.exe", vec![script]),
    ];
    let device = engine().boot(&spec)?;
    let outcome = run(&device, "msiexec /i x.msi /qn")?;
    check(outcome.exit == Exit::Code(1603), &outcome)?;
    check(text(&outcome.stdout) == "doubled\n", &outcome)?;
    let calls = &outcome.observed.doubles;
    check(
        calls.len() == 1 && calls[0].command == "msiexec" && !calls[0].built_in,
        calls,
    )?;
    check(
        calls[0].args == ["/i", "x.msi", "/qn"] && calls[0].exit == 1603,
        calls,
    )?;
    let narrow = run(&device, r"C:\windows\syswow64\msiexec.exe /x y")?;
    check(
        narrow.exit == Exit::Code(0) && narrow.observed.doubles.len() == 1,
        narrow,
    )?;
    let outcome = run(&device, r#"C:\tools\TOOL "a b""#)?;
    check(text(&outcome.stdout) == "ran \"a b\"\n", &outcome)?;
    check(outcome.exit == Exit::Code(7), &outcome)?;
    check(
        device.read_file(r"C:\made.txt", 99)?.is_some(),
        "the script ran elsewhere",
    )?;
    device.set_double(&double("late", vec![reply(None, 3, "now\r\n")]))?;
    let outcome = run(&device, "late")?;
    check(
        outcome.exit == Exit::Code(3) && text(&outcome.stdout) == "now\n",
        outcome,
    )?;
    device.set_double(&double("msiexec", vec![reply(Some("^/q$"), 5, "")]))?;
    let outcome = run(&device, "msiexec /other")?;
    check(outcome.exit == Exit::Code(127), &outcome)?;
    check(
        text(&outcome.stderr).contains("no reply for: /other"),
        outcome,
    )
}

pub fn plain_device_has_none() -> Result<(), Failed> {
    let device = boot("plain")?;
    let outcome = run(&device, "late")?;
    check(
        outcome.exit != Exit::Code(0) && outcome.observed.doubles.is_empty(),
        outcome,
    )
}

/// What programs write down and ask belongs to the job that they are of.
pub fn stores() -> Result<(), Failed> {
    let device = boot("stores")?;
    let line = r#"schtasks /create /tn Bright /sc daily /st 03:00 /tr "cmd.exe /c echo ran>C:\ran.txt" /f& shutdown /r /t 5"#;
    let outcome = run(&device, line)?;
    let stores = &outcome.observed.stores;
    let tasks = stores.iter().filter(|c| c.store == "tasks").count();
    check(tasks == 1, stores)?;
    let reboots = &outcome.observed.reboots;
    check(
        reboots.len() == 1 && reboots[0].via == RebootVia::Command,
        &outcome,
    )?;
    let calls = &outcome.observed.doubles;
    let played = |name: &str| {
        calls
            .iter()
            .any(|c| c.command == name && c.built_in && c.how.is_some())
    };
    check(played("schtasks") && played("shutdown"), &outcome)?;
    let outcome = run(&device, "schtasks /run /tn Bright")?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let until = Instant::now() + Duration::from_secs(10);
    while device.read_file(r"C:\ran.txt", 9)?.is_none() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    check(
        device.read_file(r"C:\ran.txt", 9)?.is_some(),
        "the task did not run",
    )
}
