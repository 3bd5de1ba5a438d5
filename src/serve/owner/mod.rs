//! Files that nobody but their owner may read.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{private, restrict};
#[cfg(windows)]
pub use windows::{private, restrict};
