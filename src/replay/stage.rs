//! The stage of one scenario: its world set up, and what its steps share.

use super::RunOptions;
use super::outside::{self, Outside};
use super::platform::{self, Platform, Port};
use super::setup::{Booted, SetUp, Setting, set_up};
use super::spec::engine_of;
use super::verdict::Stop;
use super::work::Ground;
use crate::component::Component;
use crate::engine::{Cancel, Engine, EngineKind};
use crate::platform::desk::Shared;
use crate::platform::{Desk, Ledger};
use crate::rmm::event::{Note, What};
use crate::rmm::os::Os;
use crate::scenario::Spanned;
use crate::scenario::model::{EngineDemand, Scenario};
use crate::scenario::step::SkipWhen;
use crate::scenario::world;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// All that the steps of a scenario share and none of them changes.
pub struct Stage<'a> {
    pub scenario: &'a Scenario,
    pub seed: u64,
    pub devices: BTreeMap<String, Booted>,
    pub components: BTreeMap<String, Component>,
    /// The REST API, where the scenario has one.
    pub platform: Option<Arc<Platform>>,
    /// What the platform itself reaches, where monitors respond so.
    pub outside: Option<Box<Outside>>,
    /// Where clients outside reach it, where the world says so.
    pub port: Option<Port>,
    pub options: &'a RunOptions,
    pub cancel: &'a Cancel,
    /// Real time at which the scenario has run too long.
    pub deadline: Instant,
}

/// The reason to skip a scenario that is known before anything is started.
pub fn skip_reason(
    scenario: &Scenario,
    engine: &dyn Engine,
    demanded: Option<EngineDemand>,
) -> Option<String> {
    // A probe boots a device: only where the answer matters.
    let reduced = || engine.probe().state.ok().flatten();
    if let Some(skip) = scenario.skip.as_ref().filter(|_| {
        scenario.skip_when == SkipWhen::Always || applies(scenario.skip_when, reduced().is_some())
    }) {
        return Some(skip.value.clone());
    }
    let own = scenario.engine.as_ref().map(|e| e.value);
    let of_devices = scenario
        .world
        .devices
        .iter()
        .filter_map(|d| d.engine.as_ref().map(|e| e.value));
    for demand in own.into_iter().chain(of_devices).chain(demanded) {
        let lacking = match demand {
            EngineDemand::Sandbox => None,
            EngineDemand::SandboxFull => reduced()
                .map(|why| format!("it demands the whole sandbox, which is reduced here: {why}")),
            EngineDemand::Host => missing(engine, EngineKind::Host),
            EngineDemand::Wine => missing(engine, EngineKind::Wine),
            EngineDemand::Container => missing(engine, EngineKind::Container),
        };
        if lacking.is_some() {
            return lacking;
        }
    }
    if !cfg!(target_os = "linux") && outside::wanted(&scenario.world) {
        let why = "its monitors call services or a PSA, which are served on Linux alone";
        return Some(why.to_owned());
    }
    if let Some(reason) = super::needs::missing(scenario) {
        return Some(reason);
    }
    let mut needed: Vec<(EngineKind, &world::Device)> = Vec::new();
    for device in &scenario.world.devices {
        let kind = engine_of(device, own.or(demanded));
        // What the sandbox cannot do here is told where a device is booted.
        if kind != EngineKind::Sandbox && !needed.iter().any(|(k, _)| *k == kind) {
            needed.push((kind, device));
        }
    }
    needed.into_iter().find_map(|(kind, device)| {
        let unavailable = engine.probe_of(kind).state.err()?;
        let what = match device.os {
            Os::Windows => "is a Windows device",
            _ => "runs in a container",
        };
        let name = &device.key.value;
        let ways = match unavailable.ways_out.as_slice() {
            [] => String::new(),
            ways => format!("; {}", ways.join("; ")),
        };
        Some(format!(
            "device {name} {what}, and {}{ways}",
            unavailable.why
        ))
    })
}

