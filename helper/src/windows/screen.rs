//! Windows on this process' desktop.

use super::text::{narrow, wide};
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::{HWND, LPARAM};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    EnumChildWindows, EnumWindows, GetClassNameW, GetWindowThreadProcessId, IsWindowVisible, MB_OK,
    MessageBoxW, SMTO_ABORTIFHUNG, SendMessageTimeoutW, WM_GETTEXT,
};

/// How long a window may take to tell its text, in milliseconds.
const PATIENCE: u32 = 200;
/// Longest text of a window, in UTF-16 units.
const LONGEST: usize = 1024;
/// Most parts of a window that are asked.
const MOST: usize = 64;

/// One window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its handle's value.
    pub handle: usize,
    pub pid: u32,
    pub class: String,
}

/// # Safety
/// `list` is the address of a `Vec<usize>` that nothing else uses meanwhile.
unsafe extern "system" fn collect(window: HWND, list: LPARAM) -> i32 {
    // SAFETY: by the caller's word.
    unsafe { (*(list as *mut Vec<usize>)).push(window as usize) };
    1
}

/// Top-level windows that are visible.
#[must_use]
pub fn visible() -> Vec<Window> {
    let mut handles: Vec<usize> = Vec::new();
    // SAFETY: the list is used by nothing else until the call returns.
    unsafe { EnumWindows(Some(collect), (&raw mut handles) as LPARAM) };
    handles
        .into_iter()
        // SAFETY: a handle whose window is gone is not visible.
        .filter(|handle| unsafe { IsWindowVisible(*handle as HWND) } != 0)
        .map(|handle| {
            let mut pid = 0;
            // SAFETY: the place outlives the call; a window that is gone has the process 0.
            unsafe { GetWindowThreadProcessId(handle as HWND, &raw mut pid) };
            Window {
                handle,
                pid,
                class: class(handle),
            }
        })
        .collect()
}

/// A window with a text and a button, until somebody presses it.
pub fn message(title: &str, text: &str) {
    let (Ok(title), Ok(text)) = (wide(title), wide(text)) else {
        return;
    };
    // SAFETY: both texts end with a NUL and outlive the call.
    unsafe { MessageBoxW(null_mut(), text.as_ptr(), title.as_ptr(), MB_OK) };
}

fn class(handle: usize) -> String {
    let mut name = [0_u16; 257];
    // SAFETY: the buffer has the told length.
    unsafe { GetClassNameW(handle as HWND, name.as_mut_ptr(), name.len() as i32) };
    narrow(&name)
}

/// Text of a window as it tells it itself; empty where it does not answer.
fn text(handle: usize) -> String {
    let mut text = vec![0_u16; LONGEST];
    let mut units = 0;
    // SAFETY: the buffer has the told length, and Windows copies into it before the call returns.
    unsafe {
        SendMessageTimeoutW(
            handle as HWND,
            WM_GETTEXT,
            LONGEST,
            text.as_mut_ptr() as LPARAM,
            SMTO_ABORTIFHUNG,
            PATIENCE,
            &raw mut units,
        );
    }
    narrow(&text)
}

impl Window {
    /// Its title.
    #[must_use]
    pub fn title(&self) -> String {
        text(self.handle)
    }

    /// Texts of its parts, line by line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut parts: Vec<usize> = Vec::new();
        // SAFETY: the list is used by nothing else until the call returns.
        unsafe {
            EnumChildWindows(
                self.handle as HWND,
                Some(collect),
                (&raw mut parts) as LPARAM,
            );
        }
        let texts = parts.into_iter().take(MOST).map(text);
        texts
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }
}
