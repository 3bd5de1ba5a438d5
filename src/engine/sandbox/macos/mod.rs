//! A played macOS: its commands as doubles that answer from the device's declared facts and files.
//!
//! What a command does not do truly here it refuses by name with an exit code other than 0, so that
//! a scenario must say what it wants (`doubles:`). Differences between macOS's and Linux's own
//! `stat`, `sed`, `md5`, `date`, `ps` and the like are not played: scripts meet the Linux ones.

mod defaults;
mod launchd;
mod plist;
mod store;
mod system;

use super::doubles::Facts;

/// Version the played macOS tells.
pub const VERSION: &str = "14.7.1";
/// Its build.
pub const BUILD: &str = "23H222";

/// Folder and name of each command as macOS has it.
pub const PLACES: [(&str, &str); 27] = [
    ("/usr/bin", "sw_vers"),
    ("/usr/bin", "osascript"),
    ("/usr/bin", "defaults"),
    ("/usr/sbin", "installer"),
    ("/bin", "launchctl"),
    ("/usr/sbin", "system_profiler"),
    ("/usr/sbin", "ioreg"),
    ("/usr/sbin", "scutil"),
    ("/usr/bin", "dscl"),
    ("/usr/sbin", "diskutil"),
    ("/usr/sbin", "softwareupdate"),
    ("/usr/sbin", "pkgutil"),
    ("/usr/bin", "hdiutil"),
    ("/usr/sbin", "spctl"),
    ("/usr/bin", "xattr"),
    ("/usr/bin", "plutil"),
    ("/usr/sbin", "networksetup"),
    ("/sbin", "ifconfig"),
    ("/usr/bin", "uname"),
    ("/usr/bin", "csrutil"),
    ("/usr/bin", "profiles"),
    ("/usr/bin", "fdesetup"),
    ("/usr/bin", "pmset"),
    ("/usr/bin", "security"),
    ("/usr/bin", "codesign"),
    ("/usr/libexec", "PlistBuddy"),
    ("/usr/bin", "open"),
];

/// The names alone.
pub const COMMANDS: [&str; 27] = {
    let mut names = [""; 27];
    let mut i = 0;
    while i < names.len() {
        names[i] = PLACES[i].1;
        i += 1;
    }
    names
};

/// Does what a command of macOS does; gives its exit code, `None` when the name is none of them.
pub fn run(name: &str, args: &[String], stdin: &[u8], facts: &Facts) -> Option<i32> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match name {
        "defaults" => defaults::run(&words),
        "plutil" => store::plutil(&words, stdin),
        "launchctl" => launchd::run(&words),
        // AppleScript cannot be run here; the call is recorded all the same.
        "osascript" => Err(Refusal::not_played(name, &words)),
        _ if COMMANDS.contains(&name) => system::run(name, &words, facts),
        _ => return None,
    };
    Some(match done {
        Ok(text) => {
            use std::io::Write;
            // A reader that went away is the caller's affair.
            let _ = std::io::stdout().write_all(text.as_bytes());
            0
        }
        Err(Refusal { exit, message }) => {
            if !message.is_empty() {
                eprintln!("{message}");
            }
            exit
        }
    })
}

/// A command's failure.
#[derive(Debug, PartialEq)]
pub struct Refusal {
    pub exit: i32,
    pub message: String,
}

impl Refusal {
    pub fn new(exit: i32, message: impl Into<String>) -> Refusal {
        Refusal {
            exit,
            message: message.into(),
        }
    }

    /// For what is not done truly here.
    pub fn not_played(command: &str, args: &[&str]) -> Refusal {
        Refusal::new(
            1,
            format!(
                "{command}: this played macOS does not do `{command} {}`; \
                 say in the scenario's `doubles` what it answers",
                args.join(" ")
            ),
        )
    }
}

type Done = Result<String, Refusal>;
