//! Programs that list and end processes.

mod filter;
mod list;
mod taskkill;
mod tasklist;

use super::Program;

/// One process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Task {
    pub pid: u32,
    pub parent: u32,
    /// File name: `cmd.exe`.
    pub name: String,
    /// Bytes of its working set.
    pub memory: u64,
    /// `HOST\name`; empty where it cannot be told.
    pub user: String,
    /// Seconds of processor time.
    pub cpu: u64,
    /// Title of its first visible window; empty for none.
    pub title: String,
    /// Services it runs.
    pub services: Vec<String>,
}

/// What is ours and no process of the device.
pub const HIDDEN: &str = "shakedown-helper.exe";

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "taskkill",
        folder: "system32",
        run: taskkill::run,
    },
    Program {
        name: "tasklist",
        folder: "system32",
        run: tasklist::run,
    },
];
