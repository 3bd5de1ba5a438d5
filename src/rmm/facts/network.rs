//! Network adapters; MAC addresses as Windows writes them, `02-00-5E-10-00-01`.

use super::declared::Adapter;
use super::{Making, Table, drawn};
use serde_json::{Value, json};

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let usual = [Adapter {
        name: "Ethernet".into(),
        ..Adapter::default()
    }];
    let adapters = match m.declared.adapters.as_slice() {
        [] => &usual[..],
        some => some,
    };
    let rows = adapters.iter().enumerate().map(|(n, a)| row(m, n, a));
    facts.insert("networkAdapters".into(), rows.collect());
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
        "Name": a.name, "InterfaceDescription": description, "ifIndex": 10 + n,
        "InterfaceGuid": format!("{{{}}}", drawn(m.id, &format!("adapter{n}")).to_uppercase()),
        "MacAddress": mac.replace(':', "-").to_uppercase(), "Status": a.status.as_deref().unwrap_or("Up"),
        "Speed": a.speed.unwrap_or(1_000_000_000), "MediaType": "802.3", "MtuSize": 1500, "Dhcp": dhcp,
        "IPv4Address": ip, "PrefixLength": a.prefix.unwrap_or(24), "Gateway": gateway, "DnsServers": dns,
        "DnsSuffix": m.id.domain, "NetworkName": "Network", "Virtual": false, "Hidden": false,
        "NetworkCategory": if m.id.domain.is_empty() { "Private" } else { "DomainAuthenticated" },
        "IPv4Connectivity": "Internet", "InterfaceMetric": 25,
    })
}
