//! Signals with which systemd is told to restart or stop the machine. The kernel keeps them from a
//! PID 1 that does not take them, so this one takes them, and the harness is told.

use crate::engine::sandbox::sys;
use rustix::io::write;
use std::io;
use std::os::fd::OwnedFd;

/// SIGRTMIN of glibc, by which scripts on a device count.
const FIRST: libc::c_int = 34;
/// Past SIGRTMIN: halt, poweroff, reboot, kexec, soft-reboot, first in order, then at once
/// (systemd(1), "Signals").
const ENDING: [libc::c_int; 10] = [3, 4, 5, 6, 7, 13, 14, 15, 16, 17];
/// Size of `struct signalfd_siginfo`, which begins with the number of the signal.
const SIZE: usize = 128;
/// Begins what is written to the FIFO of sysrq for a signal.
pub const SENT: &str = "kill -";

/// Signals of PID 1.
pub struct Signals {
    pub fd: OwnedFd,
    /// The FIFO of sysrq: the harness reads it when a job has ended.
    pub told: OwnedFd,
}

impl Signals {
    /// Takes the signals from here on.
    pub fn take(told: OwnedFd) -> io::Result<Signals> {
        let ending = ENDING.iter().map(|past| FIRST + past);
        let all = [libc::SIGCHLD, libc::SIGINT].into_iter().chain(ending);
        Ok(Signals {
            fd: sys::signals(all)?,
            told,
        })
    }

    /// Reads all that came, and tells what would have ended the machine.
    pub fn read(&self) {
        let mut buffer = [0; 4 * SIZE];
        while let Ok(Some(got)) = sys::read_some(&self.fd, &mut buffer) {
            if got == 0 {
                return;
            }
            for signal in buffer[..got].chunks_exact(SIZE) {
                let number = u32::from_ne_bytes([signal[0], signal[1], signal[2], signal[3]]);
                if let Some(name) = name(number as libc::c_int) {
                    // A full FIFO tells of enough attempts.
                    let _ = write(&self.told, format!("{SENT}{name} 1\n").as_bytes());
                }
            }
        }
    }
}

fn name(number: libc::c_int) -> Option<String> {
    match number {
        libc::SIGINT => Some("INT".into()),
        _ if ENDING.contains(&(number - FIRST)) => Some(format!("RTMIN+{}", number - FIRST)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn only_signals_that_end_the_machine_have_a_name() {
        assert_eq!(name(2).as_deref(), Some("INT"));
        assert_eq!(name(39).as_deref(), Some("RTMIN+5"));
        assert_eq!(name(libc::SIGCHLD), None);
        assert_eq!(name(34), None);
    }
}
