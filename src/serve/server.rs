//! A server's life: started, running, stopped.

use super::calls::Calls;
use super::error::ServeError;
use super::front::Front;
use super::options::Options;
use super::trust::Trust;
use super::{accounts, wire};
use crate::api::Api;
use crate::platform::Ledger;
use crate::platform::desk::{Shared, read, write};
use crate::rmm::event::{LogId, NoReader, What};
use crate::rmm::portal::ApiKeys;
use serde::Serialize;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Starts servers.
pub struct Server;

/// A server that answers. It stops when it is dropped: requests in flight are finished, devices
/// taken down.
pub struct Running {
    address: SocketAddr,
    trust: Option<Trust>,
    front: Arc<Front>,
    stop: watch::Sender<bool>,
    serving: Option<JoinHandle<()>>,
    runtime: Option<Runtime>,
}

/// The API keys of one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserKeys {
    /// Number of the account; 0 is the first.
    pub account: u16,
    /// Name of the account.
    pub account_name: String,
    /// Uid of the account, eight hexadecimal digits.
    pub account_uid: String,
    pub user: String,
    #[serde(flatten)]
    pub keys: ApiKeys,
}

impl Server {
    /// Starts a server and returns once it listens.
    ///
    /// # Errors
    /// The address cannot be had, or what was asked for cannot be set up; nothing is left behind.
    pub fn start(options: Options) -> Result<Running, ServeError> {
        if options.world.is_some() || options.state.is_some() {
            return Err(ServeError::Refused {
                message: "worlds and state files are not served yet".into(),
                help: "leave --world and --state out".into(),
            });
        }
        let listener = listen(&options)?;
        let system = |what| move |source| ServeError::System { what, source };
        let address = listener.local_addr().map_err(system("read the own port"))?;
        let trust = match options.tls {
            true => Some(Trust::of(&options)?),
            false => None,
        };
        let tls = trust.as_ref().map(|t| t.config.clone());
        let shared: Arc<Shared> = Arc::new(RwLock::new(
            Ledger::new(LogId::Run, None, Arc::new(NoReader), 0).running(),
        ));
        open(&options, &shared)?;
        let front = Arc::new(Front {
            api: Api::new(options.settings.clone()),
            shared,
            calls: Calls::new(options.keep_calls),
            log: options.log.clone(),
        });
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(options.threads.unwrap_or(cores).max(1))
            .thread_name("serve")
            .enable_io()
            .enable_time()
            .build()
            .map_err(system("start threads"))?;
        let (stop, stopped) = watch::channel(false);
        let inside = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener).map_err(system("listen"))?;
        drop(inside);
        let serving = runtime.spawn(wire::serve(listener, tls, Arc::clone(&front), stopped));
        Ok(Running {
            address,
            trust,
            front,
            stop,
            serving: Some(serving),
            runtime: Some(runtime),
        })
    }
}

impl Running {
    /// Where it answers: `http://127.0.0.1:8080`, or https with TLS. No slash at its end.
    pub fn url(&self) -> String {
        let scheme = if self.trust.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    /// Address and port it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Certificate of the CA as PEM, with TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.trust.as_ref().map(|t| t.pem.as_str())
    }

    /// File that holds the CA's certificate alone, for clients to trust; with TLS. One that was
    /// not asked for is gone with the server.
    pub fn ca_file(&self) -> Option<&Path> {
        self.trust.as_ref().map(|t| t.file.as_path())
    }

    /// API keys of every user of every account, as they are now.
    pub fn keys(&self) -> Vec<UserKeys> {
        keys(&self.front.shared)
    }

    /// Moves the platform's clock on: tokens, rate limits and waiting jobs live by it.
    ///
    /// # Errors
    /// The state file cannot be written; the clock is as before.
    pub fn advance(&self, by: Duration) -> Result<(), ServeError> {
        advance(&self.front.shared, by).map_err(|source| ServeError::System {
            what: "write the event log",
            source,
        })
    }

    /// Platform time, milliseconds since the epoch.
    pub fn now_ms(&self) -> i64 {
        read(&self.front.shared).now_ms()
    }

    /// Ends it; returns once requests in flight are finished and devices are down.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.send_replace(true);
        let (Some(runtime), serving) = (self.runtime.take(), self.serving.take()) else {
            return;
        };
        if let Some(serving) = serving {
            // A panic in it has been told; there is nothing more to end.
            let _ = runtime.block_on(serving);
        }
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// API keys of every user of every account.
pub fn keys(shared: &Shared) -> Vec<UserKeys> {
    let ledger = read(shared);
    (0u16..)
        .zip(ledger.accounts())
        .flat_map(|(account, state)| {
            state.users.iter().map(move |(_, user)| UserKeys {
                account,
                account_name: state.account.name.clone(),
                account_uid: state.account.uid.clone(),
                user: user.details.username.clone(),
                keys: user.keys.clone(),
            })
        })
        .collect()
}

/// Moves the platform's clock on.
pub fn advance(shared: &Shared, by: Duration) -> std::io::Result<()> {
    let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    let what = What::ClockAdvanced { by_ms };
    write(shared).commit(0, vec![what]).map(|_| ())
}

fn listen(options: &Options) -> Result<TcpListener, ServeError> {
    let address = options.listen;
    if !options.allow_remote && !address.ip().is_loopback() {
        return Err(ServeError::Remote { address });
    }
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

/// Writes what the accounts begin with.
fn open(options: &Options, shared: &Shared) -> Result<(), ServeError> {
    let seed = options.settings.seed;
    for n in 0..options.accounts.max(1) {
        let mut ledger = write(shared);
        let now = ledger.now_ms();
        let name = match n {
            0 => "Rehearsal Account".to_owned(),
            n => format!("Rehearsal Account {}", n + 1),
        };
        let mut events = accounts::open(seed, n, &name, now);
        events.push(match options.fleet {
            Some(devices) => accounts::fleet(seed, n, devices),
            None => accounts::only_site(seed, n),
        });
        ledger
            .commit(n, events)
            .map_err(|source| ServeError::System {
                what: "write the event log",
                source,
            })?;
    }
    Ok(())
}
