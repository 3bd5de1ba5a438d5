//! The thread that answers a device: watched system calls and calls of doubles.

use super::calls::Calls;
use super::seen::Seen;
use crate::engine::sandbox::sys;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

/// Starts the thread; it ends when the other end of `stopped` closes.
pub fn start(
    calls: Option<OwnedFd>,
    doubles: OwnedFd,
    stopped: OwnedFd,
    seen: Arc<Seen>,
    device: &str,
) -> io::Result<JoinHandle<()>> {
    let calls = calls.map(Calls::new);
    Builder::new()
        .name(format!("watch {device}"))
        .spawn(move || {
            watch(calls, &doubles, &stopped, &seen);
        })
}

fn watch(mut calls: Option<Calls>, doubles: &OwnedFd, stopped: &OwnedFd, seen: &Seen) {
    let _ = doubles;
    loop {
        let mut fds = vec![sys::readable(stopped)];
        if let Some(calls) = &calls {
            fds.push(sys::readable(calls));
        }
        if sys::poll(&mut fds, -1).is_err() || fds[0].revents != 0 {
            return;
        }
        if fds.len() > 1 && fds[1].revents != 0 {
            let hung_up = fds[1].revents & (libc::POLLHUP | libc::POLLERR) != 0;
            if let Some(c) = &calls {
                c.answer(seen);
            }
            if hung_up {
                calls = None;
            }
        }
    }
}
