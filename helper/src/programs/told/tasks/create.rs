//! `schtasks /create`.
//!
//! Source: Microsoft Learn, "schtasks create".

use super::definition::{self, New, sid_of};
use super::schedule;
use super::store::{self, Task};
use crate::programs::told::desk::{Desk, Played, Stop, same, told};
use crate::programs::told::options::{Options, Takes};
use crate::programs::told::row::Row;
use crate::programs::told::xml::{self, Element};
use serde_json::json;

/// As its errors name it.
pub const NAME: &str = "SCHTASKS /CREATE";
/// Name of the note that a task with a trigger was made, which nothing here will fire.
pub const TRIGGER: &str = "taskTrigger";
/// Longest `/tr` in characters.
const LONGEST: usize = 261;

/// Bad usage: exit code 1.
pub fn bad(what: impl AsRef<str>) -> Stop {
    crate::programs::told::options::bad(NAME, &format!("Invalid syntax. {}", what.as_ref()))
}

/// A value that an option does not take.
pub fn not_allowed(value: &str, option: &str) -> Stop {
    bad(format!(
        "'{value}' value is not allowed for '/{option}' option."
    ))
}

pub fn create(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    use Takes::{Maybe, Nothing, Value};
    let table = [
        ("S", Value),
        ("U", Value),
        ("P", Maybe),
        ("RU", Maybe),
        ("RP", Maybe),
        ("SC", Value),
        ("MO", Value),
        ("D", Value),
        ("M", Value),
        ("I", Value),
        ("TN", Value),
        ("TR", Value),
        ("ST", Value),
        ("RI", Value),
        ("ET", Value),
        ("DU", Value),
        ("K", Nothing),
        ("SD", Value),
        ("ED", Value),
        ("EC", Value),
        ("IT", Nothing),
        ("NP", Nothing),
        ("Z", Nothing),
        ("XML", Value),
        ("V1", Nothing),
        ("F", Nothing),
        ("RL", Value),
        ("DELAY", Value),
        ("HRESULT", Nothing),
    ];
    let options = Options::read(NAME, args, &table)?;
    super::local(desk, &options)?;
    let Some(name) = options.value("TN") else {
        return Err(bad("Mandatory option 'tn' is missing."));
    };
    let address = store::address(name);
    if super::file::parts(&address).is_none() {
        return Err(Stop::error(
            1,
            format!("ERROR: The task name \"{name}\" is not valid."),
        ));
    }
    let definition = match options.value("XML") {
        Some(file) => of_file(&options, file, &address)?,
        None => of_options(desk, &options, &address)?,
    };
    let there = store::find(desk, &address)?;
    if there.is_some() && !options.has("F") {
        desk.out(format!(
            "WARNING: The task name \"{name}\" already exists. Do you want to replace it (Y/N)? "
        ));
        if !super::change::yes() {
            return Err(Stop::error(1, ""));
        }
    }
    let (path, short) = store::split(&address);
    if definition
        .child("Triggers")
        .is_some_and(|t| !t.children.is_empty())
    {
        desk.note(TRIGGER, json!({ "task": address }))?;
    }
    Task {
        path: path.to_owned(),
        name: short.to_owned(),
        row: Row::of(json!({})),
        definition,
    }
    .save(desk)?;
    desk.out(format!(
        "SUCCESS: The scheduled task \"{name}\" has successfully been created."
    ));
    told(0)
}

/// The definition in a file, in UTF-16 or UTF-8.
fn of_file(options: &Options, file: &str, address: &str) -> Result<Element, Stop> {
    for other in ["SC", "TR", "MO", "D", "M", "ST", "RI", "RL", "DELAY", "EC"] {
        if options.has(other) {
            return Err(bad(
                "/XML option can only be used with /TN, /F, /RU, /RP, /S, /U and /P.",
            ));
        }
    }
    let Ok(bytes) = std::fs::read(file) else {
        return Err(Stop::error(
            1,
            "ERROR: The system cannot find the file specified.",
        ));
    };
    let malformed =
        |what: &str| Stop::error(1, format!("ERROR: The task XML is malformed.\n{what}"));
    let mut root = xml::read(&decoded(&bytes)).map_err(|what| malformed(&what))?;
    if root.name != "Task" {
        return Err(malformed(&format!("(1,2)::{}", root.name)));
    }
    if root.child("Actions").is_none_or(|a| a.children.is_empty()) {
        return Err(Stop::error(
            1,
            "ERROR: The task XML is missing a required element or attribute.\n(1,2):Actions:",
        ));
    }
    let user = options
        .value("RU")
        .map(|u| sid_of(u).unwrap_or(u).to_owned());
    if let Some(user) = user {
        let principal = root.child_mut("Principals").child_mut("Principal");
        principal.child_mut("UserId").text = user;
    }
    root.child_mut("RegistrationInfo").child_mut("URI").text = address.to_owned();
    Ok(root)
}

