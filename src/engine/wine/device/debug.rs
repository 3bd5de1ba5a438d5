//! The stderr that all processes of a device share: what Wine says there of calls that it takes and
//! does not do, told as what the programs did.

use super::questions::{Hears, Questions};
use crate::engine::lock;
use crate::engine::sandbox::SandboxDevice;
use crate::engine::windows::link::{Link, LinkError};
use crate::engine::wine::said::{Event, Reader, Said};
use crate::rmm::observed::{DeviceNote, RebootAttempt, RebootVia};
use crate::rmm::registry::{Hive, KeyPath, View};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::{Value, json};
use shakedown_helper::programs::told::desk::{Desk, Stop, same};
use shakedown_helper::programs::told::events::log::{self, Entry};
use shakedown_helper::programs::{Ask, Call};
use shakedown_helper::protocol::{Answer, Question, Reply, Request};
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, Weak};
use std::thread::Builder;

/// Bytes that are read at once.
const PIECE: usize = 16 << 10;
/// How long the texts of an entry may come after its head: each line is a write of its own.
const TEXTS: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};
/// Where Windows lists the sources of each log.
const LOGS: &str = r"SYSTEM\CurrentControlSet\Services\EventLog";
/// The log of a source that is in no list (`RegisterEventSource`, Microsoft Learn).
const DEFAULT_LOG: &str = "Application";
/// What is told of a process that ended before its name could be asked.
const ENDED: &str = "a program that has ended";

/// What is said on one boot of a device.
pub struct Debug {
    from: Mutex<(File, Reader)>,
    questions: Arc<Questions>,
    link: Weak<Link>,
}

impl Debug {
    /// Reads from now on, until everybody who could write has ended.
    pub fn start(
        stderr: OwnedFd,
        questions: Arc<Questions>,
        link: &Arc<Link>,
    ) -> std::io::Result<Arc<Debug>> {
        let ends = stderr.try_clone()?;
        let debug = Arc::new(Debug {
            from: Mutex::new((File::from(stderr), Reader::default())),
            questions,
            link: Arc::downgrade(link),
        });
        let reads = Arc::downgrade(&debug);
        Builder::new().name("wine says".into()).spawn(move || {
            while SandboxDevice::wait_for_input(ends.as_fd()).is_ok() {
                let Some(debug) = reads.upgrade() else { return };
                if !debug.read() {
                    return;
                }
            }
        })?;
        Ok(debug)
    }

    /// All that has been said up to now is told when this returns.
    pub fn drain(&self) {
        self.read();
    }

