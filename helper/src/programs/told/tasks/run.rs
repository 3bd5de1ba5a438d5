//! `schtasks /run` and `/end`.
//!
//! A task runs outside of the job that starts it, so the harness starts it: the note `runTask` asks
//! for it, and the task's `launcher` or a newer `lastRunTime` says that it did. Where nothing of the
//! kind happens the program says so instead of pretending.
//!
//! Source: Microsoft Learn, "schtasks run", "schtasks end".

use super::change::missing;
use super::store::{self, Task};
use crate::programs::told::desk::{Desk, Played, Stop, done};
use crate::programs::told::options::{Options, Takes, bad};
use serde_json::json;
use std::time::{Duration, Instant};

/// How long the harness may take to start or end a task.
#[cfg(not(test))]
const PATIENCE: Duration = Duration::from_secs(10);
#[cfg(test)]
const PATIENCE: Duration = Duration::from_millis(20);

/// The task that the options name.
fn named(desk: &Desk<'_, '_>, args: &[String], program: &str) -> Result<(String, Task), Stop> {
    let table = [
        ("S", Takes::Value),
        ("U", Takes::Value),
        ("P", Takes::Maybe),
        ("I", Takes::Nothing),
        ("TN", Takes::Value),
        ("HRESULT", Takes::Nothing),
    ];
    let options = Options::read(program, args, &table)?;
    super::local(desk, &options)?;
    let Some(name) = options.value("TN") else {
        return Err(bad(
            program,
            "Invalid syntax. Mandatory option 'tn' is missing.",
        ));
    };
    let task = store::find(desk, &store::address(name))?.ok_or_else(|| missing(name))?;
    Ok((name.to_owned(), task))
}

/// Waits until the stored task meets a condition.
fn until(desk: &Desk<'_, '_>, task: &Task, met: impl Fn(&Task) -> bool) -> Result<bool, Stop> {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        let now = store::find(desk, &task.address())?;
        if now.is_none_or(|now| met(&now)) {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(false)
}

pub fn run(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let (name, task) = named(desk, args, "SCHTASKS /RUN")?;
    if !task.enabled() {
        return Err(Stop::error(1, "ERROR: The task is disabled."));
    }
    if !task.running() {
        let action = super::action::action(&task.row.value(), &|_| None);
        if let Err(why) = action {
            return Err(Stop::refused(format!("/run /tn {name} ({why})")));
        }
        let before = task.row.text("lastRunTime");
        desk.note(
            "runTask",
            json!({ "task": task.address(), "by": "schtasks" }),
        )?;
        let started = until(desk, &task, |t| {
            t.running() || t.row.text("lastRunTime") != before
        })?;
        if !started {
            return Err(Stop::refused(format!(
                "/run /tn {name} (the device started nothing)"
            )));
        }
    }
    desk.out(format!(
        "SUCCESS: Attempted to run the scheduled task \"{name}\"."
    ));
    done(0)
}

pub fn end(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let (name, task) = named(desk, args, "SCHTASKS /END")?;
    if task.running() {
        desk.note(
            "endTask",
            json!({ "task": task.address(), "by": "schtasks" }),
        )?;
        if !until(desk, &task, |t| !t.running())? {
            return Err(Stop::refused(format!(
                "/end /tn {name} (the device ended nothing)"
            )));
        }
    }
    desk.out(format!(
        "SUCCESS: The scheduled task \"{name}\" has been terminated successfully."
    ));
    done(0)
}
