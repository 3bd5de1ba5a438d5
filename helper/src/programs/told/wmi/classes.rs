//! Rows of WMI's classes from facts. A property that no fact tells is absent.

use super::live;
use crate::programs::told::clock::Moment;
use crate::programs::told::desk::{Desk, Stop, same};
use crate::programs::told::row::Row;
use crate::programs::told::system::zone;
use serde_json::{Value, json};

/// Classes that are one fact with the same property names.
const PLAIN: [(&str, &str); 15] = [
    ("Win32_OperatingSystem", "os"),
    ("Win32_ComputerSystem", "computerSystem"),
    ("Win32_BIOS", "bios"),
    ("Win32_BaseBoard", "baseBoard"),
    ("Win32_ComputerSystemProduct", "computerSystemProduct"),
    ("Win32_SystemEnclosure", "systemEnclosure"),
    ("Win32_Processor", "processors"),
    ("Win32_PhysicalMemory", "physicalMemory"),
    ("Win32_PhysicalMemoryArray", "physicalMemoryArrays"),
    ("Win32_PageFileUsage", "pageFiles"),
    ("Win32_VideoController", "videoControllers"),
    ("Win32_Battery", "batteries"),
    ("Win32_QuickFixEngineering", "hotfixes"),
    ("Win32_UserProfile", "userProfiles"),
    ("SoftwareLicensingProduct", "licensingProducts"),
];

/// Properties that WMI gives as dates.
const DATES: [&str; 6] = [
    "InstallDate",
    "LastBootUpTime",
    "LocalDateTime",
    "ReleaseDate",
    "LastUseTime",
    "CreationDate",
];

/// What a device tells of a class.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    Rows(Vec<Row>),
    /// Windows has no such class here.
    InvalidClass,
    InvalidNamespace,
    /// Windows may have it; this device knows nothing of it.
    Unknown,
}

/// Rows of a class.
pub fn rows(desk: &Desk<'_, '_>, namespace: &str, class: &str) -> Result<Told, Stop> {
    if let Some(rows) = declared(desk, namespace, class)? {
        return Ok(rows.map_or(Told::InvalidClass, Told::Rows));
    }
    if same(namespace, "root\\SecurityCenter2") || same(namespace, "root\\SecurityCenter") {
        let server = desk
            .facts("os")?
            .number("ProductType")
            .is_some_and(|t| t != 1);
        return Ok(match same(class, "AntiVirusProduct") {
            _ if server => Told::InvalidNamespace,
            true => list(desk, "antivirusProducts")?.map_or(Told::Unknown, Told::Rows),
            false => Told::Unknown,
        });
    }
    if !same(namespace, "root\\cimv2") {
        return Ok(Told::Unknown);
    }
    let plain = PLAIN.iter().find(|(name, _)| same(name, class));
    let rows = match plain {
        Some((_, fact)) => list(desk, fact)?.map(|rows| {
            let mut rows: Vec<Row> = rows.into_iter().map(dated).collect();
            if *fact == "os" {
                rows.iter_mut()
                    .for_each(|r| r.set("LocalDateTime", Moment::now().dmtf()));
            }
            rows
        }),
        None => match class.to_lowercase().as_str() {
            "win32_logicaldisk" => table(desk, "volumes", "UniqueId", logical_disk)?,
            "win32_volume" => table(desk, "volumes", "UniqueId", volume)?,
            "win32_diskdrive" => table(desk, "disks", "Number", disk_drive)?,
            "win32_networkadapter" => table(desk, "networkAdapters", "Name", adapter)?,
            "win32_networkadapterconfiguration" => {
                let host = desk.host()?;
                table(desk, "networkAdapters", "Name", |r| configuration(r, &host))?
            }
            "win32_useraccount" => {
                let (host, sid) = (desk.host()?, desk.fact("machineSid")?);
                table(desk, "localUsers", "Name", |r| user(r, &host, sid.as_str()))?
            }
            "win32_group" => {
                let (host, sid) = (desk.host()?, desk.fact("machineSid")?);
                table(desk, "localGroups", "Name", |r| {
                    group(r, &host, sid.as_str())
                })?
            }
            "win32_timezone" => zone::wmi(desk)?,
            "win32_printer" => table(desk, "printers", "Name", Some)?,
            "win32_process" => Some(live::processes()?),
            "win32_service" => Some(live::services()?),
            "win32_product" => Some(live::products()?),
            _ => None,
        },
    };
    Ok(rows.map_or(Told::Unknown, Told::Rows))
}

