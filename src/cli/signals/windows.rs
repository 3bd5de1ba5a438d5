//! Ctrl-C, Ctrl-Break, and the console being closed.

use super::flag;
use crate::cli::exit::Exit;
use windows_sys::Win32::System::Console::SetConsoleCtrlHandler;
use windows_sys::core::BOOL;

/// Catches all of them.
pub fn catch() {
    // SAFETY: the handler is a plain function that lives as long as the process.
    unsafe { SetConsoleCtrlHandler(Some(on_event), 1) };
}

unsafe extern "system" fn on_event(_: u32) -> BOOL {
    let Some(cancel) = flag() else { return 0 };
    if cancel.is_cancelled() {
        std::process::exit(Exit::Interrupted as i32);
    }
    cancel.cancel();
    1
}
