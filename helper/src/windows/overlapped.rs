//! Pipes whose reads and writes can be given up.

use super::text::wide;
use super::{Owned, SysError};
use std::ptr::{NonNull, null, null_mut};
use std::sync::atomic::{AtomicU64, Ordering};
use windows_sys::Win32::Foundation::{
    ERROR_BROKEN_PIPE, ERROR_HANDLE_EOF, ERROR_IO_PENDING, ERROR_NO_DATA, ERROR_OPERATION_ABORTED,
    ERROR_PIPE_CONNECTED, ERROR_PIPE_NOT_CONNECTED, GENERIC_WRITE, GetLastError,
};
use windows_sys::Win32::Storage::FileSystem::{
    CreateFileW, FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, OPEN_EXISTING,
    PIPE_ACCESS_DUPLEX, PIPE_ACCESS_INBOUND, ReadFile, WriteFile,
};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, GetNamedPipeClientProcessId, PIPE_READMODE_BYTE,
    PIPE_REJECT_REMOTE_CLIENTS, PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, PIPE_WAIT, PeekNamedPipe,
};
use windows_sys::Win32::System::Threading::{INFINITE, WaitForMultipleObjects};

/// Room of a pipe, in bytes.
const ROOM: u32 = 64 << 10;

/// The helper's end of a named pipe.
#[derive(Debug)]
pub struct Pipe {
    handle: Owned,
    event: Owned,
}

/// When a wait is given up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Until<'a> {
    /// As soon as this is signalled.
    pub stop: Option<&'a Owned>,
    /// After so many milliseconds.
    pub milliseconds: Option<u32>,
}

/// How a read or write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// So many bytes, at least one for a read.
    Bytes(usize),
    /// The other end is closed.
    Closed,
    /// It was given up and nothing of it happened.
    GivenUp,
}

impl Pipe {
    fn new(name: &str, access: u32, instances: u32) -> Result<Pipe, SysError> {
        let wide_name = wide(name)?;
        // SAFETY: the name ends with a NUL and outlives the call; the attributes are the default's.
        let handle = unsafe {
            CreateNamedPipeW(
                wide_name.as_ptr(),
                access | FILE_FLAG_OVERLAPPED,
                PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
                instances,
                ROOM,
                ROOM,
                0,
                null(),
            )
        };
        Ok(Pipe {
            handle: Owned::take(handle, &format!("pipe {name}"))?,
            event: Owned::event()?,
        })
    }

