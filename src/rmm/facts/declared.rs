//! What a scenario declares of a Windows device; everything that is left out has a default.

use serde_json::Value;
use std::collections::BTreeMap;

/// `facts:` of a device.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Declared {
    /// Word of [`super::release::EDITIONS`].
    pub edition: Option<String>,
    /// `22631` or `10.0.22631`.
    pub build: Option<String>,
    /// Milliseconds since the epoch.
    pub installed_ms: Option<i64>,
    pub booted_ms: Option<i64>,
    pub maker: Option<String>,
    pub model: Option<String>,
    pub chassis: Option<Chassis>,
    pub bios_version: Option<String>,
    /// `WORKGROUP` unless the device has a domain.
    pub workgroup: Option<String>,
    /// Logged on at the console, `DOMAIN\name` or a name of this machine.
    pub user: Option<String>,
    /// Bytes.
    pub memory: Option<u64>,
    pub processors: Vec<Processor>,
    pub disks: Vec<Disk>,
    pub volumes: Vec<Volume>,
    pub adapters: Vec<Adapter>,
    /// None: as its chassis has it.
    pub batteries: Option<Vec<Battery>>,
    pub printers: Vec<Printer>,
    /// None: what Windows brings itself.
    pub antivirus: Option<Vec<Antivirus>>,
    pub hotfixes: Option<Vec<Hotfix>>,
    pub users: Vec<User>,
    /// Members by the group's name.
    pub groups: Vec<(String, Vec<String>)>,
    pub tasks: Vec<Task>,
    pub events: Vec<LogEvent>,
    /// Rows by class, `Class` or `namespace:Class`; false: the class is not known.
    pub wmi: BTreeMap<String, Value>,
    /// Any other fact of [`super::NAMES`] as it is asked for.
    pub more: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chassis {
    #[default]
    Desktop,
    Laptop,
    Server,
    Virtual,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Processor {
    pub name: Option<String>,
    pub maker: Option<String>,
    pub cores: Option<u32>,
    pub threads: Option<u32>,
    /// MHz.
    pub speed: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Disk {
    pub name: Option<String>,
    pub serial: Option<String>,
    /// Bytes.
    pub size: Option<u64>,
    /// `SSD`, `HDD`.
    pub media: Option<String>,
    /// `NVMe`, `SATA`, `SAS`, `USB`.
    pub bus: Option<String>,
    /// `Healthy`, `Warning`, `Unhealthy`.
    pub health: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Volume {
    /// One letter.
    pub letter: Option<String>,
    pub label: Option<String>,
    pub file_system: Option<String>,
    /// `Fixed`, `Removable`, `CD-ROM`, `Network`.
    pub kind: Option<String>,
    pub size: Option<u64>,
    pub free: Option<u64>,
    pub health: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Adapter {
    pub name: String,
    pub description: Option<String>,
    pub mac: Option<String>,
    pub ip: Option<String>,
    pub prefix: Option<u32>,
    pub gateway: Option<String>,
    pub dns: Vec<String>,
    pub dhcp: Option<bool>,
    /// `Up`, `Disconnected`, `Disabled`.
    pub status: Option<String>,
    /// Bits per second.
    pub speed: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Battery {
    pub name: Option<String>,
    /// Percent.
    pub charge: Option<u32>,
    /// It is on mains; true unless given.
    pub mains: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Printer {
    pub name: String,
    pub driver: Option<String>,
    pub port: Option<String>,
    pub shared: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Antivirus {
    pub name: String,
    pub running: Option<bool>,
    pub up_to_date: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hotfix {
    pub id: String,
    /// `yyyy-mm-dd`.
    pub installed: Option<String>,
    pub description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct User {
    pub name: String,
    pub full_name: Option<String>,
    pub description: Option<String>,
    pub enabled: Option<bool>,
    pub admin: bool,
    pub password_never_expires: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Task {
    /// `\Folder\Name`.
    pub path: String,
    pub run: String,
    pub arguments: Option<String>,
    /// `SYSTEM` unless given.
    pub user: Option<String>,
    pub enabled: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogEvent {
    /// `Application` unless given.
    pub log: Option<String>,
    pub source: String,
    pub id: u32,
    /// `Error`, `Warning`, `Information`.
    pub level: Option<String>,
    pub message: String,
    /// Before the device's start, in milliseconds.
    pub ago_ms: Option<u64>,
}
