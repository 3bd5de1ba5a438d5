//! Completes rows that a scenario declares in part, so that whoever asks finds whole rows.

use super::Table;
use super::{apps, features, firewall, network, plugged, printing, security, sharing, storage};
use serde_json::{Map, Value, json};

/// What a row of a fact has where it does not say otherwise.
type Fill = (&'static str, fn() -> Value);

const FILLS: [Fill; 24] = [
    ("appxPackages", apps::package),
    ("bitLocker", security::volume),
    ("capabilities", || json!({ "State": "NotPresent" })),
    (
        "defenderThreats",
        || json!({ "IsActive": false, "SeverityID": 5, "CategoryID": 8, "DidThreatExecute": false, "RollupStatus": 1, "Resources": [] }),
    ),
    ("disks", storage::disk),
    ("firewallProfiles", firewall::profile),
    ("firewallRules", firewall::rule),
    (
        "neighbors",
        || json!({ "State": "Stale", "AddressFamily": "IPv4" }),
    ),
    (
        "hotfixes",
        || json!({ "Description": "Update", "InstalledOn": "3/4/2024" }),
    ),
    ("networkAdapters", network::adapter),
    ("optionalFeatures", features::optional),
    ("partitions", storage::partition),
    ("pnpDevices", plugged::device),
    ("printers", printing::printer),
    ("printerDrivers", printing::driver),
    ("printerPorts", printing::port),
    ("printJobs", printing::job),
    (
        "psRepositories",
        || json!({ "InstallationPolicy": "Untrusted", "SourceLocation": "" }),
    ),
    ("smbShares", sharing::share),
    (
        "tcpConnections",
        || json!({ "RemoteAddress": "0.0.0.0", "RemotePort": 0, "State": "Listen", "OwningProcess": 4 }),
    ),
    (
        "userProfiles",
        || json!({ "Loaded": false, "Special": false }),
    ),
    ("volumes", storage::volume_fill),
    ("vpnConnections", sharing::vpn),
    (
        "windowsFeatures",
        || json!({ "InstallState": "Available", "FeatureType": "Feature" }),
    ),
];

/// Adds to each row of a fact what it lacks; the case of a field's name does not matter.
pub(super) fn complete(facts: &mut Table) {
    for (name, fill) in FILLS {
        let Some(Value::Array(rows)) = facts.get_mut(name) else {
            continue;
        };
        let Value::Object(fill) = fill() else {
            continue;
        };
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            add_missing(row, &fill);
        }
    }
}

fn add_missing(row: &mut Map<String, Value>, fill: &Map<String, Value>) {
    for (field, value) in fill {
        if !row.keys().any(|k| k.eq_ignore_ascii_case(field)) {
            row.insert(field.clone(), value.clone());
        }
    }
    // What one field says of another that was left out.
    let text = |row: &Map<String, Value>, name: &str| {
        row.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    if fill.contains_key("DhcpDnsServers") && row["DhcpDnsServers"].is_null() {
        let servers = row.get("DnsServers").cloned().unwrap_or_else(|| json!([]));
        row.insert("DhcpDnsServers".into(), servers);
    }
    if fill.contains_key("IPv6Address")
        && row["IPv6Address"].is_null()
        && let Some(address) = text(row, "MacAddress")
            .as_deref()
            .and_then(network::link_local)
    {
        row.insert("IPv6Address".into(), json!(address));
    }
}
