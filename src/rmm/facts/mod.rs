//! What a Windows device tells of itself: WMI, `systeminfo`, the registry and their like answer from
//! one set of facts, so that what can be asked in several ways answers the same in each.
//!
//! Names and shapes are those of WMI's and PowerShell's own objects: `os` holds properties of
//! `Win32_OperatingSystem`, `networkAdapters` those of `Get-NetAdapter` and so on. A fact is an object
//! or a list of rows.

mod apps;
pub mod declared;
mod defender;
mod features;
mod fill;
mod firewall;
mod hardware;
mod logs;
mod network;
mod people;
mod plugged;
mod printing;
pub mod release;
mod security;
pub mod seeded;
mod sharing;
mod software;
mod storage;
mod tasks;

pub use declared::Declared;

use super::os::WindowsRelease;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Facts by name (`os`, `computerSystem`, `disks`), each as the JSON that programs are answered with.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(pub BTreeMap<String, Value>);

/// Which device it is.
#[derive(Debug, Clone, Default)]
pub struct Identity<'d> {
    pub hostname: &'d str,
    /// Empty for none.
    pub domain: &'d str,
    pub serial: &'d str,
    /// `02:00:5e:10:00:01`.
    pub mac: &'d str,
    /// For what is drawn: its SID and GUIDs.
    pub seed: u64,
}

/// Facts that every Windows device has.
pub const ALWAYS: [&str; 57] = [
    "antivirusProducts",
    "azureAd",
    "baseBoard",
    "batteries",
    "bios",
    "bitLocker",
    "computerSystem",
    "computerSystemProduct",
    "currentVersion",
    "defenderThreats",
    "disks",
    "dnsRecords",
    "dnsSuffixSearchList",
    "driverStore",
    "eventLogs",
    "eventProviders",
    "events",
    "firewallProfiles",
    "firewallRules",
    "firmware",
    "hotfixes",
    "imageHealth",
    "installedModules",
    "licensingProducts",
    "localGroups",
    "localUsers",
    "machineSid",
    "neighbors",
    "networkAdapters",
    "optionalFeatures",
    "os",
    "packageProviders",
    "pageFiles",
    "partitions",
    "physicalMemory",
    "physicalMemoryArrays",
    "pnpDevices",
    "printJobs",
    "printerDrivers",
    "printerPorts",
    "printers",
    "processors",
    "psRepositories",
    "scheduledTasks",
    "smbServer",
    "smbShares",
    "systemEnclosure",
    "tcpConnections",
    "timeZone",
    "tpm",
    "userProfiles",
    "videoControllers",
    "virtualDisks",
    "volumes",
    "vpnConnections",
    "windowsPackages",
    "winrm",
];

/// Facts that a device has where its release of Windows has the thing: the others have none of it, so that
/// commands about it are refused there unless a scenario declares it.
pub const BY_RELEASE: [&str; 7] = [
    "appxPackages",
    "appxProvisioned",
    "capabilities",
    "defender",
    "defenderPreference",
    "systemRestore",
    "windowsFeatures",
];

/// Facts that only a scenario declares, by `more:` or `wmi:`; what asks for them refuses by name
/// where they are not declared, or takes them as empty where nothing is true of every device.
pub const DECLARED: [&str; 15] = [
    "bcd",
    "dnsCache",
    "drivers",
    "gallery",
    "reachableDomains",
    "reliabilityRecords",
    "restorePoints",
    "sessions",
    "shadowCopies",
    "smbConnections",
    "smbMappings",
    "smbOpenFiles",
    "smbSessions",
    "windowsRE",
    "wmi",
];

/// Every name that a scenario can declare a fact by.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALWAYS.into_iter().chain(BY_RELEASE).chain(DECLARED)
}

impl Facts {
    /// What a device of a release tells: what is declared, laid over the release's defaults.
    pub fn of(release: WindowsRelease, id: &Identity<'_>, declared: &Declared) -> Facts {
        let made = Making {
            release,
            id,
            declared,
        };
        let mut facts = BTreeMap::new();
        hardware::add(&made, &mut facts);
        storage::add(&made, &mut facts);
        network::add(&made, &mut facts);
        people::add(&made, &mut facts);
        software::add(&made, &mut facts);
        printing::add(&made, &mut facts);
        sharing::add(&made, &mut facts);
        security::add(&made, &mut facts);
        defender::add(&made, &mut facts);
        logs::add(&made, &mut facts);
        tasks::add(&made, &mut facts);
        firewall::add(&mut facts);
        plugged::add(&mut facts);
        features::add(&made, &mut facts);
        apps::add(&made, &mut facts);
        if !declared.wmi.is_empty() {
            let rows = declared.wmi.clone().into_iter().collect::<Map<_, _>>();
            facts.insert("wmi".into(), Value::Object(rows));
        }
        for (name, value) in &declared.more {
            lay_over(facts.entry(name.clone()).or_insert(Value::Null), value);
        }
        fill::complete(&mut facts);
        apps::provisioned(&mut facts);
        Facts(facts)
    }

    /// One fact; null when there is none of that name.
    pub fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// One property of a fact as text; empty when there is none.
    pub fn text(&self, name: &str, property: &str) -> String {
        match &self.get(name)[property] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }
}

/// What facts are made of.
struct Making<'m> {
    release: WindowsRelease,
    id: &'m Identity<'m>,
    declared: &'m Declared,
}

type Table = BTreeMap<String, Value>;

/// Declared keys of an object win over what is there; anything else takes its place.
fn lay_over(there: &mut Value, declared: &Value) {
    match (there, declared) {
        (Value::Object(there), Value::Object(declared)) => {
            there.extend(declared.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        (there, declared) => *there = declared.clone(),
    }
}

/// Number of what is drawn for a name.
fn drawn(id: &Identity<'_>, name: &str) -> String {
    super::ids::guid(id.seed, &format!("facts:{name}"))
}

/// Local time as WMI's JSON has it: ISO 8601 without an offset.
fn moment(ms: i64) -> Value {
    jiff::Timestamp::from_millisecond(ms).map_or(Value::Null, |t| {
        json!(t.strftime("%Y-%m-%dT%H:%M:%S").to_string())
    })
}

#[cfg(test)]
mod tests;
