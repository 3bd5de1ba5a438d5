//! Handles that close themselves.

use super::SysError;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::{
    CloseHandle, DUPLICATE_SAME_ACCESS, DuplicateHandle, HANDLE, HANDLE_FLAG_INHERIT,
    INVALID_HANDLE_VALUE, SetHandleInformation, WAIT_OBJECT_0,
};
use windows_sys::Win32::System::Threading::{
    CreateEventW, GetCurrentProcess, INFINITE, ResetEvent, SetEvent, WaitForSingleObject,
};

/// A kernel handle that belongs to this value.
#[derive(Debug)]
pub struct Owned(HANDLE);

// SAFETY: kernel handles are numbers of the process and may be used by any thread.
unsafe impl Send for Owned {}
// SAFETY: as above; the kernel orders what several threads do with one.
unsafe impl Sync for Owned {}

impl Owned {
    /// Takes over a handle that a call made; null and the invalid handle become the last error.
    pub(super) fn take(handle: HANDLE, what: &str) -> Result<Owned, SysError> {
        if handle.is_null() || handle == INVALID_HANDLE_VALUE {
            return Err(SysError::last(what));
        }
        Ok(Owned(handle))
    }

    /// The handle's value, for a call that borrows it.
    pub(super) fn raw(&self) -> HANDLE {
        self.0
    }

    /// An event that is not set; set, it stays so.
    ///
    /// # Errors
    /// Windows has no room for one.
    pub fn event() -> Result<Owned, SysError> {
        // SAFETY: no pointers are passed.
        let event = unsafe { CreateEventW(std::ptr::null(), 1, 0, std::ptr::null()) };
        Owned::take(event, "CreateEvent")
    }

    /// Sets an event.
    pub fn set(&self) {
        // SAFETY: the handle is open as long as `self`; for what is no event the call fails.
        unsafe { SetEvent(self.0) };
    }

    /// Takes the setting of an event back.
    pub fn reset(&self) {
        // SAFETY: as for `set`.
        unsafe { ResetEvent(self.0) };
    }

    /// Whether children may inherit it.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn inheritable(&self, yes: bool) -> Result<(), SysError> {
        let flags = if yes { HANDLE_FLAG_INHERIT } else { 0 };
        // SAFETY: the handle is open as long as `self`.
        if unsafe { SetHandleInformation(self.0, HANDLE_FLAG_INHERIT, flags) } == 0 {
            return Err(SysError::last("SetHandleInformation"));
        }
        Ok(())
    }

    /// A second handle of the same object, not inherited.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn duplicate(&self) -> Result<Owned, SysError> {
        let mut copy = null_mut();
        // SAFETY: both processes are this one; `copy` outlives the call.
        let done = unsafe {
            let me = GetCurrentProcess();
            DuplicateHandle(me, self.0, me, &raw mut copy, 0, 0, DUPLICATE_SAME_ACCESS)
        };
        if done == 0 {
            return Err(SysError::last("DuplicateHandle"));
        }
        Owned::take(copy, "DuplicateHandle")
    }

    /// Waits until it is signalled; without a limit where `milliseconds` is none. Whether it is.
    #[must_use]
    pub fn wait(&self, milliseconds: Option<u32>) -> bool {
        // SAFETY: the handle is open as long as `self`.
        unsafe { WaitForSingleObject(self.0, milliseconds.unwrap_or(INFINITE)) == WAIT_OBJECT_0 }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the handle belongs to this value and is closed once.
        unsafe { CloseHandle(self.0) };
    }
}
