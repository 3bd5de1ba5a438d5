//! The resolver of a device: knows the scenario's services and `localhost`, records every name.
//!
//! Names under `.local` belong to multicast DNS (RFC 6762). This resolver treats them like any
//! other name, because the C library of a device without an mDNS daemon sends them here; a
//! program that asks 224.0.0.251 by itself is not seen.

mod packet;
mod serve;

pub(super) use serve::{serve_tcp, serve_udp};

use super::record::Recorder;
use super::service::Service;
use crate::rmm::service::Fault;
use packet::{A, AAAA, ANY, Code, PTR, Query, Read, Record};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const LOCALHOST: &str = "localhost";

/// Which names a device's network knows.
#[derive(Default)]
pub(super) struct Zone {
    hosts: HashMap<String, Host>,
    /// Host names by address, for the way back.
    names: HashMap<IpAddr, Vec<String>>,
}

#[derive(Default)]
struct Host {
    addresses: Vec<IpAddr>,
    /// Indices of the services that live there.
    services: Vec<usize>,
}

impl Zone {
    /// Adds a service's host at an address; a host that is itself an address has no name.
    pub fn add(&mut self, index: usize, service: &Service, address: IpAddr) {
        if service.host.parse::<IpAddr>().is_ok() {
            return;
        }
        let host = self.hosts.entry(service.host.clone()).or_default();
        host.services.push(index);
        if !host.addresses.contains(&address) {
            host.addresses.push(address);
            self.names
                .entry(address)
                .or_default()
                .push(service.host.clone());
        }
    }

    /// The reply to a packet; `None` for what deserves none. Every name asked for is recorded:
    /// as answered when a service has it (or an address of one, or it is `localhost`), even
    /// where a fault or a missing network keeps the answer back.
    pub fn answer(
        &self,
        packet: &[u8],
        services: &[Service],
        online: bool,
        recorder: &Recorder,
    ) -> Option<Vec<u8>> {
        let query = match packet::read(packet) {
            Read::Query(query) => query,
            Read::Noise => return None,
            Read::Refused(reply) => return Some(reply),
        };
        let host = self.hosts.get(&query.name);
        let back = reverse_address(&query.name);
        let names = back.and_then(|ip| self.names.get(&ip));
        let local = query.name == LOCALHOST
            || query.name.ends_with(".localhost")
            || back.is_some_and(|ip| ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST);
        recorder.lookup(
            query.name.clone(),
            host.is_some() || names.is_some() || local,
        );
        if query.class != 1 && query.class != ANY {
            return Some(query.reply(Code::Refused, &[]));
        }
        if !online && !local {
            return Some(query.reply(Code::ServFail, &[]));
        }
        if let Some(host) = host {
            let hidden = host
                .services
                .iter()
                .filter_map(|&i| services.get(i))
                .any(|s| s.fault() == Some(Fault::UnknownName));
            return Some(if hidden {
                query.reply(Code::NxDomain, &[])
            } else {
                addresses(&query, &host.addresses)
            });
        }
        if let Some(names) = names {
            return Some(pointers(&query, names.iter().map(String::as_str)));
        }
        Some(match (local, back) {
            (true, Some(_)) => pointers(&query, std::iter::once(LOCALHOST)),
            (true, None) => addresses(
                &query,
                &[Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            ),
            (false, _) if query.name == "." => query.reply(Code::NoError, &[]),
            (false, _) => query.reply(Code::NxDomain, &[]),
        })
    }
}

/// The addresses of the kind asked for; none at all is a good answer that says so.
fn addresses(query: &Query<'_>, all: &[IpAddr]) -> Vec<u8> {
    let wanted = |ip: &&IpAddr| match query.kind {
        A => ip.is_ipv4(),
        AAAA => ip.is_ipv6(),
        ANY => true,
        _ => false,
    };
    let records: Vec<_> = all
        .iter()
        .filter(wanted)
        .map(|&ip| Record::Address(ip))
        .collect();
    query.reply(Code::NoError, &records)
}

fn pointers<'a>(query: &Query<'_>, names: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let records: Vec<_> = match query.kind {
        PTR | ANY => names.map(Record::Name).collect(),
        _ => Vec::new(),
    };
    query.reply(Code::NoError, &records)
}

