//! What the command line asks of the machine it runs on.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{is_root, release};
#[cfg(windows)]
pub use windows::{is_root, release};
