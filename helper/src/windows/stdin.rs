//! This process' stdin.

use std::ptr::null_mut;
use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_PIPE, GetFileType};
use windows_sys::Win32::System::Console::{GetConsoleMode, GetStdHandle, STD_INPUT_HANDLE};
use windows_sys::Win32::System::Pipes::PeekNamedPipe;

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
