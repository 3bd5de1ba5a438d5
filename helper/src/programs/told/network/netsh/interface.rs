//! `netsh interface show interface`, `netsh interface ip show config|addresses|dnsservers`.

use crate::programs::told::desk::{Desk, Played, same, told};
use crate::programs::told::network::adapter::{Adapter, adapters, mask};
use std::net::Ipv4Addr;

pub fn run(desk: &mut Desk<'_, '_>, words: &[&str], args: &[String]) -> Played {
    match words {
        ["show", "interface"] => {
            desk.out("\nAdmin State    State          Type             Interface Name\n-------------------------------------------------------------------------");
            for adapter in adapters(desk)? {
                let state = if adapter.up {
                    "Connected"
                } else {
                    "Disconnected"
                };
                desk.out(format!(
                    "{:<15}{state:<15}{:<17}{}",
                    "Enabled", "Dedicated", adapter.name
                ));
            }
            desk.out("");
            told(0)
        }
        [
            "ip" | "ipv4",
            "show",
            what @ ("config" | "address" | "addresses" | "dns" | "dnsserver" | "dnsservers"),
            rest @ ..,
        ] if rest.len() <= 1 => {
            let name = args.get(3).map(|n| match n.split_once('=') {
                Some((_, name)) => name.trim_matches('"').to_owned(),
                None => n.clone(),
            });
            show(desk, what, name.as_deref())
        }
        _ => super::refused(&desk.args()),
    }
}

fn show(desk: &mut Desk<'_, '_>, what: &str, name: Option<&str>) -> Played {
    let mut all = adapters(desk)?;
    if let Some(name) = name {
        all.retain(|a| same(&a.name, name));
        if all.is_empty() {
            desk.out("The filename, directory name, or volume label syntax is incorrect.\n");
            return told(1);
        }
    }
    for adapter in &all {
        desk.out(format!(
            "\nConfiguration for interface \"{}\"",
            adapter.name
        ));
        if !what.starts_with("dns") {
            addresses(desk, adapter);
        }
        if what == "config" || what.starts_with("dns") {
            servers(desk, adapter);
        }
    }
    desk.out("");
    told(0)
}

fn line(name: &str, value: &str) -> String {
    format!("    {:<38}{value}", format!("{name}:"))
}

fn addresses(desk: &mut Desk<'_, '_>, adapter: &Adapter) {
    let dhcp = adapter.row.flag("Dhcp") == Some(true);
    desk.out(line("DHCP enabled", if dhcp { "Yes" } else { "No" }));
    if let Some((address, prefix)) = adapter.address {
        desk.out(line("IP Address", &address.to_string()));
        let network = Ipv4Addr::from(u32::from(address) & u32::from(mask(prefix)));
        desk.out(line(
            "Subnet Prefix",
            &format!("{network}/{prefix} (mask {})", mask(prefix)),
        ));
    }
    if let Some(gateway) = &adapter.gateway {
        desk.out(line("Default Gateway", gateway));
        desk.out(line("Gateway Metric", "0"));
    }
    if let Some(metric) = adapter.row.text("InterfaceMetric") {
        desk.out(line("InterfaceMetric", &metric));
    }
}

fn servers(desk: &mut Desk<'_, '_>, adapter: &Adapter) {
    let by = if adapter.row.flag("Dhcp") == Some(true) {
        "DNS servers configured through DHCP"
    } else {
        "Statically Configured DNS Servers"
    };
    for (n, server) in adapter.dns.iter().enumerate() {
        if n == 0 {
            desk.out(line(by, server));
        } else {
            desk.out(format!("    {:<38}{server}", ""));
        }
    }
    if adapter.dns.is_empty() {
        desk.out(line(by, "None"));
    }
    desk.out(line("Register with which suffix", "Primary only"));
}
