//! Job objects.

use super::{Owned, SysError};
use std::ffi::c_void;
use std::mem::{offset_of, size_of};
use std::ptr::{from_ref, null, null_mut};
use windows_sys::Win32::Foundation::{ERROR_MORE_DATA, GetLastError, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::IO::{CreateIoCompletionPort, GetQueuedCompletionStatus};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT,
    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK,
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT, JOBOBJECT_BASIC_PROCESS_ID_LIST,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectAssociateCompletionPortInformation,
    JobObjectBasicProcessIdList, JobObjectExtendedLimitInformation, QueryInformationJobObject,
    SetInformationJobObject, TerminateJobObject,
};
use windows_sys::Win32::System::SystemServices::JOB_OBJECT_MSG_NEW_PROCESS;
use windows_sys::Win32::System::Threading::INFINITE;

/// A job object whose processes end with its last handle and cannot leave it.
#[derive(Debug)]
pub struct JobObject(Owned);

impl JobObject {
    /// An empty one.
    ///
    /// # Errors
    /// Windows has no room for one.
    pub fn new() -> Result<JobObject, SysError> {
        JobObject::with(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)
    }

    /// One whose process ends with its last handle, while what that starts is not in it.
    ///
    /// # Errors
    /// Windows has no room for one.
    pub fn of_one() -> Result<JobObject, SysError> {
        JobObject::with(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK)
    }

    fn with(flags: JOB_OBJECT_LIMIT) -> Result<JobObject, SysError> {
        // SAFETY: no name and no attributes are passed.
        let job = Owned::take(
            unsafe { CreateJobObjectW(null(), null()) },
            "CreateJobObject",
        )?;
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = flags;
        // SAFETY: `limits` is of the class' type and outlives the call.
        let set = unsafe {
            SetInformationJobObject(
                job.raw(),
                JobObjectExtendedLimitInformation,
                from_ref(&limits).cast(),
                size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>() as u32,
            )
        };
        if set == 0 {
            return Err(SysError::last("SetInformationJobObject"));
        }
        Ok(JobObject(job))
    }

    /// Has each process that it gets told under this number.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn tell(&self, arrivals: &Arrivals, number: u32) -> Result<(), SysError> {
        let port = JOBOBJECT_ASSOCIATE_COMPLETION_PORT {
            CompletionKey: number as usize as *mut c_void,
            CompletionPort: arrivals.0.raw(),
        };
        // SAFETY: `port` is of the class' type and outlives the call.
        let set = unsafe {
            SetInformationJobObject(
                self.0.raw(),
                JobObjectAssociateCompletionPortInformation,
                from_ref(&port).cast(),
                size_of::<JOBOBJECT_ASSOCIATE_COMPLETION_PORT>() as u32,
            )
        };
        if set == 0 {
            return Err(SysError::last("SetInformationJobObject"));
        }
        Ok(())
    }

    /// Puts a process in.
    pub(super) fn assign(&self, process: &Owned) -> Result<(), SysError> {
        // SAFETY: both handles are open.
        if unsafe { AssignProcessToJobObject(self.0.raw(), process.raw()) } == 0 {
            return Err(SysError::last("AssignProcessToJobObject"));
        }
        Ok(())
    }

    /// Ends every process in it with this exit code.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn terminate(&self, exit: u32) -> Result<(), SysError> {
        // SAFETY: the handle is open.
        if unsafe { TerminateJobObject(self.0.raw(), exit) } == 0 {
            return Err(SysError::last("TerminateJobObject"));
        }
        Ok(())
    }

    /// Ids of the processes that run in it.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn pids(&self) -> Result<Vec<u32>, SysError> {
        let head = offset_of!(JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList);
        let mut room = 64_usize;
        loop {
            // Words are aligned as the list wants it; its head is two 32-bit counts.
            let mut words = vec![0_usize; head / size_of::<usize>() + room];
            // SAFETY: the buffer has the told length and the alignment of the list.
            let done = unsafe {
                QueryInformationJobObject(
                    self.0.raw(),
                    JobObjectBasicProcessIdList,
                    words.as_mut_ptr().cast(),
                    (words.len() * size_of::<usize>()) as u32,
                    std::ptr::null_mut(),
                )
            };
            if done == 0 {
                // SAFETY: reads a number of this thread.
                if unsafe { GetLastError() } == ERROR_MORE_DATA && room < 1 << 20 {
                    room *= 4;
                    continue;
                }
                return Err(SysError::last("QueryInformationJobObject"));
            }
            let listed = (words[0] >> 32) & 0xffff_ffff;
            let pids = &words[head / size_of::<usize>()..];
            return Ok(pids.iter().take(listed).map(|pid| *pid as u32).collect());
        }
    }
}

/// Where job objects tell which processes they got.
#[derive(Debug)]
pub struct Arrivals(Owned);

impl Arrivals {
    /// # Errors
    /// Windows has no room for it.
    pub fn new() -> Result<Arrivals, SysError> {
        // SAFETY: no pointers are passed; without a file and a port a new port is made.
        let port = unsafe { CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, 1) };
        Owned::take(port, "CreateIoCompletionPort").map(Arrivals)
    }

    /// Waits for the next process: its job's number and its id.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn next(&self) -> Result<(u32, u32), SysError> {
        loop {
            let (mut message, mut key, mut what) = (0_u32, 0_usize, null_mut());
            // SAFETY: each place outlives the call; what stands in `what` is never followed.
            let got = unsafe {
                GetQueuedCompletionStatus(
                    self.0.raw(),
                    &raw mut message,
                    &raw mut key,
                    &raw mut what,
                    INFINITE,
                )
            };
            if got == 0 {
                return Err(SysError::last("GetQueuedCompletionStatus"));
            }
            if message == JOB_OBJECT_MSG_NEW_PROCESS {
                return Ok((key as u32, what.addr() as u32));
            }
        }
    }
}
