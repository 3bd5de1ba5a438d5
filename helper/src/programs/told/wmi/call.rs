//! Methods that `wmic ... call` runs: truly, or told to the device.

use crate::os;
use crate::programs::services::always;
use crate::programs::told::desk::{Desk, Played, Stop, done, same, told};
use crate::programs::told::row::Row;
use serde_json::json;

/// What a method gives back.
struct Given {
    /// Properties of `__PARAMETERS` beside `ReturnValue`.
    more: Vec<(&'static str, u32)>,
    value: u32,
}

impl Given {
    fn value(value: u32) -> Given {
        Given {
            more: Vec::new(),
            value,
        }
    }
}

fn outcome(desk: &mut Desk<'_, '_>, what: &str, given: &Given) {
    let mut text = format!(
        "Executing ({what})\nMethod execution successful.\nOut Parameters:\ninstance of __PARAMETERS\n{{\n"
    );
    for (name, value) in &given.more {
        text.push_str(&format!("\t{name} = {value};\n"));
    }
    text.push_str(&format!("\tReturnValue = {};\n}};\n", given.value));
    desk.out(text);
}

/// `process call create "command line", folder`.
pub fn create(desk: &mut Desk<'_, '_>, arguments: &str) -> Played {
    let (line, folder) = match arguments
        .trim()
        .strip_prefix('"')
        .and_then(|a| a.split_once('"'))
    {
        Some((line, rest)) => (
            line.to_owned(),
            rest.trim_matches([',', ' ', '"']).to_owned(),
        ),
        None => match arguments.split_once(',') {
            Some((line, rest)) => (
                line.trim().to_owned(),
                rest.trim_matches([' ', '"']).to_owned(),
            ),
            None => (arguments.trim().to_owned(), String::new()),
        },
    };
    let given = match start(&line, &folder) {
        Ok(pid) => Given {
            more: vec![("ProcessId", pid)],
            value: 0,
        },
        // Win32_Process.Create: 2 access denied, 9 path not found.
        Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => Given::value(2),
        Err(_) => Given::value(9),
    };
    outcome(desk, "Win32_Process)->Create(", &given);
    done(0)
}

/// Starts a command line with nothing of this program's output.
fn start(line: &str, folder: &str) -> std::io::Result<u32> {
    use std::process::{Command, Stdio};
    let (program, arguments) = crate::programs::told::tasks::create::parted(line);
    let mut command = Command::new(program);
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        command.raw_arg(arguments);
    }
    #[cfg(not(windows))]
    command.args(arguments.split_whitespace());
    if !folder.is_empty() {
        command.current_dir(folder);
    }
    // On Windows a service starts it, which has nothing of the caller's.
    os::handles::keep_standard();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().map(|child| child.id())
}

/// A method on each of the rows.
pub fn call(
    desk: &mut Desk<'_, '_>,
    class: &str,
    rows: &[Row],
    method: &str,
    arguments: &str,
) -> Played {
    let host = desk.host()?;
    for row in rows {
        let name = row.text("Name").unwrap_or_default();
        let (key, given) = match (
            class.to_lowercase().as_str(),
            method.to_lowercase().as_str(),
        ) {
            ("win32_process", "terminate") => {
                let pid = row.number("ProcessId").unwrap_or(0) as u32;
                let ended = os::tasks::end(pid).map_or(2, |()| 0);
                (format!("Handle=\"{pid}\""), Given::value(ended))
            }
            ("win32_service", action) => (
                format!("Name=\"{name}\""),
                Given::value(service(&name, action, arguments)?),
            ),
            ("win32_product", "uninstall") => {
                let id = row.text("IdentifyingNumber").unwrap_or_default();
                (
                    format!("IdentifyingNumber=\"{id}\""),
                    Given::value(uninstall(&id)?),
                )
            }
            ("win32_operatingsystem", "reboot" | "shutdown" | "win32shutdown") => {
                let kind = kind(method, arguments)?;
                desk.note(
                    "reboot",
                    json!({ "by": "wmic", "kind": kind.0, "force": kind.1 }),
                )?;
                ("@".to_owned(), Given::value(0))
            }
            _ => return Err(Stop::refused(format!("{class} call {method}"))),
        };
        outcome(
            desk,
            &format!("\\\\{host}\\ROOT\\CIMV2:{class}.{key})->{method}("),
            &given,
        );
    }
    if same(class, "Win32_OperatingSystem") || same(class, "Win32_ComputerSystem") {
        return told(0);
    }
    done(0)
}

/// Win32Shutdown's flags: 0 logoff, 1 shutdown, 2 reboot, 8 power off; 4 added forces.
fn kind(method: &str, arguments: &str) -> Result<(&'static str, bool), Stop> {
    if same(method, "reboot") {
        return Ok(("reboot", false));
    }
    if same(method, "shutdown") {
        return Ok(("shutdown", false));
    }
    let digits: String = arguments.chars().filter(char::is_ascii_digit).collect();
    let flags: u32 = digits.parse().unwrap_or(u32::MAX);
    let kind = match flags & !4 {
        0 => "logoff",
        1 => "shutdown",
        2 => "reboot",
        8 => "poweroff",
        _ => return Err(Stop::refused(format!("call win32shutdown {arguments}"))),
    };
    Ok((kind, flags & 4 != 0))
}

/// Starts, stops or deletes a service; the number is Win32_Service's own.
fn service(name: &str, action: &str, arguments: &str) -> Result<u32, Stop> {
    if let Some(told) = always::only_told(name) {
        return match action {
            "startservice" if always::runs(&told) => Ok(10),
            _ => Err(Stop::refused(always::why(&told.name))),
        };
    }
    let result = match action {
        "startservice" => os::scm::start(name, &[]),
        "stopservice" => os::scm::control(name, 1),
        "delete" => os::scm::delete(name),
        "changestartmode" => {
            return Err(Stop::refused(format!(
                "service call changestartmode {arguments}"
            )));
        }
        other => return Err(Stop::refused(format!("service call {other}"))),
    };
    Ok(match result {
        Ok(()) => 0,
        Err(e) => match e.code {
            5 => 2,
            1051 => 3,
            1061 => 4,
            1062 => 5,
            1053 => 7,
            1056 => 10,
            1058 => 14,
            1060 => 19,
            _ => 8,
        },
    })
}

/// Uninstalls a product as Windows Installer does.
fn uninstall(id: &str) -> Result<u32, Stop> {
    let status = std::process::Command::new("msiexec.exe")
        .args(["/x", id, "/qn", "/norestart"])
        .status()
        .map_err(|e| Stop::refused(format!("msiexec does not start: {e}")))?;
    Ok(status.code().map_or(1603, |c| c as u32))
}