    /// Reads what is there; false: nobody can write any more.
    fn read(&self) -> bool {
        let mut from = lock(&self.from);
        let (file, reader) = &mut *from;
        let mut piece = vec![0; PIECE];
        let open = loop {
            match file.read(&mut piece) {
                Ok(0) => break false,
                Ok(count) => {
                    for said in reader.take(&piece[..count]) {
                        self.tell(&said);
                    }
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => {
                    let empty = e.kind() == std::io::ErrorKind::WouldBlock;
                    if !(empty && reader.waits() && more_comes(file)) {
                        break empty;
                    }
                }
            }
        };
        for said in reader.flush() {
            self.tell(&said);
        }
        open
    }

    fn tell(&self, said: &Said) {
        let Some(link) = self.link.upgrade() else {
            return;
        };
        match said {
            Said::Shutdown { pid, call, .. } => {
                let (job, by) = whose(&link, *pid);
                let attempt = RebootAttempt {
                    via: RebootVia::Windows,
                    by: format!("{by} ({call})"),
                };
                self.questions.seen().reboot(job, attempt);
            }
            Said::Event(event) => self.event(event, &link),
            Said::NotRun {
                pid,
                command,
                error,
            } => self.not_run(*pid, command, *error, &link),
            Said::Script { pid } => {
                let (job, _) = whose(&link, *pid);
                self.questions.script_failed(*pid);
                let why = "a script of Windows' script host ended by an error: Windows prints it, Wine \
                           does not tell it; the host gives exit code 1 here";
                self.note(job, json!({ "command": "cscript", "why": why }));
            }
        }
    }

    /// Windows ends the script where it does not catch the error; Wine lets it go on with a number.
    fn not_run(&self, pid: u32, command: &str, error: u32, link: &Link) {
        let (job, _) = whose(link, pid);
        let code = match error {
            // A folder that is missing is a file that is not found to Windows' script host.
            3 => 2,
            other => other & 0xffff,
        };
        let why = format!(
            "it could not start `{command}`: on Windows that is the error 8007{code:04X}, which ends the \
             script with 1 unless it catches it; here Run gives {error} and the script goes on"
        );
        self.note(job, json!({ "command": "WshShell.Run", "why": why }));
    }

    fn note(&self, job: Option<u32>, value: Value) {
        let note = DeviceNote {
            name: "unavailable".into(),
            value,
        };
        self.questions
            .seen()
            .note(job, |o| o.told.push(note.clone()));
    }

    /// Writes an entry into the device's event log.
    fn event(&self, event: &Event, link: &Link) {
        let (job, by) = whose(link, event.pid);
        let source = event.source.clone().unwrap_or_else(|| by.clone());
        let entry = Entry {
            log: log_of(link, &source).unwrap_or_else(|_| DEFAULT_LOG.to_owned()),
            source: source.clone(),
            // The upper half says severity and facility; viewers show the lower.
            id: event.id & 0xffff,
            kind: kind(event.kind).to_owned(),
            message: event.texts.join("\r\n"),
            category: u32::from(event.category),
        };
        let device = Here {
            questions: &self.questions,
            job,
        };
        let mut call = Call {
            name: "ReportEvent",
            args: Vec::new(),
            line: "",
            device: &device,
            out: &mut std::io::sink(),
            err: &mut std::io::sink(),
        };
        let desk = Desk { call: &mut call };
        let added = log::add_with(&desk, entry, &event.texts, event.pid);
        let why = match (added, event.cut) {
            (Err(Stop::Device { what }), _) => format!("an entry of {source} is not kept: {what}"),
            (Ok(_), true) => format!(
                "an entry of {source} is kept without the ends of lines longer than about 290 letters"
            ),
            _ => return,
        };
        self.note(job, json!({ "command": "ReportEvent", "why": why }));
    }
}

impl Hears for Debug {
    fn hear(&self) {
        self.drain();
    }
}

/// Whether more is there to be read within [`TEXTS`].
fn more_comes(file: &File) -> bool {
    let mut waiting = [PollFd::new(file, PollFlags::IN)];
    poll(&mut waiting, Some(&TEXTS)).is_ok_and(|ready| ready > 0)
}

/// The words of the event log for `EVENTLOG_*_TYPE`.
fn kind(of: u16) -> &'static str {
    match of {
        1 => "Error",
        2 => "Warning",
        8 => "SuccessAudit",
        16 => "FailureAudit",
        _ => "Information",
    }
}

/// The job of a process and its command line.
fn whose(link: &Link, pid: u32) -> (Option<u32>, String) {
    match link.request(Request::Whose { pid }) {
        Ok(Reply::Whose { job, command_line }) if !command_line.is_empty() => (job, command_line),
        Ok(Reply::Whose { job, .. }) => (job, ENDED.to_owned()),
        _ => (None, ENDED.to_owned()),
    }
}

/// The log that lists a source.
fn log_of(link: &Link, source: &str) -> Result<String, LinkError> {
    let keys = |path: String| {
        let key = KeyPath {
            hive: Hive::Hklm,
            path,
            view: View::Bits64,
        };
        match link.request(Request::ReadKey { key })? {
            Reply::Key { key } => Ok(key.map(|k| k.keys).unwrap_or_default()),
            other => Err(LinkError::from(other)),
        }
    };
    for log in keys(LOGS.to_owned())? {
        let sources = keys(format!(r"{LOGS}\{log}"))?;
        if sources.iter().any(|s| same(s, source)) {
            return Ok(log);
        }
    }
    Ok(DEFAULT_LOG.to_owned())
}

/// The device's stores, as a program of a job asks them.
struct Here<'a> {
    questions: &'a Questions,
    job: Option<u32>,
}

impl Ask for Here<'_> {
    fn ask(&self, question: &Question) -> Result<Answer, String> {
        self.questions
            .answer(self.job, question)
            .ok_or_else(|| "the device does not know this question".to_owned())
    }
}
