//! What another process was started with, read from its memory.
//!
//! Offsets of the process environment block are those that `winternl.h` and public symbols give for
//! every Windows since 7; Wine keeps them.

use super::{Owned, SysError};
use std::ffi::c_void;
use std::ptr::null_mut;
use windows_sys::Wdk::System::Threading::{
    NtQueryInformationProcess, PROCESSINFOCLASS, ProcessBasicInformation, ProcessWow64Information,
};
use windows_sys::Win32::System::Diagnostics::Debug::ReadProcessMemory;
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_BASIC_INFORMATION, PROCESS_QUERY_INFORMATION, PROCESS_VM_READ,
};

/// Longest text that a parameter can be, in bytes.
const LONGEST: usize = 2 * 32_768;

/// Where the parts lie in a process of a width.
struct Layout {
    /// Bytes of a pointer.
    pointer: usize,
    /// Of the parameters within the block.
    parameters: usize,
    standard_input: usize,
    command_line: usize,
}

const BITS_64: Layout = Layout {
    pointer: 8,
    parameters: 0x20,
    standard_input: 0x20,
    command_line: 0x70,
};

const BITS_32: Layout = Layout {
    pointer: 4,
    parameters: 0x10,
    standard_input: 0x18,
    command_line: 0x40,
};

/// What a process was started with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    pub command_line: String,
    /// Value of its standard input handle, in its own table.
    pub standard_input: usize,
}

/// Another process' memory.
pub(super) struct Memory(Owned);

impl Memory {
    /// Opens a process to read its memory.
    pub(super) fn open(pid: u32) -> Result<Memory, SysError> {
        let rights = PROCESS_QUERY_INFORMATION | PROCESS_VM_READ;
        // SAFETY: no pointers are passed.
        let process = unsafe { OpenProcess(rights, 0, pid) };
        Owned::take(process, "OpenProcess").map(Memory)
    }

    /// Reads at an address; none where there is nothing to read.
    pub(super) fn bytes(&self, address: usize, count: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; count];
        // SAFETY: the buffer has `count` bytes; the address is the other process' and only read there.
        let done = unsafe {
            ReadProcessMemory(
                self.0.raw(),
                address as *const c_void,
                bytes.as_mut_ptr().cast(),
                count,
                null_mut(),
            )
        };
        (address != 0 && done != 0).then_some(bytes)
    }

    /// A pointer or handle of so many bytes.
    fn word(&self, address: usize, bytes: usize) -> Option<usize> {
        let mut word = [0; 8];
        word[..bytes].copy_from_slice(&self.bytes(address, bytes)?);
        Some(usize::from_le_bytes(word))
    }

    fn ask<T: Default>(&self, class: PROCESSINFOCLASS) -> Option<T> {
        let mut answer = T::default();
        let mut length = 0;
        // SAFETY: the place has the told length; the classes asked for here answer with plain data.
        let status = unsafe {
            NtQueryInformationProcess(
                self.0.raw(),
                class,
                (&raw mut answer).cast(),
                size_of::<T>() as u32,
                &raw mut length,
            )
        };
        (status >= 0).then_some(answer)
    }

    fn parameters(&self, block: usize, layout: &Layout) -> Option<Parameters> {
        let at = self.word(block + layout.parameters, layout.pointer)?;
        let text = at + layout.command_line;
        let length = self.word(text, 2)?.min(LONGEST);
        let buffer = self.word(text + layout.pointer, layout.pointer)?;
        let bytes = self.bytes(buffer, length)?;
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        Some(Parameters {
            command_line: String::from_utf16_lossy(&units),
            standard_input: self.word(at + layout.standard_input, layout.pointer)?,
        })
    }
}

/// Parameters of a process; none where it has ended or Windows does not let us look.
#[must_use]
pub fn of(pid: u32) -> Option<Parameters> {
    let memory = Memory::open(pid).ok()?;
    let narrow = memory
        .ask::<usize>(ProcessWow64Information)
        .filter(|block| *block != 0)
        .and_then(|block| memory.parameters(block, &BITS_32));
    narrow.or_else(|| {
        let basic: PROCESS_BASIC_INFORMATION = memory.ask(ProcessBasicInformation)?;
        memory.parameters(basic.PebBaseAddress as usize, &BITS_64)
    })
}
