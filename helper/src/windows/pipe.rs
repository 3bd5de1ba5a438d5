//! Anonymous pipes.

use super::{Owned, SysError};
use std::io;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{ERROR_BROKEN_PIPE, GetLastError};
use windows_sys::Win32::Foundation::{GENERIC_READ, GENERIC_WRITE};
use windows_sys::Win32::Storage::FileSystem::{
    CreateFileW, FILE_SHARE_READ, FILE_SHARE_WRITE, OPEN_EXISTING, ReadFile, WriteFile,
};
use windows_sys::Win32::System::Pipes::CreatePipe;

/// Room of a pipe, in bytes.
const ROOM: u32 = 64 << 10;

/// Both ends of a new pipe: where to read, where to write.
///
/// # Errors
/// Windows has no room for one.
pub fn pair() -> Result<(Owned, Owned), SysError> {
    let (mut read, mut write) = (null_mut(), null_mut());
    // SAFETY: both places outlive the call.
    if unsafe { CreatePipe(&raw mut read, &raw mut write, null(), ROOM) } == 0 {
        return Err(SysError::last("CreatePipe"));
    }
    Ok((
        Owned::take(read, "CreatePipe")?,
        Owned::take(write, "CreatePipe")?,
    ))
}

/// The device that is always empty.
///
/// # Errors
/// Windows refuses.
pub fn nul() -> Result<Owned, SysError> {
    let name = super::text::wide("NUL")?;
    // SAFETY: the name ends with a NUL and outlives the call.
    let handle = unsafe {
        CreateFileW(
            name.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE,
            null(),
            OPEN_EXISTING,
            0,
            null_mut(),
        )
    };
    Owned::take(handle, "CreateFile NUL")
}

impl io::Read for &Owned {
    /// Reads from a file or pipe; a pipe without writers is at its end.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut got = 0;
        let room = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        // SAFETY: the buffer has at least `room` bytes and outlives the call, which is not overlapped.
        let done = unsafe {
            ReadFile(
                self.raw(),
                buffer.as_mut_ptr(),
                room,
                &raw mut got,
                null_mut(),
            )
        };
        // SAFETY: reads a number of this thread.
        match (done, unsafe { GetLastError() }) {
            (0, ERROR_BROKEN_PIPE) => Ok(0),
            (0, code) => Err(io::Error::from_raw_os_error(code.cast_signed())),
            _ => Ok(got as usize),
        }
    }
}

impl io::Write for &Owned {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let mut put = 0;
        let length = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        // SAFETY: the buffer has at least `length` bytes and outlives the call, which is not overlapped.
        if unsafe {
            WriteFile(
                self.raw(),
                buffer.as_ptr(),
                length,
                &raw mut put,
                null_mut(),
            )
        } == 0
        {
            return Err(io::Error::last_os_error());
        }
        Ok(put as usize)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
