//! macOS and other Unix systems: a job is its session; a process that left it is not found.

use crate::rmm::observed::LeftProcess;
use std::process::Command;

/// Nothing to mark a process with.
pub fn tag(_: u32) {}

/// Living processes of the session that the job's first process leads.
pub fn members(_: u32, leader: u32) -> Vec<LeftProcess> {
    listed(Some(leader))
}

/// Every process of the machine.
pub fn all() -> Vec<LeftProcess> {
    listed(None)
}

fn listed(group: Option<u32>) -> Vec<LeftProcess> {
    let columns = ["-A", "-o", "pid=,pgid=,stat=,comm=,command="];
    let Ok(told) = Command::new("/bin/ps").args(columns).output() else {
        return Vec::new();
    };
    String::from_utf8_lossy(&told.stdout)
        .lines()
        .filter_map(|line| process(line, group))
        .collect()
}

/// One line of `ps`.
fn process(line: &str, group: Option<u32>) -> Option<LeftProcess> {
    let mut words = line.split_whitespace();
    let pid = words.next()?.parse().ok()?;
    let of: u32 = words.next()?.parse().ok()?;
    let state = words.next()?;
    let name = words.next()?.rsplit('/').next()?.to_owned();
    let command_line = words.collect::<Vec<_>>().join(" ");
    (!state.starts_with('Z') && group.is_none_or(|g| g == of)).then_some(LeftProcess {
        pid,
        name,
        command_line,
        holds_stdout: false,
        holds_stderr: false,
    })
}
