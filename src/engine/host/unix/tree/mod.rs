//! Processes of a job on this machine: started so that its whole tree can be found and ended.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
mod unix;

#[cfg(target_os = "linux")]
pub use linux::all;
#[cfg(not(target_os = "linux"))]
pub use other::all;
pub use unix::{Job, privileged, start};

use std::io::{Read, Write};

/// A program that was started.
pub struct Started {
    pub job: Job,
    /// Held open for [`crate::engine::Stdin::Open`]; dropped when the program has ended.
    pub stdin: Option<Box<dyn Write + Send>>,
    pub stdout: Box<dyn Read + Send>,
    pub stderr: Box<dyn Read + Send>,
}
