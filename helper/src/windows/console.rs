//! Consoles of this process and of others.

use super::{Owned, SysError};
use windows_sys::Win32::System::Console::{
    AttachConsole, FreeConsole, GetConsoleProcessList, GetStdHandle, STD_ERROR_HANDLE, STD_HANDLE,
    STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetConsoleCP, SetConsoleOutputCP, SetConsoleTitleW,
    SetStdHandle,
};

/// This process' standard input and output, taken out of it: a copy of each that no child inherits. What
/// the process writes to its standard output afterwards is lost.
///
/// # Errors
/// One of them is missing.
pub fn take_standard() -> Result<[Owned; 2], SysError> {
    let one = |which: STD_HANDLE| {
        // SAFETY: the handle belongs to the process and is not closed by this code.
        let borrowed = std::mem::ManuallyDrop::new(Owned::take(
            unsafe { GetStdHandle(which) },
            "a standard handle is missing",
        )?);
        let copy = borrowed.duplicate()?;
        // SAFETY: only forgets the handle; its value stays open.
        unsafe { SetStdHandle(which, std::ptr::null_mut()) };
        Ok(copy)
    };
    Ok([one(STD_INPUT_HANDLE)?, one(STD_OUTPUT_HANDLE)?])
}

/// Leaves this process' console, if it has one; standard error stays what it is.
pub fn free() {
    // SAFETY: no pointers are passed; what standard error is now was it before.
    unsafe {
        let error = GetStdHandle(STD_ERROR_HANDLE);
        FreeConsole();
        SetStdHandle(STD_ERROR_HANDLE, error);
    }
}

/// Joins the console of a process; standard error stays what it is.
///
/// # Errors
/// It has none, or this process has one already.
pub fn attach(pid: u32) -> Result<(), SysError> {
    // SAFETY: no pointers are passed; what standard error is now was it before.
    let joined = unsafe {
        let error = GetStdHandle(STD_ERROR_HANDLE);
        let joined = AttachConsole(pid);
        SetStdHandle(STD_ERROR_HANDLE, error);
        joined
    };
    if joined == 0 {
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

/// How many processes are attached to this process' console.
#[must_use]
pub fn attached() -> usize {
    let mut pids = [0_u32; 16];
    // SAFETY: the buffer has the told number of places.
    unsafe { GetConsoleProcessList(pids.as_mut_ptr(), pids.len() as u32) as usize }
}
