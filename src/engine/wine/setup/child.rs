//! Runs a tool of this machine: its output line by line, its errors kept, ended when asked to.

use super::error::{Outcome, SetupError};
use crate::engine::Cancel;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

/// Most bytes kept of what a tool says on stderr.
const MOST_TOLD: u64 = 64 << 10;
/// Longest line of output that is taken in; the rest of it counts as a line of its own.
const LONGEST_LINE: u64 = 64 << 10;
/// How often a wait looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);

/// How a tool ended.
pub struct Ended {
    pub success: bool,
    /// `exit status: 100`.
    pub status: String,
    /// What it said on stderr.
    pub stderr: String,
}

/// A running tool, killed with all that it started when this is dropped early.
pub struct Tool {
    child: Child,
    name: String,
    stderr: Option<std::thread::JoinHandle<String>>,
}

impl Tool {
    /// Starts a tool in a process group of its own, so that Ctrl-C reaches this program alone.
    ///
    /// # Errors
    /// It cannot be started; a tool that is not there says so.
    pub fn start(command: &mut Command) -> Result<Tool, Missing> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        let mut child = child.map_err(|source| Missing {
            name: name.clone(),
            source,
        })?;
        let stderr = child.stderr.take().map(|e| std::thread::spawn(|| told(e)));
        Ok(Tool {
            child,
            name,
            stderr,
        })
    }

    /// Its stdout; once.
    pub fn stdout(&mut self) -> io::Result<impl Read + Send + 'static> {
        let taken = self.child.stdout.take();
        taken.ok_or_else(|| io::Error::other("its output was taken before"))
    }

    /// Gives every line of its output to `line` and waits for its end.
    pub fn lines(mut self, cancel: &Cancel, line: &mut dyn FnMut(&str)) -> Outcome<Ended> {
        let failed = |name: &str, e: io::Error| {
            SetupError::new(format!("cannot read what {name} says: {e}"), "run it again")
        };
        let stdout = self.stdout().map_err(|e| failed(&self.name, e))?;
        let (send, lines) = std::sync::mpsc::sync_channel(64);
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            let mut bytes = Vec::new();
            while let Ok(1..) = (&mut reader)
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut bytes)
            {
                let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
                // Nobody listens any more: the tool is being ended.
                if send.send(text).is_err() {
                    break;
                }
                bytes.clear();
            }
        });
        loop {
            if cancel.is_cancelled() {
                return Err(SetupError::Interrupted);
            }
            match lines.recv_timeout(LOOK) {
                Ok(text) => line(&text),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        self.end(cancel)
    }

    /// Waits for its end.
    pub fn end(mut self, cancel: &Cancel) -> Outcome<Ended> {
        let status = loop {
            if cancel.is_cancelled() {
                return Err(SetupError::Interrupted);
            }
            match self.child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) => std::thread::sleep(LOOK.min(Duration::from_millis(5))),
                Err(e) => {
                    return Err(SetupError::new(
                        format!("cannot wait for {}: {e}", self.name),
                        "run it again",
                    ));
                }
            }
        };
        let stderr = self.stderr.take().and_then(|t| t.join().ok());
        Ok(Ended {
            success: status.success(),
            status: status.to_string(),
            stderr: stderr.unwrap_or_default(),
        })
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            if let Some(group) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
                // It may have ended by itself meanwhile.
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            let _ = self.child.wait();
        }
    }
}

/// A tool that cannot be started.
pub struct Missing {
    pub name: String,
    pub source: io::Error,
}

impl Missing {
    /// As a failure with this way out.
    pub fn failure(self, mend: &str) -> SetupError {
        let what = match self.source.kind() {
            io::ErrorKind::NotFound => format!("{} is not on this machine", self.name),
            _ => format!("cannot start {}: {}", self.name, self.source),
        };
        SetupError::new(what, mend)
    }
}

/// The beginning of what is said, the rest thrown away so that the tool is not held up.
fn told(mut stderr: ChildStderr) -> String {
    let mut kept = Vec::new();
    // What cannot be read was not said.
    let _ = (&mut stderr).take(MOST_TOLD).read_to_end(&mut kept);
    let _ = io::copy(&mut stderr, &mut io::sink());
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Result<Tool, Missing> {
        Tool::start(Command::new("sh").args(["-c", script]))
    }

    #[test]
    fn lines_and_errors_come_apart() {
        let mut lines = Vec::new();
        let tool = sh("echo a; echo bad >&2; echo b; exit 3").ok().unwrap();
        let ended = tool.lines(&Cancel::default(), &mut |l| lines.push(l.to_owned()));
        let ended = ended.unwrap();
        assert_eq!(lines, ["a", "b"]);
        assert_eq!((ended.success, ended.stderr.as_str()), (false, "bad\n"));
        assert_eq!(ended.status, "exit status: 3");
    }

    #[test]
    fn a_cancelled_tool_is_gone_with_its_children() {
        let cancel = Cancel::default();
        let mut child = String::new();
        let tool = sh("sleep 60 & echo $!; wait").ok().unwrap();
        let ended = tool.lines(&cancel, &mut |l| {
            child = l.to_owned();
            cancel.cancel();
        });
        assert!(matches!(ended, Err(SetupError::Interrupted)));
        let stat = format!("/proc/{child}/stat");
        let gone = || std::fs::read_to_string(&stat).map_or(true, |s| s.contains(") Z "));
        let started = std::time::Instant::now();
        while !gone() && started.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(gone(), "{child} lives");
    }

    #[test]
    fn a_tool_that_is_not_there_is_named() {
        // Of folders that anybody may read: in a closed one it would only be forbidden.
        let missing = Tool::start(Command::new("no-such-tool-here").env("PATH", "/usr/bin:/bin"))
            .err()
            .unwrap();
        let failure = missing.failure("install it");
        assert_eq!(
            failure.to_string(),
            "no-such-tool-here is not on this machine"
        );
        assert_eq!(failure.mend(), Some("install it"));
    }
}
