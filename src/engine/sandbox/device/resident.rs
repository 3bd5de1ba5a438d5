//! What an engine built upon the sandbox needs: a program that runs beside the jobs with its streams
//! held by the harness, jobs that are not the sandbox's own launches, and names in folders.

use super::{SandboxDevice, files, lock};
use crate::engine::EngineError;
use crate::engine::sandbox::sys;
use crate::engine::sandbox::wire::{self, ToInit};
use crate::engine::seen::Seen;
use crate::rmm::observed::Observed;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Job number of what belongs to no job: what it does counts for every launch that runs.
const NO_JOB: u32 = 0;

/// A program that runs beside the jobs; it sees the end of its stdin when this is dropped.
pub struct Resident {
    /// Write end of its stdin.
    pub stdin: OwnedFd,
    /// Read end of its stdout.
    pub stdout: OwnedFd,
    /// Read end of the stderr of it and of all that it starts; reads do not wait.
    pub stderr: OwnedFd,
}

/// A program for [`SandboxDevice::start_beside`].
pub struct Beside<'a> {
    pub program: &'a str,
    pub args: &'a [&'a str],
    pub env: &'a [(String, String)],
    pub cwd: &'a str,
}

impl SandboxDevice {
    /// Starts a program beside the jobs.
    pub fn start_beside(&self, what: &Beside<'_>) -> Result<Resident, EngineError> {
        let failed = |source| EngineError::Start {
            device: self.name.clone(),
            program: what.program.to_owned(),
            source,
        };
        let (stdin_read, stdin) = sys::pipe().map_err(failed)?;
        let (stdout, stdout_write) = sys::pipe().map_err(failed)?;
        let (stderr, stderr_write) = sys::pipe().map_err(failed)?;
        sys::set_nonblocking(&stderr).map_err(failed)?;
        self.spawn_beside(what, [&stdin_read, &stdout_write, &stderr_write])
            .map_err(failed)?;
        Ok(Resident {
            stdin,
            stdout,
            stderr,
        })
    }

    /// Starts a program beside the jobs with these three streams.
    pub fn spawn_beside(&self, what: &Beside<'_>, streams: [&OwnedFd; 3]) -> std::io::Result<()> {
        // Nobody waits for its end: its streams tell.
        let (_, answer) = sys::pipe()?;
        let bytes = |text: &&str| text.as_bytes().to_vec();
        let order = ToInit::Spawn {
            job: NO_JOB,
            program: what.program.as_bytes().to_vec(),
            argv: [what.program].iter().chain(what.args).map(bytes).collect(),
            env: what
                .env
                .iter()
                .map(|(n, v)| format!("{n}={v}").into_bytes())
                .collect(),
            cwd: what.cwd.as_bytes().to_vec(),
        };
        let [stdin, stdout, stderr] = streams;
        let fds = [
            stdin.as_fd(),
            stdout.as_fd(),
            stderr.as_fd(),
            answer.as_fd(),
        ];
        wire::send(lock(&self.live().control).as_fd(), &order, &fds)
    }

    /// Waits until there is something to read, or nobody can write any more.
    pub fn wait_for_input(from: BorrowedFd<'_>) -> std::io::Result<()> {
        sys::poll(&mut [sys::readable(from)], -1).map(drop)
    }

    /// Takes a number for a job that another engine runs; what is seen from now on counts for it.
    pub fn begin_job(&self) -> u32 {
        let job = self.jobs.fetch_add(1, Ordering::SeqCst);
        self.drain();
        self.watched.seen.begin(job);
        job
    }

    /// All that was seen of such a job.
    pub fn end_job(&self, job: u32) -> Observed {
        self.drain();
        self.watched.seen.end(job)
    }

    /// Where an engine notes what it saw itself.
    pub fn seen(&self) -> Arc<Seen> {
        Arc::clone(&self.watched.seen)
    }

    /// The CA of the device's services, where it has any over https.
    pub fn ca_pem(&self) -> Option<String> {
        self.watched.network.ca_pem()
    }

    /// Names in a folder of the device; none where there is no such folder.
    pub fn names(&self, folder: &str) -> Option<Vec<String>> {
        files::names(&self.live().root, folder).ok()
    }

    /// Puts a symbolic link at a path, counted in no footprint.
    pub fn put_link(&self, path: &str, target: &str) -> Result<(), EngineError> {
        let made = files::link(&self.live().root, path, target)
            .map_err(|e| self.file_error("put a link at", path, e))?;
        self.own_entries(&made);
        Ok(())
    }
}
