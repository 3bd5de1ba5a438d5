//! `wineboot`: what Wine starts where a program asks Windows itself to restart, to shut down or to log
//! off (`ExitWindowsEx`). That is told to the device and not done. What else Wine asks of it, the
//! making of a session above all, Wine's own does.
//!
//! Wine's call tells little: logging off looks like shutting down, and with force it is not told which
//! of the three is meant.

use super::{Answer, Call, Ended, Program, Question};
use serde_json::json;

/// Programs of this file.
pub(super) const PROGRAMS: &[Program] = &[Program {
    name: NAME,
    folder: "system32",
    run,
}];

/// Name of the program.
pub const NAME: &str = "wineboot";

/// Options that make or change a session: Wine's own does them.
const MAKES: [&str; 4] = ["-i", "--init", "-u", "--update"];
/// Options that end one.
const ENDS: [&str; 8] = [
    "-e",
    "--end-session",
    "-k",
    "--kill",
    "-r",
    "--restart",
    "-s",
    "--shutdown",
];

/// Whether a call ends the session: then it is told and not done.
#[must_use]
pub fn ends(args: &[String]) -> bool {
    let any = |options: &[&str]| args.iter().any(|a| options.contains(&a.as_str()));
    any(&ENDS) && !any(&MAKES)
}

/// `none`: Wine does not tell.
fn restarts(args: &[String]) -> Option<bool> {
    let any = |options: [&str; 2]| args.iter().any(|a| options.contains(&a.as_str()));
    (!any(["-k", "--kill"])).then(|| !any(["-s", "--shutdown"]))
}

fn run(call: &mut Call<'_>) -> Ended {
    if !ends(&call.args) {
        return call.refuse("only Wine itself may call this");
    }
    let note = Question::Note {
        name: "reboot".into(),
        value: json!({ "by": caller(), "restart": restarts(&call.args) }),
    };
    match call.device.ask(&note) {
        Ok(Answer::Done) => Ended::facts(0),
        Ok(other) => call.refuse(format_args!("an answer of another kind: {other:?}")),
        Err(what) => call.refuse(what),
    }
}

/// Command line of the process that asked.
#[cfg(windows)]
fn caller() -> String {
    use crate::windows::processes;
    let listed = processes::all().unwrap_or_default();
    let this = listed.iter().find(|p| p.pid == std::process::id());
    let parent = this.and_then(|this| listed.iter().find(|p| p.pid == this.parent));
    parent.map_or_else(
        || "a program that has ended".into(),
        |parent| match processes::command_line(parent.pid) {
            line if line.is_empty() => parent.name.clone(),
            line => line,
        },
    )
}

#[cfg(not(windows))]
fn caller() -> String {
    "a program".into()
}

/// Has Wine's own do it, from the folder that Wine names to the session's first processes.
#[cfg(windows)]
#[must_use]
pub fn pass_on(args: &[String]) -> i32 {
    let Some(folder) = std::env::var_os("WINEDLLDIR0") else {
        eprintln!("shakedown: {NAME}: Wine does not tell where its own is");
        return 1;
    };
    let folder = folder.to_string_lossy().replacen(r"\??\", r"\\?\", 1);
    let own = format!(r"{folder}\x86_64-windows\{NAME}.exe");
    match std::process::Command::new(&own).args(args).status() {
        Ok(ended) => ended.code().unwrap_or(1),
        Err(e) => {
            eprintln!("shakedown: {NAME}: {own}: {e}");
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn only_the_end_of_a_session_is_kept_from_wine() {
        for (line, told, restart) in [
            ("--end-session", true, Some(true)),
            ("--end-session --shutdown", true, Some(false)),
            ("--kill", true, None),
            ("-e -f -s", true, Some(false)),
            ("--init", false, Some(true)),
            ("-r --init", false, Some(true)),
            ("-u", false, Some(true)),
            ("", false, Some(true)),
        ] {
            assert_eq!(
                (ends(&words(line)), restarts(&words(line))),
                (told, restart),
                "{line}"
            );
        }
    }
}
