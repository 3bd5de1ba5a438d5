//! What threads of other processes are blocked in.
//!
//! A blocked thread stands in one of ntdll's stubs, right behind its system call. Which stub that is
//! shows its code: `mov r10, rcx; mov eax, NUMBER` in 64-bit processes, `mov eax, NUMBER` in 32-bit
//! ones, where the number's low half is the same. Wine's stubs have the same shape.

use super::parameters::Memory;
use super::{Owned, SysError};
use windows_sys::Win32::System::Diagnostics::Debug::{
    CONTEXT, CONTEXT_CONTROL_AMD64, CONTEXT_INTEGER_AMD64, GetThreadContext, WOW64_CONTEXT,
    WOW64_CONTEXT_CONTROL, Wow64GetThreadContext,
};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows_sys::Win32::System::Threading::{
    OpenThread, ResumeThread, SuspendThread, THREAD_GET_CONTEXT, THREAD_QUERY_INFORMATION,
    THREAD_SUSPEND_RESUME,
};

/// From a stub's beginning to behind its system call, in 64-bit and in 32-bit processes.
const CALLED_64: usize = 0x14;
const CALLED_32: usize = 0x0c;
/// What stands before the number in either stub.
const NUMBER_64: [u8; 4] = [0x4c, 0x8b, 0xd1, 0xb8];
const NUMBER_32: u8 = 0xb8;
/// Words of the stack that may hold a saved argument.
const STACK: usize = 16;

/// A system call in which a thread is blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub thread: u32,
    /// Where its stack is; the same call has the same place.
    pub stack: usize,
    pub call: Call,
    /// Registers and words of the stack, among which the call's handle is.
    words: Vec<usize>,
}

/// Calls that wait for input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `NtReadFile`
    Read,
    /// `NtDeviceIoControlFile` with this code.
    Control(u32),
}

impl Blocked {
    /// Whether a handle of this value may be what it is blocked on.
    #[must_use]
    pub fn may_be_on(&self, handle: usize) -> bool {
        handle != 0 && self.words.contains(&handle)
    }
}

/// Numbers of the two calls, as this process' own stubs have them.
#[derive(Debug, Clone, Copy)]
pub struct Calls {
    read: u32,
    control: u32,
}

impl Calls {
    /// None where ntdll's stubs have another shape than this code knows.
    #[must_use]
    pub fn known() -> Option<Calls> {
        Some(Calls {
            read: number(c"NtReadFile")?,
            control: number(c"NtDeviceIoControlFile")?,
        })
    }
}

fn number(name: &std::ffi::CStr) -> Option<u32> {
    let ntdll = super::text::wide("ntdll.dll").ok()?;
    // SAFETY: both names end with a NUL; ntdll is never unloaded, and a stub is longer than 8 bytes.
    let stub = unsafe {
        let found = GetProcAddress(GetModuleHandleW(ntdll.as_ptr()), name.as_ptr().cast())?;
        std::ptr::read_unaligned(found as *const [u8; 8])
    };
    (stub[..4] == NUMBER_64).then(|| u32::from_le_bytes([stub[4], stub[5], stub[6], stub[7]]))
}

/// Ids of the threads of these processes, with their process.
///
/// # Errors
/// Windows refuses.
pub fn of(pids: &[u32]) -> Result<Vec<(u32, u32)>, SysError> {
    // SAFETY: no pointers are passed.
    let snapshot = Owned::take(
        unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0) },
        "CreateToolhelp32Snapshot",
    )?;
    let mut entry = THREADENTRY32 {
        dwSize: size_of::<THREADENTRY32>() as u32,
        ..THREADENTRY32::default()
    };
    let mut found = Vec::new();
    // SAFETY: the entry has its size set and outlives the call.
    let mut more = unsafe { Thread32First(snapshot.raw(), &raw mut entry) };
    while more != 0 {
        if pids.contains(&entry.th32OwnerProcessID) {
            found.push((entry.th32OwnerProcessID, entry.th32ThreadID));
        }
        // SAFETY: as above.
        more = unsafe { Thread32Next(snapshot.raw(), &raw mut entry) };
    }
    Ok(found)
}

