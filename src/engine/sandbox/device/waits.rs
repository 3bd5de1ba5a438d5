//! Processes that wait for input nobody will give: blocked in a read (or a poll without end) of the
//! script's stdin, or of a terminal whose other end nobody serves.

use super::procs::{self, Process, pipe_inode};
use crate::rmm::observed::InputWait;
use std::os::fd::OwnedFd;

/// How many ticks pass between looks when stdin is no open pipe: then only terminals can wait.
const SELDOM: u32 = 8;

/// Looks again and again; a wait counts when two looks in a row see it.
pub struct Watcher {
    stdin: Option<u64>,
    before: Vec<(u32, i32, String)>,
    ticks: u32,
}

impl Watcher {
    /// `stdin` is the inode of the pipe that never ends, if that is what the script has.
    pub fn new(stdin: Option<u64>) -> Watcher {
        Watcher {
            stdin,
            before: Vec::new(),
            ticks: 0,
        }
    }

    /// Waits that are sure now.
    pub fn look(&mut self, proc: &OwnedFd, job: u32) -> Vec<InputWait> {
        self.ticks += 1;
        if self.stdin.is_none() && self.ticks % SELDOM > 1 {
            return Vec::new();
        }
        let processes = procs::of_job(proc, job);
        let served = processes.iter().any(serves_terminal);
        let mut now = Vec::new();
        let mut sure = Vec::new();
        for process in &processes {
            let Some(call) = process.file("syscall") else {
                continue;
            };
            for fd in waiting_on(process, &call) {
                let Some(what) = self.nobody_gives(process, fd, served) else {
                    continue;
                };
                // The whole line, stack pointer too: the very same call, not one more like it.
                let seen = (process.pid, fd, call.clone());
                if self.before.contains(&seen) {
                    sure.push(InputWait {
                        pid: process.pid,
                        name: process.name.clone(),
                        command_line: process.command_line.clone(),
                        fd,
                        what,
                    });
                }
                now.push(seen);
            }
        }
        self.before = now;
        sure
    }

    fn nobody_gives(&self, process: &Process, fd: i32, served: bool) -> Option<String> {
        let target = process.descriptor(fd)?;
        if self.stdin.is_some() && pipe_inode(&target) == self.stdin {
            return Some("the script's stdin".into());
        }
        let terminal = target == "/dev/tty" || target.starts_with("/dev/pts/");
        (terminal && !served).then_some(target)
    }
}

/// It holds the master end of a terminal, so it may give input.
fn serves_terminal(process: &Process) -> bool {
    process
        .descriptors()
        .iter()
        .any(|(_, t)| t == "/dev/ptmx" || t == "/dev/pts/ptmx")
}

#[cfg(target_arch = "x86_64")]
const POLLING: [(i64, Kind); 5] = [
    (libc::SYS_poll, Kind::Poll),
    (libc::SYS_ppoll, Kind::PPoll),
    (libc::SYS_select, Kind::Select),
    (libc::SYS_pselect6, Kind::Select),
    (libc::SYS_epoll_wait, Kind::Epoll),
];
#[cfg(not(target_arch = "x86_64"))]
const POLLING: [(i64, Kind); 3] = [
    (libc::SYS_ppoll, Kind::PPoll),
    (libc::SYS_pselect6, Kind::Select),
    (libc::SYS_epoll_pwait, Kind::Epoll),
];
const READING: [i64; 2] = [libc::SYS_read, libc::SYS_readv];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Poll,
    PPoll,
    Select,
    Epoll,
}

/// Most descriptors of one poll that are looked at.
const MOST_POLLED: u64 = 64;

