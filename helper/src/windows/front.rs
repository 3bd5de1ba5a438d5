//! A program that stands in front of another: it starts that with its own handles and console, and
//! waits for it.

use super::job::JobObject;
use super::text::wide;
use super::{Owned, SysError, environment};
use std::mem::size_of;
use std::ptr::{null, null_mut};
use windows_sys::Win32::System::Console::{
    GetConsoleCP, GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
    SetConsoleCtrlHandler,
};
use windows_sys::Win32::System::Threading::{
    CREATE_NO_WINDOW, CREATE_SUSPENDED, CREATE_UNICODE_ENVIRONMENT, CreateProcessW,
    GetExitCodeProcess, GetStartupInfoW, PROCESS_INFORMATION, ResumeThread, STARTF_USESTDHANDLES,
    STARTUPINFOW, TerminateProcess,
};

/// Starts a program as this process was started (window, handles, working folder) and gives all 32 bits
/// of its exit code. It ends with this process; what it starts itself does not. Its environment is this
/// one's with `set` and without `removed`.
///
/// # Errors
/// Windows cannot start it.
pub fn run(
    program: &str,
    command_line: &str,
    set: &[(&str, &str)],
    removed: &[&str],
) -> Result<u32, SysError> {
    let exe = wide(program)?;
    let mut line = wide(command_line)?;
    let environment = environment::own_with(set, removed);
    let tie = JobObject::of_one()?;
    let mut startup = STARTUPINFOW {
        cb: size_of::<STARTUPINFOW>() as u32,
        ..STARTUPINFOW::default()
    };
    let mut made = PROCESS_INFORMATION::default();
    // SAFETY: `startup` outlives the call, which fills it; the standard handles belong to this process
    // and are only named. Every pointer of `CreateProcessW` is null or a buffer ended by NUL that outlives
    // the call, the command line writable; what the C runtime passed to this process is not passed on.
    let done = unsafe {
        GetStartupInfoW(&raw mut startup);
        startup.cbReserved2 = 0;
        startup.lpReserved2 = null_mut();
        startup.dwFlags |= STARTF_USESTDHANDLES;
        startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
        startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
        startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
        // PowerShell says nothing without a console.
        let window = if GetConsoleCP() == 0 {
            CREATE_NO_WINDOW
        } else {
            0
        };
        CreateProcessW(
            exe.as_ptr(),
            line.as_mut_ptr(),
            null(),
            null(),
            1,
            window | CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT,
            environment.as_ptr().cast(),
            null(),
            &raw const startup,
            &raw mut made,
        )
    };
    if done == 0 {
        return Err(SysError::last("CreateProcess"));
    }
    let thread = Owned::take(made.hThread, "CreateProcess")?;
    let process = Owned::take(made.hProcess, "CreateProcess")?;
    if let Err(e) = tie.assign(&process) {
        // SAFETY: the handle is open.
        unsafe { TerminateProcess(process.raw(), 1) };
        return Err(e);
    }
    let mut code = 0;
    // SAFETY: both handles are open, `code` outlives the call. Ctrl+C is the started program's to answer.
    unsafe {
        SetConsoleCtrlHandler(None, 1);
        ResumeThread(thread.raw());
        if !process.wait(None) || GetExitCodeProcess(process.raw(), &raw mut code) == 0 {
            return Err(SysError::last("the end of the process"));
        }
    }
    Ok(code)
}
