//! Privileges of this process.

use super::text::wide;
use super::{Owned, SysError};
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{ERROR_NOT_ALL_ASSIGNED, GetLastError};
use windows_sys::Win32::Security::{
    AdjustTokenPrivileges, LUID_AND_ATTRIBUTES, LookupPrivilegeValueW, SE_PRIVILEGE_ENABLED,
    TOKEN_ADJUST_PRIVILEGES, TOKEN_PRIVILEGES,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Saves keys of the registry.
pub const BACKUP: &str = "SeBackupPrivilege";
/// Opens processes of other accounts.
pub const DEBUG: &str = "SeDebugPrivilege";

/// Turns on a privilege that the account has.
///
/// # Errors
/// The account does not have it.
pub fn enable(name: &str) -> Result<(), SysError> {
    let wide_name = wide(name)?;
    let mut token = null_mut();
    let mut wanted = TOKEN_PRIVILEGES {
        PrivilegeCount: 1,
        Privileges: [LUID_AND_ATTRIBUTES {
            Attributes: SE_PRIVILEGE_ENABLED,
            ..LUID_AND_ATTRIBUTES::default()
        }],
    };
    // SAFETY: every place outlives the calls; the name ends with a NUL.
    unsafe {
        if OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &raw mut token) == 0 {
            return Err(SysError::last("OpenProcessToken"));
        }
        let token = Owned::take(token, "OpenProcessToken")?;
        let luid = &raw mut wanted.Privileges[0].Luid;
        if LookupPrivilegeValueW(null(), wide_name.as_ptr(), luid) == 0 {
            return Err(SysError::last(name));
        }
        let done =
            AdjustTokenPrivileges(token.raw(), 0, &raw const wanted, 0, null_mut(), null_mut());
        // It returns normally also where the account has no such privilege.
        if done == 0 || GetLastError() == ERROR_NOT_ALL_ASSIGNED {
            return Err(SysError::last(name));
        }
    }
    Ok(())
}
