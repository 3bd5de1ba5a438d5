//! `schtasks` over the device's scheduled tasks. One object of the store `tasks` is one task; its
//! shape is that of PowerShell's module here: `path` (`\Folder\`), `name`, `xml` or `declared`,
//! `lastRunTime`, `lastTaskResult`, `missedRuns`, `launcher` while it runs, `removed`.
//!
//! Source: Microsoft Learn, "schtasks commands" and its pages; "Task Scheduler Schema".

pub mod action;
pub mod change;
pub mod create;
pub mod definition;
pub mod file;
pub mod next;
pub mod query;
pub mod run;
pub mod schedule;
pub mod store;

#[cfg(test)]
mod tests;

use super::desk::{Desk, Played, Stop, play, told};
use super::options::bad;
use crate::programs::{Call, Ended};

const USAGE: &str = "
SCHTASKS /parameter [arguments]

Description:
    Enables an administrator to create, delete, query, change, run and
    end scheduled tasks on a local or remote system.

Parameter List:
    /Create         Creates a new scheduled task.

    /Delete         Deletes the scheduled task(s).

    /Query          Displays all scheduled tasks.

    /Change         Changes the properties of scheduled task.

    /Run            Runs the scheduled task on demand.

    /End            Stops the currently running scheduled task.

    /ShowSid        Shows the security identifier corresponding to a scheduled task name.

    /?              Displays this help message.

Examples:
    SCHTASKS
    SCHTASKS /?
    SCHTASKS /Run /?
    SCHTASKS /End /?
    SCHTASKS /Create /?
    SCHTASKS /Delete /?
    SCHTASKS /Query  /?
    SCHTASKS /Change /?
    SCHTASKS /ShowSid /?";

/// The program.
pub fn schtasks(call: &mut Call<'_>) -> Ended {
    play(call, run)
}

fn run(desk: &mut Desk<'_, '_>) -> Played {
    let args = desk.args();
    let Some(first) = args.first() else {
        return query::query(desk, &[]);
    };
    let rest = &args[1..];
    let command = first.to_lowercase();
    if rest.iter().any(|a| a == "/?") {
        return Err(Stop::refused(format!("{first} /? (its help text)")));
    }
    match command.trim_start_matches(['/', '-']) {
        "?" => {
            desk.out(USAGE);
            told(0)
        }
        "create" => create::create(desk, rest),
        "query" => query::query(desk, rest),
        "delete" => change::delete(desk, rest),
        "change" => change::change(desk, rest),
        "run" => run::run(desk, rest),
        "end" => run::end(desk, rest),
        "showsid" => Err(Stop::refused("/showsid")),
        _ => Err(bad(
            "SCHTASKS",
            &format!("Invalid argument/option - '{first}'."),
        )),
    }
}

/// Refuses another computer.
fn local(desk: &Desk<'_, '_>, options: &super::options::Options) -> Result<(), Stop> {
    match options.value("S") {
        Some(system) if !desk.is_this(system)? => {
            Err(Stop::refused(format!("/S {system} (another computer)")))
        }
        _ => Ok(()),
    }
}
