//! Processes and services as the harness is told them.

use super::jobs::Jobs;
use crate::protocol::message::{ProcessInfo, ServiceInfo};
use crate::windows::{SysError, processes, services};

/// Processes that belong to Windows or Wine and to no job.
const SYSTEMS_OWN: &[&str] = &[
    "conhost.exe",
    "csrss.exe",
    "dllhost.exe",
    "dwm.exe",
    "explorer.exe",
    "fontdrvhost.exe",
    "lsass.exe",
    "plugplay.exe",
    "rpcss.exe",
    "services.exe",
    "smss.exe",
    "svchost.exe",
    "winedevice.exe",
    "wininit.exe",
    "winlogon.exe",
    "wineboot.exe",
];

/// States of a service from 1 on, as `winsvc.h` numbers them.
const STATES: [&str; 7] = [
    "stopped",
    "start-pending",
    "stop-pending",
    "running",
    "continue-pending",
    "pause-pending",
    "paused",
];

/// Starts of a service from 0 on.
const STARTS: [&str; 5] = ["boot", "system", "auto", "demand", "disabled"];

/// Processes besides the helper's and, outside of jobs, the system's own.
pub fn processes(jobs: &Jobs) -> Result<Vec<ProcessInfo>, SysError> {
    let of_jobs = jobs.members();
    let helper = std::process::id();
    let listed = processes::all()?;
    Ok(listed
        .into_iter()
        .filter_map(|found| {
            let job = of_jobs
                .iter()
                .find_map(|(job, pids)| pids.contains(&found.pid).then_some(*job));
            let system = found.pid <= 4
                || SYSTEMS_OWN
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(&found.name));
            let ours = found.pid == helper || found.parent == helper && job.is_none();
            if ours || system && job.is_none() {
                return None;
            }
            Some(ProcessInfo {
                command_line: processes::command_line(found.pid),
                pid: found.pid,
                parent: found.parent,
                name: found.name,
                job,
            })
        })
        .collect())
}

/// Services that are no drivers.
pub fn services() -> Result<Vec<ServiceInfo>, SysError> {
    let word = |words: &[&str], number: Option<u32>| {
        number
            .and_then(|n| words.get(n as usize))
            .map_or_else(|| "unknown".to_owned(), |w| (*w).to_owned())
    };
    Ok(services::all()?
        .into_iter()
        .map(|found| ServiceInfo {
            state: word(&STATES, found.state.checked_sub(1)),
            start: word(&STARTS, Some(found.start)),
            name: found.name,
            display_name: found.display_name,
            binary: found.binary,
            account: found.account,
            pid: found.pid,
        })
        .collect())
}
