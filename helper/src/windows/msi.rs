//! The part of `msiexec` that runs 64-bit custom actions in a process of their own, the lock of
//! installations, and what a package says of its product.

use super::handle::Owned;
use super::text::{narrow, wide};
use super::{SysError, processes};
use std::ffi::c_void;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{
    ERROR_ALREADY_EXISTS, GENERIC_READ, GENERIC_WRITE, GetLastError,
};
use windows_sys::Win32::Storage::FileSystem::{CreateFileW, OPEN_EXISTING, ReadFile, WriteFile};
use windows_sys::Win32::System::Com::{COINIT_APARTMENTTHREADED, CoInitializeEx, CoUninitialize};
use windows_sys::Win32::System::LibraryLoader::{GetProcAddress, LoadLibraryW};
use windows_sys::Win32::System::Threading::{CreateMutexW, CreateThread};

/// One installation at a time.
const LOCK: &str = r"Global\shakedown-msiexec";

/// The right to install, held until it is dropped; none: another installation goes on. One that
/// Windows Installer itself starts, to remove an older version, belongs to the one that goes on.
#[must_use]
pub fn alone() -> Option<Option<Owned>> {
    let all = processes::all().unwrap_or_default();
    let this = all.iter().find(|p| p.pid == std::process::id());
    let parent = this.and_then(|this| all.iter().find(|p| p.pid == this.parent));
    if parent.is_some_and(|p| p.name.eq_ignore_ascii_case("msiexec.exe")) {
        return Some(None);
    }
    let Ok(name) = wide(LOCK) else {
        return Some(None);
    };
    // SAFETY: the name ends with a NUL and outlives the call.
    let (made, error) = unsafe {
        let made = CreateMutexW(null(), 0, name.as_ptr());
        (made, GetLastError())
    };
    let lock = Owned::take(made, "CreateMutex").ok()?;
    (error != ERROR_ALREADY_EXISTS).then_some(Some(lock))
}

/// Longest text of a property, in UTF-16 units.
const LONGEST: usize = 4096;
/// `MSIDBOPEN_READONLY`.
const READ_ONLY: *const u16 = null();

type OpenDatabase = unsafe extern "system" fn(*const u16, *const u16, *mut u32) -> u32;
type OpenView = unsafe extern "system" fn(u32, *const u16, *mut u32) -> u32;
type Execute = unsafe extern "system" fn(u32, u32) -> u32;
type Fetch = unsafe extern "system" fn(u32, *mut u32) -> u32;
type GetString = unsafe extern "system" fn(u32, u32, *mut u16, *mut u32) -> u32;
type Close = unsafe extern "system" fn(u32) -> u32;

/// Windows Installer's calls that read packages. They are not linked, so that no other program of the
/// helper loads `msi.dll`.
struct Calls {
    open_database: OpenDatabase,
    open_view: OpenView,
    execute: Execute,
    fetch: Fetch,
    get_string: GetString,
    close: Close,
}

impl Calls {
    fn load() -> Option<Calls> {
        let library = wide("msi.dll").ok()?;
        // SAFETY: the names end with a NUL; the library stays loaded, and each function has the form
        // that msiquery.h and msi.h give it.
        unsafe {
            let library = LoadLibraryW(library.as_ptr());
            if library.is_null() {
                return None;
            }
            let find = |name: &std::ffi::CStr| GetProcAddress(library, name.as_ptr().cast());
            type Found = unsafe extern "system" fn() -> isize;
            Some(Calls {
                open_database: std::mem::transmute::<Found, OpenDatabase>(find(
                    c"MsiOpenDatabaseW",
                )?),
                open_view: std::mem::transmute::<Found, OpenView>(find(c"MsiDatabaseOpenViewW")?),
                execute: std::mem::transmute::<Found, Execute>(find(c"MsiViewExecute")?),
                fetch: std::mem::transmute::<Found, Fetch>(find(c"MsiViewFetch")?),
                get_string: std::mem::transmute::<Found, GetString>(find(c"MsiRecordGetStringW")?),
                close: std::mem::transmute::<Found, Close>(find(c"MsiCloseHandle")?),
            })
        }
    }

    /// A handle that a call made; it is closed with what is given back.
    fn made(&self, call: impl FnOnce(*mut u32) -> u32) -> Option<Handle<'_>> {
        let mut handle = 0;
        let code = call(&raw mut handle);
        (code == 0 && handle != 0).then_some(Handle {
            calls: self,
            handle,
        })
    }
}

/// A handle of Windows Installer's.
struct Handle<'c> {
    calls: &'c Calls,
    handle: u32,
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle belongs to this value and is closed once.
        unsafe { (self.calls.close)(self.handle) };
    }
}

