//! Processes of a device, read from its own `/proc` through a descriptor.

use crate::engine::sandbox::inside::TAG_BASE;
use crate::rmm::observed::LeftProcess;
use rustix::fs::{Dir, Mode, OFlags};
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

/// Longest file of `/proc` that is read.
const LONGEST: u64 = 64 << 10;
/// Longest command line that is told.
const LONGEST_COMMAND: usize = 4_096;

/// A living process.
pub struct Process {
    pub pid: u32,
    pub name: String,
    pub command_line: String,
    /// It is on a processor or waits for one.
    pub running: bool,
    /// The job it belongs to, when its tag tells.
    pub job: Option<u32>,
    /// `/proc/PID` itself.
    pub folder: OwnedFd,
}

/// The inodes of a job's output pipes.
#[derive(Clone, Copy)]
pub struct Pipes {
    pub stdout: u64,
    pub stderr: u64,
}

impl Process {
    fn open(proc: &OwnedFd, pid: u32) -> Option<Process> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::openat(proc, pid.to_string(), flags, Mode::empty()).ok()?;
        let stat = read(&folder, "stat")?;
        let (name, state) = name_and_state(&stat)?;
        if matches!(state, 'Z' | 'X' | 'x') {
            return None;
        }
        let job = read(&folder, "timerslack_ns").and_then(|s| job_of_tag(&s));
        let arguments = read(&folder, "cmdline").unwrap_or_default();
        let mut command_line = arguments.trim_end_matches('\0').replace('\0', " ");
        if command_line.len() > LONGEST_COMMAND {
            let mut cut = LONGEST_COMMAND;
            while !command_line.is_char_boundary(cut) {
                cut -= 1;
            }
            command_line.truncate(cut);
        }
        Some(Process {
            pid,
            name,
            command_line,
            running: state == 'R',
            job,
            folder,
        })
    }

    /// As it is reported; with the pipes it is told which of them it holds.
    pub fn left(&self, pipes: Option<Pipes>) -> LeftProcess {
        let mut left = LeftProcess {
            pid: self.pid,
            name: self.name.clone(),
            command_line: self.command_line.clone(),
            holds_stdout: false,
            holds_stderr: false,
        };
        if let Some(pipes) = pipes {
            for (_, target) in self.descriptors() {
                let inode = pipe_inode(&target);
                left.holds_stdout |= inode == Some(pipes.stdout);
                left.holds_stderr |= inode == Some(pipes.stderr);
            }
        }
        left
    }

    /// Open descriptors with what they are.
    pub fn descriptors(&self) -> Vec<(i32, String)> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(folder) = rustix::fs::openat(&self.folder, "fd", flags, Mode::empty()) else {
            return Vec::new();
        };
        numbers(&folder)
            .filter_map(|fd| self.descriptor(fd as i32).map(|target| (fd as i32, target)))
            .collect()
    }

    /// What one descriptor is: `pipe:[123]`, `/dev/pts/0`.
    pub fn descriptor(&self, fd: i32) -> Option<String> {
        rustix::fs::readlinkat(&self.folder, format!("fd/{fd}"), Vec::new())
            .ok()
            .map(|target| target.to_string_lossy().into_owned())
    }

    /// A file of its folder in `/proc`.
    pub fn file(&self, name: &str) -> Option<String> {
        read(&self.folder, name)
    }
}

/// `123` of `pipe:[123]`.
pub fn pipe_inode(target: &str) -> Option<u64> {
    target
        .strip_prefix("pipe:[")?
        .strip_suffix(']')?
        .parse()
        .ok()
}

/// The job that a tag, the text of `timerslack_ns`, stands for.
pub fn job_of_tag(text: &str) -> Option<u32> {
    let tag = text.trim().parse::<u32>().ok()?;
    tag.checked_sub(TAG_BASE).filter(|job| *job > 0)
}

/// Name and state letter of a `/proc/PID/stat` line; the name may hold anything, brackets too.
pub fn name_and_state(stat: &str) -> Option<(String, char)> {
    let (head, tail) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    Some((name.to_owned(), tail.trim_start().chars().next()?))
}

fn read(folder: &OwnedFd, name: &str) -> Option<String> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let file = rustix::fs::openat(folder, name, flags, Mode::empty()).ok()?;
    let mut content = Vec::new();
    File::from(file)
        .take(LONGEST)
        .read_to_end(&mut content)
        .ok()?;
    Some(String::from_utf8_lossy(&content).into_owned())
}

fn numbers(folder: &OwnedFd) -> impl Iterator<Item = u32> {
    Dir::read_from(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| e.file_name().to_str().ok().and_then(|n| n.parse().ok()))
}

/// Every living process but PID 1, by number.
pub fn all(proc: &OwnedFd) -> Vec<Process> {
    let mut pids: Vec<u32> = numbers(proc).filter(|pid| *pid != 1).collect();
    pids.sort_unstable();
    pids.into_iter()
        .filter_map(|pid| Process::open(proc, pid))
        .collect()
}

/// Living processes of one job.
pub fn of_job(proc: &OwnedFd, job: u32) -> Vec<Process> {
    all(proc)
        .into_iter()
        .filter(|p| p.job == Some(job))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_brackets_are_whole() {
        assert_eq!(
            name_and_state("7 (a (b) c) S 1"),
            Some(("a (b) c".into(), 'S'))
        );
        assert_eq!(name_and_state("7 a S"), None);
        assert_eq!(pipe_inode("pipe:[42]"), Some(42));
        assert_eq!(pipe_inode("socket:[42]"), None);
    }
}
