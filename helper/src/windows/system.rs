//! What this Windows is, and the desktop.

use super::SysError;
use super::text::narrow;
use std::ffi::{CStr, c_char};
use windows_sys::Wdk::System::SystemServices::RtlGetVersion;
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows_sys::Win32::System::SystemInformation::OSVERSIONINFOW;
use windows_sys::Win32::System::WindowsProgramming::GetUserNameW;
use windows_sys::Win32::UI::WindowsAndMessaging::GetDesktopWindow;

/// Makes the desktop, which under Wine starts explorer and the services, and keeps it for as long as
/// the calling thread lives.
pub fn make_desktop() {
    // SAFETY: no pointers are passed.
    unsafe { GetDesktopWindow() };
}

/// `10.0.22631`.
#[must_use]
pub fn version() -> String {
    let mut info = OSVERSIONINFOW {
        dwOSVersionInfoSize: size_of::<OSVERSIONINFOW>() as u32,
        ..OSVERSIONINFOW::default()
    };
    // SAFETY: the structure has its size set and outlives the call.
    unsafe { RtlGetVersion(&raw mut info) };
    format!(
        "{}.{}.{}",
        info.dwMajorVersion, info.dwMinorVersion, info.dwBuildNumber
    )
}

/// Version of Wine; none on a real Windows.
#[must_use]
pub fn wine() -> Option<String> {
    let ntdll = super::text::wide("ntdll.dll").ok()?;
    // SAFETY: both names end with a NUL; ntdll is in every process and never unloaded. Wine documents
    // the function as `const char *(CDECL *)(void)` with a text that is never freed.
    unsafe {
        let found = GetProcAddress(
            GetModuleHandleW(ntdll.as_ptr()),
            c"wine_get_version".as_ptr().cast(),
        )?;
        let ask: unsafe extern "C" fn() -> *const c_char = std::mem::transmute(found);
        Some(CStr::from_ptr(ask()).to_string_lossy().into_owned())
    }
}

/// Name of the account this process runs as.
///
/// # Errors
/// Windows refuses.
pub fn user() -> Result<String, SysError> {
    let mut name = [0_u16; 257];
    let mut length = name.len() as u32;
    // SAFETY: the buffer has `length` units.
    if unsafe { GetUserNameW(name.as_mut_ptr(), &raw mut length) } == 0 {
        return Err(SysError::last("GetUserName"));
    }
    Ok(narrow(&name))
}
