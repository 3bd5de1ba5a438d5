//! The resident helper: one process on each Windows device that starts jobs, reads and watches the
//! registry and hands on what programs ask. Frames come on its stdin and go out on its stdout; it ends
//! with its stdin, and every job ends with it.

pub mod data;
pub mod hand_over;
pub mod hive_text;

#[cfg(windows)]
mod ahead;
#[cfg(windows)]
mod asks;
#[cfg(windows)]
mod consoles;
#[cfg(windows)]
mod hives;
#[cfg(windows)]
mod jobs;
#[cfg(windows)]
mod machine;
#[cfg(windows)]
mod members;
#[cfg(windows)]
mod registry;
#[cfg(windows)]
mod serve;
#[cfg(windows)]
mod streams;
#[cfg(windows)]
mod surroundings;
#[cfg(windows)]
mod waits;
#[cfg(windows)]
mod watches;
#[cfg(windows)]
mod wire;
#[cfg(windows)]
mod workers;

#[cfg(windows)]
pub use consoles::{HOLD, hold};
#[cfg(windows)]
pub use serve::{Place, run};
