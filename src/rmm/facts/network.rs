//! Network adapters and what follows from them; MAC addresses as Windows writes them, `02-00-5E-10-00-01`.
//!
//! Fields are those of `Get-NetAdapter`, `Get-NetIPAddress`, `Get-DnsClientServerAddress`
//! (Microsoft Learn). Sources of the usual values: the same commands on a Dell OptiPlex 7090.

use super::declared::Adapter;
use super::{Making, Table, drawn};
use serde_json::{Value, json};

/// `ifIndex` of the first adapter.
const FIRST_INDEX: usize = 10;

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let usual = [Adapter {
        name: "Ethernet".into(),
        ..Adapter::default()
    }];
    let adapters = match m.declared.adapters.as_slice() {
        [] => &usual[..],
        some => some,
    };
    let rows: Vec<Value> = adapters
        .iter()
        .enumerate()
        .map(|(n, a)| row(m, n, a))
        .collect();
    facts.insert("neighbors".into(), neighbors(m, &rows));
    facts.insert("networkAdapters".into(), Value::Array(rows));
    // Connections beside those that the device's own processes have, and records that win over the resolver.
    facts.insert("tcpConnections".into(), json!([]));
    facts.insert("dnsRecords".into(), json!([]));
    let suffixes = Some(m.id.domain).filter(|d| !d.is_empty());
    facts.insert("dnsSuffixSearchList".into(), suffixes.into_iter().collect());
}

fn row(m: &Making<'_>, n: usize, a: &Adapter) -> Value {
    // The first one is the card whose address the device has.
    let mac = match (&a.mac, n) {
        (Some(mac), _) => mac.clone(),
        (None, 0) => m.id.mac.to_owned(),
        (None, _) => {
            let id = drawn(m.id, &format!("mac{n}")).replace('-', "");
            format!(
                "02:{}:{}:{}:{}:{}",
                &id[..2],
                &id[2..4],
                &id[4..6],
                &id[6..8],
                &id[8..10]
            )
        }
    };
    let dhcp = a.dhcp.unwrap_or(a.ip.is_none());
    let ip =
        a.ip.clone()
            .unwrap_or_else(|| format!("192.168.1.{}", 50 + n % 200));
    let gateway = a.gateway.as_deref().unwrap_or("192.168.1.1");
    let dns = match a.dns.as_slice() {
        [] => json!([gateway]),
        some => json!(some),
    };
    let description = a
        .description
        .as_deref()
        .unwrap_or("Intel(R) Ethernet Connection (14) I219-LM");
    json!({
        "Name": a.name, "InterfaceDescription": description, "ifIndex": FIRST_INDEX + n,
        "InterfaceGuid": format!("{{{}}}", drawn(m.id, &format!("adapter{n}")).to_uppercase()),
        "MacAddress": mac.replace(':', "-").to_uppercase(), "Status": a.status.as_deref().unwrap_or("Up"),
        "Speed": a.speed.unwrap_or(1_000_000_000), "Dhcp": dhcp,
        "IPv4Address": ip, "PrefixLength": a.prefix.unwrap_or(24), "Gateway": gateway, "DnsServers": dns,
        "DnsSuffix": m.id.domain,
        "NetworkCategory": if m.id.domain.is_empty() { "Private" } else { "DomainAuthenticated" },
        "PnPDeviceID": format!(r"PCI\VEN_8086&DEV_15F9&SUBSYS_0A0C1028&REV_11\3&11583659&0&F{}", 14 - n % 8),
        "DriverProvider": "Intel", "DriverVersion": "12.19.2.45", "DriverDate": "2023-01-26",
    })
}

/// What an adapter has that does not say otherwise. `DisabledBindings`, `ExtraAddresses`, `ExtraRoutes`,
/// `StaticDns` and `StatusWhenEnabled` are what commands change. The counters are those of a machine
/// that has been used for a day.
pub(super) fn adapter() -> Value {
    json!({
        "Status": "Up", "Speed": 1_000_000_000, "MediaType": "802.3", "PhysicalMediaType": "802.3",
        "Virtual": false, "Hidden": false, "MtuSize": 1500, "Dhcp": true, "IPv4Address": null,
        "PrefixLength": 24, "Gateway": null, "IPv6Address": null, "DnsServers": [], "DhcpDnsServers": null,
        "StaticDns": false, "DnsSuffix": "", "NetworkName": "Network", "NetworkCategory": "Private",
        "IPv4Connectivity": "Internet", "InterfaceMetric": 25, "PnPDeviceID": null, "VlanID": null,
        "DriverProvider": "Microsoft", "DriverVersion": "10.0.22621.1", "DriverDate": "2006-06-21",
        "ReceivedBytes": 1_487_213_904_u64, "SentBytes": 312_874_511, "DisabledBindings": [],
        "ReceivedUnicastPackets": 1_652_459, "SentUnicastPackets": 521_457, "NdisVersion": "6.85",
        "DriverFileName": "e1d.sys", "ExtraAddresses": [], "ExtraRoutes": [], "AdvancedProperty": [],
        "Rss": { "Enabled": true, "NumberOfReceiveQueues": 2, "MaxProcessors": 2, "Profile": "NUMAStatic" },
        "StatusWhenEnabled": null,
        "PowerManagement": { "AllowComputerToTurnOffDevice": "Enabled", "WakeOnMagicPacket": "Enabled", "WakeOnPattern": "Enabled" },
    })
}

/// The link-local address that Windows forms of a MAC address (RFC 4291, modified EUI-64).
pub(super) fn link_local(mac: &str) -> Option<String> {
    let bytes: Vec<u8> = mac
        .split(['-', ':'])
        .map(|b| u8::from_str_radix(b, 16).ok())
        .collect::<Option<_>>()?;
    let [a, b, c, d, e, f] = bytes.try_into().ok()?;
    let ip = std::net::Ipv6Addr::new(
        0xfe80,
        0,
        0,
        0,
        u16::from_be_bytes([a ^ 2, b]),
        u16::from_be_bytes([c, 0xff]),
        u16::from_be_bytes([0xfe, d]),
        u16::from_be_bytes([e, f]),
    );
    Some(ip.to_string())
}

/// The gateway of each adapter that is up, as the neighbor that it knows.
fn neighbors(m: &Making<'_>, adapters: &[Value]) -> Value {
    let known = adapters
        .iter()
        .filter(|a| a["Status"] == "Up" && a["Gateway"].is_string());
    known
        .enumerate()
        .map(|(n, a)| {
            let id = drawn(m.id, &format!("gateway{n}")).replace('-', "").to_uppercase();
            json!({ "IPAddress": a["Gateway"], "InterfaceIndex": a["ifIndex"], "InterfaceAlias": a["Name"],
                "LinkLayerAddress": format!("02-{}-{}-{}-{}-{}", &id[..2], &id[2..4], &id[4..6], &id[6..8], &id[8..10]),
                "State": "Reachable", "AddressFamily": "IPv4" })
        })
        .collect()
}