/// Properties of a package by their names, each empty where it has none; none: it cannot be read.
#[must_use]
pub fn properties<const N: usize>(package: &str, names: [&str; N]) -> Option<[String; N]> {
    let calls = Calls::load()?;
    let package = wide(package).ok()?;
    // SAFETY: the path ends with a NUL, and both places outlive the call.
    let database =
        calls.made(|made| unsafe { (calls.open_database)(package.as_ptr(), READ_ONLY, made) })?;
    Some(names.map(|name| property(&calls, &database, name).unwrap_or_default()))
}

fn property(calls: &Calls, database: &Handle<'_>, name: &str) -> Option<String> {
    let query = format!("SELECT `Value` FROM `Property` WHERE `Property`='{name}'");
    let query = wide(&query).ok()?;
    // SAFETY: the handles are open, the query ends with a NUL, and the places outlive the calls.
    unsafe {
        let view = calls.made(|m| (calls.open_view)(database.handle, query.as_ptr(), m))?;
        if (calls.execute)(view.handle, 0) != 0 {
            return None;
        }
        let record = calls.made(|made| (calls.fetch)(view.handle, made))?;
        let mut text = vec![0_u16; LONGEST];
        let mut length = u32::try_from(LONGEST).ok()?;
        let code = (calls.get_string)(record.handle, 1, text.as_mut_ptr(), &raw mut length);
        (code == 0).then(|| narrow(&text))
    }
}

/// The call of Wine's `msi.dll` that runs one custom action: the installer's process and the action.
type CallAction = unsafe extern "C" fn(client: u32, action: *const [u8; 16]) -> u32;

/// One action for a thread of its own.
struct Action {
    call: CallAction,
    client: u32,
    id: [u8; 16],
}

unsafe extern "system" fn action(what: *mut c_void) -> u32 {
    // SAFETY: `serve` made it of a box that nobody else has.
    let action = unsafe { Box::from_raw(what.cast::<Action>()) };
    // SAFETY: the call is msi.dll's own, which stays loaded; the id outlives the call.
    unsafe { (action.call)(action.client, &raw const action.id) }
}

/// Runs the custom actions that the installer `client` sends over its pipe, each in a thread whose
/// handle it is told, until it sends none.
///
/// # Errors
/// `msi.dll` is not Wine's, or the installer does not answer.
pub fn serve(client: u32) -> Result<(), SysError> {
    let library = wide("msi.dll")?;
    // SAFETY: the names end with a NUL; the library stays loaded.
    let found = unsafe {
        let library = LoadLibraryW(library.as_ptr());
        if library.is_null() {
            return Err(SysError::last("LoadLibrary msi.dll"));
        }
        GetProcAddress(library, c"__wine_msi_call_dll_function".as_ptr().cast())
    };
    let Some(found) = found else {
        return Err(SysError::last("__wine_msi_call_dll_function"));
    };
    // SAFETY: this is the function's form in Wine 10.
    let call: CallAction = unsafe { std::mem::transmute(found) };
    let name = wide(&format!(r"\\.\pipe\msica_{client:x}_64"))?;
    // SAFETY: the name ends with a NUL and outlives the call.
    let pipe = unsafe {
        CreateFileW(
            name.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            0,
            null(),
            OPEN_EXISTING,
            0,
            null_mut(),
        )
    };
    let pipe = Owned::take(pipe, "the pipe of the installer")?;
    // SAFETY: no pointers are passed. Actions expect a thread of the process to have done this.
    unsafe { CoInitializeEx(null(), COINIT_APARTMENTTHREADED as u32) };
    loop {
        let (mut id, mut got) = ([0_u8; 16], 0_u32);
        // SAFETY: the buffer has the told length; both places outlive the call.
        let read = unsafe { ReadFile(pipe.raw(), id.as_mut_ptr(), 16, &raw mut got, null_mut()) };
        if read == 0 || got != 16 || id == [0; 16] {
            break;
        }
        let what = Box::into_raw(Box::new(Action { call, client, id }));
        // SAFETY: the thread takes over what it is given.
        let thread = unsafe { CreateThread(null(), 0, Some(action), what.cast(), 0, null_mut()) };
        // The installer takes a copy of the handle, so it is never closed here.
        let told = (thread as u64).to_le_bytes();
        // SAFETY: the buffer has the told length; both places outlive the call.
        let written = unsafe { WriteFile(pipe.raw(), told.as_ptr(), 8, &raw mut got, null_mut()) };
        if written == 0 {
            break;
        }
    }
    // SAFETY: the counterpart of the call above.
    unsafe { CoUninitialize() };
    Ok(())
}
