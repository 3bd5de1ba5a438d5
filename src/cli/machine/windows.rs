//! Windows.

use windows_sys::Win32::UI::Shell::IsUserAnAdmin;

/// Whether this process has an administrator's rights.
pub fn is_root() -> bool {
    // SAFETY: the call takes nothing and only asks the process's own token.
    unsafe { IsUserAnAdmin() != 0 }
}

/// The release as the environment tells it.
pub fn release() -> String {
    std::env::var("OS").unwrap_or_default()
}