    /// One more instance of a pipe of this name for one more client; the `first` fails where another
    /// process has the name already.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn serve(name: &str, first: bool) -> Result<Pipe, SysError> {
        let first = if first {
            FILE_FLAG_FIRST_PIPE_INSTANCE
        } else {
            0
        };
        Pipe::new(name, PIPE_ACCESS_DUPLEX | first, PIPE_UNLIMITED_INSTANCES)
    }

    /// A pipe from a child: our end to read, and the child's end to write.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn inbound() -> Result<(Pipe, Owned), SysError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!(r"\\.\pipe\shakedown.{}.{count}", std::process::id());
        let access = PIPE_ACCESS_INBOUND | FILE_FLAG_FIRST_PIPE_INSTANCE;
        let pipe = Pipe::new(&name, access, 1)?;
        let wide_name = wide(&name)?;
        // SAFETY: the name ends with a NUL and outlives the call.
        let write = unsafe {
            CreateFileW(
                wide_name.as_ptr(),
                GENERIC_WRITE,
                0,
                null(),
                OPEN_EXISTING,
                0,
                null_mut(),
            )
        };
        Ok((pipe, Owned::take(write, &name)?))
    }

    /// Waits for a client.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn connect(&self) -> Result<(), SysError> {
        let mut overlapped = self.overlapped();
        // SAFETY: `overlapped` stays until `finish` has seen the end of the call.
        let begun = unsafe { ConnectNamedPipe(self.handle.raw(), &raw mut overlapped) };
        // SAFETY: reads a number of this thread.
        if begun == 0 && unsafe { GetLastError() } == ERROR_PIPE_CONNECTED {
            return Ok(());
        }
        self.finish(begun, &mut overlapped, Until::default())
            .map(drop)
    }

    /// Process id of the client; 0 where Windows does not tell.
    #[must_use]
    pub fn client(&self) -> u32 {
        let mut pid = 0;
        // SAFETY: the handle is a pipe's, `pid` outlives the call.
        let told = unsafe { GetNamedPipeClientProcessId(self.handle.raw(), &raw mut pid) };
        if told == 0 { 0 } else { pid }
    }

    /// Reads what is there, or waits for it.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn read(&self, buffer: &mut [u8], until: Until<'_>) -> Result<Done, SysError> {
        let mut overlapped = self.overlapped();
        let room = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        // SAFETY: buffer and `overlapped` stay until `finish` has seen the end of the call.
        let begun = unsafe {
            ReadFile(
                self.handle.raw(),
                buffer.as_mut_ptr(),
                room,
                null_mut(),
                &raw mut overlapped,
            )
        };
        self.finish(begun, &mut overlapped, until)
    }

    /// Writes, possibly not all.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn write(&self, bytes: &[u8], until: Until<'_>) -> Result<Done, SysError> {
        let mut overlapped = self.overlapped();
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        // SAFETY: the bytes and `overlapped` stay until `finish` has seen the end of the call.
        let begun = unsafe {
            WriteFile(
                self.handle.raw(),
                bytes.as_ptr(),
                length,
                null_mut(),
                &raw mut overlapped,
            )
        };
        self.finish(begun, &mut overlapped, until)
    }

    /// Whether bytes wait to be read.
    #[must_use]
    pub fn has_more(&self) -> bool {
        let mut there = 0;
        // SAFETY: only the count is asked for; its place outlives the call.
        let done = unsafe {
            PeekNamedPipe(
                self.handle.raw(),
                null_mut(),
                0,
                null_mut(),
                &raw mut there,
                null_mut(),
            )
        };
        done != 0 && there > 0
    }

    /// Reads of this pipe that are waited for together with others.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn reading(self, room: usize) -> Result<Reading, SysError> {
        let mut reading = Reading {
            overlapped: NonNull::from(Box::leak(Box::new(self.overlapped()))),
            buffer: vec![0; room],
            state: State::Closed,
            pipe: self,
        };
        reading.begin()?;
        Ok(reading)
    }

    fn overlapped(&self) -> OVERLAPPED {
        OVERLAPPED {
            hEvent: self.event.raw(),
            ..OVERLAPPED::default()
        }
    }

    /// Sees a call to its end: done, or given up and cancelled.
    fn finish(
        &self,
        begun: i32,
        overlapped: &mut OVERLAPPED,
        until: Until<'_>,
    ) -> Result<Done, SysError> {
        if begun == 0 {
            // SAFETY: reads a number of this thread.
            match unsafe { GetLastError() } {
                ERROR_IO_PENDING => self.wait(overlapped, until),
                code => return closed(code),
            }
        }
        let mut bytes = 0;
        // SAFETY: waits for the end of the call that `overlapped` belongs to.
        let done = unsafe { GetOverlappedResult(self.handle.raw(), overlapped, &raw mut bytes, 1) };
        if done == 0 {
            // SAFETY: reads a number of this thread.
            return closed(unsafe { GetLastError() });
        }
        Ok(Done::Bytes(bytes as usize))
    }

    fn wait(&self, overlapped: &OVERLAPPED, until: Until<'_>) {
        let both = [self.event.raw(), until.stop.map_or(null_mut(), Owned::raw)];
        let count = if until.stop.is_some() { 2 } else { 1 };
        let limit = until.milliseconds.unwrap_or(INFINITE);
        // SAFETY: the first `count` handles are open.
        let first = unsafe { WaitForMultipleObjects(count, both.as_ptr(), 0, limit) };
        if first != 0 {
            // SAFETY: `overlapped` belongs to a call on this handle; its end is waited for afterwards.
            unsafe { CancelIoEx(self.handle.raw(), overlapped) };
        }
    }
}

/// A pipe of which one read is always under way, until the other end is closed.
#[derive(Debug)]
pub struct Reading {
    pipe: Pipe,
    // From a box. Windows writes to both until the read has ended, wherever this is moved to.
    overlapped: NonNull<OVERLAPPED>,
    buffer: Vec<u8>,
    state: State,
}

/// Where the read is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    UnderWay,
    /// So many bytes are in the buffer.
    Read(usize),
    Closed,
}

// SAFETY: what the structure of a read points to belongs to the process, not to a thread.
unsafe impl Send for Reading {}

impl Reading {
    /// Signalled when there is something to be taken; none once the other end is closed.
    #[must_use]
    pub fn signal(&self) -> Option<&Owned> {
        (self.state != State::Closed).then_some(&self.pipe.event)
    }

