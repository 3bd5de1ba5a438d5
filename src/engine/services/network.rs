//! The network of one device, as its engine holds it.

use super::dns::{self, Zone};
use super::error::ServiceError;
use super::gate::{Gate, Tls};
use super::http;
use super::record::Recorder;
use super::service::Service;
use super::tls::{Authority, Certificate};
use super::{check, lock, runtime};
use crate::engine::gateway::GatewayHost;
use crate::rmm::observed::{Lookup, ServiceCall};
use crate::rmm::service::{Fault, ServiceSpec};
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// Sockets of the device's network namespace; all bound, the TCP ones listening.
#[derive(Debug, Default)]
pub struct Sockets {
    /// Where the resolver takes datagrams.
    pub dns_udp: Vec<UdpSocket>,
    /// Where the resolver takes connections.
    pub dns_tcp: Vec<TcpListener>,
    /// One listener for each host and port, with the name of any service that lives there. It
    /// serves every service of that host and port: they are told apart by their base paths.
    /// Two listeners may name the same service; its host then has both addresses.
    pub http: Vec<(String, TcpListener)>,
}

/// A running network; dropping it closes all its sockets and cuts all connections.
pub struct Network {
    shared: Arc<Shared>,
    handle: Handle,
    /// The resolver's listeners once more, to shut them.
    resolvers: Vec<TcpListener>,
    stop: Option<oneshot::Sender<()>>,
    stopped: Mutex<mpsc::Receiver<()>>,
}

/// What the tasks of a network have in common.
pub(super) struct Shared {
    pub services: Vec<Service>,
    pub zone: Zone,
    pub gates: Vec<Gate>,
    pub recorder: Recorder,
    pub seed: u64,
    authority: Option<Authority>,
    online: AtomicBool,
    /// Held while faults or the network's state change.
    change: Mutex<()>,
}

impl Shared {
    pub fn online(&self) -> bool {
        self.online.load(Ordering::Relaxed)
    }
}

impl Network {
    /// Serves `specs` on `sockets`. A service's host resolves to the local address of its
    /// listener. A service named as
    /// the host of a gateway is answered for by that one. `seed` decides which bytes the fault [`Fault::Corrupt`] flips.
    ///
    /// # Errors
    /// `InvalidInput` with a [`ServiceError`] inside, when a service cannot be served as
    /// written, has no listener, or a listener names no service; else what the system said.
    pub fn start(
        specs: &[ServiceSpec],
        gateways: &[GatewayHost],
        seed: u64,
        sockets: Sockets,
    ) -> io::Result<Network> {
        check::together(specs)?;
        let mut services = specs
            .iter()
            .map(Service::new)
            .collect::<Result<Vec<_>, _>>()?;
        for service in &mut services {
            let gateway = gateways.iter().find(|g| g.host == service.name);
            service.gateway = gateway.map(|g| Arc::clone(&g.gateway));
        }
        let authority = match services.iter().any(|s| s.tls) {
            true => Some(Authority::new("shakedown device CA")?),
            false => None,
        };
        let (gates, zone) = gates(&services, sockets.http)?;
        let shared = Arc::new(Shared {
            services,
            zone,
            gates,
            recorder: Recorder::default(),
            seed,
            authority,
            online: AtomicBool::new(true),
            change: Mutex::new(()),
        });
        for gate in &shared.gates {
            shared.adjust(gate, true)?;
        }

        let handle = runtime::handle()?;
        let inside = handle.enter();
        let mut tasks = JoinSet::new();
        let mut resolvers = Vec::new();
        for socket in sockets.dns_udp {
            socket.set_nonblocking(true)?;
            let socket = tokio::net::UdpSocket::from_std(socket)?;
            tasks.spawn_on(dns::serve_udp(Arc::clone(&shared), socket), &handle);
        }
        for listener in sockets.dns_tcp {
            listener.set_nonblocking(true)?;
            resolvers.push(listener.try_clone()?);
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tasks.spawn_on(dns::serve_tcp(Arc::clone(&shared), listener), &handle);
        }
        for index in 0..shared.gates.len() {
            tasks.spawn_on(http::serve_gate(Arc::clone(&shared), index), &handle);
        }
        drop(inside);

        let (stop, told) = oneshot::channel();
        let (done, stopped) = mpsc::sync_channel(1);
        handle.spawn(async move {
            // Told to stop, or the network was dropped without a word: the same.
            let _ = told.await;
            tasks.shutdown().await;
            // Tasks of tasks are dropped by the runtime in its next turn.
            tokio::task::yield_now().await;
            let _ = done.try_send(());
        });
        Ok(Network {
            shared,
            handle,
            resolvers,
            stop: Some(stop),
            stopped: Mutex::new(stopped),
        })
    }

