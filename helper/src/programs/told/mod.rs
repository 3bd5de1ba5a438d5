//! Programs that answer from the device's facts and stores. What is not known of a device is refused
//! by name on stderr with exit code [`desk::REFUSED`]; a missing fact is never guessed.
//!
//! All of them ask through [`super::Ask`], so they run against a device made up in tests.

pub mod clock;
pub mod desk;
pub mod events;
pub mod options;
pub mod row;
pub mod shutdown;
pub mod tasks;
pub mod xml;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod shutdown_tests;

use super::Program;

const SYSTEM32: &str = "system32";

/// The programs of this folder, sorted by name.
pub const PROGRAMS: &[Program] = &[
    Program {
        name: "eventcreate",
        folder: SYSTEM32,
        run: events::eventcreate::eventcreate,
    },
    Program {
        name: "schtasks",
        folder: SYSTEM32,
        run: tasks::schtasks,
    },
    Program {
        name: "shutdown",
        folder: SYSTEM32,
        run: shutdown::shutdown,
    },
    Program {
        name: "wevtutil",
        folder: SYSTEM32,
        run: events::wevtutil::wevtutil,
    },
];