/// The address in `4.3.2.1.in-addr.arpa` or in the 32 nibbles of `ip6.arpa`.
fn reverse_address(name: &str) -> Option<IpAddr> {
    if let Some(digits) = name.strip_suffix(".in-addr.arpa") {
        let mut parts = digits.split('.').map(|p| p.parse::<u8>().ok());
        let [d, c, b, a] = [
            parts.next()??,
            parts.next()??,
            parts.next()??,
            parts.next()??,
        ];
        return parts
            .next()
            .is_none()
            .then(|| Ipv4Addr::new(a, b, c, d).into());
    }
    let nibbles = name.strip_suffix(".ip6.arpa")?;
    let mut bits = 0u128;
    let mut count = 0;
    for (at, nibble) in nibbles.split('.').enumerate() {
        if nibble.len() != 1 || at >= 32 {
            return None;
        }
        bits |= u128::from(u8::from_str_radix(nibble, 16).ok()?) << (4 * at);
        count += 1;
    }
    (count == 32).then(|| Ipv6Addr::from(bits).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::services::tests::names::question;
    use crate::rmm::service::ServiceSpec;
    use proptest::prelude::*;
    use simple_dns::rdata::RData;
    use simple_dns::{Packet, RCODE, TYPE};

    fn world() -> (Zone, Vec<Service>, Recorder) {
        let spec = |name: &str, host: &str| ServiceSpec {
            name: name.into(),
            host: host.into(),
            port: 443,
            ..Default::default()
        };
        let services: Vec<Service> = [
            spec("one", "One.Example"),
            spec("two", "two.example"),
            spec("bare", "127.0.0.7"),
        ]
        .iter()
        .map(|s| Service::new(s).unwrap())
        .collect();
        let mut zone = Zone::default();
        for (index, ip) in [(0, "127.0.0.5"), (1, "::1:5"), (2, "127.0.0.7")] {
            zone.add(index, &services[index], ip.parse().unwrap());
        }
        (zone, services, Recorder::default())
    }

    fn says(name: &str, kind: TYPE, online: bool, fault: Option<Fault>) -> (RCODE, Vec<String>) {
        let (zone, services, recorder) = world();
        services[0].set_fault(fault);
        let reply = zone
            .answer(&question(name, kind), &services, online, &recorder)
            .unwrap();
        let reply = Packet::parse(&reply).unwrap();
        let text = |data: &RData<'_>| match data {
            RData::A(a) => Ipv4Addr::from(a.address).to_string(),
            RData::AAAA(a) => Ipv6Addr::from(a.address).to_string(),
            RData::PTR(p) => p.0.to_string(),
            other => format!("{other:?}"),
        };
        (
            reply.rcode(),
            reply.answers.iter().map(|r| text(&r.rdata)).collect(),
        )
    }

    #[test]
    fn known_names_have_addresses_and_nothing_else() {
        let none = (RCODE::NoError, Vec::new());
        assert_eq!(
            says("oNe.eXample", TYPE::A, true, None),
            (RCODE::NoError, vec!["127.0.0.5".into()])
        );
        assert_eq!(says("one.example", TYPE::AAAA, true, None), none);
        assert_eq!(says("one.example", TYPE::MX, true, None), none);
        assert_eq!(
            says("two.example", TYPE::AAAA, true, None),
            (RCODE::NoError, vec!["::1:5".into()])
        );
        assert_eq!(
            says("three.example", TYPE::A, true, None),
            (RCODE::NameError, Vec::new())
        );
        assert_eq!(
            says("printer.local", TYPE::A, true, None),
            (RCODE::NameError, Vec::new())
        );
    }

    #[test]
    fn localhost_and_the_way_back() {
        assert_eq!(
            says("localhost", TYPE::A, false, None),
            (RCODE::NoError, vec!["127.0.0.1".into()])
        );
        assert_eq!(
            says("localhost", TYPE::AAAA, true, None),
            (RCODE::NoError, vec!["::1".into()])
        );
        assert_eq!(
            says("5.0.0.127.in-addr.arpa", TYPE::PTR, true, None),
            (RCODE::NoError, vec!["one.example".into()])
        );
        assert_eq!(
            says("1.0.0.127.in-addr.arpa", TYPE::PTR, true, None),
            (RCODE::NoError, vec!["localhost".into()])
        );
        assert_eq!(
            says("9.0.0.127.in-addr.arpa", TYPE::PTR, true, None),
            (RCODE::NameError, Vec::new())
        );
        let back = format!("5.0.0.0.1.0.0.0{}.ip6.arpa", ".0".repeat(24));
        assert_eq!(
            says(&back, TYPE::PTR, true, None),
            (RCODE::NoError, vec!["two.example".into()])
        );
    }

    #[test]
    fn faults_and_a_missing_network_hide_names() {
        let hidden = Some(Fault::UnknownName);
        assert_eq!(
            says("one.example", TYPE::A, true, hidden.clone()),
            (RCODE::NameError, Vec::new())
        );
        assert_eq!(
            says("two.example", TYPE::AAAA, true, hidden),
            (RCODE::NoError, vec!["::1:5".into()])
        );
        assert_eq!(
            says("one.example", TYPE::A, false, None),
            (RCODE::ServerFailure, Vec::new())
        );
        assert_eq!(
            says("three.example", TYPE::A, false, None),
            (RCODE::ServerFailure, Vec::new())
        );
    }

    #[test]
    fn every_name_is_recorded() {
        let (zone, services, recorder) = world();
        for (name, kind) in [
            ("ONE.example", TYPE::A),
            ("one.example", TYPE::AAAA),
            ("elsewhere.example", TYPE::TXT),
        ] {
            zone.answer(&question(name, kind), &services, true, &recorder);
        }
        let names: Vec<_> = recorder
            .take()
            .0
            .into_iter()
            .map(|l| (l.name, l.answered))
            .collect();
        assert_eq!(
            names,
            [
                ("one.example".to_owned(), true),
                ("elsewhere.example".to_owned(), false)
            ]
        );
    }

    proptest! {
        #[test]
        fn a_reverse_name_gives_its_address_back(bits in any::<u128>()) {
            let ip = Ipv6Addr::from(bits);
            let name: String = (0..32).map(|n| format!("{:x}.", (bits >> (4 * n)) & 15)).collect();
            prop_assert_eq!(reverse_address(&format!("{name}ip6.arpa")), Some(ip.into()));
            let [a, b, c, d] = (bits as u32).to_be_bytes();
            prop_assert_eq!(reverse_address(&format!("{d}.{c}.{b}.{a}.in-addr.arpa")), Some(Ipv4Addr::new(a, b, c, d).into()));
        }

        #[test]
        fn reverse_names_never_panic(name in "[0-9a-fx.+-]{0,80}(\\.in-addr\\.arpa|\\.ip6\\.arpa)?") {
            let _ = reverse_address(&name);
        }
    }
}
