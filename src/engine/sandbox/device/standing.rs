//! What the processes of a job do at a moment, read from the device's own `/proc`.

use super::procs::{job_of_tag, name_and_state};
use crate::engine::points::{Doing, Look};
use rustix::fs::{Dir, Mode, OFlags};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Longest file of `/proc` that is read.
const LONGEST: u64 = 4096;

/// Calls that start a process.
const STARTS: &[libc::c_long] = &[
    libc::SYS_clone,
    libc::SYS_clone3,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
];

/// What a job's threads do but for those that are held, by their numbers on the device.
pub fn of(proc: BorrowedFd<'_>, job: u32, held: &dyn Fn(u32) -> bool) -> Look {
    let mut found = false;
    let mut worked = DefaultHasher::new();
    let mut most = Doing::Nothing;
    for process in numbered(proc, ".") {
        let Some(folder) = folder(proc, &process.to_string()) else {
            continue;
        };
        if text(&folder, "timerslack_ns").and_then(|t| job_of_tag(&t)) != Some(job) {
            continue;
        }
        for thread in numbered(folder.as_fd(), "task") {
            // Before its state: one that works in between tells so at the next look.
            let status = text(&folder, &format!("task/{thread}/status"));
            (thread, status.as_deref().map(switches)).hash(&mut worked);
            let Some(stat) = text(&folder, &format!("task/{thread}/stat")) else {
                continue;
            };
            let state = name_and_state(&stat).map(|(_, state)| state);
            // A process that has ended is no more of the job, though nobody has asked how.
            if matches!(state, Some('Z' | 'X' | 'x')) {
                continue;
            }
            found = true;
            if !held(thread) {
                let call = text(&folder, &format!("task/{thread}/syscall"));
                most = most.max(doing(state, call.as_deref()));
            }
        }
    }
    // Its end is on the way to the harness.
    Look {
        doing: if found { most } else { Doing::Works },
        worked: worked.finish(),
    }
}

/// How often a thread has gone from work to rest, as `/proc/PID/status` tells it.
fn switches(status: &str) -> u64 {
    let count = |l: &str| {
        l.split_once("voluntary_ctxt_switches:")?
            .1
            .trim()
            .parse()
            .ok()
    };
    status
        .lines()
        .filter_map(count)
        .fold(0, u64::saturating_add)
}

/// What a thread does that is in this state, in a call as `/proc/PID/syscall` tells it.
fn doing(state: Option<char>, call: Option<&str>) -> Doing {
    let number = call
        .and_then(|c| c.split_whitespace().next())
        .and_then(|n| n.parse::<libc::c_long>().ok());
    match (state, number) {
        (Some('S'), Some(libc::SYS_clock_nanosleep | libc::SYS_nanosleep)) => Doing::Works,
        (Some('S'), Some(libc::SYS_flock | libc::SYS_fcntl)) => Doing::Locked,
        // Until its child has become a program, which may be held before that.
        (Some('S' | 'D'), Some(number)) if STARTS.contains(&number) => Doing::Nothing,
        (Some('S' | 'T' | 't'), _) => Doing::Nothing,
        _ => Doing::Works,
    }
}

fn folder(at: BorrowedFd<'_>, path: &str) -> Option<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::openat(at, path, flags, Mode::empty()).ok()
}

/// Names of a folder that are numbers.
fn numbered(at: BorrowedFd<'_>, path: &str) -> Vec<u32> {
    let Some(entries) = folder(at, path).and_then(|f| Dir::read_from(f).ok()) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|e| e.file_name().to_str().ok()?.parse().ok())
        .collect()
}

fn text(folder: &OwnedFd, file: &str) -> Option<String> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let file = rustix::fs::openat(folder, file, flags, Mode::empty()).ok()?;
    let mut bytes = Vec::new();
    File::from(file)
        .take(LONGEST)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Doing, doing, switches};
    use proptest::prelude::*;

    #[test]
    fn calls_tell_what_a_thread_does() {
        let at = |number: libc::c_long| doing(Some('S'), Some(&format!("{number} 0x1 0x2")));
        assert_eq!(at(libc::SYS_clock_nanosleep), Doing::Works);
        assert_eq!(at(libc::SYS_flock), Doing::Locked);
        assert_eq!(at(libc::SYS_openat), Doing::Nothing);
        assert_eq!(at(libc::SYS_wait4), Doing::Nothing);
        assert_eq!(doing(Some('R'), Some("running")), Doing::Works);
        assert_eq!(doing(Some('S'), None), Doing::Nothing);
        assert_eq!(doing(None, None), Doing::Works);
    }

    #[test]
    fn both_kinds_of_switches_count() {
        let status = "Name:\tx\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n";
        assert_eq!(switches(status), 7);
    }

    proptest! {
        #[test]
        fn any_text_is_taken(state: char, call: String) {
            let _ = doing(Some(state), Some(&call));
            let _ = switches(&call);
        }
    }
}
