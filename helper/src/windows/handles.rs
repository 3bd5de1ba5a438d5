//! Which processes hold a handle of an object.

use super::{Owned, SysError};
use std::mem::ManuallyDrop;
use std::ptr::null_mut;
use windows_sys::Wdk::System::SystemInformation::{
    NtQuerySystemInformation, SYSTEM_INFORMATION_CLASS,
};
use windows_sys::Win32::Foundation::{
    CompareObjectHandles, DUPLICATE_SAME_ACCESS, DuplicateHandle, HANDLE,
    STATUS_INFO_LENGTH_MISMATCH,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_CURRENT, FILE_TYPE_DISK, GetFileType, GetFinalPathNameByHandleW, SetFilePointerEx,
};
use windows_sys::Win32::System::Console::{
    GetConsoleMode, GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcess, PROCESS_DUP_HANDLE};

/// `SystemExtendedHandleInformation`: one row for each handle of the machine.
const HANDLES: SYSTEM_INFORMATION_CLASS = 64;
/// Words of a row: object, process, handle, and two of access, type and attributes.
const ROW: usize = 5;
/// Words before the rows: their number, and a reserved one.
const HEAD: usize = 2;
/// A machine with more handles than this is not looked through, in words.
const MOST: usize = 64 << 20;
/// Longest path that Windows knows, in words.
const LONGEST: usize = 32_768;

/// Handles of these processes: process id and handle.
///
/// # Errors
/// Windows refuses.
pub fn of(pids: &[u32]) -> Result<Vec<(u32, usize)>, SysError> {
    let mut room = 64 << 10;
    loop {
        let mut words = vec![0_usize; room];
        let bytes = u32::try_from(words.len() * size_of::<usize>()).unwrap_or(u32::MAX);
        let mut needed = 0;
        // SAFETY: the buffer has the told length and the alignment of the rows.
        let status = unsafe {
            NtQuerySystemInformation(HANDLES, words.as_mut_ptr().cast(), bytes, &raw mut needed)
        };
        if status == STATUS_INFO_LENGTH_MISMATCH && room < MOST {
            room *= 2;
            continue;
        }
        if status < 0 {
            return Err(SysError::of(
                format!("NtQuerySystemInformation gives {status:#x}"),
                0,
            ));
        }
        let rows = words[HEAD..].chunks_exact(ROW).take(words[0]);
        return Ok(rows
            .map(|row| (row[1] as u32, row[2]))
            .filter(|(pid, _)| pids.contains(pid))
            .collect());
    }
}

/// Whether a handle of another process is one of the same object as `object`.
#[must_use]
pub fn is_same(pid: u32, handle: usize, object: &Owned) -> bool {
    // SAFETY: both handles are open.
    copied(pid, handle)
        .is_some_and(|copy| unsafe { CompareObjectHandles(copy.raw(), object.raw()) != 0 })
}

/// Whether a handle of another process is one of a console.
#[must_use]
pub fn is_console(pid: u32, handle: usize) -> bool {
    let mut mode = 0;
    // SAFETY: the handle is open, and the mode outlives the call.
    copied(pid, handle)
        .is_some_and(|copy| unsafe { GetConsoleMode(copy.raw(), &raw mut mode) != 0 })
}

/// Another process' handle as one of this process; none where it is none there.
fn copied(pid: u32, handle: usize) -> Option<Owned> {
    // SAFETY: no pointers are passed.
    let process = unsafe { OpenProcess(PROCESS_DUP_HANDLE, 0, pid) };
    let process = Owned::take(process, "OpenProcess").ok()?;
    let mut copy = null_mut();
    // SAFETY: the process' handle is open; a handle that is none there makes the call fail.
    let done = unsafe {
        DuplicateHandle(
            process.raw(),
            handle as HANDLE,
            GetCurrentProcess(),
            &raw mut copy,
            0,
            0,
            DUPLICATE_SAME_ACCESS,
        )
    };
    if done == 0 {
        return None;
    }
    Owned::take(copy, "DuplicateHandle").ok()
}

/// From now on no child of this process inherits its standard handles.
pub fn keep_standard() {
    for which in [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE] {
        // SAFETY: no pointers are passed.
        let raw = unsafe { GetStdHandle(which) };
        if let Ok(handle) = Owned::take(raw, "a standard handle is missing") {
            // It is the process' own and is not closed here. What cannot be changed is inherited.
            let _ = ManuallyDrop::new(handle).inheritable(false);
        }
    }
}

/// Whether this process' standard output is a file on a disk.
#[must_use]
pub fn writes_file() -> bool {
    // SAFETY: no pointers are passed.
    unsafe { GetFileType(GetStdHandle(STD_OUTPUT_HANDLE)) == FILE_TYPE_DISK }
}

/// Path of the file that standard output writes; none where it is no file, or has no name.
#[must_use]
pub fn output_path() -> Option<String> {
    let mut path = vec![0_u16; LONGEST];
    let room = u32::try_from(path.len()).ok()?;
    // SAFETY: the buffer has the told length; for what is no file the call fails.
    let length = unsafe {
        GetFinalPathNameByHandleW(GetStdHandle(STD_OUTPUT_HANDLE), path.as_mut_ptr(), room, 0)
    };
    let length = usize::try_from(length).ok().filter(|l| *l > 0)?;
    path.get(..length).map(String::from_utf16_lossy)
}

/// Whether the file that standard output writes has nothing before the place of the next byte.
#[must_use]
pub fn is_at_start() -> bool {
    let mut at = 0;
    // SAFETY: the place outlives the call.
    let told = unsafe {
        SetFilePointerEx(
            GetStdHandle(STD_OUTPUT_HANDLE),
            0,
            &raw mut at,
            FILE_CURRENT,
        )
    };
    told != 0 && at == 0
}
