//! `schtasks /query`.
//!
//! Source: Microsoft Learn, "schtasks query".

use super::definition;
use super::next::{next, shown};
use super::store::{self, Task};
use crate::programs::told::clock::Moment;
use crate::programs::told::desk::{Desk, Played, Stop, same, told};
use crate::programs::told::options::{Options, Takes, bad};
use crate::programs::told::xml::Element;

/// Names of the columns of `/v`, in order; the first five of `/fo list` without it.
const COLUMNS: [&str; 28] = [
    "HostName",
    "TaskName",
    "Next Run Time",
    "Status",
    "Logon Mode",
    "Last Run Time",
    "Last Result",
    "Author",
    "Task To Run",
    "Start In",
    "Comment",
    "Scheduled Task State",
    "Idle Time",
    "Power Management",
    "Run As User",
    "Delete Task If Not Rescheduled",
    "Stop Task If Runs X Hours and X Mins",
    "Schedule",
    "Schedule Type",
    "Start Time",
    "Start Date",
    "End Date",
    "Days",
    "Months",
    "Repeat: Every",
    "Repeat: Until: Time",
    "Repeat: Until: Duration",
    "Repeat: Stop If Still Running",
];

pub fn query(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let table = [
        ("S", Takes::Value),
        ("U", Takes::Value),
        ("P", Takes::Maybe),
        ("FO", Takes::Value),
        ("NH", Takes::Nothing),
        ("V", Takes::Nothing),
        ("TN", Takes::Value),
        ("XML", Takes::Maybe),
        ("HRESULT", Takes::Nothing),
    ];
    let options = Options::read("SCHTASKS /QUERY", args, &table)?;
    super::local(desk, &options)?;
    let format = options.value("FO").unwrap_or("TABLE").to_uppercase();
    if !["TABLE", "LIST", "CSV"].contains(&format.as_str()) {
        return Err(bad(
            "SCHTASKS /QUERY",
            &format!("Invalid syntax. '{format}' value is not allowed for '/FO' option."),
        ));
    }
    if format == "LIST" && options.has("NH") {
        return Err(bad(
            "SCHTASKS /QUERY",
            "Invalid syntax. /NH option is allowed only for \"TABLE\" and \"CSV\" formats.",
        ));
    }
    let mut tasks = store::all(desk)?;
    if let Some(name) = options.value("TN") {
        let address = store::address(name);
        let folder = format!("{}\\", address.trim_end_matches('\\'));
        let is_folder = name.ends_with('\\') || !tasks.iter().any(|t| same(&t.address(), &address));
        tasks.retain(|t| match is_folder {
            true => same(&t.path, &folder),
            false => same(&t.address(), &address),
        });
        if tasks.is_empty() {
            let what = match store::split(&address).0 {
                "\\" => "The system cannot find the file specified.",
                folder if store::all(desk)?.iter().any(|t| same(&t.path, folder)) => {
                    "The system cannot find the file specified."
                }
                _ => "The system cannot find the path specified.",
            };
            return Err(Stop::error(1, format!("ERROR: {what}")));
        }
    }
    if options.has("XML") {
        return xml(desk, &options, &tasks);
    }
    if tasks.is_empty() {
        desk.out("\nFolder: \\\nINFO: There are no scheduled tasks presently available at your access level.");
        return told(0);
    }
    let host = desk.host()?;
    let now = Moment::now();
    let mut folder = String::new();
    for task in &tasks {
        let first = !same(&folder, &task.path);
        folder.clone_from(&task.path);
        let shown_folder = match task.path.as_str() {
            "\\" => "\\",
            path => path.trim_end_matches('\\'),
        };
        let values = values(task, &host, now);
        match format.as_str() {
            "CSV" => {
                let line = |cells: &[String]| {
                    let quoted: Vec<String> = cells
                        .iter()
                        .map(|c| format!("\"{}\"", c.replace('"', "\"\"")))
                        .collect();
                    quoted.join(",")
                };
                let range = if options.has("V") { 0..28 } else { 1..4 };
                if first && !options.has("NH") {
                    desk.out(line(&COLUMNS[range.clone()].map_owned()));
                }
                desk.out(line(&values[range]));
            }
            "LIST" => {
                if first {
                    desk.out(format!("\nFolder: {shown_folder}"));
                }
                let count = if options.has("V") { 28 } else { 5 };
                let width = COLUMNS[..count]
                    .iter()
                    .map(|c| c.len() + 2)
                    .max()
                    .unwrap_or(0);
                for (name, value) in COLUMNS.iter().zip(&values).take(count) {
                    desk.out(format!("{:width$}{value}", format!("{name}:")));
                }
                if !options.has("V") {
                    desk.out("");
                }
            }
            _ => {
                if options.has("V") {
                    return Err(Stop::refused(
                        "/query /fo table /v (its column widths); use list or csv",
                    ));
                }
                if first {
                    desk.out(format!("\nFolder: {shown_folder}"));
                    if !options.has("NH") {
                        desk.out(format!(
                            "{:40} {:22} {:15}",
                            COLUMNS[1], COLUMNS[2], COLUMNS[3]
                        ));
                        desk.out(format!(
                            "{} {} {}",
                            "=".repeat(40),
                            "=".repeat(22),
                            "=".repeat(15)
                        ));
                    }
                }
                let name: String = task.name.chars().take(40).collect();
                desk.out(format!("{name:40} {:22} {:15}", values[2], values[3]));
            }
        }
    }
    told(0)
}

