//! Command doubles on Windows: where the helper EXE stands in for a command, which double a call
//! means, and replies that are scripts.

use crate::engine::sandbox::SandboxDevice;
use crate::engine::windows::command_line;
use crate::engine::windows::link::{JobEvent, Link, LinkError};
use crate::engine::wine::paths::{self, DRIVE_C};
use crate::engine::wine::tools::{HELPER_FILE, PROGRAM_FOLDERS};
use crate::engine::{Device, EngineError};
use crate::rmm::double::{DoubleReply, DoubleSpec};
use shakedown_helper::protocol::Request;
use shakedown_helper::protocol::message::{StartOrder, Stdin};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Jobs of doubles' scripts and of tasks are numbered from here on, so that they meet none of a launch.
pub const FIRST_JOB: u32 = 1 << 31;
/// How long a double's script may run.
const LONGEST: Duration = Duration::from_secs(600);
/// Most output of a script, each stream.
const MOST: usize = 16 << 20;

/// Name of a command without folder and `.exe`, in lower case.
pub fn name_of(command: &str) -> String {
    let name = command.rsplit(['\\', '/']).next().unwrap_or(command);
    let name = name.to_lowercase();
    name.strip_suffix(".exe").unwrap_or(&name).to_owned()
}

/// How near a double's command is to a called one; the lowest is nearest.
pub fn rank(double: &str, called: &str) -> Option<u8> {
    let whole = |path: &str| {
        let path = path.to_lowercase().replace('/', "\\");
        path.strip_suffix(".exe").unwrap_or(&path).to_owned()
    };
    if whole(double) == whole(called) {
        return Some(0);
    }
    if name_of(double) != name_of(called) {
        return None;
    }
    Some(if double.contains(['\\', '/']) { 2 } else { 1 })
}

impl super::WineDevice {
    /// Puts the helper EXE where a double's command is to be found: at its path, else into system32 and
    /// SysWOW64.
    pub(super) fn place_double(&self, spec: &DoubleSpec) -> Result<(), EngineError> {
        let exe = |command: &str| match command.to_lowercase().ends_with(".exe") {
            true => command.to_owned(),
            false => format!("{command}.exe"),
        };
        let places: Vec<String> = if spec.command.contains(['\\', '/']) {
            vec![exe(&spec.command)]
        } else {
            let name = exe(&spec.command);
            let of = |folder: &&str| format!(r"C:\windows\{folder}\{name}");
            PROGRAM_FOLDERS.iter().map(of).collect()
        };
        for place in places {
            let at = self.place(&place)?;
            self.sandbox.put_link(&at, HELPER_FILE)?;
        }
        Ok(())
    }

    /// Where a Windows path lies on the device.
    pub(super) fn place(&self, path: &str) -> Result<String, EngineError> {
        // Most paths are written as they stand.
        let straight = paths::place(path, |_| None).map_err(|source| EngineError::File {
            device: self.name.clone(),
            what: "find",
            path: path.to_owned(),
            source,
        })?;
        if self.sandbox.stat(&straight)?.is_some() {
            return Ok(straight);
        }
        paths::place(path, |folder| self.sandbox.names(folder)).map_err(|source| {
            EngineError::File {
                device: self.name.clone(),
                what: "find",
                path: path.to_owned(),
                source,
            }
        })
    }
}

/// A script to be run for a call of a double.
pub struct Script<'a> {
    pub device: &'a SandboxDevice,
    pub link: &'a Link,
    /// The call's number, unique on the device.
    pub call: u64,
    pub text: &'a str,
    pub args: &'a [String],
    pub cwd: &'a str,
}

impl Script<'_> {
    /// Runs it as a batch file with the call's arguments; its output and exit code are the reply.
    pub fn run(&self) -> DoubleReply {
        let name = format!("shakedown-double-{}.cmd", self.call);
        let file = format!("{DRIVE_C}/windows/temp/{name}");
        let lines = format!("@echo off\r\n{}\r\n", self.text.replace('\n', "\r\n"));
        let ran = self
            .device
            .write_file(&file, lines.as_bytes(), 0o644)
            .map_err(|e| e.to_string())
            .and_then(|()| {
                let ran = self.start(&format!(r"C:\windows\temp\{name}"));
                // Left behind it is in no footprint either.
                let _ = self.device.remove(&file);
                ran.map_err(|e| e.to_string())
            });
        ran.unwrap_or_else(|e| DoubleReply {
            exit: 126,
            stderr: format!("the double's script could not be run: {e}\r\n"),
            ..DoubleReply::default()
        })
    }

    fn start(&self, file: &str) -> Result<DoubleReply, LinkError> {
        let job = FIRST_JOB | (self.call as u32 & (FIRST_JOB - 1));
        let events = self.link.follow(job);
        let order = StartOrder {
            job,
            program: None,
            command_line: format!(
                "cmd.exe /d /s /c \"{}\"",
                command_line::join(file, self.args)
            ),
            env: environment(),
            cwd: self.cwd.to_owned(),
            stdin: Stdin::Null,
            code_page: 65_001,
            stop_on_wait: false,
        };
        let ran = collect(self.link, job, order, &events);
        self.link.forget(job);
        ran
    }
}

fn collect(
    link: &Link,
    job: u32,
    order: StartOrder,
    events: &Receiver<JobEvent>,
) -> Result<DoubleReply, LinkError> {
    link.request(Request::Start(Box::new(order)))?;
    let until = Instant::now() + LONGEST;
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = loop {
        let left = until.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(JobEvent::Output { stream, bytes }) => {
                let to = if stream == 2 { &mut err } else { &mut out };
                let room = MOST.saturating_sub(to.len());
                to.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            Ok(JobEvent::Ended { exit, .. }) => break exit,
            Ok(JobEvent::Waits(_)) => {}
            Err(_) => {
                // Its tree is ended; nobody waits for it any more.
                let _ = link.tell(Request::Kill { job });
                return Err(LinkError::Late(LONGEST));
            }
        }
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(DoubleReply {
        exit: exit.cast_signed(),
        stdout: text(out),
        stderr: text(err),
        ..DoubleReply::default()
    })
}

/// What any program of Windows finds in its environment.
pub fn environment() -> Vec<(String, String)> {
    [
        ("SystemRoot", r"C:\windows"),
        ("SystemDrive", "C:"),
        ("windir", r"C:\windows"),
        ("ComSpec", r"C:\windows\system32\cmd.exe"),
        (
            "PATH",
            r"C:\windows\system32;C:\windows;C:\windows\system32\wbem",
        ),
        (
            "PATHEXT",
            ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
        ),
        ("TEMP", r"C:\windows\temp"),
        ("TMP", r"C:\windows\temp"),
        ("ProgramData", r"C:\ProgramData"),
        ("ProgramFiles", r"C:\Program Files"),
        ("ProgramFiles(x86)", r"C:\Program Files (x86)"),
    ]
    .iter()
    .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_double_is_meant() {
        let path = r"C:\Tools\tool.exe";
        assert_eq!(rank(path, r"c:/tools/TOOL"), Some(0));
        assert_eq!(rank("tool", path), Some(1));
        assert_eq!(rank(r"D:\tool.exe", path), Some(2));
        assert_eq!(rank("tools", path), None);
        assert_eq!(name_of(r"C:\a\MsiExec.EXE"), "msiexec");
    }
}
