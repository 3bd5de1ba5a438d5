//! The Windows device that the cases run on.

use libtest_mimic::Failed;
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::wine::{WineCache, WineEngine};
use shakedown::engine::{Device, DeviceSpec, Engine, EngineKind, WindowsSpec};
use shakedown::rmm::facts::{Declared, Facts, Identity};
use shakedown::rmm::os::{Os, WindowsRelease};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What `ver` tells on the device.
pub const VERSION: &str = "10.0.22631.3155";

/// The cache that `shakedown setup wine` fills, as the binary finds it.
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

/// Why there are no Windows devices here; none when there are.
pub fn missing() -> Option<String> {
    let unavailable = engine().probe().state.err()?;
    let ways_out = unavailable.ways_out.join("; ");
    Some(format!("{}; {ways_out}", unavailable.why))
}

pub fn boot(name: &str) -> Result<Arc<dyn Device>, Failed> {
    let hostname = name.to_uppercase();
    let identity = Identity {
        hostname: &hostname,
        serial: "SN-0042",
        mac: "02:11:22:33:44:55",
        ..Identity::default()
    };
    let release = WindowsRelease::default();
    Ok(engine().boot(&DeviceSpec {
        name: name.into(),
        engine: EngineKind::Wine,
        windows: Some(Box::new(WindowsSpec {
            facts: Facts::of(release, &identity, &Declared::default()),
            release,
            ..WindowsSpec::default()
        })),
        image: None,
        os: Os::Windows,
        hostname: hostname.clone(),
        mac: "02:11:22:33:44:55".into(),
        serial: "SN-0042".into(),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: 7,
    })?)
}

/// What SYSTEM has on the device.
pub fn environment() -> Vec<(String, String)> {
    [
        ("SystemRoot", r"C:\windows"),
        ("SystemDrive", "C:"),
        ("windir", r"C:\windows"),
        ("ComSpec", r"C:\windows\system32\cmd.exe"),
        ("COMPUTERNAME", "BATCH"),
        ("NUMBER_OF_PROCESSORS", "2"),
        ("OS", "Windows_NT"),
        ("PATH", r"C:\windows\system32;C:\windows"),
        ("PATHEXT", ".COM;.EXE;.BAT;.CMD"),
        ("PROCESSOR_ARCHITECTURE", "AMD64"),
        ("ProgramData", r"C:\ProgramData"),
        ("ProgramFiles", r"C:\Program Files"),
        ("ProgramFiles(x86)", r"C:\Program Files (x86)"),
        ("TEMP", r"C:\windows\temp"),
        ("TMP", r"C:\windows\temp"),
    ]
    .iter()
    .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
    .collect()
}

pub fn check(holds: bool, what: impl std::fmt::Debug) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what:?}").into())
    }
}

/// What a program printed, line ends as on Linux.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}