/// Why an engine that is demanded cannot run here.
fn missing(engine: &dyn Engine, kind: EngineKind) -> Option<String> {
    let unavailable = engine.probe_of(kind).state.err()?;
    Some(format!(
        "it demands the {} engine: {}",
        kind.word(),
        unavailable.why
    ))
}

/// Sets a scenario's world up: writes its events, loads its components, boots its devices.
pub fn set<'a>(
    scenario: &'a Scenario,
    seed: u64,
    engine: &dyn Engine,
    options: &'a RunOptions,
    cancel: &'a Cancel,
    shared: &Arc<Shared>,
    cause: u64,
) -> Result<Stage<'a>, Stop> {
    let deadline = Instant::now() + scenario.timeout;
    let world = &scenario.world;
    let platform = platform::wanted(scenario)
        .then(|| Arc::new(Platform::new(world, seed, Arc::clone(shared))));
    let gateways = |number: usize, device: &world::Device| match &platform {
        Some(p) => p.gateways(world, &device.key.value, number),
        None => Vec::new(),
    };
    let mut ledger = Desk::take(shared);
    let setting = Setting {
        world,
        seed,
        engine,
        cancel,
        cause: Some(cause),
        fresh: true,
        gateways: &gateways,
        demanded: scenario.engine.as_ref().map(|e| e.value).or(options.engine),
        holds: scenario.holds,
    };
    let set = set_up(&setting, &mut ledger)?;
    if platform.is_some() {
        platform::open(world, seed, &mut ledger, Some(cause));
    }
    let SetUp {
        components,
        devices,
    } = set;
    let port = match (&platform, &world.api.listen) {
        (Some(platform), Some(address)) => Some(listen(platform, address, &mut ledger, cause)?),
        _ => None,
    };
    let outside = match outside::wanted(world) {
        true => Some(Box::new(serve_outside(world, seed)?)),
        false => None,
    };
    Ok(Stage {
        scenario,
        seed,
        devices,
        components,
        platform,
        outside,
        port,
        options,
        cancel,
        deadline,
    })
}

/// Serves what the platform itself calls.
fn serve_outside(world: &world::World, seed: u64) -> Result<Outside, Stop> {
    Outside::new(world, seed).map_err(|e| Stop::Broken {
        reason: format!("the services that the platform calls cannot be served: {e}"),
        help: None,
    })
}

/// Puts the platform on its port. One that was drawn is told by a note; a replay draws another one.
fn listen(
    platform: &Arc<Platform>,
    address: &Spanned<SocketAddr>,
    ledger: &mut Ledger,
    cause: u64,
) -> Result<Port, Stop> {
    let port = Port::open(platform, address.value).map_err(|e| Stop::Mistake {
        message: format!("cannot listen on {}: {e}", address.value),
        span: address.span,
        help: "`listen: true` takes a free port; scenarios with the same port run one at a time by `--jobs 1`".into(),
    })?;
    if address.value.port() == 0 {
        let note = Note {
            code: "platform-listens".into(),
            message: format!("the REST API was at {} on this machine", port.url()),
            help: "`listen: 127.0.0.1:PORT` in `world.api` takes the same port every time".into(),
        };
        ledger.caused(cause, What::Noted { job: None, note });
    }
    Ok(port)
}

/// Whether a skip applies on an engine that is reduced or not.
fn applies(when: SkipWhen, reduced: bool) -> bool {
    match when {
        SkipWhen::Always => true,
        SkipWhen::Reduced => reduced,
        SkipWhen::Full => !reduced,
    }
}

impl Stage<'_> {
    /// What its jobs run on.
    pub fn ground(&self) -> Ground<'_> {
        Ground {
            world: &self.scenario.world,
            devices: &self.devices,
            components: &self.components,
            cancel: self.cancel,
        }
    }

    /// Whether a skip of a step applies on this stage's engine.
    pub fn applies(&self, when: SkipWhen) -> bool {
        applies(
            when,
            self.devices
                .values()
                .any(|d| d.handle.label().reduced.is_some()),
        )
    }
}