    fn begin(&mut self) -> Result<(), SysError> {
        // SAFETY: no read is under way, so that only this is at it.
        unsafe { self.overlapped.write(self.pipe.overlapped()) };
        let room = u32::try_from(self.buffer.len()).unwrap_or(u32::MAX);
        // SAFETY: buffer and `overlapped` are on the heap and stay until the read has ended, which
        // `settle` and `drop` wait for.
        let begun = unsafe {
            ReadFile(
                self.pipe.handle.raw(),
                self.buffer.as_mut_ptr(),
                room,
                null_mut(),
                self.overlapped.as_ptr(),
            )
        };
        self.state = State::UnderWay;
        if begun != 0 {
            return Ok(());
        }
        // SAFETY: reads a number of this thread.
        match unsafe { GetLastError() } {
            ERROR_IO_PENDING => Ok(()),
            code => {
                self.state = State::Closed;
                closed(code).map(drop)
            }
        }
    }

    /// Waits for the end of the read.
    fn settle(&mut self) -> Result<(), SysError> {
        if self.state != State::UnderWay {
            return Ok(());
        }
        let mut bytes = 0;
        // SAFETY: waits for the end of the call that `overlapped` belongs to.
        let done = unsafe {
            GetOverlappedResult(
                self.pipe.handle.raw(),
                self.overlapped.as_ptr(),
                &raw mut bytes,
                1,
            )
        };
        self.state = if done == 0 {
            self.state = State::Closed;
            // SAFETY: reads a number of this thread.
            match closed(unsafe { GetLastError() })? {
                Done::GivenUp => State::Read(0),
                _ => State::Closed,
            }
        } else {
            State::Read(bytes as usize)
        };
        Ok(())
    }

    /// Takes what was read, waiting for it, and begins the next read; empty: the other end is closed.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn take(&mut self) -> Result<Vec<u8>, SysError> {
        self.settle()?;
        match self.state {
            State::Read(count) => {
                let bytes = self.buffer[..count].to_vec();
                self.begin()?;
                Ok(bytes)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Takes what has been written up to now, without waiting; the next read is not begun.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn take_rest(&mut self, most: usize) -> Result<Vec<u8>, SysError> {
        if self.state == State::UnderWay {
            // SAFETY: the read is on this handle; its end is waited for next.
            unsafe { CancelIoEx(self.pipe.handle.raw(), self.overlapped.as_ptr()) };
        }
        self.settle()?;
        let mut bytes = match self.state {
            State::Read(count) => self.buffer[..count].to_vec(),
            _ => return Ok(Vec::new()),
        };
        while bytes.len() < most && self.pipe.has_more() {
            match self.pipe.read(&mut self.buffer, Until::default())? {
                Done::Bytes(count) => bytes.extend_from_slice(&self.buffer[..count]),
                _ => break,
            }
        }
        Ok(bytes)
    }

    /// Begins reads again after [`Reading::take_rest`].
    ///
    /// # Errors
    /// Windows refuses.
    pub fn go_on(&mut self) -> Result<(), SysError> {
        match self.state {
            State::Read(_) => self.begin(),
            _ => Ok(()),
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if self.state == State::UnderWay {
            // SAFETY: the read is on this handle; its end is waited for next.
            unsafe { CancelIoEx(self.pipe.handle.raw(), self.overlapped.as_ptr()) };
            // Its end is what counts, however it ended.
            let _ = self.settle();
        }
        // SAFETY: it is from a box, and no read is under way.
        drop(unsafe { Box::from_raw(self.overlapped.as_ptr()) });
    }
}

/// Waits until one of a few handles is signalled; which, counted from 0, the first of several.
///
/// # Errors
/// Windows refuses.
pub fn first_of(handles: &[&Owned]) -> Result<usize, SysError> {
    let raw: Vec<_> = handles.iter().map(|h| h.raw()).collect();
    let count = u32::try_from(raw.len()).unwrap_or(u32::MAX);
    // SAFETY: the handles are open.
    let first = unsafe { WaitForMultipleObjects(count, raw.as_ptr(), 0, INFINITE) };
    if first < count {
        Ok(first as usize)
    } else {
        Err(SysError::last("WaitForMultipleObjects"))
    }
}

fn closed(code: u32) -> Result<Done, SysError> {
    match code {
        ERROR_BROKEN_PIPE | ERROR_HANDLE_EOF | ERROR_NO_DATA | ERROR_PIPE_NOT_CONNECTED => {
            Ok(Done::Closed)
        }
        ERROR_OPERATION_ABORTED => Ok(Done::GivenUp),
        code => Err(SysError::of("a pipe", code)),
    }
}
