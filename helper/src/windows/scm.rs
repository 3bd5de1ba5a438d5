//! The service manager.

use super::SysError;
use super::text::{from_wide, wide};
use crate::programs::services::{Service, Settings};
use std::mem::zeroed;
use std::ptr::{null, null_mut};
use windows_sys::Win32::System::Services::{
    ChangeServiceConfig2W, ChangeServiceConfigW, CloseServiceHandle, ControlService,
    CreateServiceW, DeleteService, ENUM_SERVICE_STATUS_PROCESSW, EnumServicesStatusExW,
    OpenSCManagerW, OpenServiceW, QUERY_SERVICE_CONFIGW, QueryServiceConfig2W, QueryServiceConfigW,
    QueryServiceStatusEx, SC_ENUM_PROCESS_INFO, SC_HANDLE, SC_MANAGER_ALL_ACCESS,
    SC_STATUS_PROCESS_INFO, SERVICE_ALL_ACCESS, SERVICE_CONFIG_DELAYED_AUTO_START_INFO,
    SERVICE_CONFIG_DESCRIPTION, SERVICE_DELAYED_AUTO_START_INFO, SERVICE_DESCRIPTIONW,
    SERVICE_DRIVER, SERVICE_NO_CHANGE, SERVICE_STATE_ALL, SERVICE_STATUS, SERVICE_STATUS_PROCESS,
    SERVICE_WIN32, StartServiceW,
};

struct Handle(SC_HANDLE);

impl Handle {
    fn take(raw: SC_HANDLE, what: &str) -> Result<Handle, SysError> {
        if raw.is_null() {
            return Err(SysError::last(what));
        }
        Ok(Handle(raw))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is owned and closed once.
        unsafe { CloseServiceHandle(self.0) };
    }
}

fn manager() -> Result<Handle, SysError> {
    // SAFETY: null names mean this machine and its active database.
    let raw = unsafe { OpenSCManagerW(null(), null(), SC_MANAGER_ALL_ACCESS) };
    Handle::take(raw, "OpenSCManager")
}

fn open(name: &str) -> Result<Handle, SysError> {
    let (manager, name) = (manager()?, wide(name)?);
    // SAFETY: the manager is open, the name ends with a NUL.
    let raw = unsafe { OpenServiceW(manager.0, name.as_ptr(), SERVICE_ALL_ACCESS) };
    Handle::take(raw, "OpenService")
}

fn done(result: i32, what: &str) -> Result<(), SysError> {
    if result == 0 {
        Err(SysError::last(what))
    } else {
        Ok(())
    }
}

/// Every service and driver.
///
/// # Errors
/// Windows refuses.
pub fn list() -> Result<Vec<Service>, SysError> {
    let manager = manager()?;
    let (mut needed, mut count, mut resume) = (0, 0, 0);
    let mut buffer: Vec<u64> = vec![0; 32 << 10];
    let room = u32::try_from(buffer.len() * 8).unwrap_or(u32::MAX);
    // SAFETY: the manager is open; the buffer has `room` bytes; every place outlives the call.
    let got = unsafe {
        EnumServicesStatusExW(
            manager.0,
            SC_ENUM_PROCESS_INFO,
            SERVICE_WIN32 | SERVICE_DRIVER,
            SERVICE_STATE_ALL,
            buffer.as_mut_ptr().cast(),
            room,
            &raw mut needed,
            &raw mut count,
            &raw mut resume,
            null(),
        )
    };
    done(got, "EnumServicesStatusEx")?;
    // SAFETY: the call filled in `count` rows, whose texts stand in the same buffer.
    let rows = unsafe {
        std::slice::from_raw_parts(
            buffer.as_ptr().cast::<ENUM_SERVICE_STATUS_PROCESSW>(),
            count as usize,
        )
    };
    Ok(rows
        .iter()
        .map(|row| {
            // SAFETY: both point at texts in the buffer that end with a NUL.
            let (name, display) =
                unsafe { (from_wide(row.lpServiceName), from_wide(row.lpDisplayName)) };
            service(name, display, &row.ServiceStatusProcess)
        })
        .collect())
}

fn service(name: String, display: String, status: &SERVICE_STATUS_PROCESS) -> Service {
    Service {
        name,
        display,
        kind: status.dwServiceType,
        state: status.dwCurrentState,
        accepts: status.dwControlsAccepted,
        exit: status.dwWin32ExitCode,
        own_exit: status.dwServiceSpecificExitCode,
        checkpoint: status.dwCheckPoint,
        wait_hint: status.dwWaitHint,
        pid: status.dwProcessId,
        flags: status.dwServiceFlags,
    }
}

