//! Consoles of this process and of others.

use super::{Owned, SysError, processes};
use windows_sys::Win32::System::Console::{
    AttachConsole, FreeConsole, GetConsoleProcessList, GetStdHandle, STD_ERROR_HANDLE, STD_HANDLE,
    STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetConsoleCP, SetConsoleOutputCP, SetConsoleTitleW,
    SetStdHandle,
};
use windows_sys::Win32::System::Threading::{OpenProcess, PROCESS_TERMINATE, TerminateProcess};

/// This process' standard input, output and error: a copy of each that no child inherits. What the
/// process writes to its standard output afterwards is lost.
///
/// # Errors
/// One of them is missing.
pub fn take_standard() -> Result<[Owned; 3], SysError> {
    let copy = |which: STD_HANDLE| {
        // SAFETY: the handle belongs to the process and is not closed by this code.
        let borrowed = std::mem::ManuallyDrop::new(Owned::take(
            unsafe { GetStdHandle(which) },
            "a standard handle is missing",
        )?);
        borrowed.duplicate()
    };
    let copies = [
        copy(STD_INPUT_HANDLE)?,
        copy(STD_OUTPUT_HANDLE)?,
        copy(STD_ERROR_HANDLE)?,
    ];
    // SAFETY: only forgets the handles; their values stay open.
    unsafe {
        SetStdHandle(STD_INPUT_HANDLE, std::ptr::null_mut());
        SetStdHandle(STD_OUTPUT_HANDLE, std::ptr::null_mut());
    }
    Ok(copies)
}

/// Leaves this process' console, if it has one. Windows closes the standard handles that joining it gave.
pub fn free() {
    // SAFETY: no pointers are passed.
    unsafe { FreeConsole() };
}

/// Joins the console of a process, which gives this one other standard handles; they are Windows' to close,
/// so nobody may put others in their place.
///
/// # Errors
/// It has none, or this process has one already.
pub fn attach(pid: u32) -> Result<(), SysError> {
    // SAFETY: no pointers are passed.
    if unsafe { AttachConsole(pid) } == 0 {
        return Err(SysError::last("AttachConsole"));
    }
    Ok(())
}

/// Sets input and output code page and an empty title of this process' console.
///
/// # Errors
/// There is no console or no such code page.
pub fn reset(code_page: u32) -> Result<(), SysError> {
    // SAFETY: only numbers are passed.
    if unsafe { SetConsoleOutputCP(code_page) == 0 || SetConsoleCP(code_page) == 0 } {
        return Err(SysError::last(format!("code page {code_page}")));
    }
    // SAFETY: the title is one NUL, which outlives the call.
    unsafe { SetConsoleTitleW([0_u16].as_ptr()) };
    Ok(())
}

/// `STATUS_CONTROL_C_EXIT`: how a program ends whose console is taken from it.
pub const CONTROL_C_EXIT: i32 = 0xC000_013A_u32.cast_signed();
/// Most processes of one console that are ended with it.
const MOST: usize = 1024;

/// Ends every process of this one's console but those of the program `spared`, and this one last.
///
/// # Errors
/// There is no console, or Windows gives no list.
pub fn end_all(spared: &str) -> Result<(), SysError> {
    let mut pids = [0_u32; MOST];
    // SAFETY: the buffer has the told number of places.
    let count = unsafe { GetConsoleProcessList(pids.as_mut_ptr(), MOST as u32) } as usize;
    if count == 0 {
        return Err(SysError::last("GetConsoleProcessList"));
    }
    let running = processes::all()?;
    let ends = |pid: u32| {
        let found = running.iter().find(|r| r.pid == pid);
        found.is_some_and(|r| !r.name.eq_ignore_ascii_case(spared))
    };
    let me = std::process::id();
    for pid in pids
        .into_iter()
        .take(count)
        .filter(|p| *p != me && ends(*p))
    {
        // SAFETY: no pointer is passed.
        let opened = unsafe { OpenProcess(PROCESS_TERMINATE, 0, pid) };
        if let Ok(process) = Owned::take(opened, "OpenProcess") {
            // SAFETY: the handle is open with the right to terminate.
            unsafe { TerminateProcess(process.raw(), CONTROL_C_EXIT.cast_unsigned()) };
        }
    }
    std::process::exit(CONTROL_C_EXIT)
}

/// How many processes are attached to this process' console.
#[must_use]
pub fn attached() -> usize {
    let mut pids = [0_u32; 16];
    // SAFETY: the buffer has the told number of places.
    unsafe { GetConsoleProcessList(pids.as_mut_ptr(), pids.len() as u32) as usize }
}
