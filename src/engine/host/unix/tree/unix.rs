//! Jobs on Linux and macOS: a session of their own, found by what the system tells of processes.

use super::Started;
#[cfg(target_os = "linux")]
use super::linux::{members, tag};
#[cfg(not(target_os = "linux"))]
use super::other::{members, tag};
use crate::engine::{Launch, Stdin};
use crate::rmm::observed::{Exit, LeftProcess};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{self, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};

/// How often a tree is looked for that grows while it is ended.
const ROUNDS: u32 = 20;

/// A job under way.
pub struct Job {
    child: Child,
    number: u32,
}

/// Whether this process is root, as the Agent is.
pub fn privileged() -> bool {
    rustix::process::geteuid().is_root()
}

/// Starts a program as the leader of a session of its own.
///
/// # Errors
/// The program is not there, is no program, or may not be run.
pub fn start(launch: &Launch, number: u32) -> io::Result<Started> {
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.args)
        .env_clear()
        .envs(launch.env.iter().map(|(n, v)| (n, v)))
        .current_dir(&launch.cwd)
        .stdin(match launch.stdin {
            Stdin::Null => Stdio::null(),
            Stdin::Open | Stdin::Bytes(_) => Stdio::piped(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // SAFETY: between fork and exec only two system calls are made; nothing allocates or locks.
    unsafe {
        command.pre_exec(move || {
            rustix::process::setsid()?;
            tag(number);
            Ok(())
        });
    }
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    let missing = || io::Error::other("a pipe of the program is missing");
    let stdout = child.stdout.take().ok_or_else(missing)?;
    let stderr = child.stderr.take().ok_or_else(missing)?;
    let stdin: Option<Box<dyn Write + Send>> = match (&launch.stdin, stdin) {
        (Stdin::Bytes(bytes), Some(mut pipe)) => {
            let bytes = bytes.clone();
            // The program may not read it, or only later: never wait for that.
            std::thread::spawn(move || pipe.write_all(&bytes));
            None
        }
        (_, Some(pipe)) => Some(Box::new(pipe)),
        (_, None) => None,
    };
    Ok(Started {
        job: Job { child, number },
        stdin,
        stdout: Box::new(stdout),
        stderr: Box::new(stderr),
    })
}

impl Job {
    /// How its first process ended; `None` while it runs.
    pub fn ended(&mut self) -> io::Result<Option<Exit>> {
        Ok(self.child.try_wait()?.map(|status| {
            let signal = || Exit::Signal(status.signal().unwrap_or(0));
            status.code().map_or_else(signal, Exit::Code)
        }))
    }

    /// Ends its whole tree.
    pub fn kill(&mut self) {
        for _ in 0..ROUNDS {
            let found = members(self.number, self.child.id());
            let mut alive = false;
            for process in &found {
                let pid = i32::try_from(process.pid).ok().and_then(Pid::from_raw);
                alive |= pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok());
            }
            // What has ended stays a zombie until it is waited for.
            let _ = self.child.try_wait();
            if !alive {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Processes of it that still run.
    pub fn left(&mut self) -> Vec<LeftProcess> {
        members(self.number, self.child.id())
    }
}