/// One service as it is now; its display name is left empty.
///
/// # Errors
/// It is not there, or Windows refuses.
pub fn status(name: &str) -> Result<Service, SysError> {
    let opened = open(name)?;
    // SAFETY: an all-zero status is a valid one.
    let mut status: SERVICE_STATUS_PROCESS = unsafe { zeroed() };
    let (size, mut needed) = (size_of::<SERVICE_STATUS_PROCESS>() as u32, 0);
    // SAFETY: the service is open; the status has `size` bytes and outlives the call.
    let got = unsafe {
        QueryServiceStatusEx(
            opened.0,
            SC_STATUS_PROCESS_INFO,
            (&raw mut status).cast(),
            size,
            &raw mut needed,
        )
    };
    done(got, "QueryServiceStatusEx")?;
    Ok(service(name.to_owned(), String::new(), &status))
}

/// How a service is set up.
///
/// # Errors
/// It is not there, or Windows refuses.
pub fn settings(name: &str) -> Result<Settings, SysError> {
    let opened = open(name)?;
    let mut buffer = [0_u64; 1024];
    let (room, mut needed) = (size_of_val(&buffer) as u32, 0);
    // SAFETY: the service is open; the buffer has `room` bytes, the most Windows gives.
    let got =
        unsafe { QueryServiceConfigW(opened.0, buffer.as_mut_ptr().cast(), room, &raw mut needed) };
    done(got, "QueryServiceConfig")?;
    // SAFETY: the call filled the buffer with this structure, its texts behind it.
    let config = unsafe { &*buffer.as_ptr().cast::<QUERY_SERVICE_CONFIGW>() };
    // SAFETY: the texts stand in the buffer, each with its NUL; the list with one more.
    let (binary, group, display, account, depends) = unsafe {
        (
            from_wide(config.lpBinaryPathName),
            from_wide(config.lpLoadOrderGroup),
            from_wide(config.lpDisplayName),
            from_wide(config.lpServiceStartName),
            list_at(config.lpDependencies),
        )
    };
    Ok(Settings {
        kind: Some(config.dwServiceType),
        start: Some(config.dwStartType),
        delayed: Some(delayed(&opened)),
        error: Some(config.dwErrorControl),
        binary: Some(binary),
        group: Some(group),
        tag: Some(config.dwTagId),
        display: Some(display),
        depends: Some(depends),
        account: Some(account),
        password: None,
    })
}

/// # Safety
/// `at` is null or points at texts that each end with a NUL, the last one with two.
unsafe fn list_at(mut at: *const u16) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        // SAFETY: the caller promises the NULs.
        let text = unsafe { from_wide(at) };
        if text.is_empty() {
            return all;
        }
        // SAFETY: the text and its NUL were read, so the next one's place is within the list.
        at = unsafe { at.add(text.encode_utf16().count() + 1) };
        all.push(text);
    }
}

fn delayed(opened: &Handle) -> bool {
    let mut info = SERVICE_DELAYED_AUTO_START_INFO {
        fDelayedAutostart: 0,
    };
    let (size, mut needed) = (size_of_val(&info) as u32, 0);
    // SAFETY: the service is open; the structure has `size` bytes and outlives the call.
    let got = unsafe {
        QueryServiceConfig2W(
            opened.0,
            SERVICE_CONFIG_DELAYED_AUTO_START_INFO,
            (&raw mut info).cast(),
            size,
            &raw mut needed,
        )
    };
    got != 0 && info.fDelayedAutostart != 0
}

/// Text that may be missing, for a call that takes null for it.
struct Optional(Option<Vec<u16>>);

impl Optional {
    fn of(text: Option<&str>) -> Result<Optional, SysError> {
        text.map(wide).transpose().map(Optional)
    }

    fn list(texts: Option<&[String]>) -> Optional {
        Optional(texts.map(|texts| {
            let mut all: Vec<u16> = Vec::new();
            for text in texts {
                all.extend(text.encode_utf16().chain([0]));
            }
            all.extend([0, 0]);
            all
        }))
    }

    fn at(&self) -> *const u16 {
        self.0.as_ref().map_or(null(), |t| t.as_ptr())
    }
}

