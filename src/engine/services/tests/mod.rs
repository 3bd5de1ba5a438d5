//! Real clients against a network on loopback.

mod client;
mod connections;
mod curl;
mod faults;
pub(super) mod names;
mod routes;

use super::{Network, Sockets};
use crate::rmm::service::{Fault, Reply, Request, Route, ServiceSpec};
use std::net::{SocketAddr, TcpListener, UdpSocket};

/// A network and where its parts listen.
pub(super) struct World {
    pub network: Network,
    /// One for each listener, in the order of the specs that have one.
    pub http: Vec<SocketAddr>,
    pub dns_udp: SocketAddr,
    pub dns_tcp: SocketAddr,
}

/// Serves the specs, one listener for each different host and port.
pub(super) fn world(specs: &[ServiceSpec]) -> World {
    let local = || TcpListener::bind("127.0.0.1:0").unwrap();
    let dns_udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let dns_tcp = local();
    let mut seen = Vec::new();
    let mut http = Vec::new();
    for spec in specs {
        if !seen.contains(&(spec.host.clone(), spec.port)) {
            seen.push((spec.host.clone(), spec.port));
            http.push((spec.name.clone(), local()));
        }
    }
    let addresses = http.iter().map(|(_, l)| l.local_addr().unwrap()).collect();
    let (udp, tcp) = (dns_udp.local_addr().unwrap(), dns_tcp.local_addr().unwrap());
    let sockets = Sockets {
        dns_udp: vec![dns_udp],
        dns_tcp: vec![dns_tcp],
        http,
    };
    World {
        network: Network::start(specs, &[], 7, sockets).unwrap(),
        http: addresses,
        dns_udp: udp,
        dns_tcp: tcp,
    }
}

/// A service `cloud` at `cloud.example`.
pub(super) fn cloud(tls: bool, routes: Vec<Route>, fault: Option<Fault>) -> ServiceSpec {
    let port = if tls { 443 } else { 80 };
    ServiceSpec {
        name: "cloud".into(),
        tls,
        host: "cloud.example".into(),
        port,
        routes,
        fault,
        ..Default::default()
    }
}

/// A route for any method at a path.
pub(super) fn route(path: &str, replies: Vec<Reply>) -> Route {
    Route {
        when: Request {
            path: Some(path.into()),
            ..Default::default()
        },
        replies,
    }
}

pub(super) fn says(text: &str) -> Reply {
    Reply {
        body: text.into(),
        ..Default::default()
    }
}
