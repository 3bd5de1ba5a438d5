//! Ends every process of a job, wherever it went: stopped first, so that none can fork away.

use crate::engine::sandbox::sys;
use crate::engine::sandbox::wire::Answer;
use std::fs;
use std::time::{Duration, Instant};

/// After this much time a process that does not die (in the kernel's hands) is reported instead.
const PATIENCE: Duration = Duration::from_secs(5);

/// Living processes with this timer slack, PID 1 apart.
fn tagged(tag: u32) -> Vec<libc::pid_t> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse::<libc::pid_t>().ok())
        .filter(|pid| *pid != 1)
        .filter(|pid| {
            let read = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}"));
            let ours = read("timerslack_ns").is_ok_and(|s| s.trim().parse() == Ok(tag));
            ours && read("stat").is_ok_and(|s| lives(&s))
        })
        .collect()
}

/// Whether a `/proc/PID/stat` line is of a process that still runs.
fn lives(stat: &str) -> bool {
    let state = stat
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.trim_start().chars().next());
    !matches!(state, Some('Z' | 'X' | 'x') | None)
}

/// Kills all processes with the tag; `reap` is called so that the dead do not pile up.
pub fn tree(tag: u32, mut reap: impl FnMut()) -> Answer {
    let started = Instant::now();
    let mut killed = Vec::new();
    loop {
        // Stop until a look finds nobody new: a fork under way may end after the first look.
        let mut stopped = Vec::new();
        loop {
            let fresh: Vec<_> = tagged(tag)
                .into_iter()
                .filter(|p| !stopped.contains(p))
                .collect();
            if fresh.is_empty() {
                break;
            }
            for pid in fresh {
                sys::kill(pid, libc::SIGSTOP);
                stopped.push(pid);
            }
        }
        if stopped.is_empty() {
            return Answer::Killed(killed.len() as i32);
        }
        for pid in stopped {
            sys::kill(pid, libc::SIGKILL);
            if !killed.contains(&pid) {
                killed.push(pid);
            }
        }
        reap();
        if started.elapsed() > PATIENCE {
            return Answer::NotKilled(tagged(tag).len() as i32);
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

#[cfg(test)]
mod tests {
    use super::lives;

    #[test]
    fn a_name_with_brackets_does_not_hide_the_state() {
        assert!(lives("12 (a) Z) S 1 1 1"));
        assert!(!lives("12 (a) S) Z 1 1 1"));
        assert!(!lives("garbage"));
    }
}