/// Makes a service.
///
/// # Errors
/// There is one of the name, or Windows refuses.
pub fn create(name: &str, settings: &Settings) -> Result<(), SysError> {
    let (manager, name) = (manager()?, wide(name)?);
    let display = Optional::of(settings.display.as_deref())?;
    let binary = Optional::of(settings.binary.as_deref())?;
    let group = Optional::of(settings.group.as_deref())?;
    let account = Optional::of(settings.account.as_deref())?;
    let password = Optional::of(settings.password.as_deref())?;
    let depends = Optional::list(settings.depends.as_deref());
    // SAFETY: the manager is open; each text is null or ends with a NUL and outlives the call.
    let raw = unsafe {
        CreateServiceW(
            manager.0,
            name.as_ptr(),
            display.at(),
            SERVICE_ALL_ACCESS,
            settings.kind.unwrap_or(0x10),
            settings.start.unwrap_or(3),
            settings.error.unwrap_or(1),
            binary.at(),
            group.at(),
            null_mut(),
            depends.at(),
            account.at(),
            password.at(),
        )
    };
    let made = Handle::take(raw, "CreateService")?;
    settings
        .delayed
        .map_or(Ok(()), |yes| set_delayed(&made, yes))
}

/// Changes how a service is set up.
///
/// # Errors
/// It is not there, or Windows refuses.
pub fn change(name: &str, settings: &Settings) -> Result<(), SysError> {
    let opened = open(name)?;
    let display = Optional::of(settings.display.as_deref())?;
    let binary = Optional::of(settings.binary.as_deref())?;
    let group = Optional::of(settings.group.as_deref())?;
    let account = Optional::of(settings.account.as_deref())?;
    let password = Optional::of(settings.password.as_deref())?;
    let depends = Optional::list(settings.depends.as_deref());
    // SAFETY: the service is open; each text is null or ends with a NUL and outlives the call.
    let changed = unsafe {
        ChangeServiceConfigW(
            opened.0,
            settings.kind.unwrap_or(SERVICE_NO_CHANGE),
            settings.start.unwrap_or(SERVICE_NO_CHANGE),
            settings.error.unwrap_or(SERVICE_NO_CHANGE),
            binary.at(),
            group.at(),
            null_mut(),
            depends.at(),
            account.at(),
            password.at(),
            display.at(),
        )
    };
    done(changed, "ChangeServiceConfig")?;
    settings
        .delayed
        .map_or(Ok(()), |yes| set_delayed(&opened, yes))
}

fn set_delayed(opened: &Handle, yes: bool) -> Result<(), SysError> {
    let info = SERVICE_DELAYED_AUTO_START_INFO {
        fDelayedAutostart: i32::from(yes),
    };
    // SAFETY: the service is open; the structure outlives the call.
    let changed = unsafe {
        ChangeServiceConfig2W(
            opened.0,
            SERVICE_CONFIG_DELAYED_AUTO_START_INFO,
            (&raw const info).cast(),
        )
    };
    done(changed, "ChangeServiceConfig2")
}

/// Describes a service.
///
/// # Errors
/// It is not there, or Windows refuses.
pub fn describe(name: &str, text: &str) -> Result<(), SysError> {
    let opened = open(name)?;
    let mut text = wide(text)?;
    let info = SERVICE_DESCRIPTIONW {
        lpDescription: text.as_mut_ptr(),
    };
    // SAFETY: the service is open; structure and text outlive the call.
    let changed = unsafe {
        ChangeServiceConfig2W(
            opened.0,
            SERVICE_CONFIG_DESCRIPTION,
            (&raw const info).cast(),
        )
    };
    done(changed, "ChangeServiceConfig2")
}

/// Starts a service with arguments of its own.
///
/// # Errors
/// It is not there or does not start.
pub fn start(name: &str, args: &[String]) -> Result<(), SysError> {
    let opened = open(name)?;
    let args = args
        .iter()
        .map(|a| wide(a))
        .collect::<Result<Vec<_>, _>>()?;
    let places: Vec<*const u16> = args.iter().map(|a| a.as_ptr()).collect();
    let at = if places.is_empty() {
        null()
    } else {
        places.as_ptr()
    };
    // SAFETY: the service is open; the texts end with a NUL and outlive the call.
    let started = unsafe { StartServiceW(opened.0, u32::try_from(places.len()).unwrap_or(0), at) };
    done(started, "StartService")
}

/// Sends a control: 1 stop, 2 pause, 3 continue, 4 interrogate, 128 to 255 its own.
///
/// # Errors
/// It is not there, does not run or does not take it.
pub fn control(name: &str, control: u32) -> Result<(), SysError> {
    let opened = open(name)?;
    // SAFETY: an all-zero status is a valid one.
    let mut status: SERVICE_STATUS = unsafe { zeroed() };
    // SAFETY: the service is open; the status outlives the call.
    let sent = unsafe { ControlService(opened.0, control, &raw mut status) };
    done(sent, "ControlService")
}

/// Deletes a service.
///
/// # Errors
/// It is not there, or Windows refuses.
pub fn delete(name: &str) -> Result<(), SysError> {
    let opened = open(name)?;
    // SAFETY: the service is open.
    done(unsafe { DeleteService(opened.0) }, "DeleteService")
}
