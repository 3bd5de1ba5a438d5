//! Processes and the marks of their jobs, as `/proc` tells them; the host engine reads them so too.

pub use super::device::procs::{Pipes, Process, all, of_job};
pub use super::inside::TAG_BASE;