    /// The CA to trust on this device (and on no other), as PEM; none when no service uses TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.shared.authority.as_ref().map(Authority::pem)
    }

    /// Takes what was recorded since the last take: names in the order of their first question,
    /// each once; requests in the order they came.
    ///
    /// What a program sent before it ended is in it. A request that still waits for its answer
    /// (a delay, a body half sent) comes with a later take, with the status it got.
    pub fn take(&self) -> (Vec<Lookup>, Vec<ServiceCall>) {
        let recorder = self.shared.recorder.clone();
        runtime::settle(&self.handle, move || recorder.busy());
        self.shared.recorder.take()
    }

    /// Puts a fault on a service, or mends it with `None`. When this returns, the fault works.
    ///
    /// A fault that strikes before a request is read (certificates, refused) cuts connections
    /// that are open, and strikes all services of the same host and port; an unknown name
    /// strikes all services of the same host.
    ///
    /// # Errors
    /// No service has this name, or it cannot have this fault; nothing is changed then.
    pub fn set_fault(&self, service: &str, fault: Option<Fault>) -> Result<(), ServiceError> {
        let shared = &self.shared;
        let changing = lock(&shared.change);
        let Some((index, found)) = shared
            .services
            .iter()
            .enumerate()
            .find(|(_, s)| s.name == service)
        else {
            let names: Vec<&str> = shared.services.iter().map(|s| s.name.as_str()).collect();
            let known = if names.is_empty() {
                "none".into()
            } else {
                names.join(", ")
            };
            return Err(ServiceError::Unknown {
                name: service.to_owned(),
                known,
            });
        };
        if let Some(fault) = &fault {
            check::fault_fits(&found.name, found.tls, &found.host, fault)?;
        }
        let before = found.set_fault(fault);
        for gate in shared.gates.iter().filter(|g| g.services.contains(&index)) {
            if let Err(source) = shared.adjust(gate, shared.online()) {
                found.set_fault(before);
                return Err(ServiceError::System {
                    service: service.to_owned(),
                    what: "change its fault",
                    source,
                });
            }
        }
        drop(changing);
        runtime::settle(&self.handle, || false);
        Ok(())
    }

    /// Takes the network away or gives it back. While it is away, names give SERVFAIL (but
    /// `localhost`), connections are refused, and those that were open are cut.
    pub fn set_online(&self, online: bool) {
        let changing = lock(&self.shared.change);
        self.shared.online.store(online, Ordering::Relaxed);
        for gate in &self.shared.gates {
            // Only opening again can fail, when the port was lost; the service then stays refused.
            let _ = self.shared.adjust(gate, online);
        }
        drop(changing);
        runtime::settle(&self.handle, || false);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // Shut, not only closed: a child that is being forked holds copies for a moment.
        for gate in &self.shared.gates {
            gate.shut();
        }
        for listener in &self.resolvers {
            let _ = rustix::net::shutdown(listener, rustix::net::Shutdown::Read);
        }
        drop(self.stop.take());
        let _ = lock(&self.stopped).recv_timeout(Duration::from_secs(2));
    }
}

impl Shared {
    /// Brings a gate to what the faults of its services and the network's state ask for.
    fn adjust(&self, gate: &Gate, online: bool) -> io::Result<()> {
        let faults = || {
            gate.services
                .iter()
                .filter_map(|&i| self.services.get(i))
                .filter_map(Service::fault)
        };
        if let (Some(authority), Some(first)) = (
            &self.authority,
            gate.services.first().and_then(|&i| self.services.get(i)),
        ) && first.tls
        {
            let certificate = faults()
                .find_map(|fault| match fault {
                    Fault::UntrustedCertificate => Some(Certificate::Untrusted),
                    Fault::ExpiredCertificate => Some(Certificate::Expired),
                    _ => None,
                })
                .unwrap_or(Certificate::Good);
            if gate.tls().is_none_or(|tls| tls.certificate != certificate) {
                let config = authority.server(&[&first.host], certificate)?;
                gate.set_tls(Some(Tls {
                    config,
                    certificate,
                }));
                gate.cut();
            }
        }
        if online && faults().all(|fault| fault != Fault::Refused) {
            gate.open()
        } else {
            gate.shut();
            Ok(())
        }
    }
}

/// Finds the services behind each listener and the address of each host.
fn gates(
    services: &[Service],
    listeners: Vec<(String, TcpListener)>,
) -> Result<(Vec<Gate>, Zone), ServiceError> {
    let mut zone = Zone::default();
    let mut gates: Vec<Gate> = Vec::new();
    for (name, listener) in listeners {
        let Some(named) = services.iter().find(|s| s.name == name) else {
            return Err(ServiceError::spec(
                &name,
                "a listener is for this service, but there is none of this name",
            ));
        };
        let behind: Vec<usize> = (0..services.len())
            .filter(|&i| services[i].port == named.port && services[i].host == named.host)
            .collect();
        let system = |source| ServiceError::System {
            service: name.clone(),
            what: "use its listener",
            source,
        };
        let gate = Gate::new(listener, behind).map_err(system)?;
        for &index in &gate.services {
            zone.add(index, &services[index], gate.address.ip());
        }
        gates.push(gate);
    }
    match (0..services.len()).find(|i| !gates.iter().any(|g| g.services.contains(i))) {
        Some(index) => Err(ServiceError::spec(
            &services[index].name,
            "no listener is for its host and port",
        )),
        None => Ok((gates, zone)),
    }
}
