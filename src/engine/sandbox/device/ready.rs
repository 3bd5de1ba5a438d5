//! What PID 1 hands to the harness when it has booted.

use crate::engine::sandbox::inside;
use std::os::fd::OwnedFd;

/// Descriptors with which PID 1 reported, by name.
pub struct ReadyFds {
    pub root: OwnedFd,
    pub proc: OwnedFd,
    pub doubles: OwnedFd,
    pub sysrq: OwnedFd,
    pub log: OwnedFd,
    pub calls: Option<OwnedFd>,
}

impl ReadyFds {
    /// Sorts them; none where some are missing.
    pub fn sort(fds: Vec<OwnedFd>, remarks: &[String]) -> Option<ReadyFds> {
        let watched = remarks.iter().any(|r| r == inside::SYSCALLS_WATCHED);
        if fds.len() < inside::READY_FDS + usize::from(watched) {
            return None;
        }
        let mut fds = fds.into_iter();
        Some(ReadyFds {
            root: fds.next()?,
            proc: fds.next()?,
            doubles: fds.next()?,
            sysrq: fds.next()?,
            log: fds.next()?,
            calls: if watched { fds.next() } else { None },
        })
    }
}
