//! Readers of the event log: terminal, JUnit, JSON, and records read back.
//! Every report is a fold over events ([`tale`]); none of them knows how scenarios are run.

pub mod changes;
pub mod clean;
pub mod failure;
pub mod file;
pub mod gather;
pub mod json;
pub mod junit;
pub mod live;
pub mod paint;
pub mod record;
pub mod snippet;
pub mod summary;
pub mod tail;
pub mod tale;
pub mod terminal;

#[cfg(test)]
#[path = "tests/made_up.rs"]
mod made_up;

pub use gather::Gather;
pub use terminal::{Terminal, TerminalOptions};
