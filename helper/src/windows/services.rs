//! The service manager.

use super::SysError;
use super::text::wide;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, ERROR_MORE_DATA, GetLastError};
use windows_sys::Win32::System::Services::{
    CloseServiceHandle, ENUM_SERVICE_STATUS_PROCESSW, EnumServicesStatusExW, OpenSCManagerW,
    OpenServiceW, QUERY_SERVICE_CONFIGW, QueryServiceConfigW, SC_ENUM_PROCESS_INFO, SC_HANDLE,
    SC_MANAGER_ENUMERATE_SERVICE, SERVICE_QUERY_CONFIG, SERVICE_STATE_ALL, SERVICE_WIN32,
};

/// One service as the manager tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    pub name: String,
    pub display_name: String,
    /// `SERVICE_RUNNING` and its like.
    pub state: u32,
    pub pid: u32,
    /// `SERVICE_AUTO_START` and its like.
    pub start: u32,
    pub binary: String,
    pub account: String,
}

struct Manager(SC_HANDLE);

impl Drop for Manager {
    fn drop(&mut self) {
        // SAFETY: the handle belongs to this value and is closed once.
        unsafe { CloseServiceHandle(self.0) };
    }
}

/// Text that a structure of the manager points to.
///
/// # Safety
/// `text` is null or ends with a NUL and stays while this runs.
unsafe fn text(text: *const u16) -> String {
    if text.is_null() {
        return String::new();
    }
    let mut length = 0;
    // SAFETY: by the caller's word there is a NUL before the end of the memory.
    while unsafe { *text.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: so many units were just read.
    String::from_utf16_lossy(unsafe { std::slice::from_raw_parts(text, length) })
}

/// Every service that is no driver.
///
/// # Errors
/// The service manager does not answer.
pub fn all() -> Result<Vec<Service>, SysError> {
    // SAFETY: null names mean this machine and its active database.
    let manager = Manager(unsafe { OpenSCManagerW(null(), null(), SC_MANAGER_ENUMERATE_SERVICE) });
    if manager.0.is_null() {
        return Err(SysError::last("OpenSCManager"));
    }
    let mut room = 64 << 10;
    loop {
        // Words, so that the structures are aligned.
        let mut words = vec![0_usize; room / size_of::<usize>()];
        let (mut needed, mut count, mut resume) = (0, 0, 0);
        // SAFETY: the buffer has `room` bytes; every place outlives the call.
        let done = unsafe {
            EnumServicesStatusExW(
                manager.0,
                SC_ENUM_PROCESS_INFO,
                SERVICE_WIN32,
                SERVICE_STATE_ALL,
                words.as_mut_ptr().cast(),
                u32::try_from(room).unwrap_or(u32::MAX),
                &raw mut needed,
                &raw mut count,
                &raw mut resume,
                null(),
            )
        };
        if done == 0 {
            // SAFETY: reads a number of this thread.
            let code = unsafe { GetLastError() };
            if code == ERROR_MORE_DATA && room < 16 << 20 {
                room *= 4;
                continue;
            }
            return Err(SysError::of("EnumServicesStatusEx", code));
        }
        // SAFETY: the call has filled in `count` structures at the buffer's start; their texts are in
        // the buffer, which lives until the end of this block.
        let listed = unsafe {
            std::slice::from_raw_parts(
                words.as_ptr().cast::<ENUM_SERVICE_STATUS_PROCESSW>(),
                count as usize,
            )
            .iter()
            .map(|row| Service {
                name: text(row.lpServiceName),
                display_name: text(row.lpDisplayName),
                state: row.ServiceStatusProcess.dwCurrentState,
                pid: row.ServiceStatusProcess.dwProcessId,
                ..Service::default()
            })
            .collect::<Vec<_>>()
        };
        return Ok(listed
            .into_iter()
            .map(|service| configured(&manager, service))
            .collect());
    }
}

/// With what the service's configuration adds; a service that is gone meanwhile stays without.
fn configured(manager: &Manager, service: Service) -> Service {
    let Ok(name) = wide(&service.name) else {
        return service;
    };
    // SAFETY: the name ends with a NUL.
    let open = Manager(unsafe { OpenServiceW(manager.0, name.as_ptr(), SERVICE_QUERY_CONFIG) });
    if open.0.is_null() {
        return service;
    }
    let mut needed = 0;
    // SAFETY: asks for the size only.
    let asked = unsafe { QueryServiceConfigW(open.0, null_mut(), 0, &raw mut needed) };
    // SAFETY: reads a number of this thread.
    if asked != 0 || unsafe { GetLastError() } != ERROR_INSUFFICIENT_BUFFER {
        return service;
    }
    let least = size_of::<QUERY_SERVICE_CONFIGW>().max(needed as usize);
    let mut words = vec![0_usize; least.div_ceil(size_of::<usize>())];
    let config: *mut QUERY_SERVICE_CONFIGW = words.as_mut_ptr().cast();
    // SAFETY: the buffer has at least `needed` bytes and is aligned for the structure, whose texts lie
    // in the buffer.
    unsafe {
        if QueryServiceConfigW(open.0, config, needed, &raw mut needed) == 0 {
            return service;
        }
        Service {
            start: (*config).dwStartType,
            binary: text((*config).lpBinaryPathName),
            account: text((*config).lpServiceStartName),
            ..service
        }
    }
}
