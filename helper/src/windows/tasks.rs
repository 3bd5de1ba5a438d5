//! Processes of the machine.

use super::text::narrow;
use super::{Owned, SysError};
use crate::programs::tasks::Task;
use std::collections::HashMap;
use std::mem::{size_of, zeroed};
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::{FILETIME, HWND, LPARAM};
use windows_sys::Win32::Security::{
    GetTokenInformation, LookupAccountSidW, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};
use windows_sys::Win32::System::ProcessStatus::{GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
use windows_sys::Win32::System::Threading::{
    GetProcessTimes, OpenProcess, OpenProcessToken, PROCESS_QUERY_INFORMATION, PROCESS_TERMINATE,
    PROCESS_VM_READ, TerminateProcess,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    EnumWindows, GetWindowTextW, GetWindowThreadProcessId, IsWindowVisible, PostMessageW, WM_CLOSE,
};

/// Every process, in the system's order.
///
/// # Errors
/// The system gives no list.
pub fn list() -> Result<Vec<Task>, SysError> {
    let titles = windows();
    let mut services: HashMap<u32, Vec<String>> = HashMap::new();
    for service in super::scm::list().unwrap_or_default() {
        if service.pid != 0 {
            services.entry(service.pid).or_default().push(service.name);
        }
    }
    // SAFETY: no pointer is passed.
    let snapshot = Owned::take(
        unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) },
        "CreateToolhelp32Snapshot",
    )?;
    // SAFETY: an all-zero entry is a valid one.
    let mut entry: PROCESSENTRY32W = unsafe { zeroed() };
    entry.dwSize = size_of::<PROCESSENTRY32W>() as u32;
    let mut tasks = Vec::new();
    // SAFETY: the snapshot is open; the entry says its size and outlives the calls.
    let mut more = unsafe { Process32FirstW(snapshot.raw(), &raw mut entry) } != 0;
    while more {
        let pid = entry.th32ProcessID;
        let mut task = Task {
            pid,
            parent: entry.th32ParentProcessID,
            name: narrow(&entry.szExeFile),
            title: titles
                .iter()
                .find(|w| w.pid == pid && !w.title.is_empty())
                .map_or_else(String::new, |w| w.title.clone()),
            services: services.remove(&pid).unwrap_or_default(),
            ..Task::default()
        };
        measure(&mut task);
        tasks.push(task);
        // SAFETY: as above.
        more = unsafe { Process32NextW(snapshot.raw(), &raw mut entry) } != 0;
    }
    Ok(tasks)
}

/// Ends a process at once.
///
/// # Errors
/// Windows refuses.
pub fn end(pid: u32) -> Result<(), SysError> {
    // SAFETY: no pointer is passed.
    let process = Owned::take(
        unsafe { OpenProcess(PROCESS_TERMINATE, 0, pid) },
        "OpenProcess",
    )?;
    // SAFETY: the handle is open with the right to terminate.
    if unsafe { TerminateProcess(process.raw(), 1) } == 0 {
        return Err(SysError::last("TerminateProcess"));
    }
    Ok(())
}

/// Asks the visible windows of a process to close; whether it has any.
#[must_use]
pub fn close_windows(pid: u32) -> bool {
    let mut any = false;
    for window in windows().iter().filter(|w| w.pid == pid) {
        // SAFETY: a window that has gone meanwhile makes the call fail, no more.
        any |= unsafe { PostMessageW(window.handle as HWND, WM_CLOSE, 0, 0) } != 0;
    }
    any
}

