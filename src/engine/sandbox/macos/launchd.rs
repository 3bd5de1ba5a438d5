//! `launchctl`: loads jobs from their property lists and really starts their programs.
//!
//! Not played: restarts by KeepAlive, calendars, sockets, other users. Started programs belong to
//! no job of the Agent, as they would to launchd.

use super::plist::Value;
use super::{Done, Refusal, store};
use crate::engine::sandbox::inside::{FOLDER, TAG_BASE};
use crate::engine::sandbox::sys;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where loaded jobs are noted: in the engine's folder, so in no footprint, and gone at a reboot.
fn notes() -> PathBuf {
    Path::new(FOLDER).join("launchd")
}

/// A loaded job.
struct Loaded {
    label: String,
    plist: String,
    pid: Option<i32>,
}

impl Loaded {
    fn file(label: &str) -> PathBuf {
        notes().join(label.replace('/', "_"))
    }

    fn read(label: &str) -> Option<Loaded> {
        let text = fs::read_to_string(Loaded::file(label)).ok()?;
        let mut lines = text.lines();
        let (label, plist) = (lines.next()?.to_owned(), lines.next()?.to_owned());
        let pid = lines
            .next()
            .and_then(|p| p.parse().ok())
            .filter(|p| runs(*p));
        Some(Loaded { label, plist, pid })
    }

    fn all() -> Vec<Loaded> {
        let Ok(entries) = fs::read_dir(notes()) else {
            return Vec::new();
        };
        let mut all: Vec<Loaded> = entries
            .flatten()
            .filter_map(|e| Loaded::read(&e.file_name().to_string_lossy()))
            .collect();
        all.sort_by(|a, b| a.label.cmp(&b.label));
        all
    }

    fn write(&self) -> Result<(), Refusal> {
        let pid = self.pid.map_or(String::new(), |p| p.to_string());
        let text = format!("{}\n{}\n{pid}\n", self.label, self.plist);
        fs::create_dir_all(notes())
            .and_then(|()| fs::write(Loaded::file(&self.label), text))
            .map_err(|e| Refusal::new(5, format!("launchctl: {e}")))
    }

    fn stop(&mut self) {
        let Some(pid) = self.pid.take() else { return };
        sys::kill(pid, libc::SIGTERM);
        // launchd's own ExitTimeOut is longer; a device is not kept waiting.
        for _ in 0..100 {
            if !runs(pid) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        sys::kill(pid, libc::SIGKILL);
    }

    fn start(&mut self) -> Result<(), Refusal> {
        if self.pid.is_some() {
            return Ok(());
        }
        let job = store::read(Path::new(&self.plist))?;
        let text = |key: &str| job.get(key).and_then(Value::text);
        let mut words: Vec<String> = match job.get("ProgramArguments") {
            Some(Value::List(items)) => items
                .iter()
                .filter_map(|i| i.text().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        };
        let program = match (text("Program"), words.first()) {
            (Some(program), _) => program.to_owned(),
            (None, Some(first)) => first.clone(),
            (None, None) => {
                return Err(Refusal::new(
                    5,
                    format!("{}: no program to start", self.plist),
                ));
            }
        };
        let mut command = Command::new(&program);
        if !words.is_empty() {
            command.args(words.split_off(1));
        }
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .stdin(Stdio::null());
        if let Some(Value::Table(entries)) = job.get("EnvironmentVariables") {
            command.envs(entries.iter().filter_map(|(k, v)| v.text().map(|t| (k, t))));
        }
        command.current_dir(text("WorkingDirectory").unwrap_or("/"));
        let output = |key: &str| match text(key) {
            Some(path) => fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .map_or_else(|_| Stdio::null(), Stdio::from),
            None => Stdio::null(),
        };
        command
            .stdout(output("StandardOutPath"))
            .stderr(output("StandardErrorPath"));
        command.process_group(0);
        // Not the calling job's process: its tag goes back to that of no job.
        let _ = sys::prctl(libc::PR_SET_TIMERSLACK, libc::c_ulong::from(TAG_BASE));
        let child = command
            .spawn()
            .map_err(|e| Refusal::new(5, format!("{}: {program}: {e}", self.label)))?;
        self.pid = i32::try_from(child.id()).ok();
        Ok(())
    }
}

fn runs(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        stat.rsplit_once(')')
            .is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
    })
}

