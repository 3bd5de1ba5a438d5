//! What happens to a device that is no job: a person at its keyboard, its power, its network.

use super::{At, job, told, windows};
use crate::engine::{Launch, NoSink};
use crate::replay::judge::Seen;
use crate::replay::judge::processes::called;
use crate::replay::runner::Runner;
use crate::replay::setup::{self, Booted};
use crate::replay::verdict::Stop;
use crate::replay::work;
use crate::rmm::double::DoubleSpec;
use crate::rmm::event::What;
use crate::rmm::observed::LeftProcess;
use crate::rmm::os::Os;
use crate::rmm::service::Fault;
use crate::scenario::Spanned;
use crate::scenario::psa::PSA;
use crate::scenario::step::DeviceAct;
use crate::scenario::world::{DeviceFile, FileContent};
use std::time::{Duration, Instant};

/// What ends a line.
const BREAKS: [char; 2] = ['\r', '\n'];

/// A device step, on each of its devices.
pub fn step(
    r: &mut Runner<'_>,
    at: &At<'_>,
    on: &[Spanned<String>],
    act: &DeviceAct,
) -> Result<Vec<Seen>, Stop> {
    let mut seen = Vec::new();
    for name in r.on(on, at.span)? {
        seen.extend(one(r, at, &name, act)?);
    }
    Ok(seen)
}

fn one(
    r: &mut Runner<'_>,
    at: &At<'_>,
    name: &Spanned<String>,
    act: &DeviceAct,
) -> Result<Vec<Seen>, Stop> {
    let booted = r.device(name)?;
    let device = &*booted.handle;
    let mut plain = Seen {
        device: name.value.clone(),
        ..Seen::default()
    };
    match act {
        DeviceAct::Shell { command, timeout } => {
            let command = r.fill(command, at.span)?;
            if booted.world.os == Os::Windows {
                one_line(&command, at)?;
            }
            return Ok(vec![shell(r, at, name, booted, &command, *timeout)?]);
        }
        DeviceAct::Reboot => {
            device.reboot()?;
            r.ledger.caused(
                at.started,
                What::DeviceRebooted {
                    device: name.value.clone(),
                },
            );
        }
        DeviceAct::Online(online) => {
            device.set_online(*online)?;
            r.ledger.caused(
                at.started,
                What::DeviceOnline {
                    device: name.value.clone(),
                    online: *online,
                },
            );
            if *online {
                let ran = job::run_waiting(r, name)?;
                r.work_off()?;
                if !ran.is_empty() {
                    return Ok(ran);
                }
            }
        }
        DeviceAct::Write(files) => {
            for f in files {
                setup::write(device, &filled(r, f)?)?;
            }
        }
        DeviceAct::Remove(paths) => {
            for p in paths {
                device.remove(&r.fill(p, p.span)?)?;
            }
        }
        DeviceAct::Kill(process) => {
            let wanted = r.fill(process, process.span)?;
            kill(booted, &wanted, process)?;
        }
        DeviceAct::Registry(sets) => windows::registry(r, at, name, booted, sets)?,
        DeviceAct::Task { path, timeout } => {
            return Ok(vec![windows::task(r, at, name, booted, path, *timeout)?]);
        }
        DeviceAct::Facts(declared) => windows::facts(r, at, name, booted, declared)?,
        DeviceAct::Event(event) => {
            let written = windows::event(r, at, name, booted, event)?;
            plain.observed.stores.push(written);
            told::logged(r, at.started, &name.value, &plain.observed);
        }
        DeviceAct::Double(doubles) => {
            for d in doubles {
                device.set_double(&filled_double(r, at, d)?)?;
            }
        }
    }
    Ok(vec![plain])
}

/// A shell command as root, on Windows by cmd.exe as SYSTEM, without any of the Agent's variables.
fn shell(
    r: &mut Runner<'_>,
    at: &At<'_>,
    name: &Spanned<String>,
    booted: &Booted,
    command: &str,
    timeout: Duration,
) -> Result<Seen, Stop> {
    let mut launch = order(booted, command);
    launch.timeout = timeout.min(r.time_left());
    run(r, at, name, booted, &launch)
}

/// Several lines in the text itself are refused when the file is read; a captured value brings others.
fn one_line(command: &str, at: &At<'_>) -> Result<(), Stop> {
    match command.trim_end_matches(BREAKS).contains(BREAKS) {
        false => Ok(()),
        true => Err(Stop::Mistake {
            message: "with its values filled in, the command of `shell` has several lines, and `cmd.exe /c` takes one".into(),
            span: at.span,
            help: "capture one line of the value: `capture: { name: { from: stdout, matches: '(?m)^NAME=(.*)$' } }`".into(),
        }),
    }
}

/// With `/s` everything between the first and the last quote is the command, quotes and all. The line
/// feed that a block of YAML ends with would be part of its last word.
fn for_cmd(command: &str) -> String {
    format!("cmd.exe /d /s /c \"{}\"", command.trim_end_matches(BREAKS))
}

/// A command line as the device's own shell takes it.
pub(in crate::replay) fn order(booted: &Booted, command: &str) -> Launch {
    if booted.world.os == Os::Windows {
        let mut launch = Launch::new(r"C:\Windows\System32\cmd.exe", &[]);
        launch.command_line = Some(for_cmd(command));
        let side = booted.handle.windows();
        launch.env = crate::agent::windows::environment::of(&booted.spec.hostname, side);
        launch.cwd = r"C:\Windows\system32".into();
        return launch;
    }
    let home = if booted.world.os == Os::Macos {
        "/var/root"
    } else {
        "/root"
    };
    let mut launch = Launch::new("/bin/sh", &["-c", command]);
    launch.env = [
        (
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ),
        ("HOME", home),
        ("USER", "root"),
        ("LOGNAME", "root"),
        ("SHELL", "/bin/sh"),
    ]
    .iter()
    .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
    .collect();
    launch.cwd = home.to_owned();
    launch
}

