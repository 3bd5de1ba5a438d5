//! `arp -a`, from the fact and store `neighbors`, in the shape of `Get-NetNeighbor`.
//!
//! Source: Microsoft Learn, "arp".

use super::adapter::adapters;
use crate::programs::told::desk::{Stop, play, told};
use crate::programs::{Call, Ended};

/// The program.
pub fn arp(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let wanted = match args.as_slice() {
            [all] if ["-a", "/a", "-g", "/g"].contains(&all.to_lowercase().as_str()) => None,
            [all, address] if ["-a", "/a", "-g", "/g"].contains(&all.to_lowercase().as_str()) => {
                Some(address.clone())
            }
            _ => return Err(Stop::refused(args.join(" "))),
        };
        let mut rows = desk.known_table("neighbors", "IPAddress")?;
        rows.retain(|r| {
            r.text("IPAddress")
                .is_some_and(|a| wanted.as_ref().is_none_or(|w| *w == a))
        });
        if rows.is_empty() {
            return Err(Stop::said(1, "No ARP Entries Found."));
        }
        for adapter in adapters(desk)? {
            let index = adapter.row.number("ifIndex").unwrap_or(0);
            let here: Vec<_> = rows
                .iter()
                .filter(|r| r.number("ifIndex").is_none_or(|i| i == index))
                .collect();
            let Some((address, _)) = adapter.address.filter(|_| !here.is_empty()) else {
                continue;
            };
            desk.out(format!("\nInterface: {address} --- 0x{index:x}"));
            desk.out("  Internet Address      Physical Address      Type");
            for row in here {
                let kind = match row.text("State").as_deref() {
                    Some("Permanent") => "static",
                    _ => "dynamic",
                };
                let mac = row
                    .text("LinkLayerAddress")
                    .unwrap_or_default()
                    .to_lowercase();
                desk.out(format!(
                    "  {:<22}{mac:<22}{kind:<8}",
                    row.text("IPAddress").unwrap_or_default()
                ));
            }
        }
        told(0)
    })
}
