//! System calls on files, held until somebody lets them go.

use super::calls::{Memory, job_of};
use super::standing;
use crate::engine::points::{Doing, Held, Look, Points, Tell};
use crate::engine::sandbox::file_calls::{CALLS, Call, LOCKS, LOOKS, Named, OPENS};
use crate::engine::sandbox::sys;
use std::fs;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Folders that a system comes with or that are no files: to read there is no step of a job.
const SYSTEM: &[&str] = &[
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/proc", "/sys", "/dev",
];
/// What libraries and shells read of themselves. Other files below `/etc` may be a vendor's.
const LIBRARIES: &[&str] = &[
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/passwd",
    "/etc/group",
    "/etc/nsswitch.conf",
    "/etc/localtime",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/gai.conf",
    "/etc/selinux",
    "/etc/ssl",
    "/etc/alternatives",
];
/// Nothing there is kept, whoever writes to it; but shared memory is.
const NO_FILES: &[&str] = &["/proc", "/sys", "/dev"];
const SHARED: &str = "/dev/shm";
/// A part of the Agent's own folders: reading its script is no step of a job either.
const PACKAGES: &str = "CentraStage";
/// Longest path that is read.
const LONGEST: usize = 4096;

/// What happens to calls on files.
#[derive(Default)]
struct State {
    to: Option<Tell>,
    /// Calls that are held, with the thread that makes each, by its number on the device.
    held: Vec<(u64, u32)>,
    listener: Option<Arc<OwnedFd>>,
    /// The device's own `/proc`.
    proc: Option<OwnedFd>,
    /// The PID namespace of the device, by which its processes are told from those of others.
    namespace: Option<PathBuf>,
}

/// The holder of one device's calls.
#[derive(Default)]
pub struct Holder {
    state: Mutex<State>,
    /// Calls that were taken up by who answers them, and those that he is done with: answered, or
    /// held.
    begun: AtomicU64,
    done: AtomicU64,
}

impl Holder {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where held calls are answered.
    pub fn listens(&self, listener: &Arc<OwnedFd>) {
        self.state().listener = Some(Arc::clone(listener));
    }

    /// Where the device's processes are seen; without it all of them seem to work.
    pub fn sees(&self, proc: &OwnedFd) {
        let mut state = self.state();
        state.proc = proc.try_clone().ok();
        state.namespace = None;
    }

    /// A watched call is about to be taken up.
    pub fn begins(&self) {
        self.begun.fetch_add(1, Ordering::SeqCst);
    }

    /// It was answered, or is held.
    pub fn ends(&self) {
        self.done.fetch_add(1, Ordering::SeqCst);
    }

    /// How many calls were taken up, where none is on its way: who makes a call that nobody has
    /// looked at yet sleeps, and yet works.
    fn quiet(&self, state: &State) -> Option<u64> {
        let mut waiting = [sys::readable(state.listener.as_ref()?)];
        let none = sys::poll(&mut waiting, 0).is_ok() && waiting[0].revents & libc::POLLIN == 0;
        // After that, for a call that was taken up before it counts as begun now.
        let done = self.done.load(Ordering::SeqCst);
        let begun = self.begun.load(Ordering::SeqCst);
        (none && begun == done).then_some(begun)
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
        if beside(&path, reads(call, kind)) {
            return false;
        }
        let Some((thread, process)) = numbers(call.pid) else {
            return false;
        };
        let held = Held {
            id: call.id,
            job,
            process,
            call: words(call, kind, &path),
        };
        if state.namespace.is_none() {
            state.namespace = namespace(call.pid);
        }
        state.held.push((call.id, thread));
        let told = state.to.as_ref().is_some_and(|to| to(held));
        if !told {
            state.held.retain(|(id, _)| *id != call.id);
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
            for (id, _) in std::mem::take(&mut state.held) {
                Holder::answer(&state, id);
            }
        }
    }

