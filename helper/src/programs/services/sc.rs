//! `sc` as Microsoft's reference pages (windows-commands/sc-query, sc-create, sc-config, sc-delete) and
//! its help tell. Its exit code is the system's error code.

use super::{always, order, print};
use crate::os;
use crate::programs::{Call, Ended, error_text};

/// Exit code of a command line that sc does not understand.
const BAD_LINE: i32 = 1639;
/// A service that is not there.
const NOT_THERE: u32 = 1060;
/// `ERROR_SERVICE_EXISTS`
const THERE: u32 = 1073;
/// `ERROR_SERVICE_ALREADY_RUNNING`
const RUNS: u32 = 1056;
/// What is done to a service, and what only its registry or its process would tell.
const CHANGES: [&str; 13] = [
    "config",
    "continue",
    "control",
    "create",
    "delete",
    "description",
    "failure",
    "interrogate",
    "pause",
    "qdescription",
    "queryex",
    "start",
    "stop",
];
/// Where services are kept.
const SERVICES: &str = r"SYSTEM\CurrentControlSet\Services";
/// What sc has and is not played.
const NOT_PLAYED: &[&str] = &[
    "boot",
    "enumdepend",
    "failureflag",
    "lock",
    "managedaccount",
    "preferrednode",
    "privs",
    "qfailure",
    "qfailureflag",
    "qprivs",
    "qsidtype",
    "qtriggerinfo",
    "sdset",
    "sdshow",
    "sidtype",
    "triggerinfo",
];

pub fn run(call: &mut Call<'_>) -> Ended {
    let mut args = call.args.clone();
    if let Some(server) = args.first().and_then(|a| a.strip_prefix(r"\\")) {
        let own = std::env::var("COMPUTERNAME").unwrap_or_default();
        let here = ["localhost", ".", own.as_str()];
        if !here.iter().any(|n| server.eq_ignore_ascii_case(n)) {
            return call.refuse("no other computer is reached");
        }
        args.remove(0);
    }
    let verb = args.first().map(|v| v.to_lowercase()).unwrap_or_default();
    let rest = args.get(1..).unwrap_or_default();
    let name = rest.first().map_or("", String::as_str);
    let more = rest.get(1..).unwrap_or_default();
    if NOT_PLAYED.contains(&verb.as_str()) {
        return call.refuse(format_args!("'sc {verb}' is not played"));
    }
    if CHANGES.contains(&verb.as_str())
        && let Some(told) = always::only_told(name)
    {
        return match verb.as_str() {
            "create" => failed(call, "CreateService", THERE),
            "start" if always::runs(&told) => failed(call, "StartService", RUNS),
            _ => call.refuse(always::why(name)),
        };
    }
    match verb.as_str() {
        "query" | "queryex" => query(call, rest, verb == "queryex"),
        _ if name.is_empty() => usage(call),
        "create" | "config" => set_up(call, name, more, verb == "create"),
        "description" => {
            let text = more.first().map_or("", String::as_str);
            let made = os::scm::describe(name, text);
            told(call, "ChangeServiceConfig2", made)
        }
        "failure" => failure(call, name, more),
        "delete" => told(call, "DeleteService", os::scm::delete(name)),
        "start" => match os::scm::start(name, more) {
            Ok(()) => shown(call, name, true),
            Err(e) if e.code == NOT_THERE => failed(call, "StartService: OpenService", e.code),
            Err(e) => failed(call, "StartService", e.code),
        },
        "stop" => control(call, name, 1),
        "pause" => control(call, name, 2),
        "continue" => control(call, name, 3),
        "interrogate" => control(call, name, 4),
        "control" => match more.first().and_then(|c| c.parse().ok()) {
            Some(code @ 128..=255) => control(call, name, code),
            _ => usage(call),
        },
        "qc" => match always::settings(name) {
            Ok(found) => lines(call, print::settings(name, &found)),
            Err(e) => failed(call, "OpenService", e.code),
        },
        "qdescription" => description(call, name),
        "getdisplayname" => match always::settings(name) {
            Ok(found) => named(call, "GetServiceDisplayName", found.display),
            Err(e) => failed(call, "GetServiceDisplayName", e.code),
        },
        "getkeyname" => {
            let all = always::list().unwrap_or_default();
            match all
                .into_iter()
                .find(|s| s.display.eq_ignore_ascii_case(name))
            {
                Some(service) => named(call, "GetServiceKeyName", Some(service.name)),
                None => failed(call, "GetServiceKeyName", NOT_THERE),
            }
        }
        _ => usage(call),
    }
}

fn set_up(call: &mut Call<'_>, name: &str, args: &[String], new: bool) -> Ended {
    let mut settings = match order::settings(args) {
        Ok(settings) => settings,
        Err(what) => return wrong(call, &what),
    };
    if !new {
        let made = os::scm::change(name, &settings);
        return told(call, "ChangeServiceConfig", made);
    }
    if settings.binary.is_none() {
        return usage(call);
    }
    // Windows takes the name; Wine leaves it empty.
    settings.display.get_or_insert_with(|| name.to_owned());
    told(call, "CreateService", os::scm::create(name, &settings))
}

