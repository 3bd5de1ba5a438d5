//! Programs that wait for a time or a key.

mod choice;
mod timeout;

use super::Program;

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "choice",
        folder: "system32",
        run: choice::run,
    },
    Program {
        name: "timeout",
        folder: "system32",
        run: timeout::run,
    },
];
