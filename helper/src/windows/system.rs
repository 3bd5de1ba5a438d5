//! What this Windows is, and the desktop.

use super::text::narrow;
use super::{Owned, SysError};
use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};
use windows_sys::Wdk::System::SystemServices::RtlGetVersion;
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::ConvertSidToStringSidW;
use windows_sys::Win32::Security::{
    GetTokenInformation, LookupAccountSidW, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows_sys::Win32::System::SystemInformation::OSVERSIONINFOW;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
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

/// SYSTEM's security identifier.
pub const SYSTEM: &str = "S-1-5-18";

/// The account this process runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Security identifier.
    pub sid: String,
    /// `HOST\SYSTEM`, `NT AUTHORITY\SYSTEM`.
    pub name: String,
}

/// The account this process runs as.
///
/// # Errors
/// Windows refuses.
pub fn account() -> Result<Account, SysError> {
    let mut token = null_mut();
    // Words, so that the structure is aligned; an identifier is at most 68 bytes long.
    let mut words = [0_usize; 32];
    let mut needed = 0;
    let mut text = null_mut();
    let (mut name, mut domain) = ([0_u16; 257], [0_u16; 257]);
    let (mut name_room, mut domain_room) = (257, 257);
    let mut kind = 0;
    // SAFETY: every place outlives the calls; the token's user points into the same buffer, and the
    // text that Windows makes of it ends with a NUL and is freed once.
    unsafe {
        if OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) == 0 {
            return Err(SysError::last("OpenProcessToken"));
        }
        let token = Owned::take(token, "OpenProcessToken")?;
        let got = GetTokenInformation(
            token.raw(),
            TokenUser,
            words.as_mut_ptr().cast(),
            size_of_val(&words) as u32,
            &raw mut needed,
        );
        let user: *const TOKEN_USER = words.as_ptr().cast();
        if got == 0 || ConvertSidToStringSidW((*user).User.Sid, &raw mut text) == 0 {
            return Err(SysError::last("the account's identifier"));
        }
        let length = (0..256).take_while(|at| *text.add(*at) != 0).count();
        let sid = narrow(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast());
        let named = LookupAccountSidW(
            null(),
            (*user).User.Sid,
            name.as_mut_ptr(),
            &raw mut name_room,
            domain.as_mut_ptr(),
            &raw mut domain_room,
            &raw mut kind,
        );
        // A script may have wiped what names are looked up in; the identifier stands for the name then.
        let name = match named {
            0 => sid.clone(),
            _ => format!("{}\\{}", narrow(&domain), narrow(&name)),
        };
        Ok(Account { sid, name })
    }
}
