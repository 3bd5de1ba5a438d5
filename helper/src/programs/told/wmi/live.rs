//! Rows that are read from the device as it is now.

use crate::os;
use crate::programs::services::always;
use crate::programs::told::desk::Stop;
use crate::programs::told::row::Row;
use serde_json::json;

fn unread(what: &str, error: &impl std::fmt::Display) -> Stop {
    Stop::refused(format!("{what} cannot be read: {error}"))
}

/// Win32_Process.
pub fn processes() -> Result<Vec<Row>, Stop> {
    let tasks = os::tasks::list().map_err(|e| unread("processes", &e))?;
    let rows = tasks.into_iter().map(|t| {
        Row::of(json!({
            "Name": t.name, "Caption": t.name, "Description": t.name, "ProcessId": t.pid,
            "Handle": t.pid.to_string(), "ParentProcessId": t.parent, "WorkingSetSize": t.memory,
            "CommandLine": os::processes::command_line(t.pid),
        }))
    });
    Ok(rows.collect())
}

/// Win32_Service.
pub fn services() -> Result<Vec<Row>, Stop> {
    let services = always::list().map_err(|e| unread("services", &e))?;
    let mut rows = Vec::new();
    // SERVICE_WIN32: own process 0x10, shared process 0x20.
    for s in services.into_iter().filter(|s| s.kind & 0x30 != 0) {
        let state = match s.state {
            1 => "Stopped",
            2 => "Start Pending",
            3 => "Stop Pending",
            4 => "Running",
            5 => "Continue Pending",
            6 => "Pause Pending",
            7 => "Paused",
            _ => "Unknown",
        };
        let mut row = Row::of(json!({
            "Name": s.name, "DisplayName": s.display, "Caption": s.display, "State": state,
            "Started": s.state == 4, "ProcessId": s.pid, "ExitCode": s.exit, "Status": "OK",
            "AcceptStop": s.accepts & 1 != 0,
        }));
        if let Ok(set) = always::settings(&s.name) {
            let mode = match set.start {
                Some(0) => "Boot",
                Some(1) => "System",
                Some(2) => "Auto",
                Some(3) => "Manual",
                _ => "Disabled",
            };
            row.set("StartMode", mode);
            row.set("PathName", set.binary);
            row.set("StartName", set.account);
            row.set("DelayedAutoStart", set.delayed);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Where installed products are listed, 64-bit and 32-bit.
const UNINSTALL: [&str; 2] = [
    "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
    "SOFTWARE\\Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
];

/// Win32_Product: what Windows Installer installed.
pub fn products() -> Result<Vec<Row>, Stop> {
    let mut rows: Vec<Row> = Vec::new();
    for path in UNINSTALL {
        for id in os::values::keys(path) {
            let key = format!("{path}\\{id}");
            let value = |name: &str| os::values::text(true, &key, name);
            let installer = os::values::number(true, &key, "WindowsInstaller") == Some(1);
            let Some(name) = value("DisplayName").filter(|_| installer) else {
                continue;
            };
            let mut row = Row::of(json!({
                "Name": name, "Caption": name, "Description": name, "IdentifyingNumber": id,
            }));
            for (property, text) in [
                ("Version", value("DisplayVersion")),
                ("Vendor", value("Publisher")),
                ("InstallDate", value("InstallDate")),
                ("InstallLocation", value("InstallLocation")),
                ("InstallSource", value("InstallSource")),
                ("LocalPackage", value("LocalPackage")),
            ] {
                if let Some(text) = text {
                    row.set(property, text);
                }
            }
            rows.push(row);
        }
    }
    Ok(rows)
}
