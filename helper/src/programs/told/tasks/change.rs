//! `schtasks /change` and `/delete`.
//!
//! Source: Microsoft Learn, "schtasks change", "schtasks delete".

use super::definition::{self, sid_of};
use super::store;
use crate::programs::told::clock::Moment;
use crate::programs::told::desk::{Desk, Played, Stop, told};
use crate::programs::told::options::{Options, Takes, bad};
use std::io::BufRead;

/// One line of stdin says yes; its end says no.
pub fn yes() -> bool {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.is_ok() && line.trim().eq_ignore_ascii_case("y")
}

/// What `/change`, `/delete`, `/run` and `/end` say of a task that is not there.
pub fn missing(name: &str) -> Stop {
    Stop::error(
        1,
        format!("ERROR: The specified task name \"{name}\" does not exist in the system."),
    )
}

pub fn delete(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let program = "SCHTASKS /DELETE";
    let table = [
        ("S", Takes::Value),
        ("U", Takes::Value),
        ("P", Takes::Maybe),
        ("TN", Takes::Value),
        ("F", Takes::Nothing),
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
    let all = name == "*";
    let tasks = match all {
        // The wildcard means the tasks of the root folder.
        true => store::all(desk)?
            .into_iter()
            .filter(|t| t.path == "\\")
            .collect(),
        false => vec![store::find(desk, &store::address(name))?.ok_or_else(|| missing(name))?],
    };
    if !options.has("F") {
        let what = match all {
            true => "all tasks".to_owned(),
            false => format!("the task \"{name}\""),
        };
        desk.out(format!(
            "WARNING: Are you sure you want to remove {what} (Y/N)? "
        ));
        if !yes() {
            return Err(Stop::error(1, ""));
        }
    }
    for task in tasks {
        task.remove(desk)?;
        let shown = if all { task.name.as_str() } else { name };
        desk.out(format!(
            "SUCCESS: The scheduled task \"{shown}\" was successfully deleted."
        ));
    }
    told(0)
}

pub fn change(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    use Takes::{Maybe, Nothing, Value};
    let program = "SCHTASKS /CHANGE";
    let table = [
        ("S", Value),
        ("U", Value),
        ("P", Maybe),
        ("TN", Value),
        ("RU", Value),
        ("RP", Maybe),
        ("TR", Value),
        ("ST", Value),
        ("RI", Value),
        ("ET", Value),
        ("DU", Value),
        ("K", Nothing),
        ("SD", Value),
        ("ED", Value),
        ("IT", Nothing),
        ("RL", Value),
        ("ENABLE", Nothing),
        ("DISABLE", Nothing),
        ("Z", Nothing),
        ("DELAY", Value),
        ("HRESULT", Nothing),
    ];
    let options = Options::read(program, args, &table)?;
    super::local(desk, &options)?;
    let Some(name) = options.value("TN") else {
        return Err(bad(
            program,
            "Invalid syntax. Mandatory option 'tn' is missing.",
        ));
    };
    if options.has("ENABLE") && options.has("DISABLE") {
        return Err(bad(
            program,
            "Invalid syntax. /ENABLE and /DISABLE cannot be used together.",
        ));
    }
    for refused in ["RI", "ET", "DU", "K", "SD", "ED", "IT", "Z", "DELAY"] {
        if options.has(refused) {
            return Err(Stop::refused(format!(
                "/change /{}",
                refused.to_lowercase()
            )));
        }
    }
    if !["RU", "RP", "TR", "ST", "RL", "ENABLE", "DISABLE"]
        .iter()
        .any(|o| options.has(o))
    {
        return Err(bad(
            program,
            "Invalid syntax. At least one option to change is needed.",
        ));
    }
    let mut task = store::find(desk, &store::address(name))?.ok_or_else(|| missing(name))?;
    let d = &mut task.definition;
    if options.has("ENABLE") || options.has("DISABLE") {
        let on = if options.has("ENABLE") {
            "true"
        } else {
            "false"
        };
        d.child_mut("Settings").child_mut("Enabled").text = on.to_owned();
    }
    if let Some(line) = options.value("TR") {
        let (command, arguments) = super::create::parted(line);
        d.child_mut("Actions").children = vec![definition::exec(&command, &arguments, "")];
    }
    if let Some(user) = options.value("RU") {
        let user = if user.is_empty() { "SYSTEM" } else { user };
        let Some(sid) = sid_of(user) else {
            return Err(Stop::refused(format!("/change /ru {user}")));
        };
        let principal = d.child_mut("Principals").child_mut("Principal");
        principal.child_mut("UserId").text = sid.to_owned();
        principal.children.retain(|c| c.name != "LogonType");
    }
    if let Some(level) = options.value("RL") {
        let level = match level.to_uppercase().as_str() {
            "LIMITED" => "LeastPrivilege",
            "HIGHEST" => "HighestAvailable",
            _ => {
                return Err(bad(
                    program,
                    &format!("Invalid syntax. '{level}' value is not allowed for '/RL' option."),
                ));
            }
        };
        let principal = d.child_mut("Principals").child_mut("Principal");
        principal.child_mut("RunLevel").text = level.to_owned();
    }
    if let Some(time) = options.value("ST") {
        for trigger in &mut d.child_mut("Triggers").children {
            let start = trigger.at(&["StartBoundary"]).and_then(Moment::parse);
            let day = start.map(Moment::boundary).map(|b| b[..10].to_owned());
            let moved = day.and_then(|day| Moment::parse(&format!("{day}T{time}:00")));
            let Some(moved) = moved else {
                return Err(bad(
                    program,
                    &format!("Invalid syntax. '{time}' value is not allowed for '/ST' option."),
                ));
            };
            trigger.child_mut("StartBoundary").text = moved.boundary();
        }
    }
    task.save(desk)?;
    desk.out(format!(
        "SUCCESS: The parameters of scheduled task \"{name}\" have been changed."
    ));
    told(0)
}
