//! `eventcreate`: writes an entry into the Application, System or a custom log.
//!
//! Source: Microsoft Learn, "eventcreate" (Windows commands), and the program's own `/?`.

use super::log::{self, Entry};
use super::source as sources;
use crate::programs::told::desk::{Desk, Played, Stop, play, same, told};
use crate::programs::told::options::{Options, Takes, bad};
use crate::programs::{Call, Ended};

const NAME: &str = "EVENTCREATE";
/// The source of entries that name none; Windows has it in every log.
const USUAL: &str = "EventCreate";

const USAGE: &str = "EVENTCREATE [/S system [/U username [/P [password]]]] /ID eventid
            [/L logname] [/SO srcname] /T type /D description

Description:
    This command line tool enables an administrator to create
    a custom event ID and message in a specified event log.

Parameter List:
    /S    system           Specifies the remote system to connect to.

    /U    [domain\\]user    Specifies the user context under which
                           the command should execute.

    /P    [password]       Specifies the password for the given
                           user context. Prompts for input if omitted.

    /L    logname          Specifies the event log to create
                           an event in.

    /T    type             Specifies the type of event to create.
                           Valid types: SUCCESS, ERROR, WARNING, INFORMATION.

    /SO   source           Specifies the source to use for the
                           event (if not specified, source will default
                           to 'eventcreate'). A valid source can be any
                           string and should represent the application
                           or component that is generating the event.

    /ID   id               Specifies the event ID for the event. A
                           valid custom message ID is in the range
                           of 1 - 1000.

    /D    description      Specifies the description text for the new event.

    /?                     Displays this help message.";

/// The program.
pub fn eventcreate(call: &mut Call<'_>) -> Ended {
    play(call, run)
}

fn run(desk: &mut Desk<'_, '_>) -> Played {
    let args = desk.args();
    if args.len() == 1 && matches!(args[0].as_str(), "/?" | "-?") {
        desk.out(USAGE);
        return told(0);
    }
    let table = [
        ("S", Takes::Value),
        ("U", Takes::Value),
        ("P", Takes::Maybe),
        ("L", Takes::Value),
        ("T", Takes::Value),
        ("SO", Takes::Value),
        ("ID", Takes::Value),
        ("D", Takes::Value),
    ];
    let options = Options::read(NAME, &args, &table)?;
    if let Some(system) = options.value("S") {
        return Err(Stop::refused(format!("/S {system} (another computer)")));
    }
    if options.has("U") || options.has("P") {
        return Err(bad(
            NAME,
            "Invalid syntax. /U can be specified only when /S is specified.",
        ));
    }
    for needed in ["ID", "T", "D"] {
        if !options.has(needed) {
            return Err(bad(
                NAME,
                &format!("Invalid syntax. Mandatory option '/{needed}' is missing."),
            ));
        }
    }
    let given = options.value("ID").unwrap_or_default();
    let id = given
        .parse::<u32>()
        .ok()
        .filter(|id| (1..=1000).contains(id));
    let id = id.ok_or_else(|| {
        bad(
            NAME,
            "Invalid syntax. The /ID value must be in the range of 1 - 1000.",
        )
    })?;
    let shown = options.value("T").unwrap_or_default();
    let kind = match shown.to_uppercase().as_str() {
        "ERROR" => "Error",
        "WARNING" => "Warning",
        "INFORMATION" | "SUCCESS" => "Information",
        "SUCCESSAUDIT" => "SuccessAudit",
        "FAILUREAUDIT" => "FailureAudit",
        _ => {
            return Err(bad(
                NAME,
                &format!("Invalid syntax. '{shown}' value is not allowed for '/T' option."),
            ));
        }
    };
    let message = options.value("D").unwrap_or_default();
    if message.is_empty() {
        return Err(bad(NAME, "Invalid syntax. Value expected for '/D'."));
    }
    let source = options.value("SO").unwrap_or(USUAL);
    if source.trim().is_empty() {
        return Err(bad(NAME, "Invalid syntax. Value expected for '/SO'."));
    }
    let wanted = options.value("L");
    let name = wanted.unwrap_or("Application");
    if same(name, "Security") {
        // "Custom events can't be written to the security log." (eventcreate, Remarks)
        return Err(Stop::error(1, "ERROR: Access is denied."));
    }
    let Some(log) = log::find(desk, name)? else {
        return Err(Stop::error(
            1,
            format!("ERROR: The \"{name}\" log does not exist. Cannot create the event."),
        ));
    };
    let registered = sources::find(source).filter(|_| !same(source, USUAL));
    let elsewhere = match &registered {
        Some(own) if !same(&own.log, &log.name) => Some(own.log.clone()),
        Some(_) => None,
        None => taken(desk, source, &log.name)?,
    };
    if let Some(other) = elsewhere {
        return Err(Stop::error(
            1,
            format!("ERROR: Source already exists in \"{other}\" log.\nCannot create duplicate."),
        ));
    }
    match registered {
        Some(own) if !own.custom => {
            return Err(Stop::error(
                1,
                "ERROR: Source parameter is used to identify custom applications/scripts only (not installed applications).",
            ));
        }
        Some(_) => {}
        None if same(source, USUAL) => {}
        None => sources::register(&log.name, source).map_err(|e| Stop::Device {
            what: format!("the source {source} cannot be registered: {e}"),
        })?,
    }
    log::add(
        desk,
        Entry {
            log: log.name,
            source: source.to_owned(),
            id,
            kind: kind.to_owned(),
            message: message.to_owned(),
            category: 0,
        },
    )?;
    desk.out(format!(
        "\nSUCCESS: An event of type '{shown}' was created in the '{name}' log with '{source}' as the source."
    ));
    told(0)
}

/// Another log in which a source that nobody registered has entries.
fn taken(desk: &Desk<'_, '_>, source: &str, log: &str) -> Result<Option<String>, Stop> {
    if same(source, USUAL) {
        return Ok(None);
    }
    let own = desk.list("events")?.into_iter();
    Ok(own
        .filter(|e| e.text("source").is_some_and(|s| same(&s, source)))
        .filter_map(|e| e.text("log"))
        .find(|l| !same(l, log)))
}
