//! What the harness, the resident helper and the programs of a device say to each other.
//!
//! Between harness and helper: frames ([`frame`]) over the helper's stdin and stdout. Between a
//! program and the helper: one [`Question`] as one line of JSON over the named pipe [`PIPE`], one
//! [`Answer`] as one line back. The helper hands questions on to the harness, which holds the
//! device's facts and stores; so a reboot of the device loses none of them.

pub mod ask;
pub mod frame;
pub mod message;

pub use ask::{Answer, Question};
pub use frame::{Frame, FrameError};
pub use message::{FromHelper, HelperEvent, Reply, Request, ToHelper};

/// Version of the protocol; harness and helper are built together, so any other is refused.
pub const VERSION: u32 = 1;

/// The named pipe on which the resident helper takes the questions of programs.
pub const PIPE: &str = r"\\.\pipe\shakedown";

/// Longest line on the pipe and longest JSON frame, in bytes.
pub const LONGEST: usize = 64 << 20;

/// Deepest nesting of a value that a program sends; PowerShell's own JSON writer goes no deeper. Readers
/// of JSON on the way stop at 128, and lists, answers and frames stand around a value.
pub const DEEPEST: usize = 100;
