//! What a device of a world is to be, for the engine that boots it.

use crate::engine::{DeviceSpec, EngineKind, GatewayHost, WindowsSpec};
use crate::rmm::facts::{Declared, Facts, Identity};
use crate::rmm::ids::guid;
use crate::rmm::os::{Os, WindowsRelease};
use crate::scenario::model::EngineDemand;
use crate::scenario::world;

/// A bare device whose hardware is derived from the seed: MAC address, serial number.
pub fn bare(key: &str, os: Os, seed: u64) -> DeviceSpec {
    let id = guid(seed, &format!("hardware:{key}")).replace('-', "");
    let octets: Vec<&str> = [0, 2, 4, 6, 8].iter().map(|n| &id[*n..n + 2]).collect();
    let spec = DeviceSpec {
        name: key.to_owned(),
        os,
        engine: usual_engine(os),
        windows: None,
        image: None,
        hostname: key.to_owned(),
        // Locally administered, as no maker's addresses are.
        mac: format!("02:{}", octets.join(":")),
        serial: format!("SHKD{}", id[20..28].to_uppercase()),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: seed ^ u64::from_str_radix(&id[..15], 16).unwrap_or(0),
        points: false,
    };
    let windows = os == Os::Windows;
    let made =
        windows.then(|| windows_spec(&spec, WindowsRelease::default(), "", &Declared::default()));
    DeviceSpec {
        windows: made.map(Box::new),
        ..spec
    }
}

/// A bare device that is another release of Windows.
pub fn of_release(spec: DeviceSpec, release: WindowsRelease) -> DeviceSpec {
    let made = windows_spec(&spec, release, "", &Declared::default());
    DeviceSpec {
        windows: Some(Box::new(made)),
        ..spec
    }
}

/// What runs devices of a system unless one is demanded.
fn usual_engine(os: Os) -> EngineKind {
    match os {
        Os::Windows => EngineKind::Wine,
        Os::Linux | Os::Macos => EngineKind::Sandbox,
    }
}

/// Release and facts of a Windows device.
fn windows_spec(
    spec: &DeviceSpec,
    release: WindowsRelease,
    domain: &str,
    declared: &Declared,
) -> WindowsSpec {
    let identity = Identity {
        hostname: &spec.hostname,
        domain,
        serial: &spec.serial,
        mac: &spec.mac,
        seed: spec.seed,
    };
    WindowsSpec {
        release,
        facts: Facts::of(release, &identity, declared),
        declared: *declared != Declared::default(),
        stores: Vec::new(),
    }
}

/// The facts of a device of the world, with what is declared of it.
pub(super) fn facts(spec: &DeviceSpec, d: &world::Device, declared: &Declared) -> Facts {
    let release = d.windows.unwrap_or_default();
    windows_spec(spec, release, &d.domain, declared).facts
}

/// Which engine a device is to run on: by its own demand, else by that of its scenario or run. A
/// demand that its system cannot follow is about other devices; an image is a container's.
pub fn engine_of(d: &world::Device, demanded: Option<EngineDemand>) -> EngineKind {
    match (d.engine.as_ref().map(|e| e.value).or(demanded), d.os) {
        (Some(EngineDemand::Host), _) => EngineKind::Host,
        (Some(EngineDemand::Container), Os::Linux) => EngineKind::Container,
        (_, Os::Linux) if d.image.is_some() => EngineKind::Container,
        _ => usual_engine(d.os),
    }
}

pub(super) fn spec(
    d: &world::Device,
    world: &world::World,
    seed: u64,
    engine: EngineKind,
    gateways: Vec<GatewayHost>,
) -> DeviceSpec {
    // A device's own double of a command wins over the world's.
    let mut doubles: Vec<_> = d.doubles.iter().map(|x| x.value.clone()).collect();
    for w in &world.doubles {
        if !doubles.iter().any(|x| x.command == w.value.command) {
            doubles.push(w.value.clone());
        }
    }
    let bare = bare(&d.key, d.os, seed);
    let spec = DeviceSpec {
        engine,
        image: d.image.as_ref().map(|i| i.value.clone()),
        hostname: d.hostname.clone(),
        mac: d.mac.as_ref().map_or(bare.mac, |m| m.value.clone()),
        serial: d.serial.clone().unwrap_or(bare.serial),
        layers: d.root.iter().map(|r| r.value.clone()).collect(),
        services: world.services.iter().map(|s| s.value.clone()).collect(),
        gateways,
        doubles,
        windows: None,
        ..bare
    };
    let made = d
        .windows
        .map(|release| windows_spec(&spec, release, &d.domain, &d.facts));
    DeviceSpec {
        windows: made.map(Box::new),
        ..spec
    }
}
