//! `net`: users and groups from the device's stores, services truly through the service manager.
//!
//! Source: Microsoft Learn, "net user", "net localgroup", "Net services command-line overview"; texts
//! of errors by their numbers in "Network Management Error Codes".

mod people;
mod services;
mod users;

#[cfg(test)]
mod tests;

use super::desk::{Desk, Played, Stop, play, same, told};
use crate::programs::{Call, Ended};

/// A line under a heading.
const RULE: &str =
    "-------------------------------------------------------------------------------";
const DONE: &str = "The command completed successfully.\n";

const USAGE: &str = "The syntax of this command is:

NET
    [ ACCOUNTS | COMPUTER | CONFIG | CONTINUE | FILE | GROUP | HELP |
      HELPMSG | LOCALGROUP | PAUSE | SESSION | SHARE | START |
      STATISTICS | STOP | TIME | USE | USER | VIEW ]
";

/// The program.
pub fn net(call: &mut Call<'_>) -> Ended {
    play(call, run)
}

/// An error of the network functions: `NET HELPMSG` explains it.
fn helped(number: u32, text: &str) -> Stop {
    Stop::error(
        2,
        format!("{text}\n\nMore help is available by typing NET HELPMSG {number}.\n"),
    )
}

/// An error of Windows itself.
fn system(number: u32, text: &str) -> Stop {
    Stop::error(
        2,
        format!("System error {number} has occurred.\n\n{text}\n"),
    )
}

fn run(desk: &mut Desk<'_, '_>) -> Played {
    let args = desk.args();
    let Some((first, rest)) = args.split_first() else {
        return Err(Stop::error(1, USAGE));
    };
    let refused = || Err(Stop::refused(args.join(" ")));
    match first.to_lowercase().as_str() {
        "user" | "users" => users::user(desk, rest),
        "localgroup" => users::localgroup(desk, rest),
        "start" => services::start(desk, rest),
        "stop" => services::stop(desk, rest),
        "pause" => services::control(desk, rest, 2, "paus"),
        "continue" => services::control(desk, rest, 3, "continu"),
        // Neither sessions nor open files of others are there unless they are declared.
        "session" | "sessions" if rest.is_empty() => none(desk, "smbSessions", ""),
        "file" | "files" if rest.is_empty() => none(desk, "smbOpenFiles", ""),
        "use" => connections(desk, rest),
        "share" if rest.is_empty() => shares(desk),
        "helpmsg" => helpmsg(desk, rest),
        "help" | "/?" | "-?" => {
            desk.out(USAGE);
            told(0)
        }
        "accounts" | "computer" | "config" | "file" | "group" | "session" | "share"
        | "statistics" | "time" | "view" | "name" | "send" | "print" => refused(),
        _ => Err(Stop::error(1, USAGE)),
    }
}

/// An empty list, if the device declares nothing for it.
fn none(desk: &mut Desk<'_, '_>, fact: &str, head: &str) -> Played {
    let declared = desk.fact(fact)?;
    if declared.as_array().is_some_and(|rows| !rows.is_empty()) {
        return Err(Stop::refused(format!("the declared {fact}")));
    }
    desk.out(format!("{head}There are no entries in the list.\n"));
    told(0)
}

fn connections(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    if args.is_empty() {
        return none(
            desk,
            "smbMappings",
            "New connections will be remembered.\n\n",
        );
    }
    let deletes = args.iter().any(|a| same(a, "/delete") || same(a, "/d"));
    let mapped = desk.fact("smbMappings")?;
    if deletes && mapped.as_array().is_none_or(Vec::is_empty) {
        if args[0] == "*" {
            desk.out("There are no entries in the list.\n");
            return told(0);
        }
        return Err(helped(2250, "The network connection could not be found."));
    }
    Err(Stop::refused(format!("use {}", args[0])))
}

fn shares(desk: &mut Desk<'_, '_>) -> Played {
    let rows = desk.known_table("smbShares", "Name")?;
    desk.out(format!(
        "\nShare name   Resource                        Remark\n\n{RULE}"
    ));
    for row in rows {
        let text = |name: &str| row.text(name).unwrap_or_default();
        desk.out(
            format!(
                "{:12} {:31} {}",
                text("Name"),
                text("Path"),
                text("Description")
            )
            .trim_end(),
        );
    }
    desk.out(DONE);
    told(0)
}

fn helpmsg(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let number: Option<u32> = args.first().and_then(|n| n.parse().ok());
    let text = match number {
        Some(2182) => "The requested service has already been started.",
        Some(2185) => "The service name is invalid.",
        Some(2220) => "The group name could not be found.",
        Some(2221) => "The user name could not be found.",
        Some(2224) => "The account already exists.",
        Some(2250) => "The network connection could not be found.",
        Some(3521) => "The *** service is not started.",
        Some(3534) => "The service did not report an error.",
        _ => return Err(Stop::refused(format!("helpmsg {}", args.join(" ")))),
    };
    desk.out(format!("\n{text}\n"));
    told(0)
}
