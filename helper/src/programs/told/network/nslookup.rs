//! `nslookup NAME`: the fact `dnsRecords`, else the device's own resolver, which really looks it up.
//!
//! Source: Microsoft Learn, "nslookup". Its exit code is 0 whether the name is known or not.

use super::adapter::adapters;
use crate::programs::told::desk::{Desk, Played, Stop, done, play, same, told};
use crate::programs::{Call, Ended};
use std::net::{IpAddr, ToSocketAddrs};

/// The program.
pub fn nslookup(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let mut names = Vec::new();
        for arg in &args {
            let lower = arg.to_lowercase();
            let kind = ["-type=", "-q=", "-querytype="]
                .iter()
                .find_map(|p| lower.strip_prefix(p));
            match kind {
                Some("a") => {}
                _ if arg.starts_with(['-', '/']) => return Err(Stop::refused(arg.clone())),
                _ => names.push(arg.clone()),
            }
        }
        let servers: Vec<String> = adapters(desk)?.into_iter().flat_map(|a| a.dns).collect();
        let Some(server) = servers.first().cloned() else {
            return Err(Stop::refused("no adapter of the facts has a DNS server"));
        };
        match names.as_slice() {
            [name] => look_up(desk, name, &server),
            [name, other] if servers.contains(other) => look_up(desk, name, other),
            [_, other] => Err(Stop::refused(format!(
                "the server {other}: a device has its own resolver alone"
            ))),
            _ => Err(Stop::refused("asking without a name (interactive)")),
        }
    })
}

fn look_up(desk: &mut Desk<'_, '_>, name: &str, server: &str) -> Played {
    if name.parse::<IpAddr>().is_ok() {
        return Err(Stop::refused(format!("the name of the address {name}")));
    }
    desk.out(format!("Server:  UnKnown\nAddress:  {server}\n"));
    let records = desk.table("dnsRecords", "Name")?.unwrap_or_default();
    let plain = name.trim_end_matches('.');
    let declared: Vec<String> = records
        .iter()
        .filter(|r| r.text("Name").is_some_and(|n| same(&n, plain)))
        .filter(|r| r.text("Type").is_none_or(|t| same(&t, "A")))
        .filter_map(|r| r.full("IPAddress"))
        .collect();
    let told_so = !declared.is_empty();
    let addresses = if told_so {
        declared
    } else {
        let found = (plain, 0).to_socket_addrs().into_iter().flatten();
        let mut all: Vec<String> = found.map(|a| a.ip().to_string()).collect();
        all.dedup();
        all
    };
    match addresses.as_slice() {
        [] => desk.err(format!(
            "*** UnKnown can't find {name}: Non-existent domain"
        )),
        [one] => desk.out(format!(
            "Non-authoritative answer:\nName:    {plain}\nAddress:  {one}\n"
        )),
        many => desk.out(format!(
            "Non-authoritative answer:\nName:    {plain}\nAddresses:  {}\n",
            many.join("\n\t  ")
        )),
    }
    if told_so { told(0) } else { done(0) }
}