/// Runs `launchctl`.
pub fn run(args: &[&str]) -> Done {
    let nothing = |done: Result<(), Refusal>| done.map(|()| String::new());
    match args {
        ["load", rest @ ..] => nothing(paths(rest).try_for_each(|p| load(p, 0))),
        ["unload", rest @ ..] => nothing(paths(rest).try_for_each(unload)),
        ["bootstrap", _, files @ ..] if !files.is_empty() => {
            nothing(files.iter().try_for_each(|p| load(p, 5)))
        }
        ["bootout", target] => nothing(remove(last(target))),
        ["bootout", _, file] => nothing(unload(file)),
        ["remove", label] => nothing(remove(label)),
        ["start", label] => nothing(with(label, Loaded::start)),
        ["kickstart", rest @ ..] => match rest.last() {
            Some(target) => nothing(with(last(target), |job| {
                if rest.iter().any(|o| o.starts_with('-') && o.contains('k')) {
                    job.stop();
                }
                job.start()
            })),
            None => Err(Refusal::not_played("launchctl", args)),
        },
        ["stop", label] => nothing(with(label, |job| {
            job.stop();
            Ok(())
        })),
        ["kill", _, target] => nothing(with(last(target), |job| {
            job.stop();
            Ok(())
        })),
        ["list"] => {
            let mut out = String::from("PID\tStatus\tLabel\n");
            for job in Loaded::all() {
                let pid = job.pid.map_or("-".into(), |p| p.to_string());
                out.push_str(&format!("{pid}\t0\t{}\n", job.label));
            }
            Ok(out)
        }
        ["list", label] | ["print", label] => {
            let label = last(label);
            let job = Loaded::read(label).ok_or_else(|| unknown(label))?;
            let pid = job
                .pid
                .map_or(String::new(), |p| format!("\t\"PID\" = {p};\n"));
            Ok(format!(
                "{{\n\t\"Label\" = \"{label}\";\n{pid}\t\"LastExitStatus\" = 0;\n}};\n"
            ))
        }
        ["enable" | "disable", _] => Ok(String::new()),
        _ => Err(Refusal::not_played("launchctl", args)),
    }
}

fn paths<'a>(args: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    args.iter().copied().filter(|a| !a.starts_with('-'))
}

/// The label of `system/LABEL`.
fn last(target: &str) -> &str {
    target.rsplit('/').next().unwrap_or(target)
}

fn unknown(label: &str) -> Refusal {
    Refusal::new(
        113,
        format!("Could not find service \"{label}\" in domain for system"),
    )
}

fn with(label: &str, act: impl FnOnce(&mut Loaded) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let mut job = Loaded::read(label).ok_or_else(|| unknown(label))?;
    let done = act(&mut job);
    job.write()?;
    done
}

fn label_of(plist: &str) -> Result<(String, Value), Refusal> {
    let missing = || Refusal::new(5, format!("{plist}: No such file or directory"));
    if !Path::new(plist).is_file() {
        return Err(missing());
    }
    let job = store::read(Path::new(plist))?;
    match job.get("Label").and_then(Value::text) {
        Some(label) => Ok((label.to_owned(), job)),
        None => Err(Refusal::new(5, format!("{plist}: it has no Label"))),
    }
}

/// `load` of a loaded job is only a remark on macOS; `bootstrap` fails with 5.
fn load(plist: &str, again: i32) -> Result<(), Refusal> {
    let (label, job) = label_of(plist)?;
    if Loaded::read(&label).is_some() {
        let message = format!("{plist}: service already loaded");
        return Err(Refusal::new(again, message));
    }
    let mut loaded = Loaded {
        label,
        plist: plist.to_owned(),
        pid: None,
    };
    loaded.write()?;
    let starts = |key: &str| {
        job.get(key)
            .is_some_and(|v| *v == Value::Bool(true) || matches!(v, Value::Table(_)))
    };
    if starts("RunAtLoad") || starts("KeepAlive") {
        loaded.start()?;
        loaded.write()?;
    }
    Ok(())
}

fn unload(plist: &str) -> Result<(), Refusal> {
    let (label, _) = label_of(plist)?;
    remove(&label)
}

fn remove(label: &str) -> Result<(), Refusal> {
    let mut job = Loaded::read(label).ok_or_else(|| unknown(label))?;
    job.stop();
    fs::remove_file(Loaded::file(label)).map_err(|e| Refusal::new(5, format!("launchctl: {e}")))
}
