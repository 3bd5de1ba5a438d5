//! The part of `msiexec` that runs 64-bit custom actions in a process of their own, and the lock of
//! installations.

use super::handle::Owned;
use super::text::wide;
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
