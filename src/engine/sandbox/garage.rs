//! The harness's side of the garage: one small process per harness that forks each device's
//! chassis, so that a boot costs no program start and no copy of the harness's memory.

use super::inside::GARAGE;
use super::sys;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

struct Garage {
    socket: OwnedFd,
    child: Child,
}

static GARAGE_OF_THIS_PROCESS: Mutex<Option<Garage>> = Mutex::new(None);

fn lock() -> MutexGuard<'static, Option<Garage>> {
    GARAGE_OF_THIS_PROCESS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

impl Garage {
    fn start() -> io::Result<Garage> {
        let (ours, theirs) = sys::socket_pair()?;
        // No pre_exec: std then uses posix_spawn, whatever this process holds in memory. No
        // environment: the device's root could read it.
        let child = Command::new("/proc/self/exe")
            .arg0(GARAGE)
            .env_clear()
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Garage {
            socket: ours,
            child,
        })
    }
}

/// Starts a chassis and gives its socket.
pub fn chassis() -> io::Result<OwnedFd> {
    let (ours, theirs) = sys::socket_pair()?;
    let mut garage = lock();
    for last in [false, true] {
        let present = match garage.take() {
            Some(present) => garage.insert(present),
            None => garage.insert(Garage::start()?),
        };
        match sys::send_with_fds(present.socket.as_fd(), &[0], &[theirs.as_fd()]) {
            Ok(()) => return Ok(ours),
            Err(e) if last => return Err(e),
            // It was killed: one more is started.
            Err(_) => {
                if let Some(mut gone) = garage.take() {
                    let _ = gone.child.wait();
                }
            }
        }
    }
    Err(io::Error::from_raw_os_error(libc::EPIPE))
}
