//! The processes of the machine.

use super::text::narrow;
use super::{Owned, SysError};
use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};
use windows_sys::Win32::System::Threading::{
    GetProcessTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION,
};

/// One process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    pub pid: u32,
    pub parent: u32,
    /// File name: `cmd.exe`.
    pub name: String,
}

/// Every process, as it is at this moment.
///
/// # Errors
/// Windows refuses.
pub fn all() -> Result<Vec<Running>, SysError> {
    // SAFETY: no pointers are passed.
    let snapshot = Owned::take(
        unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) },
        "CreateToolhelp32Snapshot",
    )?;
    let mut entry = PROCESSENTRY32W {
        dwSize: size_of::<PROCESSENTRY32W>() as u32,
        ..PROCESSENTRY32W::default()
    };
    let mut found = Vec::new();
    // SAFETY: the entry has its size set and outlives the call.
    let mut more = unsafe { Process32FirstW(snapshot.raw(), &raw mut entry) };
    while more != 0 {
        found.push(Running {
            pid: entry.th32ProcessID,
            parent: entry.th32ParentProcessID,
            name: narrow(&entry.szExeFile),
        });
        // SAFETY: as above.
        more = unsafe { Process32NextW(snapshot.raw(), &raw mut entry) };
    }
    Ok(found)
}

/// Command line of a process; empty where it has ended or Windows does not let us ask.
#[must_use]
pub fn command_line(pid: u32) -> String {
    super::parameters::of(pid).unwrap_or_default().command_line
}

/// File name of a process; empty where it has ended.
#[must_use]
pub fn name(pid: u32) -> String {
    let all = all().unwrap_or_default();
    let found = all.into_iter().find(|found| found.pid == pid);
    found.map(|found| found.name).unwrap_or_default()
}

/// Processor time that a process has used, in units of 100 ns; 0 where it has ended.
#[must_use]
pub fn processor_time(pid: u32) -> u64 {
    // SAFETY: no pointers are passed.
    let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid) };
    let Ok(process) = Owned::take(process, "OpenProcess") else {
        return 0;
    };
    let mut times = [FILETIME::default(); 4];
    let [created, exited, kernel, user] = &mut times;
    // SAFETY: each place outlives the call.
    let told = unsafe { GetProcessTimes(process.raw(), created, exited, kernel, user) };
    let ticks = |t: &FILETIME| u64::from(t.dwHighDateTime) << 32 | u64::from(t.dwLowDateTime);
    if told == 0 {
        return 0;
    }
    ticks(&times[2]) + ticks(&times[3])
}
