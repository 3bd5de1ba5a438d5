//! Who the device's jobs run as, and the environment they find next time.

mod setx;
mod whoami;

use super::Program;

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "setx",
        folder: "system32",
        run: setx::run,
    },
    Program {
        name: "whoami",
        folder: "system32",
        run: whoami::run,
    },
];
