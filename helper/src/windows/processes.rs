//! The processes of the machine.

use super::text::narrow;
use super::{Owned, SysError};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
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
