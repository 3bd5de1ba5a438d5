//! The processes of a device: garage, chassis and PID 1. Nothing here runs in the harness itself.

mod build;
mod chassis;
pub mod guest;
mod init;
mod kill;
mod net;
mod overlay;
mod owned;
mod seccomp;
pub mod signals;

use super::{sys, wire};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};

/// `argv[0]` of the garage.
pub const GARAGE: &str = "shakedown-garage";
/// Folder of the engine on the device; in `/dev`, so that it is in no footprint.
pub const FOLDER: &str = "/dev/.shakedown";
/// Where a double finds the harness.
pub const DOUBLES_SOCKET: &str = "/dev/.shakedown/doubles";
/// What the links of doubles point at: this binary.
pub const DOUBLE: &str = "/dev/.shakedown/double";
/// Folder with the real programs that doubles hide.
pub const REAL: &str = "/dev/.shakedown/real";
/// Folder with what starts this program on a device in a container.
pub const GUEST: &str = "/dev/.shakedown/guest";
/// Timer slack of PID 1's children is this plus the number of their job: it survives fork, exec,
/// setsid and a second fork, and so tells whose process one is.
pub const TAG_BASE: u32 = 50_000;

/// How many descriptors PID 1 sends with [`wire::Report::Ready`] at least: its root, its `/proc`, the listener of doubles and the FIFO of sysrq.
pub const READY_FDS: usize = 5;
/// A remark that a fifth descriptor, the system call listener, came too.
pub const SYSCALLS_WATCHED: &str = "system calls are watched";

/// A step of the set-up with its error.
pub struct Failure {
    pub what: String,
    pub error: io::Error,
}

/// Says which step an error belongs to.
pub trait Step<T> {
    fn step(self, what: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T, E: Into<io::Error>> Step<T> for Result<T, E> {
    fn step(self, what: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|error| Failure {
            what: what(),
            error: error.into(),
        })
    }
}

fn tell_failure(socket: BorrowedFd<'_>, failure: &Failure) {
    let errno = failure.error.raw_os_error().unwrap_or(0);
    let what = match errno {
        0 => format!("{}: {}", failure.what, failure.error),
        _ => failure.what.clone(),
    };
    // The harness may be gone; then nobody is left to tell.
    let _ = wire::send(socket, &wire::Report::Failed { what, errno }, &[]);
}

/// The garage: started once by each harness while it is small or not, it forks a chassis for each
/// device, which costs far less than to start a program anew. Its stdin is the harness's socket;
/// each byte that comes carries a chassis's socket.
pub fn garage() -> ! {
    sys::reset_signals();
    sys::ignore_children(true);
    // A session of its own: Ctrl-C on the terminal is for the harness alone.
    let _ = rustix::process::setsid();
    sys::close_from(3);
    // SAFETY: descriptor 0 is the socket the harness gave and belongs to nobody else here.
    let socket = unsafe { OwnedFd::from_raw_fd(0) };
    loop {
        let mut fds = Vec::new();
        match sys::recv_with_fds(socket.as_fd(), &mut [0], &mut fds) {
            Ok(n) if n > 0 => {}
            _ => sys::exit_now(0),
        }
        for device in fds {
            match sys::fork_into(libc::CLONE_NEWNS) {
                Ok(sys::Forked::Child) => {
                    drop(socket);
                    chassis::run(device, false);
                }
                Ok(sys::Forked::Parent(_)) => {}
                // As a normal user a mount namespace needs a user namespace, which the chassis
                // makes itself.
                Err(_) => match sys::fork_into(0) {
                    Ok(sys::Forked::Child) => {
                        drop(socket);
                        chassis::run(device, true);
                    }
                    Ok(sys::Forked::Parent(_)) => {}
                    Err(error) => tell_failure(
                        device.as_fd(),
                        &Failure {
                            what: "start a process".into(),
                            error,
                        },
                    ),
                },
            }
        }
    }
}