    fn release(&self, held: &Held) {
        let mut state = self.state();
        state.held.retain(|(id, _)| *id != held.id);
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

    fn look(&self, job: u32) -> Look {
        let works = |worked| Look {
            doing: Doing::Works,
            worked,
        };
        let state = self.state();
        let Some(proc) = &state.proc else {
            return works(0);
        };
        let before = self.quiet(&state);
        let held = |thread| state.held.iter().any(|(_, h)| *h == thread);
        let look = standing::of(proc.as_fd(), job, &held);
        match before {
            Some(_) if before == self.quiet(&state) => look,
            _ => works(look.worked),
        }
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

/// Number of a thread, and of its process, on its device.
fn numbers(thread: u32) -> Option<(u32, u32)> {
    let status = fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let innermost = |key: &str| {
        let line = status.lines().find_map(|l| l.strip_prefix(key))?;
        line.split_whitespace().next_back()?.parse().ok()
    };
    Some((innermost("NSpid:")?, innermost("NStgid:")?))
}

/// The file of a call, as the job sees it; none that is no file.
fn path_of(call: &libc::seccomp_notif, kind: &Call) -> Option<PathBuf> {
    let arguments = &call.data.args;
    let (argument, folder) = match kind.file {
        Named::Descriptor(argument) => {
            let open = format!("/proc/{}/fd/{}", call.pid, arguments[argument] as i32);
            let kept = fs::metadata(&open).is_ok_and(|m| m.is_file() || m.is_dir());
            return kept.then(|| fs::read_link(open).ok()).flatten();
        }
        Named::Path(argument) => (argument, libc::AT_FDCWD),
        Named::PathAt(argument) => (argument, arguments[argument - 1] as i32),
    };
    let mut raw = vec![0; LONGEST];
    let got = Memory(call.pid).text(arguments[argument], &mut raw)?;
    if got == 0 {
        return None;
    }
    let written = PathBuf::from(String::from_utf8_lossy(&raw[..got]).into_owned());
    if written.is_absolute() {
        return Some(plain(&written));
    }
    let folder = match folder {
        libc::AT_FDCWD => format!("/proc/{}/cwd", call.pid),
        fd => format!("/proc/{}/fd/{fd}", call.pid),
    };
    Some(plain(&fs::read_link(folder).ok()?.join(written)))
}

/// A call that changes nothing.
fn reads(call: &libc::seccomp_notif, kind: &Call) -> bool {
    match kind.word {
        LOOKS => true,
        OPENS => flags(call, kind) & (libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC) == 0,
        _ => false,
    }
}

/// How an opening call opens.
fn flags(call: &libc::seccomp_notif, kind: &Call) -> i32 {
    match kind.file {
        Named::Path(at) | Named::PathAt(at) => call.data.args[at + 1] as i32,
        Named::Descriptor(_) => 0,
    }
}

/// What is done there is no step of a job.
fn beside(path: &Path, reads: bool) -> bool {
    let below = |folders: &[&str]| folders.iter().any(|f| path.starts_with(f));
    let agents = path
        .components()
        .any(|p| p.as_os_str().to_string_lossy().contains(PACKAGES));
    agents
        || path == Path::new("/")
        || (below(NO_FILES) && !path.starts_with(SHARED))
        || (reads && !path.starts_with(SHARED) && (below(SYSTEM) || below(LIBRARIES)))
}

/// A call in words.
fn words(call: &libc::seccomp_notif, kind: &Call, path: &Path) -> String {
    let path = path.display();
    match kind.word {
        OPENS => format!("{OPENS} {path}{}", opened(flags(call, kind))),
        LOCKS if call.data.args[1] as i32 & libc::LOCK_UN != 0 => format!("unlocks {path}"),
        word => format!("{word} {path}"),
    }
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
fn opened(flags: i32) -> &'static str {
    match flags & libc::O_ACCMODE {
        libc::O_RDONLY if flags & libc::O_DIRECTORY != 0 => " as a folder",
        libc::O_RDONLY => " for reading",
        _ if flags & libc::O_EXCL != 0 => " if nobody has made it",
        _ if flags & libc::O_APPEND != 0 => " for appending",
        _ if flags & libc::O_TRUNC != 0 => " for writing anew",
        _ => " for writing",
    }
}

#[cfg(test)]
mod tests {
    use super::{beside, plain};
    use std::path::{Path, PathBuf};

    #[test]
    fn paths_are_plain() {
        assert_eq!(plain(Path::new("/a/./b/../c")), PathBuf::from("/a/c"));
    }

    #[test]
    fn files_of_vendors_are_steps_and_those_of_the_system_are_none() {
        let read = |path| beside(Path::new(path), true);
        let written = |path| beside(Path::new(path), false);
        for path in [
            "/etc/vendor/state",
            "/dev/shm/state",
            "/var/lib/x",
            "/opt/x",
        ] {
            assert!(!read(path) && !written(path), "{path}");
        }
        for path in ["/usr/lib/vendor/state", "/etc/hosts"] {
            assert!(read(path) && !written(path), "{path}");
        }
        for path in ["/dev/null", "/proc/1/stat", "/opt/CentraStage/Packages/x"] {
            assert!(read(path) && written(path), "{path}");
        }
    }
}
