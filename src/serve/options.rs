//! What a server is to be.

use super::calls::Log;
use crate::api::{Fault, Settings};
use crate::engine::Engine;
use crate::replay::platform;
use crate::scenario::model::Scenario;
use crate::scenario::world::World;
use crate::wire::Patience;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// What a server is to be; the default is an empty account on a free port of 127.0.0.1.
#[derive(Clone)]
pub struct Options {
    /// Where to listen; port 0 is a free one.
    pub listen: SocketAddr,
    /// Addresses other than this machine's own loopback are allowed.
    pub allow_remote: bool,
    /// The port takes TLS as well as plain HTTP.
    pub tls: bool,
    /// Where the CA's certificate and key are kept, made when it is not there; without it beside
    /// the state file, and without that anew for each start.
    pub ca_file: Option<PathBuf>,
    /// How the API behaves; its seed is the seed of everything, and its platform and knobs win over
    /// the world's.
    pub settings: Settings,
    /// A scenario whose world is set up, with its users and other accounts; its steps are not done.
    /// What it says of the API's behaviour is taken over by [`Options::of_world`].
    pub world: Option<Scenario>,
    /// Runs the world's devices; without it a world's devices are an error.
    pub engine: Option<Arc<dyn Engine>>,
    /// Devices of a made-up fleet in each account; as many as the world says unless given.
    pub fleet: Option<u32>,
    /// Accounts, at least those of the world, whose own is the first; those of the state or the
    /// world unless given, and at least 1.
    pub accounts: Option<u16>,
    /// The event log is kept here and read at the next start.
    pub state: Option<PathBuf>,
    /// Faults in force from the start.
    pub faults: Vec<Fault>,
    /// How many calls `/shakedown/calls` tells at most.
    pub keep_calls: usize,
    /// Told of every call as it is answered.
    pub log: Option<Log>,
    /// Threads that answer; one for each core unless given.
    pub threads: Option<usize>,
    /// How long clients may take.
    pub patience: Patience,
}

/// How many calls are kept unless told.
pub const KEEP_CALLS: usize = 1000;

impl Default for Options {
    fn default() -> Options {
        Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            tls: false,
            ca_file: None,
            settings: Settings {
                seed: 1,
                ..Settings::default()
            },
            world: None,
            engine: None,
            fleet: None,
            accounts: None,
            state: None,
            faults: Vec::new(),
            keep_calls: KEEP_CALLS,
            log: None,
            threads: None,
            patience: Patience::default(),
        }
    }
}

impl Options {
    /// What a scenario says of its platform: its world, where and how its API answers, what fails.
    pub fn of_world(scenario: Scenario, seed: u64) -> Options {
        let own = Options::default();
        let listen = scenario.world.api.listen.as_ref();
        Options {
            listen: listen.map_or(own.listen, |at| at.value),
            settings: platform::settings(&scenario.world, seed),
            faults: platform::faults(&scenario.world),
            world: Some(scenario),
            ..own
        }
    }

    /// The world as it is set up: what else is said here wins over the file.
    pub(super) fn laid_over(&self) -> Option<World> {
        let mut world = self.world.as_ref()?.world.clone();
        world.platform.clone_from(&self.settings.platform);
        world.knobs.api = self.settings.knobs.clone();
        if let Some(fleet) = self.fleet {
            world.api.fleet = fleet;
            world.api.accounts.iter_mut().for_each(|a| a.fleet = fleet);
        }
        Some(world)
    }
}
