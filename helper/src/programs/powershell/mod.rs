//! `powershell` and `pwsh`: the fronts of the PowerShell that `shakedown setup powershell` lays over a
//! device.
//!
//! Windows PowerShell 5.1's command line is translated into that of PowerShell 7 ([`translate`]); what
//! is to be run stays as it was typed, quotes and all. PowerShell then runs with this process' handles
//! and console, and its exit code is this one's.

mod line;
pub mod settings;
mod switches;
mod texts;
mod translate;

#[cfg(test)]
mod tests;

pub use translate::{File, Order, translate};

use super::{Call, Ended, Program};
use crate::os;
use crate::protocol::{Answer, Question};
use serde_json::json;
use std::path::Path;

/// PowerShell itself on a device that has it.
pub const PWSH: &str = r"C:\pwsh\pwsh.exe";
/// The front that the Agent starts.
pub const FRONT: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
/// Way to a device that has PowerShell.
pub const NOT_SET_UP: &str =
    "PowerShell is not set up on this device; way out: shakedown setup powershell";

const fn front(folder: &'static str) -> Program {
    Program {
        name: "powershell",
        folder,
        run: powershell,
    }
}

pub const PROGRAMS: &[Program] = &[
    front(r"system32\WindowsPowerShell\v1.0"),
    front(r"syswow64\WindowsPowerShell\v1.0"),
    Program {
        name: "pwsh",
        folder: "system32",
        run: pwsh,
    },
];

/// Windows PowerShell 5.1's command line.
fn powershell(call: &mut Call<'_>) -> Ended {
    if !is_there() {
        return call.refuse(NOT_SET_UP);
    }
    if narrow() {
        told_narrow(call);
    }
    match translate(call.line, kind_of) {
        Order::Run(line) => run(call, &line, &settings::OF_51),
        Order::Say { out, err, exit } => {
            // A reader that has gone is no fault of the program's.
            let _ = write!(call.out, "{out}");
            let _ = write!(call.err, "{err}");
            Ended::done(exit.cast_signed())
        }
    }
}

/// PowerShell 7 under its own name: its own command line and, but for the modules, its own ways.
fn pwsh(call: &mut Call<'_>) -> Ended {
    if !is_there() {
        return call.refuse(NOT_SET_UP);
    }
    let line = format!("\"{PWSH}\" {}", call.line);
    run(call, &line, &settings::OF_7)
}

fn run(call: &mut Call<'_>, line: &str, settings: &settings::Settings) -> Ended {
    let flushed = call.out.flush().and_then(|()| call.err.flush());
    // What was written before belongs before what PowerShell writes; a reader that has gone is its own.
    drop(flushed);
    let set = settings.missing(|name| std::env::var_os(name).is_some());
    match os::front::run(PWSH, line, &set, settings.removed) {
        Ok(exit) => Ended::done(exit.cast_signed()),
        Err(e) => call.refuse(format_args!("{PWSH} cannot be started: {e}")),
    }
}

/// The device has PowerShell.
#[must_use]
pub fn is_there() -> bool {
    Path::new(PWSH).is_file()
}

/// What stands at a path that was given to `-File`.
fn kind_of(path: &str) -> File {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => File::There,
        _ => File::Missing,
    }
}

/// Likewise, of a process that works in this folder.
#[must_use]
pub fn kind_within(folder: &str, path: &str) -> File {
    kind_of(&Path::new(folder).join(path).to_string_lossy())
}

/// What stands behind the program's name in a whole command line.
#[must_use]
pub fn behind_name(command_line: &str) -> &str {
    line::next(command_line.trim_start_matches([' ', '\t'])).1
}

/// It was started as the 32-bit one.
fn narrow() -> bool {
    std::env::current_exe().is_ok_and(|exe| is_narrow(&exe))
}

fn is_narrow(exe: &Path) -> bool {
    exe.to_string_lossy().to_lowercase().contains(r"\syswow64\")
}

/// Has the result say that the 32-bit PowerShell is played by the 64-bit one.
fn told_narrow(call: &mut Call<'_>) {
    let note = Question::Note {
        name: "unavailable".into(),
        value: json!({
            "command": r"SysWOW64\WindowsPowerShell\v1.0\powershell.exe",
            "why": "the 32-bit PowerShell is played by the 64-bit one, which sees neither the 32-bit view of the registry nor SysWOW64 in the place of System32",
        }),
    };
    let told = match call.device.ask(&note) {
        Ok(Answer::Failed { what }) | Err(what) => Err(what),
        Ok(_) => Ok(()),
    };
    if let Err(what) = told {
        let name = call.name;
        call.complain(format_args!("shakedown: {name}: {what}"));
    }
}