fn query(call: &mut Call<'_>, args: &[String], extended: bool) -> Ended {
    if let Some(name) = args.first().filter(|a| !a.contains('=')) {
        return match always::status(name) {
            Ok(service) => lines(call, print::status(&service, extended)),
            Err(e) => failed(call, "EnumQueryServicesStatus:OpenService", e.code),
        };
    }
    let pairs = match order::pairs(args) {
        Ok(pairs) => pairs,
        Err(what) => return wrong(call, &what),
    };
    let (mut active, mut kinds) = (Some(true), 0x30);
    for (key, value) in pairs {
        match (key.as_str(), value.to_lowercase().as_str()) {
            ("state", "all") => active = None,
            ("state", "active") => active = Some(true),
            ("state", "inactive") => active = Some(false),
            ("type", "service" | "win32") => kinds = 0x30,
            ("type", "own") => kinds = 0x10,
            ("type", "share") => kinds = 0x20,
            ("type", "driver") => kinds = 0x0b,
            ("type", "all") => kinds = 0x3b,
            ("bufsize" | "ri", _) => {}
            _ => return wrong(call, &format!("{key}= {value}")),
        }
    }
    let mut all = match always::list() {
        Ok(all) => all,
        Err(e) => return failed(call, "EnumServicesStatus", e.code),
    };
    all.retain(|s| s.kind & kinds != 0 && active.is_none_or(|a| a == (s.state != 1)));
    all.sort_by_key(|s| s.name.to_lowercase());
    for service in &all {
        lines(call, print::status(service, extended));
    }
    Ended::done(0)
}

fn control(call: &mut Call<'_>, name: &str, control: u32) -> Ended {
    match os::scm::control(name, control) {
        Ok(()) => shown(call, name, false),
        Err(e) if e.code == NOT_THERE => failed(call, "OpenService", e.code),
        Err(e) => failed(call, "ControlService", e.code),
    }
}

fn failure(call: &mut Call<'_>, name: &str, args: &[String]) -> Ended {
    let pairs = match order::pairs(args) {
        Ok(pairs) => pairs,
        Err(what) => return wrong(call, &what),
    };
    let (mut reset, mut actions) = ("0", "");
    for (key, value) in &pairs {
        match key.as_str() {
            "reset" => reset = value,
            "actions" => actions = value,
            _ => {
                return call.refuse(format_args!("'sc failure {key}=' is not played"));
            }
        }
    }
    let bytes = match order::failure_actions(reset, actions) {
        Ok(bytes) => bytes,
        Err(what) => return wrong(call, &what),
    };
    let made = os::scm::status(name).and_then(|_| {
        os::values::set_binary(&format!(r"{SERVICES}\{name}"), "FailureActions", &bytes)
    });
    told(call, "ChangeServiceConfig2", made)
}

fn description(call: &mut Call<'_>, name: &str) -> Ended {
    if let Err(e) = always::status(name) {
        return failed(call, "OpenService", e.code);
    }
    let text = os::values::text(true, &format!(r"{SERVICES}\{name}"), "Description");
    call.say("[SC] QueryServiceConfig2 SUCCESS");
    call.say(format_args!("\r\nSERVICE_NAME: {name}"));
    call.say(format_args!("DESCRIPTION:  {}", text.unwrap_or_default()));
    Ended::done(0)
}

fn named(call: &mut Call<'_>, what: &str, name: Option<String>) -> Ended {
    call.say(format_args!("[SC] {what} SUCCESS"));
    call.say(format_args!("Name = {}", name.unwrap_or_default()));
    Ended::done(0)
}

fn lines(call: &mut Call<'_>, lines: Vec<String>) -> Ended {
    for line in lines {
        call.say(line);
    }
    Ended::done(0)
}

/// Status after a control, as sc shows it.
fn shown(call: &mut Call<'_>, name: &str, extended: bool) -> Ended {
    match always::status(name) {
        Ok(service) => lines(call, print::status(&service, extended)),
        Err(e) => failed(call, "QueryServiceStatus", e.code),
    }
}

fn told(call: &mut Call<'_>, success: &str, made: Result<(), os::SysError>) -> Ended {
    match made {
        Ok(()) => {
            call.say(format_args!("[SC] {success} SUCCESS"));
            Ended::done(0)
        }
        Err(e) if e.code == NOT_THERE => failed(call, "OpenService", e.code),
        Err(e) => failed(call, success, e.code),
    }
}

/// sc tells its failures on stdout.
fn failed(call: &mut Call<'_>, what: &str, code: u32) -> Ended {
    call.say(format_args!("[SC] {what} FAILED {code}:"));
    call.say("");
    call.say(error_text(code));
    call.say("");
    Ended::done(code.cast_signed())
}

fn wrong(call: &mut Call<'_>, what: &str) -> Ended {
    call.say(format_args!("\r\nERROR: Invalid option: {what}\r\n"));
    Ended::done(BAD_LINE)
}

fn usage(call: &mut Call<'_>) -> Ended {
    call.say("\r\nERROR:  Unrecognized command\r\n");
    call.say("DESCRIPTION:");
    call.say("        SC is a command line program used for communicating with the");
    call.say("        Service Control Manager and services.");
    call.say("USAGE:");
    call.say("        sc <server> [command] [service name] <option1> <option2>...\r\n");
    Ended::done(BAD_LINE)
}
