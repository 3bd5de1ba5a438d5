//! What runs inside a Windows device.
//!
//! One EXE with two roles, chosen by the name it was started under (`src/main.rs`):
//!
//! ```text
//!  harness ◄──stdin/stdout──► resident helper        one per device: starts jobs, reads the registry
//!                               ▲ named pipe
//!                             programs               the same EXE named shutdown.exe, schtasks.exe ...
//! ```
//!
//! [`programs`] are the programs; [`protocol`] is what they say to each other and knows no Windows; the harness on Linux uses it too.

pub mod programs;
pub mod protocol;
pub mod resident;

#[cfg(windows)]
pub mod windows;

#[cfg(not(windows))]
mod elsewhere;
#[cfg(not(windows))]
use elsewhere as os;
#[cfg(windows)]
use windows as os;
