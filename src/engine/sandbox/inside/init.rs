//! PID 1 of a device: starts what the harness orders, reaps everything, reports the ends of jobs.

use super::build::Built;
use super::signals::Signals;
use super::{SYSCALLS_WATCHED, TAG_BASE, kill, seccomp, tell_failure};
use crate::engine::sandbox::spawn;
use crate::engine::sandbox::sys::{self, Ended};
use crate::engine::sandbox::wire::{self, Answer, Report, ToInit};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// A job's first process that has not ended yet.
struct Running {
    pid: libc::pid_t,
    answer: OwnedFd,
}

struct Init {
    control: OwnedFd,
    running: Vec<Running>,
    keep: bool,
}

/// Runs as PID 1 to the end.
pub fn run(control: OwnedFd, built: Built) -> ! {
    let number = seccomp::control_number();
    let control = match sys::move_to(control, number) {
        Ok(moved) => moved,
        Err(_) => sys::exit_now(1),
    };
    let error = match start(&control, built) {
        Ok(signals) => {
            let mut init = Init {
                control,
                running: Vec::new(),
                keep: false,
            };
            init.serve(&signals)
        }
        Err(failure) => {
            tell_failure(control.as_fd(), &failure);
            1
        }
    };
    sys::exit_now(error)
}

/// Last steps of the boot; gives the signals that tell of children.
fn start(control: &OwnedFd, built: Built) -> Result<Signals, super::Failure> {
    use super::Step;
    let Built {
        root,
        proc,
        doubles,
        sysrq,
        log,
        mut remarks,
        points,
    } = built;
    let told = sysrq
        .try_clone()
        .step(|| "hold the FIFO for sysrq".into())?;
    let signals = Signals::take(told).step(|| "watch for ends of processes".into())?;
    // The harness's program and memory are behind /proc/1: not even the device's root may look.
    sys::prctl(libc::PR_SET_DUMPABLE, 0).step(|| "close /proc/1".into())?;
    let calls = match seccomp::watch(control.as_fd(), points) {
        Ok(listener) => {
            remarks.push(SYSCALLS_WATCHED.into());
            Some(listener)
        }
        Err(remark) => {
            remarks.push(remark);
            None
        }
    };
    let ready = Report::Ready { pid: 1, remarks };
    let mut fds: Vec<BorrowedFd<'_>> = vec![
        root.as_fd(),
        proc.as_fd(),
        doubles.as_fd(),
        sysrq.as_fd(),
        log.as_fd(),
    ];
    fds.extend(calls.iter().map(AsFd::as_fd));
    wire::send(control.as_fd(), &ready, &fds).step(|| "answer the harness".into())?;
    drop((root, proc, doubles, sysrq, log, calls));
    sys::close_all_but(&[control.as_fd(), signals.fd.as_fd(), signals.told.as_fd()]);
    Ok(signals)
}

impl Init {
    fn serve(&mut self, signals: &Signals) -> i32 {
        let mut control_open = true;
        loop {
            let mut fds = [sys::readable(&signals.fd), sys::readable(&self.control)];
            let watched = if control_open { 2 } else { 1 };
            if sys::poll(&mut fds[..watched], -1).is_err() {
                return 1;
            }
            if fds[0].revents != 0 {
                // Before the children, so that an attempt is told by the time its job has ended.
                // One signal may stand for many children.
                signals.read();
                self.reap_all();
            }
            if control_open && fds[1].revents != 0 {
                match wire::receive::<ToInit>(self.control.as_fd()) {
                    Ok(Some((order, fds))) => self.obey(order, fds),
                    _ if self.keep => control_open = false,
                    _ => return 0,
                }
            }
        }
    }

    fn reap_all(&mut self) {
        while let Some((pid, ended)) = sys::reap(-1, false) {
            if let Some(at) = self.running.iter().position(|r| r.pid == pid) {
                let job = self.running.swap_remove(at);
                tell(
                    &job.answer,
                    match ended {
                        Ended::Code(code) => Answer::Code(code),
                        Ended::Signal(signal) => Answer::Signal(signal),
                    },
                );
            }
        }
    }

    fn obey(&mut self, order: ToInit, mut fds: Vec<OwnedFd>) {
        match order {
            ToInit::Spawn {
                job,
                program,
                argv,
                env,
                cwd,
            } => {
                if fds.len() < 4 {
                    return;
                }
                let answer = fds.swap_remove(3);
                let order = spawn::Spawn {
                    program: &program,
                    argv: &argv,
                    env: &env,
                    cwd: &cwd,
                    stdio: [fds[0].as_fd(), fds[1].as_fd(), fds[2].as_fd()],
                };
                let tag = libc::c_ulong::from(TAG_BASE.saturating_add(job));
                // A kernel that keeps no timer slack costs the attribution of left processes only.
                let _ = sys::prctl(libc::PR_SET_TIMERSLACK, tag);
                let spawned = spawn::spawn(&order);
                let _ = sys::prctl(libc::PR_SET_TIMERSLACK, libc::c_ulong::from(TAG_BASE));
                match spawned {
                    Ok(pid) => self.running.push(Running { pid, answer }),
                    Err(e) => tell(&answer, Answer::NotStarted(e.raw_os_error().unwrap_or(0))),
                }
            }
            ToInit::Kill { job } => {
                let left = kill::tree(TAG_BASE.saturating_add(job), || self.reap_all());
                if let Some(answer) = fds.pop() {
                    tell(&answer, left);
                }
            }
            ToInit::Keep { open } => {
                self.keep = true;
                if open {
                    // Refused, the device cannot be entered; it lives all the same.
                    let _ = sys::prctl(libc::PR_SET_DUMPABLE, 1);
                }
            }
        }
    }
}

fn tell(answer: &OwnedFd, what: Answer) {
    // Whoever asked may have gone; a pipe's few bytes never block.
    let _ = rustix::io::write(answer, &what.to_bytes());
}
