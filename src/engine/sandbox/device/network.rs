//! A device's services and resolver: started when first needed, since most devices never ask.

use super::lock;
use crate::engine::GatewayHost;
use crate::engine::sandbox::sys;
use crate::engine::sandbox::wire::SocketOrder;
use crate::engine::seen::Seen;
use crate::engine::services::{Network, Sockets};
use crate::rmm::service::{Fault, ServiceSpec};
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::fd::OwnedFd;
use std::sync::Mutex;

/// Last number of the resolver's address, 127.77.0.1.
const RESOLVER: u8 = 1;
/// Last number of the first host's address.
const FIRST_HOST: u8 = 10;

/// The listeners a device needs: the resolver's two, then one for each host and port, all ports of
/// one host at the same address. The name is that of any service behind a listener.
pub fn sockets(specs: &[ServiceSpec]) -> (Vec<SocketOrder>, Vec<String>) {
    let mut orders = vec![
        SocketOrder {
            udp: true,
            host: RESOLVER,
            port: 53,
        },
        SocketOrder {
            udp: false,
            host: RESOLVER,
            port: 53,
        },
    ];
    let (mut hosts, mut names): (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());
    for spec in specs {
        let index = hosts
            .iter()
            .position(|h| *h == spec.host)
            .unwrap_or_else(|| {
                hosts.push(&spec.host);
                hosts.len() - 1
            });
        let host = FIRST_HOST.saturating_add(u8::try_from(index).unwrap_or(u8::MAX));
        let order = SocketOrder {
            udp: false,
            host,
            port: spec.port,
        };
        if !orders.contains(&order) {
            orders.push(order);
            names.push(spec.name.clone());
        }
    }
    (orders, names)
}

enum State {
    Waiting(Sockets),
    Running(Network),
    /// It could not be started, or was never there.
    Nothing,
}

/// The network of one device.
pub struct DeviceNetwork {
    specs: Vec<ServiceSpec>,
    gateways: Vec<GatewayHost>,
    seed: u64,
    state: Mutex<State>,
}

impl DeviceNetwork {
    /// Takes the sockets in the order of [`sockets`].
    pub fn new(
        specs: Vec<ServiceSpec>,
        gateways: &[GatewayHost],
        names: Vec<String>,
        seed: u64,
        fds: Vec<OwnedFd>,
    ) -> io::Result<DeviceNetwork> {
        let mut fds = fds.into_iter();
        let short = || io::Error::from_raw_os_error(libc::EBADF);
        let sockets = Sockets {
            dns_udp: vec![UdpSocket::from(fds.next().ok_or_else(short)?)],
            dns_tcp: vec![TcpListener::from(fds.next().ok_or_else(short)?)],
            http: names.into_iter().zip(fds.map(TcpListener::from)).collect(),
        };
        let state = Mutex::new(State::Waiting(sockets));
        let bare = specs.is_empty();
        let network = DeviceNetwork {
            specs,
            gateways: gateways.to_vec(),
            seed,
            state,
        };
        if bare {
            return Ok(network);
        }
        network.start()?;
        Ok(network)
    }

    fn start(&self) -> io::Result<()> {
        let mut state = lock(&self.state);
        match std::mem::replace(&mut *state, State::Nothing) {
            State::Waiting(sockets) => {
                *state = State::Running(Network::start(
                    &self.specs,
                    &self.gateways,
                    self.seed,
                    sockets,
                )?);
            }
            other => *state = other,
        }
        Ok(())
    }

    /// Sockets to watch for the first question, while nobody serves them.
    pub fn unserved(&self) -> Vec<libc::pollfd> {
        match &*lock(&self.state) {
            State::Waiting(s) => {
                let udp = s.dns_udp.iter().map(sys::readable);
                udp.chain(s.dns_tcp.iter().map(sys::readable)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Starts to serve if somebody has asked. What cannot be served stays unanswered.
    pub fn serve_if_asked(&self) {
        let mut fds = self.unserved();
        if !fds.is_empty() && sys::poll(&mut fds, 0).is_ok_and(|ready| ready > 0) {
            let _ = self.start();
        }
    }

    /// Hands over what was asked since the last time.
    pub fn drain(&self, seen: &Seen) {
        self.serve_if_asked();
        if let State::Running(network) = &*lock(&self.state) {
            let (lookups, calls) = network.take();
            seen.lookups(None, lookups);
            seen.services(None, calls);
        }
    }

    /// The CA of its services.
    pub fn ca_pem(&self) -> Option<String> {
        match &*lock(&self.state) {
            State::Running(network) => network.ca_pem().map(str::to_owned),
            _ => None,
        }
    }

    pub fn set_fault(&self, service: &str, fault: Option<Fault>) -> Result<(), String> {
        self.start().map_err(|e| e.to_string())?;
        match &*lock(&self.state) {
            State::Running(n) => n.set_fault(service, fault).map_err(|e| e.to_string()),
            _ => Err("its network could not be started".into()),
        }
    }

    pub fn set_online(&self, online: bool) -> Result<(), String> {
        self.start().map_err(|e| e.to_string())?;
        match &*lock(&self.state) {
            State::Running(n) => {
                n.set_online(online);
                Ok(())
            }
            _ => Err("its network could not be started".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ports_of_a_host_share_its_address() {
        let spec = |name: &str, host: &str, port| ServiceSpec {
            name: name.into(),
            host: host.into(),
            port,
            ..ServiceSpec::default()
        };
        let specs = [
            spec("a", "x", 443),
            spec("b", "y", 443),
            spec("c", "x", 80),
            spec("d", "x", 443),
        ];
        let (orders, names) = sockets(&specs);
        let http: Vec<_> = orders[2..].iter().map(|o| (o.host, o.port)).collect();
        assert_eq!(http, [(10, 443), (11, 443), (10, 80)]);
        assert_eq!(names, ["a", "b", "c"]);
    }
}
