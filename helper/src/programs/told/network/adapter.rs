//! Rows of `networkAdapters`.

use crate::programs::told::desk::{Desk, Stop};
use crate::programs::told::row::Row;
use std::net::Ipv4Addr;

/// One adapter as programs show it.
#[derive(Debug, Clone)]
pub struct Adapter {
    pub row: Row,
    /// `Ethernet`.
    pub name: String,
    pub up: bool,
    /// Address and length of the network's part.
    pub address: Option<(Ipv4Addr, u32)>,
    pub gateway: Option<String>,
    pub dns: Vec<String>,
}

/// The device's adapters, those that are hidden aside.
pub fn adapters(desk: &Desk<'_, '_>) -> Result<Vec<Adapter>, Stop> {
    let rows = desk.known_table("networkAdapters", "Name")?;
    let shown = rows.into_iter().filter(|r| r.flag("Hidden") != Some(true));
    Ok(shown.map(Adapter::of).collect())
}

impl Adapter {
    fn of(row: Row) -> Adapter {
        let prefix = row.number("PrefixLength").unwrap_or(24).min(32);
        let address = row.full("IPv4Address").and_then(|a| a.parse().ok());
        Adapter {
            name: row.text("Name").unwrap_or_default(),
            up: row.text("Status").is_none_or(|s| s == "Up"),
            address: address.map(|a| (a, prefix as u32)),
            gateway: row.full("Gateway"),
            dns: row.texts("DnsServers"),
            row,
        }
    }

    /// A text of the row.
    pub fn text(&self, name: &str) -> String {
        self.row.text(name).unwrap_or_default()
    }

    /// It is a card for Wi-Fi.
    pub fn wireless(&self) -> bool {
        self.text("MediaType").contains("802.11")
    }
}

/// `255.255.255.0` of 24.
pub fn mask(prefix: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::MAX.checked_shl(32 - prefix).unwrap_or(0))
}