fn decoded(bytes: &[u8]) -> String {
    let wide = |low: usize| -> String {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|c| u16::from(c[low]) | u16::from(c[1 - low]) << 8)
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(0),
        [0xfe, 0xff, ..] => wide(1),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn of_options(desk: &Desk<'_, '_>, options: &Options, address: &str) -> Result<Element, Stop> {
    for option in ["SC", "TR"] {
        if !options.has(option) {
            return Err(bad(format!(
                "Mandatory option '{}' is missing.",
                option.to_lowercase()
            )));
        }
    }
    if options.has("V1") {
        return Err(Stop::refused("/create /v1"));
    }
    let line = options.value("TR").unwrap_or_default();
    if line.chars().count() > LONGEST {
        return Err(bad(format!(
            "Value for '/tr' option cannot be more than {LONGEST} character(s)."
        )));
    }
    let (command, arguments) = parted(line);
    let mut settings = Vec::new();
    if options.has("Z") {
        settings.push(Element::of("DeleteExpiredTaskAfter", "PT0S"));
    }
    let host = desk.host()?;
    Ok(definition::new(New {
        address: address.to_owned(),
        author: format!("{host}\\SYSTEM"),
        command,
        arguments,
        triggers: vec![schedule::trigger(options)?],
        principal: principal(desk, options)?,
        settings,
    }))
}

/// Program and arguments of `/tr`: the program ends at the first space unless it is quoted; single
/// quotes stand for double ones.
pub fn parted(line: &str) -> (String, String) {
    let line = line.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = line.strip_prefix(quote)
            && let Some((program, arguments)) = rest.split_once(quote)
        {
            return (program.to_owned(), arguments.trim().replace('\'', "\""));
        }
    }
    let (program, arguments) = line.split_once(' ').unwrap_or((line, ""));
    (program.to_owned(), arguments.trim().replace('\'', "\""))
}

fn principal(desk: &Desk<'_, '_>, options: &Options) -> Result<Vec<Element>, Stop> {
    let user = options
        .value("RU")
        .filter(|u| !u.is_empty())
        .unwrap_or("SYSTEM");
    let mut principal = Vec::new();
    match sid_of(user) {
        Some(sid @ ("S-1-5-32-544" | "S-1-5-32-545" | "S-1-1-0" | "S-1-5-4" | "S-1-5-11")) => {
            principal.push(Element::of("GroupId", sid));
        }
        Some(sid) => principal.push(Element::of("UserId", sid)),
        None => {
            let short = user.rsplit('\\').next().unwrap_or(user);
            let users = desk.table("localUsers", "Name")?.unwrap_or_default();
            let logged_on = desk.facts("computerSystem")?.text("UserName");
            let known = users
                .iter()
                .any(|u| u.text("Name").is_some_and(|n| same(&n, short)))
                || logged_on.is_some_and(|u| same(&u, user) || u.ends_with(&format!("\\{short}")));
            if !known {
                return Err(Stop::error(
                    1,
                    "ERROR: No mapping between account names and security IDs was done.",
                ));
            }
            let password = options
                .value("RP")
                .is_some_and(|p| !p.is_empty() && p != "*");
            let logon = match (options.has("NP"), options.has("IT"), password) {
                (true, ..) => "S4U",
                (_, true, true) => "InteractiveTokenOrPassword",
                (_, true, false) => "InteractiveToken",
                (_, _, true) => "Password",
                _ => {
                    return Err(Stop::refused(format!(
                        "/ru {user} without /rp (it asks for a password)"
                    )));
                }
            };
            let host = desk.host()?;
            let whole = if user.contains('\\') {
                user.to_owned()
            } else {
                format!("{host}\\{user}")
            };
            principal.push(Element::of("UserId", whole));
            principal.push(Element::of("LogonType", logon));
        }
    }
    let level = options.value("RL").unwrap_or("LIMITED");
    principal.push(Element::of(
        "RunLevel",
        match level.to_uppercase().as_str() {
            "LIMITED" => "LeastPrivilege",
            "HIGHEST" => "HighestAvailable",
            _ => return Err(not_allowed(level, "RL")),
        },
    ));
    Ok(principal)
}
