//! Linux: processes of a job carry a mark that their children inherit.

use crate::engine::sandbox::processes::{self, TAG_BASE};
use crate::rmm::observed::LeftProcess;
use rustix::fs::{Mode, OFlags, open};
use std::os::fd::OwnedFd;

/// Marks the calling process, between fork and exec: the timer slack is inherited by every child,
/// and setsid or a double fork do not lose it.
pub fn tag(job: u32) {
    let slack = libc::c_ulong::from(TAG_BASE.saturating_add(job));
    // SAFETY: the call takes a number and touches no memory of the process.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, slack) };
}

fn proc() -> Option<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    open("/proc", flags, Mode::empty()).ok()
}

/// Living processes of a job.
pub fn members(job: u32, _: u32) -> Vec<LeftProcess> {
    let Some(proc) = proc() else {
        return Vec::new();
    };
    processes::of_job(&proc, job)
        .iter()
        .map(|p| p.left(None))
        .collect()
}

/// Every process of the machine.
pub fn all() -> Vec<LeftProcess> {
    let Some(proc) = proc() else {
        return Vec::new();
    };
    processes::all(&proc).iter().map(|p| p.left(None)).collect()
}
