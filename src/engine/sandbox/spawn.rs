//! Starting a program with `posix_spawn`, which costs the same whatever the caller holds in memory.

use super::sys::cstring;
use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// What [`spawn`] is to start.
pub struct Spawn<'a> {
    pub program: &'a [u8],
    /// With the program's own name first.
    pub argv: &'a [Vec<u8>],
    /// `NAME=value` each.
    pub env: &'a [Vec<u8>],
    pub cwd: &'a [u8],
    /// Become 0, 1 and 2 of the new process.
    pub stdio: [BorrowedFd<'a>; 3],
}

/// `posix_spawn` in a session of its own with an empty signal mask; no signal is ignored by the
/// caller, so none is by the program.
pub fn spawn(order: &Spawn<'_>) -> io::Result<libc::pid_t> {
    let strings = |list: &[Vec<u8>]| -> io::Result<Vec<CString>> {
        list.iter().map(|s| cstring(s)).collect()
    };
    let pointers = |list: &[CString]| -> Vec<*mut libc::c_char> {
        list.iter()
            .map(|s| s.as_ptr().cast_mut())
            .chain(std::iter::once(std::ptr::null_mut()))
            .collect()
    };
    let (argv, env) = (strings(order.argv)?, strings(order.env)?);
    let (argv_ptr, env_ptr) = (pointers(&argv), pointers(&env));
    let (program, cwd) = (cstring(order.program)?, cstring(order.cwd)?);
    let done = |code: libc::c_int| match code {
        0 => Ok(()),
        code => Err(io::Error::from_raw_os_error(code)),
    };
    // SAFETY: attributes and actions are initialised before use and destroyed after; all strings
    // outlive the call, which does not return before the child has left this memory (vfork).
    unsafe {
        let mut actions = std::mem::zeroed::<libc::posix_spawn_file_actions_t>();
        let mut attributes = std::mem::zeroed::<libc::posix_spawnattr_t>();
        done(libc::posix_spawn_file_actions_init(&raw mut actions))?;
        done(libc::posix_spawnattr_init(&raw mut attributes))?;
        let mut pid = 0;
        let result = (|| {
            for (number, fd) in order.stdio.iter().enumerate() {
                done(libc::posix_spawn_file_actions_adddup2(
                    &raw mut actions,
                    fd.as_raw_fd(),
                    number as libc::c_int,
                ))?;
            }
            done(libc::posix_spawn_file_actions_addchdir_np(
                &raw mut actions,
                cwd.as_ptr(),
            ))?;
            let mut set = std::mem::zeroed::<libc::sigset_t>();
            libc::sigemptyset(&raw mut set);
            done(libc::posix_spawnattr_setsigmask(
                &raw mut attributes,
                &raw const set,
            ))?;
            let flags = libc::POSIX_SPAWN_SETSID as libc::c_int | libc::POSIX_SPAWN_SETSIGMASK;
            done(libc::posix_spawnattr_setflags(
                &raw mut attributes,
                flags as libc::c_short,
            ))?;
            done(libc::posix_spawn(
                &raw mut pid,
                program.as_ptr(),
                &raw const actions,
                &raw const attributes,
                argv_ptr.as_ptr(),
                env_ptr.as_ptr(),
            ))
        })();
        libc::posix_spawn_file_actions_destroy(&raw mut actions);
        libc::posix_spawnattr_destroy(&raw mut attributes);
        result.map(|()| pid)
    }
}