/// Column names as owned texts.
trait Owned {
    fn map_owned(&self) -> Vec<String>;
}

impl Owned for [&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(|c| (*c).to_owned()).collect()
    }
}

/// Next run of a task that is enabled.
pub fn next_run(task: &Task, now: Moment) -> Option<Moment> {
    let triggers = task.definition.child("Triggers")?;
    let times = triggers.children.iter().filter_map(|t| next(t, now));
    times.min().filter(|_| task.enabled())
}

/// The values of a task's first trigger, in the order of [`COLUMNS`].
fn values(task: &Task, host: &str, now: Moment) -> Vec<String> {
    let d = &task.definition;
    let none = || "N/A".to_owned();
    let or_none = |text: Option<&str>| {
        text.filter(|t| !t.is_empty())
            .map_or_else(none, str::to_owned)
    };
    let principal = d.child("Principals").and_then(|p| p.child("Principal"));
    let in_principal = |name: &str| principal.and_then(|p| p.at(&[name]));
    let setting = |name: &str, usual: bool| {
        d.at(&["Settings", name])
            .map_or(usual, |t| matches!(t, "true" | "1"))
    };
    let logon = match in_principal("LogonType") {
        Some("InteractiveToken") => "Interactive only",
        Some("Password" | "S4U") => "Background only",
        _ => "Interactive/Background",
    };
    let last = task
        .row
        .text("lastRunTime")
        .as_deref()
        .and_then(Moment::parse);
    let last = last.map_or("11/30/1999 12:00:00 AM".to_owned(), Moment::shown);
    let action = d.child("Actions").and_then(|a| a.children.first());
    let (runs, starts_in) = match action {
        Some(exec) if exec.name == "Exec" => {
            let command = exec.at(&["Command"]).unwrap_or_default();
            let arguments = exec.at(&["Arguments"]).unwrap_or_default();
            let line = format!("{command} {arguments}").trim_end().to_owned();
            (line, or_none(exec.at(&["WorkingDirectory"])))
        }
        Some(handler) if handler.name == "ComHandler" => ("COM handler".to_owned(), none()),
        _ => (none(), none()),
    };
    let mut power = Vec::new();
    if setting("StopIfGoingOnBatteries", true) {
        power.push("Stop On Battery Mode");
    }
    if setting("DisallowStartIfOnBatteries", true) {
        power.push("No Start On Batteries");
    }
    let limit = d.at(&["Settings", "ExecutionTimeLimit"]).unwrap_or("PT72H");
    let limit = match definition::seconds(limit) {
        Some(0) | None => "Disabled".to_owned(),
        Some(s) => format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60),
    };
    let trigger: Option<&Element> = d.child("Triggers").and_then(|t| t.children.first());
    let s = shown(trigger);
    let user = in_principal("UserId")
        .or(in_principal("GroupId"))
        .unwrap_or_default();
    let next = next_run(task, now).map_or_else(none, Moment::shown);
    let state = if task.enabled() {
        "Enabled"
    } else {
        "Disabled"
    };
    let result = i64::from(task.result() as u32 as i32);
    vec![
        host.to_owned(),
        task.address(),
        next,
        task.status().to_owned(),
        logon.to_owned(),
        last,
        result.to_string(),
        or_none(d.at(&["RegistrationInfo", "Author"])),
        runs,
        starts_in,
        or_none(d.at(&["RegistrationInfo", "Description"])),
        state.to_owned(),
        if setting("RunOnlyIfIdle", false) {
            "Enabled"
        } else {
            "Disabled"
        }
        .to_owned(),
        power.join(", "),
        definition::name_of(user).to_owned(),
        "Disabled".to_owned(),
        limit,
        "Scheduling data is not available in this format.".to_owned(),
        s.kind,
        s.start_time,
        s.start_date,
        s.end_date,
        s.days,
        s.months,
        s.every,
        s.until_time,
        s.until_duration,
        s.stop,
    ]
}

fn xml(desk: &mut Desk<'_, '_>, options: &Options, tasks: &[Task]) -> Played {
    if let [task] = tasks
        && options.has("TN")
    {
        desk.out(format!("{}\n", definition::document(&task.definition)));
        return told(0);
    }
    let one = options.value("XML").is_some_and(|v| same(v, "ONE"));
    if one {
        desk.out("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<Tasks>");
    }
    for task in tasks {
        desk.out(format!("<!-- {} -->", task.address()));
        match one {
            true => desk.out(task.definition.write(0).trim_end()),
            false => desk.out(definition::document(&task.definition)),
        }
    }
    if one {
        desk.out("</Tasks>");
    }
    told(0)
}
