//! The stage of one scenario: its world set up - platform state, components, booted devices.

use super::RunOptions;
use super::verdict::Stop;
use crate::component::{self, Component};
use crate::engine::{Cancel, Device, DeviceSpec, Engine};
use crate::platform::Ledger;
use crate::rmm::event::{Origin, What};
use crate::rmm::ids::guid;
use crate::rmm::os::Os;
use crate::scenario::model::{EngineDemand, Scenario};
use crate::scenario::step::SkipWhen;
use crate::scenario::world::{self, FileContent};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// A device of the world, booted.
pub struct Booted {
    pub handle: Arc<dyn Device>,
    pub spec: DeviceSpec,
    pub world: world::Device,
    /// Key of its site.
    pub site: String,
}

/// All that the steps of a scenario share and none of them changes.
pub struct Stage<'a> {
    pub scenario: &'a Scenario,
    pub seed: u64,
    pub devices: BTreeMap<String, Booted>,
    pub components: BTreeMap<String, Component>,
    pub options: &'a RunOptions,
    pub cancel: &'a Cancel,
    /// Real time at which the scenario has run too long.
    pub deadline: Instant,
}

/// Name of the site made for a world without sites.
const DEFAULT_SITE: &str = "default";

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
        match demand {
            EngineDemand::Sandbox => {}
            EngineDemand::SandboxFull => {
                if let Some(why) = reduced() {
                    return Some(format!(
                        "it demands the whole sandbox, which is reduced here: {why}"
                    ));
                }
            }
            EngineDemand::Host => {
                return Some("it demands the host engine, which this version does not have".into());
            }
            EngineDemand::Wine => {
                return Some("it demands the wine engine, which this version does not have".into());
            }
            EngineDemand::Container => {
                return Some(
                    "it demands the container engine, which this version does not have".into(),
                );
            }
        }
    }
    if let Some(reason) = super::needs::missing(scenario) {
        return Some(reason);
    }
    let windows = scenario
        .world
        .devices
        .iter()
        .find(|d| d.os == Os::Windows)?;
    Some(format!(
        "device {} is a Windows device, and this version has no engine for Windows",
        windows.key.value
    ))
}

/// Sets a world up: writes its events, loads its components, boots its devices.
pub fn set<'a>(
    scenario: &'a Scenario,
    seed: u64,
    engine: &dyn Engine,
    options: &'a RunOptions,
    cancel: &'a Cancel,
    ledger: &mut Ledger,
    cause: u64,
) -> Result<Stage<'a>, Stop> {
    let world = &scenario.world;
    let deadline = Instant::now() + scenario.timeout;
    portal(world, seed, ledger, cause);
    let mut components = BTreeMap::new();
    for c in &world.components {
        let mut loaded = component::load(&c.path).map_err(|e| broken_component(&c.key, &e))?;
        give_uid(&mut loaded, seed, &c.key);
        let meta = &loaded.metadata;
        let added = ledger.caused(
            cause,
            What::ComponentAdded {
                component: c.key.value.clone(),
                uid: meta.uid.clone(),
                name: meta.name.clone(),
                version: meta.version,
                source: relative(&c.path),
                listed: Some(Box::new(meta.clone())),
            },
        );
        for note in &loaded.notes {
            ledger.caused(
                added,
                What::Noted {
                    job: None,
                    note: note.clone(),
                },
            );
        }
        components.insert(c.key.value.clone(), loaded);
    }
    let mut devices = BTreeMap::new();
    for d in &world.devices {
        if cancel.is_cancelled() {
            return Err(Stop::Interrupted);
        }
        devices.insert(
            d.key.value.clone(),
            boot(d, world, seed, engine, ledger, cause)?,
        );
    }
    Ok(Stage {
        scenario,
        seed,
        devices,
        components,
        options,
        cancel,
        deadline,
    })
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

/// Gives a component without a GUID one derived from the seed, as the platform does on import.
pub fn give_uid(component: &mut Component, seed: u64, key: &str) {
    if component.metadata.uid.is_empty() {
        component.metadata.uid = guid(seed, &format!("component:{key}"));
    }
}

fn broken_component(key: &str, e: &component::ComponentError) -> Stop {
    let help = miette::Diagnostic::help(e).map(|h| h.to_string());
    Stop::Broken {
        reason: format!("component {key} cannot be read: {e}"),
        help,
    }
}

