//! Programs that search text: Wine's own ignore most of their switches, and so find what they should not.

mod find;
mod findstr;
mod pattern;
mod read;

pub use read::wild;

use super::Program;

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "find",
        folder: "system32",
        run: find::run,
    },
    Program {
        name: "findstr",
        folder: "system32",
        run: findstr::run,
    },
];
