//! The Windows devices that the cases run on: one for each, so that none sees what another left.

use libtest_mimic::Failed;
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::wine::{WineCache, WineEngine};
use shakedown::engine::{Device, DeviceSpec, Engine, EngineKind, WindowsSpec};
use shakedown::rmm::facts::{Declared, Facts, Identity};
use shakedown::rmm::os::{Os, WindowsRelease};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

pub const HOSTNAME: &str = "SHAKEDOWN-PC";
const MAC: &str = "00:1a:2b:3c:4d:5e";
const SERIAL: &str = "SN-0042";

/// The cache that `shakedown setup` fills, as the binary finds it.
fn cache() -> PathBuf {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    folder("SHAKEDOWN_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|c| c.join("shakedown")))
        .or_else(|| folder("HOME").map(|h| h.join(".cache/shakedown")))
        .unwrap_or_default()
}

fn engine() -> &'static WineEngine {
    static ENGINE: OnceLock<WineEngine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        WineEngine::new(WineCache::within(&cache()), Arc::new(SandboxEngine::new()))
    })
}

/// Why no case can run here; none where they can.
pub fn missing() -> Option<String> {
    if let Err(unavailable) = engine().probe().state {
        return Some(format!("the wine engine is missing: {}", unavailable.why));
    }
    match boot() {
        Err(e) => Some(format!("no Windows device boots: {e:?}")),
        Ok(device) if device.windows().is_some_and(|w| w.has_powershell()) => None,
        Ok(_) => Some("PowerShell is missing: run `shakedown setup powershell`".into()),
    }
}

pub fn boot() -> Result<Arc<dyn Device>, Failed> {
    let identity = Identity {
        hostname: HOSTNAME,
        serial: SERIAL,
        mac: MAC,
        ..Identity::default()
    };
    let release = WindowsRelease::default();
    Ok(engine().boot(&DeviceSpec {
        name: "conformance".into(),
        engine: EngineKind::Wine,
        windows: Some(Box::new(WindowsSpec {
            facts: Facts::of(release, &identity, &Declared::default()),
            release,
            ..WindowsSpec::default()
        })),
        image: None,
        os: Os::Windows,
        hostname: HOSTNAME.into(),
        mac: MAC.into(),
        serial: SERIAL.into(),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: 7,
    })?)
}