/// Sites and variables, before any device.
fn portal(world: &world::World, seed: u64, ledger: &mut Ledger, cause: u64) {
    let variables = |scope: &str, list: &[world::WorldVariable], ledger: &mut Ledger| {
        for v in list {
            if v.masked {
                ledger.hide(&v.value);
            }
            ledger.caused(
                cause,
                What::VariableSet {
                    scope: scope.to_owned(),
                    name: v.name.value.clone(),
                    value: Some(v.value.clone()),
                    masked: v.masked,
                    origin: Origin::World,
                },
            );
        }
    };
    variables("account", &world.account.variables, ledger);
    if world.sites.is_empty() {
        ledger.caused(
            cause,
            What::SiteCreated {
                site: DEFAULT_SITE.into(),
                uid: guid(seed, "site:default"),
                name: "Default Site".into(),
            },
        );
    }
    for site in &world.sites {
        let uid = guid(seed, &format!("site:{}", site.key.value));
        ledger.caused(
            cause,
            What::SiteCreated {
                site: site.key.value.clone(),
                uid,
                name: site.name.clone(),
            },
        );
        variables(&format!("site:{}", site.key.value), &site.variables, ledger);
    }
}

fn boot(
    d: &world::Device,
    world: &world::World,
    seed: u64,
    engine: &dyn Engine,
    ledger: &mut Ledger,
    cause: u64,
) -> Result<Booted, Stop> {
    let key = d.key.value.as_str();
    let site = match (&d.site, world.sites.first()) {
        (Some(s), _) => s.value.clone(),
        (None, Some(first)) => first.key.value.clone(),
        (None, None) => DEFAULT_SITE.to_owned(),
    };
    let spec = spec(d, world, seed);
    let uid = guid(seed, &format!("device:{key}"));
    let created = ledger.caused(
        cause,
        What::DeviceCreated {
            device: key.into(),
            uid: uid.clone(),
            site: site.clone(),
            os: d.os.word().into(),
            hostname: d.hostname.clone(),
        },
    );
    for (number, text) in &d.udfs {
        ledger.caused(
            created,
            What::UdfSet {
                device: key.into(),
                number: *number,
                value: Some(text.clone()),
                origin: Origin::World,
            },
        );
    }
    if !d.description.is_empty() {
        ledger.caused(
            created,
            What::DescriptionSet {
                device: key.into(),
                text: d.description.clone(),
                origin: Origin::World,
            },
        );
    }
    let handle = engine.boot(&spec)?;
    let label = handle.label();
    ledger.caused(
        created,
        What::DeviceBooted {
            device: key.into(),
            engine: label.engine,
            reduced: label.reduced,
        },
    );
    crate::agent::udf::seed(&*handle, d.os, &uid)?;
    for f in &d.files {
        write(&*handle, f)?;
    }
    if !d.online {
        handle.set_online(false)?;
        ledger.caused(
            created,
            What::DeviceOnline {
                device: key.into(),
                online: false,
            },
        );
    }
    Ok(Booted {
        handle,
        spec,
        world: d.clone(),
        site,
    })
}

/// Lays a file of the scenario on a device.
pub fn write(device: &dyn Device, f: &world::DeviceFile) -> Result<(), Stop> {
    match &f.content {
        FileContent::Text(text) => device.write_file(&f.path, text.as_bytes(), f.mode)?,
        FileContent::From(path) => {
            let bytes = std::fs::read(&path.value).map_err(|e| Stop::Mistake {
                message: format!("cannot read {}: {e}", path.value.display()),
                span: path.span,
                help: "the path is relative to the file that names it".into(),
            })?;
            device.write_file(&f.path, &bytes, f.mode)?;
        }
    }
    Ok(())
}

/// A bare device whose hardware is derived from the seed: MAC address, serial number.
pub fn bare(key: &str, os: Os, seed: u64) -> DeviceSpec {
    let id = guid(seed, &format!("hardware:{key}")).replace('-', "");
    let octets: Vec<&str> = [0, 2, 4, 6, 8].iter().map(|n| &id[*n..n + 2]).collect();
    DeviceSpec {
        name: key.to_owned(),
        os,
        hostname: key.to_owned(),
        // Locally administered, as no maker's addresses are.
        mac: format!("02:{}", octets.join(":")),
        serial: format!("SHKD{}", id[20..28].to_uppercase()),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: seed ^ u64::from_str_radix(&id[..15], 16).unwrap_or(0),
    }
}

fn spec(d: &world::Device, world: &world::World, seed: u64) -> DeviceSpec {
    // A device's own double of a command wins over the world's.
    let mut doubles: Vec<_> = d.doubles.iter().map(|x| x.value.clone()).collect();
    for w in &world.doubles {
        if !doubles.iter().any(|x| x.command == w.value.command) {
            doubles.push(w.value.clone());
        }
    }
    let bare = bare(&d.key, d.os, seed);
    DeviceSpec {
        hostname: d.hostname.clone(),
        mac: d.mac.as_ref().map_or(bare.mac, |m| m.value.clone()),
        serial: d.serial.clone().unwrap_or(bare.serial),
        layers: d.root.iter().map(|r| r.value.clone()).collect(),
        services: world.services.iter().map(|s| s.value.clone()).collect(),
        doubles,
        ..bare
    }
}

/// A path as a replay on another machine would tell it: without the folder the run was started in.
fn relative(path: &std::path::Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here)
        .unwrap_or(path)
        .display()
        .to_string()
}
