//! The built binary as a platform on a port of loopback, for one test.

use super::tools;
use libtest_mimic::Failed;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long the server may take to say that it is ready, and to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `shakedown serve`; killed when it is dropped.
pub struct Server {
    child: Child,
    /// Scheme, name and port, as its ready line tells.
    pub url: String,
    stderr: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// Starts `shakedown serve` on a free port, without rate limits, and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready, with what it said.
    pub fn start(arguments: &[&str]) -> Result<Server, Failed> {
        let mut child = serve()
            .args(["--listen", "127.0.0.1:0", "--no-rate-limits"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout.into_iter().next()?).lines();
            tell.send(lines.next()?.ok()?).ok()?;
            // Read on, so that the server never waits for a reader.
            lines.for_each(drop);
            Some(())
        });
        let stderr = std::thread::spawn(move || {
            let mut said = String::new();
            if let Some(mut pipe) = stderr {
                pipe.read_to_string(&mut said).unwrap_or_default();
            }
            said
        });
        let mut server = Server {
            child,
            url: String::new(),
            stderr: Some(stderr),
        };
        let line = match told.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(e) => return Err(format!("no ready line: {e}\n{}", server.kill()).into()),
        };
        match line.strip_prefix("ready ") {
            Some(url) => {
                server.url = url.trim_end_matches('/').to_owned();
                Ok(server)
            }
            None => Err(format!("`{line}` is no ready line\n{}", server.kill()).into()),
        }
    }

    /// The port it listens on.
    pub fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap_or_default()
    }

    /// Ends it by SIGTERM.
    ///
    /// # Errors
    /// When it does not end, or not with 0, with what it said.
    pub fn finish(mut self) -> Result<(), Failed> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    return Err(format!("after SIGTERM: {status}\n{}", self.kill()).into());
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        Err(format!("still runs {PATIENCE:?} after SIGTERM\n{}", self.kill()).into())
    }

    /// Kills it; what it said on stderr.
    fn kill(&mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let said = self.stderr.take().map(std::thread::JoinHandle::join);
        said.and_then(Result::ok).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The `serve` command of the built binary.
pub fn serve() -> Command {
    let mut command = tools::program(env!("CARGO_BIN_EXE_shakedown"));
    command.arg("serve");
    command
}

/// The document that `serve --print-openapi` prints, in a file.
///
/// # Errors
/// When it prints none.
pub fn print_document(file: &Path) -> Result<(), Failed> {
    let printed = tools::run(serve().arg("--print-openapi"))?;
    Ok(std::fs::write(file, printed)?)
}
