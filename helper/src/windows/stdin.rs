//! This process' stdin.

use std::ptr::null_mut;
use std::time::{Duration, Instant};
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_PIPE, GetFileType};
use windows_sys::Win32::System::Console::{
    GetConsoleMode, GetStdHandle, INPUT_RECORD, KEY_EVENT, ReadConsoleInputW, STD_INPUT_HANDLE,
};
use windows_sys::Win32::System::Environment::GetCommandLineW;
use windows_sys::Win32::System::Pipes::PeekNamedPipe;
use windows_sys::Win32::System::Threading::WaitForSingleObject;

/// Bytes that wait in the pipe on stdin, at most `most`; they stay there. Nothing where stdin is no pipe.
#[must_use]
pub fn peek(most: usize) -> Vec<u8> {
    let mut bytes = vec![0_u8; most];
    let mut got = 0_u32;
    let room = u32::try_from(most).unwrap_or(u32::MAX);
    // SAFETY: the handle is this process' own, the buffer has `room` bytes and outlives the call.
    let read = unsafe {
        let stdin = GetStdHandle(STD_INPUT_HANDLE);
        GetFileType(stdin) == FILE_TYPE_PIPE
            && PeekNamedPipe(
                stdin,
                bytes.as_mut_ptr().cast(),
                room,
                &raw mut got,
                null_mut(),
                null_mut(),
            ) != 0
    };
    bytes.truncate(if read { got as usize } else { 0 });
    bytes
}

/// Whether stdin is a console's keyboard and not redirected.
#[must_use]
pub fn is_console() -> bool {
    let mut mode = 0;
    // SAFETY: the handle is this process' own; `mode` outlives the call.
    unsafe { GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &raw mut mode) != 0 }
}

/// The whole command line of this process, quotes and all.
#[must_use]
pub fn command_line() -> String {
    // SAFETY: Windows keeps the command line, ended by NUL, as long as the process lives.
    unsafe { super::text::from_wide(GetCommandLineW()) }
}

/// Whether a key was pressed on the console within `wait`.
#[must_use]
pub fn key(wait: Duration) -> bool {
    event(wait, |_| true).is_some()
}

/// The character of the next key on the console; none when `wait` is over.
#[must_use]
pub fn character(wait: Duration) -> Option<char> {
    event(wait, |c| c != 0).and_then(|c| char::from_u32(u32::from(c)))
}

/// Takes console events until one is a key going down that `wanted` takes.
fn event(wait: Duration, wanted: impl Fn(u16) -> bool) -> Option<u16> {
    let until = Instant::now().checked_add(wait);
    loop {
        let left = until.map_or(u32::MAX, |u| {
            u32::try_from(u.saturating_duration_since(Instant::now()).as_millis())
                .unwrap_or(u32::MAX - 1)
        });
        // SAFETY: an all-zero record is a valid one.
        let mut record: INPUT_RECORD = unsafe { std::mem::zeroed() };
        let mut got = 0;
        // SAFETY: the handle is this process' own; record and count outlive the calls.
        let read = unsafe {
            let stdin = GetStdHandle(STD_INPUT_HANDLE);
            WaitForSingleObject(stdin, left) == WAIT_OBJECT_0
                && ReadConsoleInputW(stdin, &raw mut record, 1, &raw mut got) != 0
        };
        if !read || got == 0 {
            return None;
        }
        if u32::from(record.EventType) == KEY_EVENT {
            // SAFETY: the event's type says which member is set.
            let key = unsafe { record.Event.KeyEvent };
            // SAFETY: both members are the same character.
            let c = unsafe { key.uChar.UnicodeChar };
            if key.bKeyDown != 0 && wanted(c) {
                return Some(c);
            }
        }
    }
}
