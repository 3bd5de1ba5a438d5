//! The programs that shakedown puts into a Windows device: what Wine lacks or only pretends.
//!
//! Each is one row of [`PROGRAMS`]. A program either does what Windows' own does, or answers from the
//! device's facts and stores, or refuses by name; [`run`] tells the device which of these it was.

mod account;
pub(crate) mod certificates;
pub mod client;
mod errors;
mod files;
pub mod installer;
pub(crate) mod keys;
pub(crate) mod network;
pub mod powershell;
mod refused;
mod run;
mod script;
pub(crate) mod services;
pub(crate) mod tasks;
mod text;
pub mod told;
mod waits;
pub(crate) mod web;
pub mod wineboot;

pub use errors::error_text;
pub use refused::refused_names;
pub use run::{run, run_on};

use crate::protocol::ask::How;
use crate::protocol::{Answer, Question};
use std::fmt::Display;
use std::io::Write;

/// Exit code of every refusal: `ERROR_CALL_NOT_IMPLEMENTED`, which the programs of Windows do not
/// give themselves, so that a script fails by it and a person can look it up. For robocopy, whose
/// codes are bits, it is a failure too.
pub const REFUSED: i32 = 120;

/// The device as programs ask it.
pub trait Ask {
    /// One question, one answer.
    ///
    /// # Errors
    /// The device does not answer: the text says why.
    fn ask(&self, question: &Question) -> Result<Answer, String>;
}

/// One call of a program.
pub struct Call<'a> {
    /// Name without folder and `.exe`, lower case.
    pub name: &'a str,
    /// Arguments after the program's name, split as Windows' C runtime does.
    pub args: Vec<String>,
    /// The command line behind the program's name, as it was typed.
    pub line: &'a str,
    pub device: &'a dyn Ask,
    pub out: &'a mut dyn Write,
    pub err: &'a mut dyn Write,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Exit code; [`REFUSED`] where [`How::Refused`].
    pub exit: i32,
    pub how: How,
}

/// A program of the device.
pub struct Program {
    /// Name without `.exe`, lower case.
    pub name: &'static str,
    /// Folder below `C:\windows`: `system32` (SysWOW64 has it too), [`ONLY_64`] or another.
    pub folder: &'static str,
    pub run: fn(&mut Call<'_>) -> Ended,
}

/// `system32` alone: the program in SysWOW64 is Wine's own.
pub const ONLY_64: &str = "system32 alone";

impl Call<'_> {
    /// A line on stdout. A reader that has gone is no fault of the program's.
    pub fn say(&mut self, line: impl Display) {
        let _ = write!(self.out, "{line}\r\n");
    }

    /// A line on stderr.
    pub fn complain(&mut self, line: impl Display) {
        let _ = write!(self.err, "{line}\r\n");
    }

    /// Refuses by name what cannot be told truly here: one line on stderr and [`REFUSED`].
    pub fn refuse(&mut self, what: impl Display) -> Ended {
        let name = self.name;
        self.complain(format_args!("shakedown: {name}: {what}"));
        Ended {
            exit: REFUSED,
            how: How::Refused,
        }
    }
}

impl Ended {
    /// Done truly on the device.
    #[must_use]
    pub fn done(exit: i32) -> Ended {
        Ended {
            exit,
            how: How::Done,
        }
    }

    /// Answered from the device's facts and stores.
    #[must_use]
    pub fn facts(exit: i32) -> Ended {
        Ended {
            exit,
            how: How::Facts,
        }
    }
}

/// Every program, one table for each file; no name twice.
pub const PROGRAMS: &[&[Program]] = &[
    account::PROGRAMS,
    certificates::PROGRAMS,
    files::PROGRAMS,
    installer::PROGRAMS,
    keys::PROGRAMS,
    network::PROGRAMS,
    powershell::PROGRAMS,
    refused::PROGRAMS,
    script::PROGRAMS,
    services::PROGRAMS,
    tasks::PROGRAMS,
    text::PROGRAMS,
    told::PROGRAMS,
    waits::PROGRAMS,
    wineboot::PROGRAMS,
    web::PROGRAMS,
];

/// Programs of ours that hand on to Wine's own of the same name, which is used besides.
pub const FRONTS: [&str; 4] = ["cscript", "msiexec", "reg", "wscript"];

/// Programs that may run for long. Each is a file of its own on a device: Wine names a process after
/// the file, and all names of one file are one to it, so that `taskkill /im ping.exe` would miss.
pub const LASTING: [&str; 15] = [
    "bitsadmin",
    "certutil",
    "choice",
    "cscript",
    "curl",
    "forfiles",
    "msiexec",
    "ping",
    "powershell",
    "pwsh",
    "robocopy",
    "tar",
    "timeout",
    "where",
    "wscript",
];

/// The program of a name.
pub fn find(name: &str) -> Option<&'static Program> {
    PROGRAMS.iter().copied().flatten().find(|p| p.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_program_stands_twice_in_a_folder() {
        let mut all: Vec<(&str, &str)> = PROGRAMS
            .iter()
            .copied()
            .flatten()
            .map(|p| (p.folder, p.name))
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|(_, name)| *name == name.to_lowercase()));
    }
}
