//! Which processes jobs had, kept after they have ended: what is told of a process may come later.

use crate::windows::SysError;
use crate::windows::job::{Arrivals, JobObject};
use crate::windows::processes;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Most processes that are remembered; the oldest is forgotten.
const MOST: usize = 4096;
/// How often, and how often in all, a process is asked for a command line that it does not have yet.
const AGAIN: Duration = Duration::from_millis(1);
const TIMES: u32 = 20;

/// One process of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub pid: u32,
    pub job: u32,
    /// Empty where it had ended before it could be asked.
    pub command_line: String,
}

/// The processes of all jobs.
#[derive(Debug)]
pub struct Members {
    arrivals: Arrivals,
    known: Mutex<VecDeque<Member>>,
}

impl Members {
    /// Takes them down from now on.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn start() -> Result<Arc<Members>, SysError> {
        let members = Arc::new(Members {
            arrivals: Arrivals::new()?,
            known: Mutex::default(),
        });
        let own = Arc::clone(&members);
        thread::spawn(move || {
            while let Ok((job, pid)) = own.arrivals.next() {
                own.add(pid, job);
            }
        });
        Ok(members)
    }

    /// Takes down the processes that a job gets.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn follow(&self, object: &JobObject, job: u32) -> Result<(), SysError> {
        object.tell(&self.arrivals, job)
    }

    /// Takes down one process.
    pub fn add(&self, pid: u32, job: u32) {
        let member = Member {
            pid,
            job,
            command_line: command_line(pid),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.pop_front();
        }
        known.push_back(member);
    }

    /// The process that had this id last.
    #[must_use]
    pub fn find(&self, pid: u32) -> Option<Member> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().rev().find(|m| m.pid == pid).cloned()
    }
}

/// A new process has no command line before it has run a little.
fn command_line(pid: u32) -> String {
    for _ in 0..TIMES {
        let line = processes::command_line(pid);
        if !line.is_empty() {
            return line;
        }
        thread::sleep(AGAIN);
    }
    String::new()
}
