//! Failed calls of Windows.

use windows_sys::Win32::Foundation::GetLastError;

/// A call that failed: what it was for, and Windows' code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {}", std::io::Error::from_raw_os_error(.code.cast_signed()))]
pub struct SysError {
    pub what: String,
    /// `GetLastError()`; 0 where there is none.
    pub code: u32,
}

impl SysError {
    /// With the thread's last error.
    pub fn last(what: impl Into<String>) -> SysError {
        // SAFETY: reads a number of this thread.
        let code = unsafe { GetLastError() };
        SysError::of(what, code)
    }

    /// With a code that a call returned.
    pub fn of(what: impl Into<String>, code: u32) -> SysError {
        SysError {
            what: what.into(),
            code,
        }
    }
}