/// The call for input that a thread is blocked in; none: another, or none at all. The thread is
/// suspended for a moment.
#[must_use]
pub fn blocked(pid: u32, thread: u32, calls: Calls) -> Option<Blocked> {
    let memory = Memory::open(pid).ok()?;
    let rights = THREAD_SUSPEND_RESUME | THREAD_GET_CONTEXT | THREAD_QUERY_INFORMATION;
    // SAFETY: no pointers are passed.
    let open = Owned::take(unsafe { OpenThread(rights, 0, thread) }, "OpenThread").ok()?;
    let mut wide = CONTEXT {
        ContextFlags: CONTEXT_CONTROL_AMD64 | CONTEXT_INTEGER_AMD64,
        ..CONTEXT::default()
    };
    let mut narrow = WOW64_CONTEXT {
        ContextFlags: WOW64_CONTEXT_CONTROL,
        ..WOW64_CONTEXT::default()
    };
    // SAFETY: both contexts have their flags set and outlive the calls; the thread runs again at once.
    let (has_wide, has_narrow) = unsafe {
        if SuspendThread(open.raw()) == u32::MAX {
            return None;
        }
        let has_wide = GetThreadContext(open.raw(), &raw mut wide) != 0;
        let has_narrow = Wow64GetThreadContext(open.raw(), &raw mut narrow) != 0;
        ResumeThread(open.raw());
        (has_wide, has_narrow)
    };
    let in_64 = has_wide.then(|| in_64(&memory, &wide, calls)).flatten();
    let in_32 = || has_narrow.then(|| in_32(&memory, &narrow, calls)).flatten();
    let (call, stack, words) = in_64.or_else(in_32)?;
    Some(Blocked {
        thread,
        stack,
        call,
        words,
    })
}

type Found = (Call, usize, Vec<usize>);

fn in_64(memory: &Memory, context: &CONTEXT, calls: Calls) -> Option<Found> {
    let stub = memory.bytes((context.Rip as usize).checked_sub(CALLED_64)?, 8)?;
    if stub[..4] != NUMBER_64 {
        return None;
    }
    let number = u32::from_le_bytes([stub[4], stub[5], stub[6], stub[7]]);
    let stack = context.Rsp as usize;
    let mut words: Vec<usize> = memory
        .bytes(stack, STACK * 8)?
        .as_chunks::<8>()
        .0
        .iter()
        .map(|word| usize::from_le_bytes(*word))
        .collect();
    // The sixth argument: behind the return address, four places for registers, and the fifth.
    let code = *words.get(6)? as u32;
    let call = of_number(number, calls, code)?;
    words.extend(
        [
            context.Rbx,
            context.Rbp,
            context.Rsi,
            context.Rdi,
            context.R10,
            context.R12,
            context.R13,
            context.R14,
            context.R15,
        ]
        .map(|register| register as usize),
    );
    Some((call, stack, words))
}

fn in_32(memory: &Memory, context: &WOW64_CONTEXT, calls: Calls) -> Option<Found> {
    let stub = memory.bytes((context.Eip as usize).checked_sub(CALLED_32)?, 5)?;
    if stub[0] != NUMBER_32 {
        return None;
    }
    let number = u32::from(u16::from_le_bytes([stub[1], stub[2]]));
    let stack = context.Esp as usize;
    let words: Vec<usize> = memory
        .bytes(stack, STACK * 4)?
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word) as usize)
        .collect();
    // All arguments are on the stack, behind the return address.
    let code = *words.get(6)? as u32;
    let call = of_number(number, calls, code)?;
    Some((call, stack, vec![*words.get(1)?]))
}

fn of_number(number: u32, calls: Calls, code: u32) -> Option<Call> {
    match number {
        n if n == calls.read => Some(Call::Read),
        n if n == calls.control => Some(Call::Control(code)),
        _ => None,
    }
}
