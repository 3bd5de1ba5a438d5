//! Serves the services on loopback and calls them as a real client does, by their own names.

use super::{Answered, Call, Psa};
use crate::engine::services::{Network, Sockets};
use crate::engine::{Cancel, Gateway, GatewayHost};
use crate::rmm::observed::ServiceCall;
use crate::rmm::service::{Fault, ServiceSpec};
use crate::scenario::psa::PSA;
use crate::scenario::world::World;
use hyper::http::Uri;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

/// Most bytes of an answer's body that are read.
const MOST_BODY: u64 = 64 << 10;
/// Real time that the record of a call may take to be whole once its client has gone.
const RECORDED: Duration = Duration::from_secs(2);

/// Real time between two looks for an interrupt.
const GLANCE: Duration = Duration::from_millis(50);

#[cfg(test)]
#[path = "linux_tests.rs"]
mod tests;

/// The services and the PSA, running.
pub struct Outside {
    network: Network,
    psa: Option<Arc<Psa>>,
    names: Names,
    ca: Option<Certificate<'static>>,
    /// Names of services by host and port.
    specs: Vec<ServiceSpec>,
    /// Calls that were made and whose record is not taken yet.
    calls: Mutex<Vec<ServiceCall>>,
}

/// Names and where they lead.
#[derive(Clone, Default)]
struct Names(Arc<NamesInner>);

#[derive(Default)]
struct NamesInner {
    addresses: BTreeMap<(String, u16), SocketAddr>,
    /// Hosts that do not resolve now.
    unknown: Mutex<BTreeSet<String>>,
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

impl Resolver for Names {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        let port = uri.port_u16().unwrap_or(match uri.scheme_str() {
            Some("http") => 80,
            _ => 443,
        });
        if lock(&self.0.unknown).contains(&host) {
            return Err(Error::HostNotFound);
        }
        let address = self.0.addresses.get(&(host, port));
        let address = address.ok_or(Error::HostNotFound)?;
        let mut all = self.empty();
        all.push(*address);
        Ok(all)
    }
}

impl Outside {
    /// Serves the services of a world, and its PSA.
    ///
    /// # Errors
    /// The system gives no sockets, or a service cannot be served as it is written.
    pub fn new(world: &World, seed: u64) -> io::Result<Outside> {
        let mut specs: Vec<ServiceSpec> = world.services.iter().map(|s| s.value.clone()).collect();
        let mut gateways = Vec::new();
        let mut psa = None;
        if let Some(declared) = &world.psa {
            let queue = Arc::new(Psa::new(&declared.spec.base_path));
            // A gateway is found by the service's name.
            gateways.push(GatewayHost {
                host: PSA.to_owned(),
                gateway: Arc::clone(&queue) as Arc<dyn Gateway>,
            });
            specs.push(declared.spec.clone());
            psa = Some(queue);
        }
        let mut sockets = Sockets::default();
        let mut addresses = BTreeMap::new();
        for spec in &specs {
            let place = (spec.host.to_ascii_lowercase(), spec.port);
            if addresses.contains_key(&place) {
                continue;
            }
            let listener = TcpListener::bind("127.0.0.1:0")?;
            addresses.insert(place, listener.local_addr()?);
            sockets.http.push((spec.name.clone(), listener));
        }
        let network = Network::start(&specs, &gateways, seed, sockets)?;
        let ca = network
            .ca_pem()
            .map(|pem| Certificate::from_pem(pem.as_bytes()).map_err(io::Error::other))
            .transpose()?;
        let outside = Outside {
            network,
            psa,
            names: Names(Arc::new(NamesInner {
                addresses,
                unknown: Mutex::default(),
            })),
            ca,
            specs,
            calls: Mutex::default(),
        };
        for service in &world.services {
            if service.value.fault == Some(Fault::UnknownName) {
                outside.resolves(&service.value.host, false);
            }
        }
        if let Some(declared) = &world.psa {
            outside.set_fault(PSA, declared.fault.clone(), declared.taken)?;
        }
        Ok(outside)
    }

    /// The PSA, where the world has one.
    pub fn psa(&self) -> Option<&Psa> {
        self.psa.as_deref()
    }

    /// Calls a service, and waits no longer than the call's patience. Redirects are answers.
    ///
    /// # Errors
    /// Why there is no answer, in words that are the same in each replay.
    pub fn call(&self, call: &Call, cancel: &Cancel) -> Result<Answered, String> {
        let answered = self.ask(call, cancel);
        let reached = match &answered {
            Ok(_) => true,
            Err(why) => why != REFUSED && why != NO_NAME,
        };
        // The PSA keeps its own record.
        let host = call.url.parse::<Uri>().ok();
        let host = host.as_ref().and_then(Uri::host).unwrap_or_default();
        let psa = |s: &&ServiceSpec| s.host.eq_ignore_ascii_case(host) && s.name == PSA;
        if reached && !self.specs.iter().any(|s| psa(&s)) {
            self.recorded();
        }
        answered
    }

