//! Processes.

use super::job::JobObject;
use super::text::wide;
use super::{Owned, SysError};
use std::ffi::c_void;
use std::mem::size_of;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Threading::{
    CREATE_NO_WINDOW, CREATE_SUSPENDED, CREATE_UNICODE_ENVIRONMENT, CreateProcessW,
    DeleteProcThreadAttributeList, EXTENDED_STARTUPINFO_PRESENT, GetExitCodeProcess,
    InitializeProcThreadAttributeList, LPPROC_THREAD_ATTRIBUTE_LIST,
    PROC_THREAD_ATTRIBUTE_HANDLE_LIST, PROCESS_INFORMATION, ResumeThread, STARTF_USESTDHANDLES,
    STARTUPINFOEXW, TerminateProcess, UpdateProcThreadAttribute,
};

/// Which console a new process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItsConsole {
    /// The one this process is attached to.
    Ours,
    /// A new one without a window.
    NoWindow,
}

/// What to start.
#[derive(Debug)]
pub struct Spawn<'a> {
    /// Full path; none: found by the command line's first word.
    pub program: Option<&'a str>,
    pub command_line: &'a str,
    /// As [`super::environment::block`] makes it; none: this process' own.
    pub environment: Option<&'a [u16]>,
    pub cwd: Option<&'a str>,
    pub stdin: &'a Owned,
    pub stdout: &'a Owned,
    pub stderr: &'a Owned,
    pub job: &'a JobObject,
    pub console: ItsConsole,
}

/// A running or ended process.
#[derive(Debug)]
pub struct Process {
    handle: Owned,
    pid: u32,
}

/// The attributes of a new process, freed with it.
struct Attributes {
    // Words, so that the list is aligned.
    list: Vec<usize>,
}

impl Attributes {
    fn with_handles(handles: &[HANDLE]) -> Result<Attributes, SysError> {
        let mut bytes = 0;
        // SAFETY: asks for the size only, as documented with a null list.
        unsafe { InitializeProcThreadAttributeList(null_mut(), 1, 0, &raw mut bytes) };
        let mut list = vec![0_usize; bytes.div_ceil(size_of::<usize>())];
        let at: LPPROC_THREAD_ATTRIBUTE_LIST = list.as_mut_ptr().cast();
        // SAFETY: the list has the size asked for; `handles` outlives it by the caller's borrow.
        unsafe {
            if InitializeProcThreadAttributeList(at, 1, 0, &raw mut bytes) == 0 {
                return Err(SysError::last("InitializeProcThreadAttributeList"));
            }
            let attributes = Attributes { list };
            let set = UpdateProcThreadAttribute(
                at,
                0,
                PROC_THREAD_ATTRIBUTE_HANDLE_LIST as usize,
                handles.as_ptr().cast::<c_void>(),
                size_of_val(handles),
                null_mut(),
                null(),
            );
            if set == 0 {
                return Err(SysError::last("UpdateProcThreadAttribute"));
            }
            Ok(attributes)
        }
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: the list was initialized.
        unsafe { DeleteProcThreadAttributeList(self.list.as_mut_ptr().cast()) };
    }
}

impl Spawn<'_> {
    /// Starts it inside its job object; it inherits its three handles and no other.
    ///
    /// # Errors
    /// Windows cannot start it: the code is `CreateProcess`'.
    pub fn start(&self) -> Result<Process, SysError> {
        let program = self.program.map(wide).transpose()?;
        let mut command_line = wide(self.command_line)?;
        let cwd = self.cwd.map(wide).transpose()?;
        let std = [self.stdin.raw(), self.stdout.raw(), self.stderr.raw()];
        // A handle twice in the list is refused by Windows.
        let mut handles: Vec<HANDLE> = Vec::with_capacity(std.len());
        for (handle, owned) in std.iter().zip([self.stdin, self.stdout, self.stderr]) {
            owned.inheritable(true)?;
            if !handles.contains(handle) {
                handles.push(*handle);
            }
        }
        let mut attributes = Attributes::with_handles(&handles)?;
        let mut startup = STARTUPINFOEXW::default();
        startup.StartupInfo.cb = size_of::<STARTUPINFOEXW>() as u32;
        startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
        [
            startup.StartupInfo.hStdInput,
            startup.StartupInfo.hStdOutput,
            startup.StartupInfo.hStdError,
        ] = std;
        startup.lpAttributeList = attributes.list.as_mut_ptr().cast();
        let window = match self.console {
            ItsConsole::Ours => 0,
            ItsConsole::NoWindow => CREATE_NO_WINDOW,
        };
        let mut made = PROCESS_INFORMATION::default();
        // SAFETY: every pointer is null or a NUL-terminated or sized buffer that outlives the call;
        // the command line is writable as `CreateProcessW` asks.
        let done = unsafe {
            CreateProcessW(
                program.as_ref().map_or(null(), |p| p.as_ptr()),
                command_line.as_mut_ptr(),
                null(),
                null(),
                1,
                window
                    | CREATE_SUSPENDED
                    | CREATE_UNICODE_ENVIRONMENT
                    | EXTENDED_STARTUPINFO_PRESENT,
                self.environment.map_or(null(), |e| e.as_ptr().cast()),
                cwd.as_ref().map_or(null(), |c| c.as_ptr()),
                (&raw const startup).cast(),
                &raw mut made,
            )
        };
        if done == 0 {
            return Err(SysError::last(format!(
                "cannot start {}",
                self.command_line
            )));
        }
        let thread = Owned::take(made.hThread, "CreateProcess")?;
        let process = Process {
            handle: Owned::take(made.hProcess, "CreateProcess")?,
            pid: made.dwProcessId,
        };
        if let Err(e) = self.job.assign(&process.handle) {
            process.terminate(1);
            return Err(e);
        }
        // SAFETY: the thread's handle is open.
        if unsafe { ResumeThread(thread.raw()) } == u32::MAX {
            let e = SysError::last("ResumeThread");
            process.terminate(1);
            return Err(e);
        }
        Ok(process)
    }
}

impl Process {
    /// Its id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// What is signalled at its end.
    #[must_use]
    pub fn handle(&self) -> &Owned {
        &self.handle
    }

    /// All 32 bits of its exit code, once it has ended.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn exit_code(&self) -> Result<u32, SysError> {
        let mut code = 0;
        // SAFETY: the handle is open, `code` outlives the call.
        if unsafe { GetExitCodeProcess(self.handle.raw(), &raw mut code) } == 0 {
            return Err(SysError::last("GetExitCodeProcess"));
        }
        Ok(code)
    }

    /// Ends it; one that has ended stays as it is.
    pub fn terminate(&self, exit: u32) {
        // SAFETY: the handle is open.
        unsafe { TerminateProcess(self.handle.raw(), exit) };
    }
}
