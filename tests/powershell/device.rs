//! The Windows devices that the cases run on: one for each, so that none sees what another left.

use crate::conformance::TIMEOUT;
use crate::verdict::{Seen, Where};
use libtest_mimic::Failed;
use shakedown::agent::windows::environment;
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::wine::{WineCache, WineEngine};
use shakedown::engine::{
    Cancel, Device, DeviceSpec, Engine, EngineKind, Launch, NoSink, WindowsSpec,
};
use shakedown::rmm::facts::{Declared, Facts, Identity};
use shakedown::rmm::observed::Exit;
use shakedown::rmm::os::{Os, WindowsRelease};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

pub const WHERE: Where = Where::Wine;
/// Where the script lies, as in a job's package folder.
pub const SCRIPT: &str =
    r"C:\ProgramData\CentraStage\Packages\00000000-0000-4000-8000-000000000001#\command.ps1";
const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
/// Where cases write.
const WRITES: &str = r"C:\w\.here";
const HOSTNAME: &str = "SHAKEDOWN-PC";
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

fn boot() -> Result<Arc<dyn Device>, Failed> {
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
        points: false,
    })?)
}

/// What a script gives on a device of its own.
pub fn play(body: &[u8]) -> Result<Seen, Failed> {
    let device = boot()?;
    device.write_file(SCRIPT, body, 0o755)?;
    device.write_file(WRITES, b"", 0o644)?;
    let mut launch = Launch::new(POWERSHELL, &[]);
    launch.command_line = Some(format!(
        "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \"{SCRIPT}\""
    ));
    let folder = SCRIPT.rsplit_once('\\').map(|(folder, _)| folder);
    launch.cwd = folder.unwrap_or_default().into();
    launch.env = environment::of(HOSTNAME, device.windows());
    launch.timeout = TIMEOUT;
    launch.output_limit = 1 << 20;
    launch.stop_on_input_wait = false;
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    let named = outcome.observed.told.iter();
    let named = named.filter(|told| told.name == "unavailable");
    Ok(Seen {
        stdout: String::from_utf8_lossy(&outcome.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&outcome.stderr).into_owned(),
        exit: match outcome.exit {
            Exit::Code(code) => Some(code),
            _ => None,
        },
        reboots: outcome.observed.reboots.len(),
        unavailable: named
            .filter_map(|told| Some(told.value["command"].as_str()?.to_owned()))
            .collect(),
    })
}
