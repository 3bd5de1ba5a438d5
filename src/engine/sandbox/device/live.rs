//! One boot of a device: its control socket, its root and `/proc`, and the thread that watches it.

use super::ready::ReadyFds;
use super::{Watched, lock, report, watch};
use crate::engine::EngineError;
use crate::engine::sandbox::inside::signals::SENT;
use crate::engine::sandbox::sys;
use crate::engine::sandbox::syslog::Log;
use crate::engine::seen::Seen;
use crate::rmm::observed::{RebootAttempt, RebootVia};
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

/// What one boot gave.
pub struct Live {
    pub control: Mutex<OwnedFd>,
    /// The device's merged root.
    pub root: OwnedFd,
    /// The device's `/proc`.
    pub proc: OwnedFd,
    /// PID 1 as the host sees it.
    pub host_pid: u32,
    /// What PID 1 had to say about this machine.
    pub remarks: Vec<String>,
    sysrq: Mutex<OwnedFd>,
    log: Arc<Log>,
    stop: Mutex<Option<OwnedFd>>,
    watcher: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Live {
    /// Waits for PID 1 and starts to watch.
    pub fn start(
        control: OwnedFd,
        host_pid: u32,
        device: &str,
        watched: Watched,
    ) -> Result<Live, EngineError> {
        let (_, remarks, fds) = report(&control, device)?;
        let failed = |what: &str, source: io::Error| EngineError::Boot {
            device: device.to_owned(),
            what: what.to_owned(),
            source,
        };
        let short = || io::Error::from_raw_os_error(libc::EBADF);
        let fds =
            ReadyFds::sort(fds, &remarks).ok_or_else(|| failed("get its descriptors", short()))?;
        let (stopped, stop) = sys::pipe().map_err(|e| failed("make a pipe", e))?;
        let log = Log::new(fds.log).map_err(|e| failed("take its log", e))?;
        let log = Arc::new(log);
        watched.points.sees(&fds.proc);
        let watcher = watch::start(
            fds.calls,
            fds.doubles,
            Arc::clone(&log),
            stopped,
            watched,
            device,
        )
        .map_err(|e| failed("watch it", e))?;
        Ok(Live {
            control: Mutex::new(control),
            root: fds.root,
            proc: fds.proc,
            host_pid,
            remarks,
            sysrq: Mutex::new(fds.sysrq),
            log,
            stop: Mutex::new(Some(stop)),
            watcher: Mutex::new(Some(watcher)),
        })
    }

    /// Notes what was sent to `/dev/log`.
    pub fn drain_log(&self, seen: &Seen) {
        self.log.drain(seen);
    }

    /// Notes what was written to the sysrq trigger.
    pub fn drain_sysrq(&self, seen: &Seen) {
        let sysrq = lock(&self.sysrq);
        let mut buffer = [0; 4096];
        while let Ok(Some(n)) = sys::read_some(&*sysrq, &mut buffer) {
            if n == 0 {
                break;
            }
            let keys: String = String::from_utf8_lossy(&buffer[..n]).trim().to_owned();
            for attempt in attempts(&keys) {
                seen.reboot(None, attempt);
            }
        }
    }

    /// Ends the watching thread.
    pub fn stop_watching(&self) {
        drop(lock(&self.stop).take());
        if let Some(watcher) = lock(&self.watcher).take() {
            // A panic in it was told already; nothing is left to do.
            let _ = watcher.join();
        }
    }
}

/// What came through the FIFO: lines of PID 1 for signals, all else was written to the trigger.
fn attempts(told: &str) -> Vec<RebootAttempt> {
    let (signals, keys): (Vec<&str>, Vec<&str>) =
        told.lines().partition(|line| line.starts_with(SENT));
    let keys = keys.join("\n");
    let pressed = (!keys.is_empty()).then(|| RebootAttempt {
        via: RebootVia::Sysrq,
        by: format!("{keys} written to /proc/sysrq-trigger"),
    });
    let sent = signals.into_iter().map(|line| RebootAttempt {
        via: RebootVia::Command,
        by: line.to_owned(),
    });
    pressed.into_iter().chain(sent).collect()
}

impl Drop for Live {
    fn drop(&mut self) {
        self.stop_watching();
    }
}

#[cfg(test)]
mod tests {
    use super::attempts;

    #[test]
    fn signals_and_keys_are_told_apart() {
        let by = |told| attempts(told).into_iter().map(|a| a.by).collect::<Vec<_>>();
        assert_eq!(
            by("kill -INT 1\nkill -RTMIN+5 1"),
            ["kill -INT 1", "kill -RTMIN+5 1"]
        );
        assert_eq!(by("b"), ["b written to /proc/sysrq-trigger"]);
        assert_eq!(by(""), Vec::<String>::new());
    }
}