/// Rows that a scenario gives a class: the fact `wmi`, under `Class` or `namespace:Class`.
fn declared(
    desk: &Desk<'_, '_>,
    namespace: &str,
    class: &str,
) -> Result<Option<Option<Vec<Row>>>, Stop> {
    let wmi = desk.facts("wmi")?;
    let name = match same(namespace, "root\\cimv2") {
        true => wmi
            .get(class)
            .or_else(|| wmi.get(&format!("{namespace}:{class}"))),
        false => wmi.get(&format!("{namespace}:{class}")),
    };
    Ok(match name {
        None => None,
        Some(Value::Array(rows)) => Some(Some(
            rows.iter().cloned().map(|r| dated(Row::of(r))).collect(),
        )),
        Some(_) => Some(None),
    })
}

fn list(desk: &Desk<'_, '_>, fact: &str) -> Result<Option<Vec<Row>>, Stop> {
    Ok(match desk.fact(fact)? {
        Value::Array(rows) => Some(rows.into_iter().map(Row::of).collect()),
        Value::Object(one) => Some(vec![Row(one)]),
        _ => None,
    })
}

fn table(
    desk: &Desk<'_, '_>,
    name: &str,
    key: &str,
    make: impl Fn(Row) -> Option<Row>,
) -> Result<Option<Vec<Row>>, Stop> {
    let rows = desk.table(name, key)?;
    Ok(rows.map(|rows| rows.into_iter().filter_map(make).collect()))
}

/// Dates as WMI writes them.
fn dated(mut row: Row) -> Row {
    for name in DATES {
        if let Some(at) = row.text(name).as_deref().and_then(Moment::parse) {
            row.set(name, at.dmtf());
        }
    }
    row
}

/// A row of the properties that are known.
fn made(properties: Value) -> Row {
    let mut row = Row::of(properties);
    row.0.retain(|_, v| !v.is_null());
    row
}

fn drive_type(row: &Row) -> u64 {
    match row.text("DriveType").as_deref() {
        Some("Removable") => 2,
        Some("Network") => 4,
        Some("CD-ROM") => 5,
        _ => 3,
    }
}

fn logical_disk(row: Row) -> Option<Row> {
    let letter = format!("{}:", row.full("DriveLetter")?.trim_end_matches(':'));
    let kind = drive_type(&row);
    let description = [
        "Removable Disk",
        "Local Fixed Disk",
        "Network Connection",
        "CD-ROM Disc",
    ];
    Some(made(json!({
        "Caption": letter, "DeviceID": letter, "Name": letter, "DriveType": kind,
        "Description": description[kind as usize - 2],
        "FileSystem": row.get("FileSystem"), "FreeSpace": row.get("SizeRemaining"),
        "Size": row.get("Size"), "VolumeName": row.get("FileSystemLabel"),
        "MediaType": if kind == 3 { json!(12) } else { Value::Null },
    })))
}

fn volume(row: Row) -> Option<Row> {
    let letter = row
        .full("DriveLetter")
        .map(|l| format!("{}:", l.trim_end_matches(':')));
    let root = letter.as_ref().map(|l| format!("{l}\\"));
    let id = row.text("UniqueId");
    Some(made(json!({
        "DeviceID": id, "DriveLetter": letter, "Name": root.clone().or(id.clone()),
        "Caption": root.or(id), "DriveType": drive_type(&row), "FileSystem": row.get("FileSystem"),
        "FreeSpace": row.get("SizeRemaining"), "Capacity": row.get("Size"),
        "Label": row.get("FileSystemLabel"), "BlockSize": row.get("AllocationUnitSize"),
    })))
}

