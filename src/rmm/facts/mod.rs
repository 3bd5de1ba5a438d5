//! What a Windows device tells of itself: WMI, `systeminfo`, the registry and their like answer from
//! one set of facts, so that what can be asked in several ways answers the same in each.
//!
//! Names and shapes are those of WMI's and PowerShell's own objects: `os` holds properties of
//! `Win32_OperatingSystem`, `networkAdapters` those of `Get-NetAdapter` and so on. A fact is an object
//! or a list of rows.

pub mod declared;
mod hardware;
mod network;
mod people;
pub mod release;
pub mod seeded;
mod software;
mod storage;

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
pub const ALWAYS: [&str; 26] = [
    "antivirusProducts",
    "baseBoard",
    "batteries",
    "bios",
    "computerSystem",
    "computerSystemProduct",
    "currentVersion",
    "disks",
    "hotfixes",
    "licensingProducts",
    "localGroups",
    "localUsers",
    "machineSid",
    "networkAdapters",
    "os",
    "partitions",
    "physicalMemory",
    "printers",
    "processors",
    "scheduledTasks",
    "systemEnclosure",
    "timeZone",
    "userProfiles",
    "videoControllers",
    "volumes",
    "winrm",
];

/// Facts that only a scenario declares, by `more:`, `events:` or `wmi:`; programs have their own defaults.
pub const DECLARED: [&str; 42] = [
    "appxPackages",
    "appxProvisioned",
    "azureAd",
    "bitLocker",
    "capabilities",
    "defender",
    "defenderPreference",
    "defenderThreats",
    "dnsCache",
    "dnsRecords",
    "dnsSuffixSearchList",
    "driverStore",
    "eventLogs",
    "events",
    "firewallProfiles",
    "firewallRules",
    "firmware",
    "gallery",
    "imageHealth",
    "installedModules",
    "neighbors",
    "optionalFeatures",
    "packageProviders",
    "printJobs",
    "printerDrivers",
    "printerPorts",
    "psRepositories",
    "reachableDomains",
    "reliabilityRecords",
    "smbConnections",
    "smbMappings",
    "smbServer",
    "smbSessions",
    "smbShares",
    "systemRestore",
    "tcpConnections",
    "tpm",
    "virtualDisks",
    "vpnConnections",
    "windowsFeatures",
    "windowsPackages",
    "wmi",
];

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
        if !declared.wmi.is_empty() {
            let rows = declared.wmi.clone().into_iter().collect::<Map<_, _>>();
            facts.insert("wmi".into(), Value::Object(rows));
        }
        for (name, value) in &declared.more {
            lay_over(facts.entry(name.clone()).or_insert(Value::Null), value);
        }
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
