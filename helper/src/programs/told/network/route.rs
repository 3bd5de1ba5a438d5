//! `route print`: what the adapters of the facts give. Nothing changes a device's routes.
//!
//! Source: Microsoft Learn, "route_ws2008".

use super::adapter::{Adapter, adapters, mask};
use crate::programs::told::desk::{Desk, Played, Stop, play, same, told};
use crate::programs::{Call, Ended};
use std::net::Ipv4Addr;

const LINE: &str = "===========================================================================";
const LOCAL: &str = "127.0.0.1";

/// The program.
pub fn route(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        match args.as_slice() {
            [print] if same(print, "print") => table(desk),
            [print, four] | [four, print] if same(print, "print") && four == "-4" => table(desk),
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

fn table(desk: &mut Desk<'_, '_>) -> Played {
    let adapters: Vec<Adapter> = adapters(desk)?;
    desk.out(format!("{LINE}\nInterface List"));
    for adapter in adapters.iter().rev() {
        let index = adapter.row.number("ifIndex").unwrap_or(0);
        let mac = adapter.text("MacAddress").to_lowercase().replace('-', " ");
        desk.out(format!(
            "{index:>3}...{mac} ......{}",
            adapter.text("InterfaceDescription")
        ));
    }
    desk.out("  1...........................Software Loopback Interface 1");
    desk.out(format!("{LINE}\n\nIPv4 Route Table\n{LINE}\nActive Routes:\nNetwork Destination        Netmask          Gateway       Interface  Metric"));
    let mut rows = Vec::new();
    for adapter in adapters.iter().filter(|a| a.up) {
        let Some((address, prefix)) = adapter.address else {
            continue;
        };
        let metric = adapter.row.number("InterfaceMetric").unwrap_or(25);
        let here = address.to_string();
        let network = Ipv4Addr::from(u32::from(address) & u32::from(mask(prefix)));
        let last = Ipv4Addr::from(u32::from(address) | !u32::from(mask(prefix)));
        if let Some(gateway) = &adapter.gateway {
            rows.push([
                "0.0.0.0".into(),
                "0.0.0.0".into(),
                gateway.clone(),
                here.clone(),
                metric.to_string(),
            ]);
        }
        for (to, width) in [(network, prefix), (address, 32), (last, 32)] {
            let on_link = (metric + 256).to_string();
            rows.push([
                to.to_string(),
                mask(width).to_string(),
                "On-link".into(),
                here.clone(),
                on_link,
            ]);
        }
    }
    for (to, width) in [("127.0.0.0", 8), (LOCAL, 32), ("127.255.255.255", 32)] {
        rows.push([
            to.into(),
            mask(width).to_string(),
            "On-link".into(),
            LOCAL.into(),
            "331".into(),
        ]);
    }
    rows.sort_by_key(|r| r[0].parse::<Ipv4Addr>().map(u32::from).unwrap_or(0));
    for [to, mask, gateway, here, metric] in rows {
        desk.out(format!(
            "{to:>17} {mask:>16} {gateway:>16} {here:>16} {metric:>6}"
        ));
    }
    desk.out(format!("{LINE}\nPersistent Routes:\n  None"));
    told(0)
}
