//! Programs that copy, walk and pack files: truly, on the device's own disk.

mod forfiles;
mod robocopy;
mod tar;
mod whereis;

use super::{Ended, Program};

pub const PROGRAMS: &[Program] = &[
    // A word of Windows' cmd that does nothing and that Wine's lacks: `break>file` empties a file.
    Program {
        name: "break",
        folder: "system32",
        run: |_| Ended::done(0),
    },
    Program {
        name: "forfiles",
        folder: "system32",
        run: forfiles::run,
    },
    Program {
        name: "robocopy",
        folder: "system32",
        run: robocopy::run,
    },
    Program {
        name: "tar",
        folder: "system32",
        run: tar::run,
    },
    Program {
        name: "where",
        folder: "system32",
        run: whereis::run,
    },
];