/// Runs a program that is no job, and tells what it printed and did.
pub(super) fn run(
    r: &mut Runner<'_>,
    at: &At<'_>,
    name: &Spanned<String>,
    booted: &Booted,
    launch: &Launch,
) -> Result<Seen, Stop> {
    let mark = if at.expect.footprint.is_some() {
        Some(booted.handle.mark()?)
    } else {
        None
    };
    let cancel = r.stage.cancel;
    let o = r.lend(&name.value, || {
        booted.handle.launch(launch, &NoSink, cancel)
    })?;
    if r.stage.cancel.is_cancelled() {
        return Err(Stop::Interrupted);
    }
    let id = job::job_id(r, at, &name.value, 1);
    for (stream, bytes, all) in [
        (crate::rmm::event::Stream::Stdout, &o.stdout, o.stdout_bytes),
        (crate::rmm::event::Stream::Stderr, &o.stderr, o.stderr_bytes),
    ] {
        if all > 0 {
            let what = work::output(&r.ledger, &id, stream, bytes, all);
            r.ledger.caused(at.started, what);
        }
    }
    r.ledger.caused(
        at.started,
        What::Observed {
            job: id.clone(),
            observed: o.observed.clone(),
        },
    );
    told::logged(r, at.started, &name.value, &o.observed);
    let footprint = match mark {
        Some(mark) => Some(booted.handle.footprint(&mark)?),
        None => None,
    };
    Ok(Seen {
        device: name.value.clone(),
        job: id,
        exit: Some(o.exit),
        stdout: o.stdout,
        stderr: o.stderr,
        duration: o.duration,
        observed: o.observed,
        footprint,
        ..Seen::default()
    })
}

fn kill(booted: &Booted, wanted: &str, process: &Spanned<String>) -> Result<(), Stop> {
    let device = &*booted.handle;
    let windows = booted.world.os == Os::Windows;
    let running = device.processes()?;
    let pids: Vec<String> = running
        .iter()
        .filter(|p| called(p, wanted))
        .map(|p| p.pid.to_string())
        .collect();
    if pids.is_empty() {
        let names: Vec<String> = running.into_iter().map(|p| p.name).collect();
        return Err(Stop::Mistake {
            message: format!(
                "no process {wanted} runs on the device; there are: {}",
                crate::replay::judge::list(&names, 12)
            ),
            span: process.span,
            help: "`kill:` takes the name that `ps -o comm` or the task manager shows, or the program's file name"
                .into(),
        });
    }
    let command = match windows {
        true => format!("taskkill /f /pid {}", pids.join(" /pid ")),
        false => format!("kill -9 {}", pids.join(" ")),
    };
    let mut launch = order(booted, &command);
    launch.timeout = Duration::from_secs(10);
    device.launch(&launch, &NoSink, &crate::engine::Cancel::default())?;
    // A signal is delivered some time after kill(1) has ended.
    let deadline = Instant::now() + Duration::from_secs(5);
    let left = |p: &LeftProcess| pids.iter().any(|pid| *pid == p.pid.to_string());
    while device.processes()?.iter().any(left) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

fn filled(r: &Runner<'_>, f: &DeviceFile) -> Result<DeviceFile, Stop> {
    let mut f = f.clone();
    f.path.value = r.fill(&f.path, f.path.span)?;
    if let FileContent::Text(text) = &mut f.content {
        *text = r.fill(text, f.path.span)?;
    }
    Ok(f)
}

fn filled_double(r: &Runner<'_>, at: &At<'_>, d: &DoubleSpec) -> Result<DoubleSpec, Stop> {
    let mut d = d.clone();
    for reply in &mut d.replies {
        reply.stdout = r.fill(&reply.stdout, at.span)?;
        reply.stderr = r.fill(&reply.stderr, at.span)?;
    }
    Ok(d)
}

/// `service: NAME, fault: ...` on the devices named, or on all of them and for the platform.
pub fn service_fault(
    r: &mut Runner<'_>,
    at: &At<'_>,
    service: &Spanned<String>,
    on: &[Spanned<String>],
    fault: Option<&Fault>,
    taken: bool,
) -> Result<Vec<Seen>, Stop> {
    if let Some(outside) = r.stage.outside.as_deref().filter(|_| on.is_empty()) {
        let set = outside.set_fault(&service.value, fault.cloned(), taken);
        set.map_err(|e| Stop::Mistake {
            message: e.to_string(),
            span: service.span,
            help: "choose a fault that this service can have".into(),
        })?;
        if service.value == PSA && r.stage.scenario.world.psa.is_some() {
            return Ok(vec![Seen::default()]);
        }
    }
    let named: Vec<String> = if on.is_empty() {
        r.stage.devices.keys().cloned().collect()
    } else {
        on.iter().map(|n| n.value.clone()).collect()
    };
    let mut seen = Vec::new();
    for name in named {
        let booted = r.device(&Spanned {
            value: name.clone(),
            span: at.span,
        })?;
        booted
            .handle
            .set_service_fault(&service.value, fault.cloned())?;
        seen.push(Seen {
            device: name,
            ..Seen::default()
        });
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_block_is_no_part_of_windows_command() {
        let want = r#"cmd.exe /d /s /c "echo "a b"""#;
        assert_eq!(for_cmd("echo \"a b\""), want);
        assert_eq!(for_cmd("echo \"a b\"\r\n\n"), want);
    }
}
