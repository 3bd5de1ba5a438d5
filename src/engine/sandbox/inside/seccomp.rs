//! The system call filter of a device: connections and reboots are told to the harness before they
//! go on or are refused. It watches; the namespaces are what contains.

use crate::engine::sandbox::file_calls;
use crate::engine::sandbox::sys::check_long;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

#[cfg(target_arch = "x86_64")]
const ARCH: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCH: u32 = 0xC000_00B7;

/// Always told.
const TOLD: [libc::c_long; 4] = [
    libc::SYS_sendmmsg,
    libc::SYS_reboot,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
];
/// Told but with the length of a `sockaddr_un`: every bash asks for nscd's socket twice at its start,
/// and to be told of it would cost more than all else the harness does for a job. A program that
/// gives this odd length with another family goes unnoted and reaches nothing all the same.
const CONNECT: libc::c_long = libc::SYS_connect;
const UNIX_ADDRESS: u32 = size_of::<libc::sockaddr_un>() as u32;
/// Told only with a destination address (the fifth argument).
const TOLD_WITH_ADDRESS: libc::c_long = libc::SYS_sendto;

/// Offsets in `struct seccomp_data`.
const NUMBER_AT: u32 = 0;
const ARCH_AT: u32 = 4;
const FIRST_ARGUMENT_AT: u32 = 16;
const THIRD_ARGUMENT_AT: u32 = 16 + 2 * 8;
const FIFTH_ARGUMENT_AT: u32 = 16 + 4 * 8;

/// Number PID 1 gives its control socket: `sendmsg` on it is not told. A program of the device
/// with a thousand open files could use it unseen; it would see the world no further for it.
const CONTROL: RawFd = 1021;

/// That number, or the highest this process may have.
pub fn control_number() -> RawFd {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let highest = limit
        .and_then(|l| RawFd::try_from(l).ok())
        .map_or(CONTROL, |l| l - 1);
    CONTROL.min(highest)
}

/// x32 numbers on x86-64 carry this bit.
const X32: u32 = 0x4000_0000;

fn load(offset: u32) -> libc::sock_filter {
    step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, offset)
}

fn give(action: u32) -> libc::sock_filter {
    step(libc::BPF_RET | libc::BPF_K, 0, 0, action)
}

fn step(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    }
}

/// The program: `told` is what happens to the calls above.
fn program(told: u32, control: RawFd, points: bool) -> Vec<libc::sock_filter> {
    let equals = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let mut p = vec![
        load(ARCH_AT),
        // Calls of another architecture (32-bit programs) are not watched.
        step(equals, 1, 0, ARCH),
        give(libc::SECCOMP_RET_ALLOW),
        load(NUMBER_AT),
        step(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, 0, 1, X32),
        give(libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
    ];
    // PID 1 itself sends the listener under the filter; nobody could answer that call.
    p.extend([
        step(equals, 0, 4, libc::SYS_sendmsg as u32),
        load(FIRST_ARGUMENT_AT),
        step(equals, 0, 1, control as u32),
        give(libc::SECCOMP_RET_ALLOW),
        give(told),
    ]);
    p.extend([
        step(equals, 0, 4, CONNECT as u32),
        load(THIRD_ARGUMENT_AT),
        step(equals, 0, 1, UNIX_ADDRESS),
        give(libc::SECCOMP_RET_ALLOW),
        give(told),
    ]);
    let files = file_calls::numbers().filter(|_| points);
    for number in TOLD.into_iter().chain(files) {
        p.push(step(equals, 0, 1, number as u32));
        p.push(give(told));
    }
    p.extend([
        step(equals, 0, 5, TOLD_WITH_ADDRESS as u32),
        load(FIFTH_ARGUMENT_AT),
        step(equals, 0, 2, 0),
        load(FIFTH_ARGUMENT_AT + 4),
        step(equals, 1, 0, 0),
        give(told),
        give(libc::SECCOMP_RET_ALLOW),
    ]);
    p
}

/// Reboots only, where the kernel cannot tell the harness.
fn refuse_reboots() -> Vec<libc::sock_filter> {
    let equals = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let mut p = vec![
        load(ARCH_AT),
        step(equals, 1, 0, ARCH),
        give(libc::SECCOMP_RET_ALLOW),
    ];
    p.push(load(NUMBER_AT));
    for number in [
        libc::SYS_reboot,
        libc::SYS_kexec_load,
        libc::SYS_kexec_file_load,
    ] {
        p.push(step(equals, 0, 1, number as u32));
        p.push(give(libc::SECCOMP_RET_ERRNO | libc::EPERM as u32));
    }
    p.push(give(libc::SECCOMP_RET_ALLOW));
    p
}

fn install(program: &[libc::sock_filter], flags: libc::c_ulong) -> io::Result<libc::c_long> {
    let whole = libc::sock_fprog {
        len: program.len() as libc::c_ushort,
        filter: program.as_ptr().cast_mut(),
    };
    // SAFETY: the program outlives the call, which copies it.
    check_long(unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::c_long::from(libc::SECCOMP_SET_MODE_FILTER),
            flags,
            &raw const whole,
        )
    })
}

/// Installs the filter for this process and all it will start; gives the listener.
///
/// Without user notification reboots are refused only, and the error says why.
pub fn watch(control: BorrowedFd<'_>, points: bool) -> Result<OwnedFd, String> {
    let told = program(libc::SECCOMP_RET_USER_NOTIF, control.as_raw_fd(), points);
    // Signals must not break a call that waits for the harness (Linux 5.19).
    let patient = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    let fd =
        install(&told, patient).or_else(|_| install(&told, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER));
    match fd {
        // SAFETY: the kernel has just made it.
        Ok(fd) => Ok(unsafe { OwnedFd::from_raw_fd(fd as RawFd) }),
        Err(e) => {
            let second = match install(&refuse_reboots(), 0) {
                Ok(_) => "reboot calls are refused unseen".to_owned(),
                Err(e) => format!("reboot calls are left to the user namespace ({e})"),
            };
            Err(format!("connections are not watched, {second}: {e}"))
        }
    }
}

const SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: libc::c_ulong = 1 << 5;
