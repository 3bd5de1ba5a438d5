//! A server's life: started, running, stopped.

use super::calls::Calls;
use super::error::ServeError;
use super::front::Front;
use super::options::Options;
use super::staff::{Inside, Staff};
use super::state;
use super::trust::Trust;
use crate::api::Api;
use crate::api::auth::{UserKeys, keys as keys_of, user_keys};
use crate::platform::desk::{Shared, read, write};
use crate::platform::{Ledger, accounts};
use crate::rmm::event::{LogId, NoReader, What};
use crate::rmm::ids::guid;
use crate::scenario::world::World;
use crate::wire;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Pause between two looks at what the clock made due.
const TICK: Duration = Duration::from_secs(1);

/// Starts servers.
pub struct Server;

/// A server that answers. It stops when it is dropped: requests in flight have 10 seconds to be finished, devices
/// taken down.
pub struct Running {
    address: SocketAddr,
    trust: Option<Trust>,
    front: Arc<Front>,
    stop: watch::Sender<bool>,
    serving: Option<JoinHandle<()>>,
    runtime: Option<Runtime>,
    notes: Vec<String>,
    /// Of the state file, held as long as it is written.
    _lock: Option<File>,
}

impl Server {
    /// Starts a server and returns once it listens.
    ///
    /// # Errors
    /// The address cannot be had, or what was asked for cannot be set up; nothing is left behind.
    pub fn start(options: Options) -> Result<Running, ServeError> {
        let listener = listen(&options)?;
        let system = |what| move |source| ServeError::System { what, source };
        let address = listener.local_addr().map_err(system("read the own port"))?;
        let trust = match options.tls {
            true => Some(Trust::of(&options)?),
            false => None,
        };
        let tls = trust.as_ref().map(|t| t.config.clone());
        let Found {
            ledger,
            lock,
            mut notes,
            fresh,
        } = found(&options)?;
        let shared: Arc<Shared> = Arc::new(RwLock::new(ledger));
        let inside = Inside::default();
        let staff = Staff::set_up(&options, &mut write(&shared), fresh, &inside)?;
        notes.extend(staff.notes());
        complete(&options, &shared)?;
        staff
            .begin(&shared)
            .map_err(system("go on with its jobs"))?;
        let calls = Arc::new(Calls::new(
            options.keep_calls,
            Arc::clone(&shared),
            options.log.clone(),
        ));
        let mut api = Api::new(options.settings.clone())
            .started(read(&shared).now_ms())
            .with_agents(staff.crew.clone());
        if options.keep_calls > 0 || options.log.is_some() {
            api = api.with_calls(calls.clone());
        }
        options.faults.iter().for_each(|f| api.set_fault(f.clone()));
        let front = Arc::new(Front {
            api,
            shared,
            calls,
            staff,
        });
        inside.answered_by(&front);
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
        runtime.spawn(tick(Arc::clone(&front), stopped.clone()));
        let serving = runtime.spawn(wire::serve(
            listener,
            tls,
            options.patience,
            Arc::clone(&front),
            stopped,
        ));
        Ok(Running {
            address,
            trust,
            front,
            stop,
            serving: Some(serving),
            runtime: Some(runtime),
            notes,
            _lock: lock,
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
        user_keys(&self.front.shared)
    }

    /// Moves the platform's clock on: tokens, rate limits and waiting jobs live by it.
    ///
    /// # Errors
    /// The state file cannot be written; the clock is as before.
    pub fn advance(&self, by: Duration) -> Result<(), ServeError> {
        advance(&self.front, by).map_err(|source| ServeError::System {
            what: "write the event log",
            source,
        })
    }

    /// Platform time, milliseconds since the epoch.
    pub fn now_ms(&self) -> i64 {
        read(&self.front.shared).now_ms()
    }

    /// For people: what was mended in the state file at the start, and what of it is lost.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Waits until every job that can run has run; those of offline devices wait on. False when
    /// the time was over before.
    pub fn wait_idle(&self, most: Duration) -> bool {
        self.front.staff.crew.wait_idle(most)
    }

    /// Ends it; returns once requests in flight are finished, or cut after 10 seconds, and devices are down.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.front.staff.interrupt();
        self.stop.send_replace(true);
        let (Some(runtime), serving) = (self.runtime.take(), self.serving.take()) else {
            return;
        };
        if let Some(serving) = serving {
            // A panic in it has been told; there is nothing more to end.
            let _ = runtime.block_on(serving);
        }
        self.front.staff.join();
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Moves the platform's clock on, and lets happen what was due.
pub fn advance(front: &Front, by: Duration) -> io::Result<()> {
    let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    let what = What::ClockAdvanced { by_ms };
    write(&front.shared).commit(0, vec![what])?;
    front.staff.tick(&front.shared, front.expiry())
}

/// Lets happen what the clock makes due, again and again.
async fn tick(front: Arc<Front>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|s| *s) => return,
            () = tokio::time::sleep(TICK) => {}
        }
        // A log that cannot be written is told to whoever writes next.
        let _ = front.staff.tick(&front.shared, front.expiry());
    }
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

/// The ledger with its accounts: as they were kept, or new.
struct Found {
    ledger: Ledger,
    lock: Option<File>,
    notes: Vec<String>,
    fresh: bool,
}

fn found(options: &Options) -> Result<Found, ServeError> {
    let seed = options.settings.seed;
    let (mut ledger, mut fleets, lock, notes, fresh) = match &options.state {
        Some(path) => {
            let kept = state::open(path, seed, Arc::new(NoReader))?;
            (
                kept.ledger,
                kept.fleets,
                Some(kept.lock),
                kept.notes,
                kept.fresh,
            )
        }
        None => {
            let ledger = Ledger::new(LogId::Run, None, Arc::new(NoReader), 0);
            let ledger = ledger.keeping_secrets().running();
            (ledger, BTreeMap::new(), None, Vec::new(), true)
        }
    };
    let world = options.laid_over();
    if let Some(begin) = world
        .as_ref()
        .and_then(|w| w.clock_given.then_some(w.clock_ms))
        && fresh
    {
        let by_ms = begin.saturating_sub(ledger.now_ms());
        ledger
            .commit(0, vec![What::ClockAdvanced { by_ms }])
            .map_err(unwritten)?;
    }
    let of_world = world.as_ref().map_or(0, |w| 1 + w.api.accounts.len());
    let of_world = u16::try_from(of_world).unwrap_or(u16::MAX);
    let wanted = options.accounts.unwrap_or(1).max(1).max(of_world);
    if options.accounts.is_some() && !fresh && ledger.accounts().len() > usize::from(wanted) {
        let kept = ledger.accounts().len();
        return Err(ServeError::Refused {
            message: format!("the state has {kept} accounts, not {wanted}"),
            help: format!("say --accounts {kept} or leave it out, or name another state file"),
        });
    }
    for n in 0..wanted {
        let there = ledger.account(n).is_some_and(|a| !a.account.uid.is_empty());
        let wanted = match &world {
            Some(world) if n < of_world => fleet_of(world, n),
            _ => options.fleet,
        };
        match (wanted, fleets.remove(&n)) {
            (Some(wanted), Some(kept)) if wanted != kept => {
                return Err(ServeError::Refused {
                    message: format!("the state has a fleet of {kept} devices, not of {wanted}"),
                    help: format!("say --fleet {kept}, or name another state file"),
                });
            }
            (Some(wanted), None) if there => {
                return Err(ServeError::Refused {
                    message: format!("the state has no fleet, and {wanted} devices are asked for"),
                    help: "leave --fleet out, or name another state file".into(),
                });
            }
            _ => {}
        }
        // Those of a world are opened with it.
        if there || n < of_world {
            continue;
        }
        let events = beginning(options, n, ledger.now_ms());
        ledger.commit(n, events).map_err(unwritten)?;
    }
    Ok(Found {
        ledger,
        lock,
        notes,
        fresh,
    })
}

/// Devices of the made-up fleet that a world wants in an account of its own.
fn fleet_of(world: &World, n: u16) -> Option<u32> {
    let devices = match usize::from(n).checked_sub(1) {
        None => world.api.fleet,
        Some(neighbour) => world.api.accounts.get(neighbour)?.fleet,
    };
    (devices > 0).then_some(devices)
}

/// What the n-th account begins with where it is none of a world's.
fn beginning(options: &Options, n: u16, now: i64) -> Vec<What> {
    let seed = options.settings.seed;
    let name = match n {
        0 => "Rehearsal Account".to_owned(),
        n => format!("Rehearsal Account {}", u32::from(n) + 1),
    };
    let details = accounts::details(seed, n, &name);
    let mut events = vec![
        What::AccountSet { details },
        accounts::user(n, keys_of(seed, n, accounts::USER), now),
    ];
    match options.fleet {
        Some(devices) => events.push(accounts::fleet(seed, n, devices)),
        None => events.push(What::SiteCreated {
            site: "default".into(),
            uid: guid(seed, &format!("site:{n}:default")),
            name: "Default Site".into(),
        }),
    }
    events
}

/// Tells the state file that the set-up is complete, and that all of it could be written.
fn complete(options: &Options, shared: &Shared) -> Result<(), ServeError> {
    let mut ledger = write(shared);
    match ledger.write_error() {
        Some(source) => Err(unwritten(source)),
        None => state::started(&mut ledger, options.settings.seed).map_err(unwritten),
    }
}

fn unwritten(source: io::Error) -> ServeError {
    ServeError::System {
        what: "write the state file",
        source,
    }
}
