//! `ipconfig`.
//!
//! Source: Microsoft Learn, "ipconfig".

use super::adapter::{Adapter, adapters, mask};
use crate::programs::told::desk::{Desk, Played, Stop, play, told};
use crate::programs::{Call, Ended};

const HEAD: &str = "\nWindows IP Configuration\n";

/// The program.
pub fn ipconfig(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let words: Vec<String> = args
            .iter()
            .map(|a| a.to_lowercase().replacen('-', "/", 1))
            .collect();
        match words
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .as_slice()
        {
            [] => show(desk, false),
            ["/all"] => show(desk, true),
            ["/flushdns"] => {
                // Answers of the device's resolver are not kept anywhere, so none is left.
                desk.out(HEAD);
                desk.out("Successfully flushed the DNS Resolver Cache.");
                told(0)
            }
            ["/displaydns"] => {
                let rows = desk.known_table("dnsCache", "Entry")?;
                desk.out(HEAD);
                for row in rows {
                    let name = row.full("Name").or(row.full("Entry")).unwrap_or_default();
                    let data = row.text("Data").unwrap_or_default();
                    desk.out(format!(
                        "    {name}\n    ----------------------------------------\n    Record Name . . . . . : {name}\n    A (Host) Record . . . : {data}\n\n"
                    ));
                }
                told(0)
            }
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

/// `   Host Name . . . . . . . . . . . . : value`.
fn line(name: &str, value: &str) -> String {
    let mut label = format!("   {name}");
    while label.chars().count() < 37 {
        let odd = label.chars().count() % 2 == 1;
        label.push(if odd { '.' } else { ' ' });
    }
    format!("{label}: {value}")
}

fn show(desk: &mut Desk<'_, '_>, all: bool) -> Played {
    let adapters = adapters(desk)?;
    desk.out(HEAD);
    if all {
        let computer = desk.facts("computerSystem")?;
        let domain = computer
            .text("Domain")
            .filter(|_| computer.flag("PartOfDomain") == Some(true))
            .unwrap_or_default();
        desk.out(line("Host Name", &desk.host()?));
        desk.out(line("Primary Dns Suffix ", &domain));
        desk.out(line("Node Type", "Hybrid"));
        desk.out(line("IP Routing Enabled.", "No"));
        desk.out(line("WINS Proxy Enabled.", "No"));
        if !domain.is_empty() {
            desk.out(line("DNS Suffix Search List.", &domain));
        }
    }
    for adapter in &adapters {
        let kind = if adapter.wireless() {
            "Wireless LAN"
        } else {
            "Ethernet"
        };
        desk.out(format!("\n{kind} adapter {}:\n", adapter.name));
        one(desk, adapter, all);
    }
    told(0)
}

fn one(desk: &mut Desk<'_, '_>, adapter: &Adapter, all: bool) {
    if !adapter.up {
        desk.out(line("Media State", "Media disconnected"));
    }
    desk.out(line(
        "Connection-specific DNS Suffix ",
        &adapter.text("DnsSuffix"),
    ));
    if all {
        let dhcp = adapter.row.flag("Dhcp") == Some(true);
        desk.out(line("Description", &adapter.text("InterfaceDescription")));
        desk.out(line("Physical Address.", &adapter.text("MacAddress")));
        desk.out(line("DHCP Enabled.", if dhcp { "Yes" } else { "No" }));
        desk.out(line("Autoconfiguration Enabled", "Yes"));
    }
    let Some((address, prefix)) = adapter.address.filter(|_| adapter.up) else {
        return;
    };
    let preferred = if all { "(Preferred) " } else { "" };
    desk.out(line("IPv4 Address.", &format!("{address}{preferred}")));
    desk.out(line("Subnet Mask", &mask(prefix).to_string()));
    desk.out(line(
        "Default Gateway",
        adapter.gateway.as_deref().unwrap_or(""),
    ));
    if all {
        if let Some(server) = adapter.row.full("DhcpServer") {
            desk.out(line("DHCP Server", &server));
        }
        for (n, server) in adapter.dns.iter().enumerate() {
            if n == 0 {
                desk.out(line("DNS Servers", server));
            } else {
                desk.out(format!("{}{server}", " ".repeat(39)));
            }
        }
    }
}
