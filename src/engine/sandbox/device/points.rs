//! System calls on files, held until somebody lets them go.

use super::calls::{Memory, job_of};
use crate::engine::points::{Held, Points, Tell};
use crate::engine::sandbox::file_calls::{CALLS, Call};
use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Folders that a system comes with or that are no files: what is done there is no step of a job.
const SYSTEM: &[&str] = &[
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys", "/dev",
];
/// A part of the Agent's own folders: reading its script is no step of a job either.
const PACKAGES: &str = "CentraStage";
/// Longest path that is read.
const LONGEST: usize = 4096;

/// What happens to calls on files.
#[derive(Default)]
struct State {
    to: Option<Tell>,
    held: Vec<u64>,
    listener: Option<Arc<OwnedFd>>,
    /// The PID namespace of the device, by which its processes are told from those of others.
    namespace: Option<PathBuf>,
}

/// The holder of one device's calls.
#[derive(Default)]
pub struct Holder(Mutex<State>);

impl Holder {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where held calls are answered.
    pub fn listens(&self, listener: &Arc<OwnedFd>) {
        self.state().listener = Some(Arc::clone(listener));
    }

    /// Takes a call that is to be held; `false`: it is not, and goes on now.
    pub fn takes(&self, call: &libc::seccomp_notif) -> bool {
        let number = i64::from(call.data.nr);
        let Some(kind) = CALLS.iter().find(|c| c.number == number) else {
            return false;
        };
        let mut state = self.state();
        if state.to.is_none() {
            return false;
        }
        let Some(job) = job_of(call.pid) else {
            return false;
        };
        let Some(path) = path_of(call, kind) else {
            return false;
        };
        if path
            .components()
            .any(|p| p.as_os_str().to_string_lossy().contains(PACKAGES))
            || SYSTEM.iter().any(|s| path.starts_with(s))
        {
            return false;
        }
        let held = Held {
            id: call.id,
            job,
            call: format!("{} {}{}", kind.word, path.display(), opened(call, kind)),
        };
        if state.namespace.is_none() {
            state.namespace = namespace(call.pid);
        }
        state.held.push(call.id);
        let told = state.to.as_ref().is_some_and(|to| to(held));
        if !told {
            state.held.retain(|id| *id != call.id);
        }
        told
    }

    fn answer(state: &State, id: u64) {
        let Some(listener) = &state.listener else {
            return;
        };
        let mut reply = libc::seccomp_notif_resp {
            id,
            val: 0,
            error: 0,
            flags: libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32,
        };
        // SAFETY: the kernel reads one `seccomp_notif_resp`. A caller that died meanwhile is no
        // error worth telling.
        let _ = unsafe {
            libc::ioctl(
                listener.as_raw_fd(),
                libc::SECCOMP_IOCTL_NOTIF_SEND as _,
                &raw mut reply,
            )
        };
    }
}

impl Points for Holder {
    fn tell(&self, to: Option<Tell>) {
        let mut state = self.state();
        state.to = to;
        if state.to.is_none() {
            for id in std::mem::take(&mut state.held) {
                Holder::answer(&state, id);
            }
        }
    }

    fn release(&self, held: &Held) {
        let mut state = self.state();
        state.held.retain(|id| *id != held.id);
        Holder::answer(&state, held.id);
    }

    fn kill(&self, job: u32) {
        // Once more for those that were being started meanwhile.
        let device = self.state().namespace.clone();
        for _ in 0..3 {
            for pid in processes(job, device.as_deref()) {
                // SAFETY: a plain call; the number was this job's a moment ago, and the kernel gives
                // numbers anew only after all others.
                unsafe { libc::kill(pid, libc::SIGKILL) };
            }
        }
    }

    fn busy(&self, job: u32) -> bool {
        let device = self.state().namespace.clone();
        processes(job, device.as_deref()).into_iter().any(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let state = stat
                .rsplit_once(") ")
                .and_then(|(_, rest)| rest.chars().next());
            matches!(state, Some('R' | 'D'))
        })
    }
}

/// The PID namespace of a process.
fn namespace(pid: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/ns/pid")).ok()
}

/// Processes of a job of a device, in the host's numbering.
fn processes(job: u32, device: Option<&Path>) -> Vec<libc::pid_t> {
    let Ok(all) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    all.flatten()
        .filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| job_of(*pid) == Some(job) && namespace(*pid).as_deref() == device)
        .filter_map(|pid| libc::pid_t::try_from(pid).ok())
        .collect()
}

/// The path of a call, as the job sees it.
fn path_of(call: &libc::seccomp_notif, kind: &Call) -> Option<PathBuf> {
    let arguments = &call.data.args;
    let mut raw = vec![0; LONGEST];
    let got = Memory(call.pid).text(arguments[kind.path], &mut raw)?;
    let written = PathBuf::from(String::from_utf8_lossy(&raw[..got]).into_owned());
    if written.is_absolute() {
        return Some(plain(&written));
    }
    let at = kind.at.then(|| arguments[kind.path - 1] as i32);
    let folder = match at {
        Some(fd) if fd != libc::AT_FDCWD => format!("/proc/{}/fd/{fd}", call.pid),
        _ => format!("/proc/{}/cwd", call.pid),
    };
    Some(plain(&fs::read_link(folder).ok()?.join(written)))
}

/// A path without `.` and `..` parts; links are left as they are.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// How a file is opened.
fn opened(call: &libc::seccomp_notif, kind: &Call) -> &'static str {
    if kind.word != "opens" {
        return "";
    }
    let flags = call.data.args[kind.path + 1] as i32;
    match flags & libc::O_ACCMODE {
        libc::O_RDONLY if flags & libc::O_DIRECTORY != 0 => " as a folder",
        libc::O_RDONLY => " for reading",
        _ if flags & libc::O_APPEND != 0 => " for appending",
        _ if flags & libc::O_TRUNC != 0 => " for writing anew",
        _ => " for writing",
    }
}

#[cfg(test)]
mod tests {
    use super::plain;
    use std::path::{Path, PathBuf};

    #[test]
    fn paths_are_plain() {
        assert_eq!(plain(Path::new("/a/./b/../c")), PathBuf::from("/a/c"));
    }
}
