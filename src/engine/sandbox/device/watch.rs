//! The thread that answers a device: watched system calls, calls of doubles, the first question to
//! its resolver.

use super::Watched;
use super::calls::Calls;
use crate::engine::sandbox::sys;
use crate::engine::sandbox::syslog::Log;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, JoinHandle};

/// Most doubles that are answered at one time; the next waits.
const MOST_DOUBLES: usize = 64;

/// Starts the thread; it ends when the other end of `stopped` closes.
pub fn start(
    calls: Option<OwnedFd>,
    doubles: OwnedFd,
    log: Arc<Log>,
    stopped: OwnedFd,
    watched: Watched,
    device: &str,
) -> io::Result<JoinHandle<()>> {
    sys::set_nonblocking(&doubles)?;
    let calls = calls.map(|c| Calls::new(c, Arc::clone(&watched.points)));
    Builder::new()
        .name(format!("watch {device}"))
        .spawn(move || watch(calls, &doubles, &log, &stopped, &watched))
}

fn watch(
    mut calls: Option<Calls>,
    doubles: &OwnedFd,
    log: &Log,
    stopped: &OwnedFd,
    watched: &Watched,
) {
    let answering = Arc::new(AtomicUsize::new(0));
    loop {
        let busy = answering.load(Ordering::SeqCst) >= MOST_DOUBLES;
        let mut fds = vec![
            sys::readable(stopped),
            sys::readable(doubles),
            sys::readable(log),
        ];
        if busy {
            fds[1].events = 0;
        }
        fds.extend(calls.iter().map(sys::readable));
        let questions = fds.len();
        fds.extend(watched.network.unserved());
        if sys::poll(&mut fds, if busy { 5 } else { -1 }).is_err() || fds[0].revents != 0 {
            return;
        }
        if calls.is_some() && fds[3].revents != 0 {
            if let Some(calls) = &calls {
                calls.answer(&watched.seen);
            }
            if fds[3].revents & (libc::POLLHUP | libc::POLLERR) != 0 {
                calls = None;
            }
        }
        if fds[2].revents != 0 {
            // A sender waits while the socket is full.
            log.drain(&watched.seen);
        }
        if fds[1].revents != 0 {
            accept(doubles, watched, &answering);
        }
        if fds[questions..].iter().any(|f| f.revents != 0) {
            watched.network.serve_if_asked();
        }
    }
}

fn accept(doubles: &OwnedFd, watched: &Watched, answering: &Arc<AtomicUsize>) {
    let flags = rustix::net::SocketFlags::CLOEXEC;
    let Ok(socket) = rustix::net::accept_with(doubles, flags) else {
        return;
    };
    let (watched, running) = (watched.clone(), Arc::clone(answering));
    answering.fetch_add(1, Ordering::SeqCst);
    let started = Builder::new().name("double".into()).spawn(move || {
        watched.doubles.serve(&socket, &watched.seen);
        running.fetch_sub(1, Ordering::SeqCst);
    });
    if started.is_err() {
        // The double finds its connection closed and says so.
        answering.fetch_sub(1, Ordering::SeqCst);
    }
}