    /// Asks on a thread of its own, so that an interrupt does not wait for an answer.
    fn ask(&self, call: &Call, cancel: &Cancel) -> Result<Answered, String> {
        let (tell, told) = mpsc::sync_channel(1);
        let (names, ca, call, patience) = (
            self.names.clone(),
            self.ca.clone(),
            call.clone(),
            call.patience,
        );
        std::thread::Builder::new()
            .name("webhook".into())
            .spawn(move || {
                // Nobody listens any more after an interrupt.
                let _ = tell.send(ask(names, ca, &call));
            })
            .map_err(|_| "the system gives no thread".to_owned())?;
        loop {
            match told.recv_timeout(GLANCE) {
                Ok(answered) => return answered.map_err(|e| why(&e, patience)),
                Err(RecvTimeoutError::Timeout) if !cancel.is_cancelled() => {}
                Err(_) => return Err("the run was interrupted".to_owned()),
            }
        }
    }

    /// Waits until the service's record of the call that was made is whole.
    fn recorded(&self) {
        let until = Instant::now() + RECORDED;
        loop {
            let (_, calls) = self.network.take();
            let done = !calls.is_empty() || Instant::now() >= until;
            lock(&self.calls).extend(calls);
            if done {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Takes the records of the calls that were made to services.
    pub fn take(&self) -> Vec<ServiceCall> {
        std::mem::take(&mut lock(&self.calls))
    }

    /// A service, or the PSA, begins to fail for the platform, or works again. `taken`: the PSA
    /// does first what it is asked.
    ///
    /// # Errors
    /// The service cannot have this fault.
    pub fn set_fault(&self, service: &str, fault: Option<Fault>, taken: bool) -> io::Result<()> {
        if let Some(spec) = self.specs.iter().find(|s| s.name == service) {
            self.resolves(&spec.host, fault != Some(Fault::UnknownName));
        }
        if let Some(psa) = self.psa().filter(|_| service == PSA) {
            let on_wire = matches!(
                fault,
                Some(
                    Fault::UntrustedCertificate
                        | Fault::ExpiredCertificate
                        | Fault::UnknownName
                        | Fault::Refused
                )
            );
            psa.set_fault(fault.clone().filter(|_| !on_wire), taken);
        }
        self.network
            .set_fault(service, fault)
            .map_err(io::Error::other)
    }

    fn resolves(&self, host: &str, resolves: bool) {
        let host = host.to_ascii_lowercase();
        let mut unknown = lock(&self.names.0.unknown);
        match resolves {
            true => unknown.remove(&host),
            false => unknown.insert(host),
        };
    }
}

fn ask(names: Names, ca: Option<Certificate<'static>>, call: &Call) -> Result<Answered, Error> {
    let certs: Vec<_> = ca.into_iter().collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&certs))
        .build();
    let config = Agent::config_builder()
        // Whatever the environment of this machine says of proxies.
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(call.patience))
        .user_agent(concat!("shakedown/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls)
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), names);
    let mut request = ureq::http::Request::builder()
        .method(call.method.as_str())
        .uri(&call.url);
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    // No connection outlives its call: a later fault must find none open.
    request = request.header("connection", "close");
    let request = request.body(call.body.clone()).map_err(Error::Http)?;
    let mut answer = agent.run(request)?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    let read = answer.body_mut().as_reader().take(MOST_BODY);
    { read }
        .read_to_end(&mut body)
        .map_err(|e| match e.downcast::<Error>() {
            Ok(e) => e,
            Err(e) => Error::Io(e),
        })?;
    Ok(Answered {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

const REFUSED: &str = "the connection was refused";
const NO_NAME: &str = "its name does not resolve";
const CUT: &str = "the connection was cut before an answer came";
const CERTIFICATE: &str = "its certificate is not to be trusted";

/// Why there is no answer, without words of the system or of libraries: they differ by machine.
fn why(e: &Error, patience: Duration) -> String {
    match e {
        Error::Timeout(_) => format!("no answer came within {} s", patience.as_secs()),
        Error::HostNotFound => NO_NAME.to_owned(),
        Error::Tls(_) | Error::Rustls(_) => CERTIFICATE.to_owned(),
        Error::Io(e) => match e.kind() {
            ErrorKind::ConnectionRefused => REFUSED.to_owned(),
            ErrorKind::InvalidData => CERTIFICATE.to_owned(),
            ErrorKind::TimedOut => format!("no answer came within {} s", patience.as_secs()),
            _ => CUT.to_owned(),
        },
        Error::ConnectionFailed => REFUSED.to_owned(),
        _ => CUT.to_owned(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