/// Fills in memory, processor time and user as far as they can be told.
fn measure(task: &mut Task) {
    let rights = PROCESS_QUERY_INFORMATION | PROCESS_VM_READ;
    // SAFETY: no pointer is passed.
    let Ok(process) = Owned::take(unsafe { OpenProcess(rights, 0, task.pid) }, "OpenProcess")
    else {
        return;
    };
    // SAFETY: all-zero values are valid ones.
    let (mut memory, mut times): (PROCESS_MEMORY_COUNTERS, [FILETIME; 4]) =
        unsafe { (zeroed(), zeroed()) };
    let size = size_of::<PROCESS_MEMORY_COUNTERS>() as u32;
    // SAFETY: the handle is open; the counters have `size` bytes and outlive the call.
    if unsafe { GetProcessMemoryInfo(process.raw(), &raw mut memory, size) } != 0 {
        task.memory = memory.WorkingSetSize as u64;
    }
    let [created, ended, kernel, user] = &mut times;
    // SAFETY: the handle is open; the four times outlive the call.
    if unsafe { GetProcessTimes(process.raw(), created, ended, kernel, user) } != 0 {
        let ticks = |t: &FILETIME| (u64::from(t.dwHighDateTime) << 32) | u64::from(t.dwLowDateTime);
        task.cpu = (ticks(kernel) + ticks(user)) / 10_000_000;
    }
    task.user = user_of(&process).unwrap_or_default();
}

fn user_of(process: &Owned) -> Option<String> {
    let mut token = null_mut();
    // SAFETY: the handle is open; the token's place outlives the call.
    if unsafe { OpenProcessToken(process.raw(), TOKEN_QUERY, &raw mut token) } == 0 {
        return None;
    }
    let token = Owned::take(token, "OpenProcessToken").ok()?;
    // `TOKEN_USER` with its SID; u64 for its alignment.
    let mut buffer = [0_u64; 32];
    let mut used = 0;
    let room = size_of::<[u64; 32]>() as u32;
    // SAFETY: the token is open; the buffer has `room` bytes and outlives the call.
    let got = unsafe {
        GetTokenInformation(
            token.raw(),
            TokenUser,
            buffer.as_mut_ptr().cast(),
            room,
            &raw mut used,
        )
    };
    if got == 0 {
        return None;
    }
    let (mut name, mut domain) = ([0_u16; 256], [0_u16; 256]);
    let (mut name_length, mut domain_length, mut kind) = (256, 256, 0);
    // SAFETY: the buffer was filled with a `TOKEN_USER`; the lengths are those of the arrays.
    let found = unsafe {
        LookupAccountSidW(
            null_mut(),
            (*buffer.as_ptr().cast::<TOKEN_USER>()).User.Sid,
            name.as_mut_ptr(),
            &raw mut name_length,
            domain.as_mut_ptr(),
            &raw mut domain_length,
            &raw mut kind,
        )
    };
    let (name, domain) = (narrow(&name), narrow(&domain));
    match (found, name.as_str()) {
        (0, _) => None,
        (_, "SYSTEM") => Some(r"NT AUTHORITY\SYSTEM".into()),
        _ => Some(format!(r"{domain}\{name}")),
    }
}

struct Window {
    handle: usize,
    pid: u32,
    title: String,
}

/// Visible top-level windows.
fn windows() -> Vec<Window> {
    let mut found: Vec<Window> = Vec::new();
    // SAFETY: the callback gets the address of `found`, which outlives the call and is used by nothing else.
    unsafe { EnumWindows(Some(each), &raw mut found as LPARAM) };
    found
}

unsafe extern "system" fn each(handle: HWND, found: LPARAM) -> i32 {
    // SAFETY: `found` is the vector's address, as `windows` passed it.
    let found = unsafe { &mut *(found as *mut Vec<Window>) };
    let (mut pid, mut title) = (0, [0_u16; 256]);
    // SAFETY: the handle comes from the system; the buffer has 256 units.
    let visible = unsafe {
        GetWindowThreadProcessId(handle, &raw mut pid);
        GetWindowTextW(handle, title.as_mut_ptr(), 256);
        IsWindowVisible(handle)
    };
    if visible != 0 {
        found.push(Window {
            handle: handle as usize,
            pid,
            title: narrow(&title),
        });
    }
    1
}