fn disk_drive(row: Row) -> Option<Row> {
    let number = row.number("Number")?;
    let interface = match row.text("BusType").as_deref() {
        Some("USB") => "USB",
        Some("SATA" | "ATA" | "IDE") => "IDE",
        Some(_) => "SCSI",
        None => return None,
    };
    let device = format!("\\\\.\\PHYSICALDRIVE{number}");
    let status = match row.text("HealthStatus").as_deref() {
        Some("Healthy") => Some("OK"),
        Some("Warning") => Some("Pred Fail"),
        Some(_) => Some("Error"),
        None => None,
    };
    Some(made(json!({
        "Index": number, "DeviceID": device, "Name": device, "Caption": row.get("FriendlyName"),
        "Model": row.get("FriendlyName"), "SerialNumber": row.get("SerialNumber"),
        "Size": row.get("Size"), "InterfaceType": interface, "Status": status,
        "MediaType": "Fixed hard disk media", "FirmwareRevision": row.get("FirmwareVersion"),
        "BytesPerSector": row.get("LogicalSectorSize"),
    })))
}

fn colons(mac: Option<String>) -> Option<String> {
    mac.map(|m| m.replace('-', ":"))
}

fn adapter(row: Row) -> Option<Row> {
    let status = row.text("Status");
    let up = status.as_deref().is_none_or(|s| s == "Up");
    let code = match status.as_deref() {
        Some("Disconnected") => 7,
        Some("Disabled") => 0,
        _ => 2,
    };
    Some(made(json!({
        "Name": row.get("InterfaceDescription"), "Caption": row.get("InterfaceDescription"),
        "Description": row.get("InterfaceDescription"), "ProductName": row.get("InterfaceDescription"),
        "NetConnectionID": row.get("Name"), "NetConnectionStatus": code, "NetEnabled": up,
        "MACAddress": colons(row.text("MacAddress")), "Speed": row.get("Speed"),
        "GUID": row.get("InterfaceGuid"), "InterfaceIndex": row.get("ifIndex"),
        "AdapterType": "Ethernet 802.3", "PhysicalAdapter": row.flag("Virtual").map(|v| !v),
    })))
}

fn configuration(row: Row, host: &str) -> Option<Row> {
    let up = row.text("Status").is_none_or(|s| s == "Up");
    let one = |name: &str| row.text(name).filter(|_| up).map(|t| vec![t]);
    let mask = row.number("PrefixLength").filter(|p| *p <= 32).map(|p| {
        let bits = u32::MAX.checked_shl(32 - p as u32).unwrap_or(0);
        bits.to_be_bytes().map(|b| b.to_string()).join(".")
    });
    Some(made(json!({
        "Description": row.get("InterfaceDescription"), "Caption": row.get("InterfaceDescription"),
        "IPEnabled": up, "IPAddress": one("IPv4Address"), "IPSubnet": mask.filter(|_| up).map(|m| vec![m]),
        "DefaultIPGateway": one("Gateway"), "MACAddress": colons(row.text("MacAddress")),
        "DNSServerSearchOrder": row.get("DnsServers").filter(|_| up), "DHCPEnabled": row.get("Dhcp"),
        "DNSHostName": host, "DNSDomain": row.get("DnsSuffix"), "InterfaceIndex": row.get("ifIndex"),
        "SettingID": row.get("InterfaceGuid"),
    })))
}

fn user(row: Row, host: &str, machine: Option<&str>) -> Option<Row> {
    let name = row.full("Name")?;
    let enabled = row.flag("Enabled").unwrap_or(true);
    let sid = machine
        .zip(row.number("Rid"))
        .map(|(m, rid)| format!("{m}-{rid}"));
    Some(made(json!({
        "AccountType": 512, "Caption": format!("{host}\\{name}"), "Description": row.get("Description"),
        "Disabled": !enabled, "Domain": host, "FullName": row.get("FullName"), "LocalAccount": true,
        "Lockout": false, "Name": name, "PasswordChangeable": row.get("UserMayChangePassword"),
        "PasswordExpires": row.flag("PasswordNeverExpires").map(|n| !n),
        "PasswordRequired": row.get("PasswordRequired"), "SID": sid, "SIDType": 1,
        "Status": if enabled { "OK" } else { "Degraded" },
    })))
}

fn group(row: Row, host: &str, machine: Option<&str>) -> Option<Row> {
    let name = row.full("Name")?;
    let own = machine
        .zip(row.number("Rid"))
        .map(|(m, rid)| format!("{m}-{rid}"));
    Some(made(json!({
        "Caption": format!("{host}\\{name}"), "Description": row.get("Description"), "Domain": host,
        "LocalAccount": true, "Name": name, "SID": row.text("Sid").or(own), "SIDType": 4, "Status": "OK",
    })))
}
