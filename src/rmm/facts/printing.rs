//! Printers, their drivers, ports and jobs: properties of `Get-Printer`, `Get-PrinterDriver`,
//! `Get-PrinterPort`, `Get-PrintJob` and, in a printer's `Configuration`, of `Get-PrintConfiguration`
//! (Microsoft Learn, PrintManagement module).

use super::{Making, Table};
use crate::rmm::os::WindowsRelease;
use serde_json::{Value, json};

/// Ports of every Windows.
const PORTS: [&str; 9] = [
    "COM1:",
    "COM2:",
    "COM3:",
    "COM4:",
    "FILE:",
    "LPT1:",
    "LPT2:",
    "LPT3:",
    "PORTPROMPT:",
];

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    // Windows brings this one since Windows 10.
    let own = m.release > WindowsRelease::Server2012R2 || !m.release.is_server();
    let pdf = json!({ "Name": "Microsoft Print to PDF", "DriverName": "Microsoft Print To PDF" });
    let declared = m.declared.printers.iter().map(|p| {
        json!({ "Name": p.name, "DriverName": p.driver.as_deref().unwrap_or("Microsoft IPP Class Driver"),
            "PortName": p.port.as_deref().unwrap_or("PORTPROMPT:"), "Shared": p.shared,
            "ShareName": if p.shared { p.name.as_str() } else { "" } })
    });
    let printers: Vec<Value> = own.then_some(pdf).into_iter().chain(declared).collect();
    let mut drivers: Vec<Value> = Vec::new();
    for (name, version) in [
        ("Microsoft Print To PDF", 4),
        ("Microsoft XPS Document Writer v4", 4),
        ("Microsoft IPP Class Driver", 4),
        ("Universal Print Class Driver", 4),
        ("Remote Desktop Easy Print", 3),
        ("Microsoft enhanced Point and Print compatibility driver", 3),
    ] {
        drivers.push(json!({ "Name": name, "MajorVersion": version, "Manufacturer": "Microsoft", "Provider": "Microsoft" }));
    }
    let mut ports: Vec<Value> = PORTS.iter().map(|name| json!({ "Name": name })).collect();
    // What a printer is declared to use is there.
    for printer in &printers {
        for (list, field) in [(&mut drivers, "DriverName"), (&mut ports, "PortName")] {
            let Some(name) = printer[field].as_str() else {
                continue;
            };
            let known = |r: &Value| {
                r["Name"]
                    .as_str()
                    .is_some_and(|n| n.eq_ignore_ascii_case(name))
            };
            if !list.iter().any(known) {
                list.push(json!({ "Name": name }));
            }
        }
    }
    facts.insert("printers".into(), Value::Array(printers));
    facts.insert("printerDrivers".into(), Value::Array(drivers));
    facts.insert("printerPorts".into(), Value::Array(ports));
    facts.insert("printJobs".into(), json!([]));
    // Drivers that `Add-PrinterDriver` finds without an INF.
    facts.insert("driverStore".into(), json!([]));
}

/// What a printer has that does not say otherwise.
pub(super) fn printer() -> Value {
    json!({
        "DriverName": "Microsoft IPP Class Driver", "PortName": "PORTPROMPT:", "Type": "Local", "Shared": false,
        "ShareName": "", "Published": false, "PrinterStatus": "Normal", "Location": "", "Comment": "",
        "DeviceType": "Print", "PrintProcessor": "winprint", "Datatype": "RAW", "JobCount": 0,
        "Configuration": { "DuplexingMode": "OneSided", "Collate": false, "Color": true, "PaperSize": "Letter" },
    })
}

/// What a printer driver has that does not say otherwise.
pub(super) fn driver() -> Value {
    json!({
        "PrinterEnvironment": "Windows x64", "MajorVersion": 3, "Manufacturer": "", "Provider": "",
        "DriverVersion": 2_814_750_890_000_385_u64, "InfPath": "",
    })
}

/// What a printer port has that does not say otherwise.
pub(super) fn port() -> Value {
    json!({ "Description": "Local Port", "PortMonitor": "Local Monitor" })
}

/// What a print job has that does not say otherwise.
pub(super) fn job() -> Value {
    json!({ "DocumentName": "", "UserName": "SYSTEM", "JobStatus": "Normal", "Size": 0, "TotalPages": 1, "PagesPrinted": 0 })
}