/// Descriptors a blocked process waits to read from, without an end set to its wait.
fn waiting_on(process: &Process, call: &str) -> Vec<i32> {
    let Some((number, arguments)) = parse(call) else {
        return Vec::new();
    };
    if READING.contains(&number) {
        return vec![arguments[0] as i32];
    }
    let Some((_, kind)) = POLLING.iter().find(|(n, _)| *n == number) else {
        return Vec::new();
    };
    match kind {
        Kind::Poll if arguments[2] as i32 >= 0 => Vec::new(),
        Kind::PPoll if arguments[2] != 0 => Vec::new(),
        Kind::Select if arguments[4] != 0 => Vec::new(),
        Kind::Epoll if arguments[3] as i32 >= 0 => Vec::new(),
        Kind::Poll | Kind::PPoll => polled(process, arguments[0], arguments[1]),
        Kind::Select => selected(process, arguments[0], arguments[1]),
        Kind::Epoll => process
            .file(&format!("fdinfo/{}", arguments[0] as i32))
            .map(|info| epoll_targets(&info))
            .unwrap_or_default(),
    }
}

/// `NUMBER 0xARG ...` of `/proc/PID/syscall`; `running` and `-1 ...` are no call.
fn parse(call: &str) -> Option<(i64, [u64; 6])> {
    let mut words = call.split_whitespace();
    let number = words.next()?.parse::<i64>().ok().filter(|n| *n >= 0)?;
    let mut arguments = [0; 6];
    for argument in &mut arguments {
        *argument = u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()?;
    }
    Some((number, arguments))
}

fn memory(process: &Process, at: u64, length: usize) -> Option<Vec<u8>> {
    use std::os::unix::fs::FileExt;
    let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC;
    let mode = rustix::fs::Mode::empty();
    let file = rustix::fs::openat(&process.folder, "mem", flags, mode).ok()?;
    let mut bytes = vec![0; length];
    std::fs::File::from(file)
        .read_exact_at(&mut bytes, at)
        .ok()?;
    Some(bytes)
}

fn polled(process: &Process, at: u64, count: u64) -> Vec<i32> {
    // struct pollfd: descriptor, events, results.
    let length = count.min(MOST_POLLED) as usize * 8;
    let Some(bytes) = memory(process, at, length) else {
        return Vec::new();
    };
    bytes
        .chunks_exact(8)
        .filter(|c| i32::from(c[4]) & i32::from(libc::POLLIN) != 0)
        .map(|c| i32::from_ne_bytes([c[0], c[1], c[2], c[3]]))
        .collect()
}

fn selected(process: &Process, count: u64, set: u64) -> Vec<i32> {
    if set == 0 {
        return Vec::new();
    }
    // The kernel rounds the set up to whole 64-bit words.
    let count = count.min(MOST_POLLED * 16);
    let length = count.div_ceil(64) as usize * 8;
    let Some(bytes) = memory(process, set, length) else {
        return Vec::new();
    };
    (0..count as i32)
        .filter(|fd| bytes[*fd as usize / 8] >> (fd % 8) & 1 == 1)
        .collect()
}

fn epoll_targets(info: &str) -> Vec<i32> {
    info.lines()
        .filter_map(|l| {
            l.strip_prefix("tfd:")?
                .split_whitespace()
                .next()?
                .parse()
                .ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{epoll_targets, parse};
    use proptest::prelude::*;

    #[test]
    fn only_a_call_is_a_call() {
        let line = "0 0x0 0x7ffe 0x400 0x0 0x0 0x0 0x7ffd 0x7f11\n";
        assert_eq!(
            parse(line).map(|(n, a)| (n, a[0], a[2])),
            Some((0, 0, 0x400))
        );
        assert_eq!(parse("running"), None);
        assert_eq!(parse("-1 0x7ffd 0x7f11"), None);
    }

    #[test]
    fn epoll_names_its_descriptors() {
        assert_eq!(
            epoll_targets("pos:\t0\ntfd:        3 events: 19\ntfd: x\n"),
            [3]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in ".{0,80}") {
            let _ = parse(&text);
            let _ = epoll_targets(&text);
        }
    }
}
