//! How `sc` prints services.

use super::{Service, Settings};

const STATES: [&str; 7] = [
    "STOPPED",
    "START_PENDING",
    "STOP_PENDING",
    "RUNNING",
    "CONTINUE_PENDING",
    "PAUSE_PENDING",
    "PAUSED",
];
const STARTS: [&str; 5] = [
    "BOOT_START",
    "SYSTEM_START",
    "AUTO_START",
    "DEMAND_START",
    "DISABLED",
];
const ERRORS: [&str; 4] = ["IGNORE", "NORMAL", "SEVERE", "CRITICAL"];

fn word(words: &[&'static str], at: u32) -> &'static str {
    words.get(at as usize).copied().unwrap_or("")
}

fn kind(kind: u32) -> String {
    let name = match kind & 0x3f {
        0x1 => "KERNEL_DRIVER",
        0x2 => "FILE_SYSTEM_DRIVER",
        0x10 => "WIN32_OWN_PROCESS",
        0x20 => "WIN32_SHARE_PROCESS",
        0x30 => "WIN32",
        _ => "ERROR",
    };
    let interactive = if kind & 0x100 == 0 {
        ""
    } else {
        " (interactive)"
    };
    format!("{kind:<3x} {name} {interactive}")
}

/// Lines of `sc query` and `queryex`: with the process where `extended`.
#[must_use]
pub fn status(service: &Service, extended: bool) -> Vec<String> {
    let mut lines = vec![String::new(), format!("SERVICE_NAME: {} ", service.name)];
    if !service.display.is_empty() {
        lines.push(format!("DISPLAY_NAME: {}", service.display));
    }
    let state = word(&STATES, service.state.wrapping_sub(1));
    lines.push(format!(
        "        TYPE               : {} ",
        kind(service.kind).trim_end()
    ));
    lines.push(format!(
        "        STATE              : {}  {state} ",
        service.state
    ));
    let yes = |bit: u32, yes: &'static str, no: &'static str| {
        if service.accepts & bit == 0 { no } else { yes }
    };
    lines.push(format!(
        "                                ({}, {}, {})",
        yes(1, "STOPPABLE", "NOT_STOPPABLE"),
        yes(2, "PAUSABLE", "NOT_PAUSABLE"),
        match service.accepts & 0x104 {
            0 => "IGNORES_SHUTDOWN",
            4 => "ACCEPTS_SHUTDOWN",
            _ => "ACCEPTS_PRESHUTDOWN",
        }
    ));
    for (name, code) in [
        ("WIN32_EXIT_CODE   ", service.exit),
        ("SERVICE_EXIT_CODE ", service.own_exit),
    ] {
        lines.push(format!("        {name} : {code}  (0x{code:x})"));
    }
    lines.push(format!(
        "        CHECKPOINT         : 0x{:x}",
        service.checkpoint
    ));
    lines.push(format!(
        "        WAIT_HINT          : 0x{:x}",
        service.wait_hint
    ));
    if extended {
        lines.push(format!("        PID                : {}", service.pid));
        let flags = if service.flags & 1 == 0 {
            ""
        } else {
            "RUNS_IN_SYSTEM_PROCESS"
        };
        lines.push(format!("        FLAGS              : {flags}"));
    }
    lines
}

/// Lines of `sc qc`.
#[must_use]
pub fn settings(name: &str, of: &Settings) -> Vec<String> {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let (start, error) = (of.start.unwrap_or(0), of.error.unwrap_or(0));
    let late = if of.delayed == Some(true) {
        "  (DELAYED)"
    } else {
        ""
    };
    let mut lines = vec![
        "[SC] QueryServiceConfig SUCCESS".into(),
        String::new(),
        format!("SERVICE_NAME: {name}"),
        format!(
            "        TYPE               : {} ",
            kind(of.kind.unwrap_or(0)).trim_end()
        ),
        format!(
            "        START_TYPE         : {start}   {}{late}",
            word(&STARTS, start)
        ),
        format!(
            "        ERROR_CONTROL      : {error}   {}",
            word(&ERRORS, error)
        ),
        format!("        BINARY_PATH_NAME   : {}  ", text(&of.binary)),
        format!("        LOAD_ORDER_GROUP   : {}", text(&of.group)),
        format!("        TAG                : {}  ", of.tag.unwrap_or(0)),
        format!("        DISPLAY_NAME       : {}", text(&of.display)),
    ];
    let depends = of.depends.clone().unwrap_or_default();
    lines.push(format!(
        "        DEPENDENCIES       : {}  ",
        depends.first().map_or("", String::as_str)
    ));
    lines.extend(
        depends
            .iter()
            .skip(1)
            .map(|d| format!("                           : {d}  ")),
    );
    lines.push(format!(
        "        SERVICE_START_NAME : {}  ",
        text(&of.account)
    ));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_service() {
        let service = Service {
            name: "BvAnti".into(),
            kind: 0x10,
            state: 4,
            accepts: 5,
            exit: 1077,
            pid: 44,
            ..Service::default()
        };
        let lines = status(&service, true);
        assert_eq!(
            lines[2],
            "        TYPE               : 10  WIN32_OWN_PROCESS "
        );
        assert_eq!(lines[3], "        STATE              : 4  RUNNING ");
        assert_eq!(
            lines[4],
            "                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)"
        );
        assert_eq!(lines[5], "        WIN32_EXIT_CODE    : 1077  (0x435)");
        assert_eq!(lines[9], "        PID                : 44");
        assert_eq!(status(&service, false).len(), lines.len() - 2);
    }

    #[test]
    fn how_it_is_set_up() {
        let lines = settings(
            "BvAnti",
            &Settings {
                kind: Some(0x10),
                start: Some(2),
                delayed: Some(true),
                error: Some(1),
                binary: Some(r"C:\b.exe".into()),
                depends: Some(vec!["RpcSs".into(), "Tcpip".into()]),
                ..Settings::default()
            },
        );
        assert!(lines.contains(&"        START_TYPE         : 2   AUTO_START  (DELAYED)".into()));
        assert!(lines.contains(&r"        BINARY_PATH_NAME   : C:\b.exe  ".into()));
        assert!(lines.contains(&"                           : Tcpip  ".into()));
    }
}
