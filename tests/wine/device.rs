//! Windows devices to test on, and jobs to run on them.

use libtest_mimic::{Failed, Trial};
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::windows::Windows;
use shakedown::engine::wine::{WineCache, WineEngine};
use shakedown::engine::{
    Cancel, Device, DeviceSpec, Engine, EngineKind, Launch, NoSink, Outcome, WindowsSpec,
};
use shakedown::rmm::os::Os;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

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

/// The layers' folder in it.
pub fn cache_folder() -> PathBuf {
    WineCache::within(&cache()).folder().to_owned()
}

pub fn engine() -> &'static WineEngine {
    static ENGINE: OnceLock<WineEngine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        WineEngine::new(WineCache::within(&cache()), Arc::new(SandboxEngine::new()))
    })
}

/// Why there are no Windows devices here; none when there are.
pub fn missing() -> Option<String> {
    let unavailable = engine().probe().state.err()?;
    Some(format!(
        "{}; {}",
        unavailable.why,
        unavailable.ways_out.join("; ")
    ))
}

/// A test that needs a Windows device: ignored with the reason where there are none, failed where
/// engines are required.
pub fn trial(name: &str, missing: Option<&str>, test: fn() -> Result<(), Failed>) -> Trial {
    let demanded = std::env::var_os("SHAKEDOWN_REQUIRE_ENGINES").is_some_and(|v| v == "1");
    // No machine gives Windows devices to a normal user.
    let required = demanded && rustix::process::geteuid().is_root();
    match missing {
        None => Trial::test(name, test),
        Some(why) => {
            let shown = if required {
                name.to_owned()
            } else {
                format!("{name} (ignored: {why})")
            };
            let why = format!("the wine engine is missing: {why}");
            Trial::test(shown, move || Err(why.into())).with_ignored_flag(!required)
        }
    }
}

pub fn spec(name: &str) -> DeviceSpec {
    DeviceSpec {
        name: name.into(),
        engine: EngineKind::Wine,
        windows: Some(Box::<WindowsSpec>::default()),
        image: None,
        os: Os::Windows,
        hostname: name.to_uppercase(),
        mac: "02:11:22:33:44:55".into(),
        serial: "SN-0042".into(),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: 7,
    }
}

pub fn boot(name: &str) -> Result<Arc<dyn Device>, Failed> {
    Ok(engine().boot(&spec(name))?)
}

/// A command line of cmd.
pub fn cmd(line: &str) -> Launch {
    let mut launch = Launch::new(r"C:\windows\system32\cmd.exe", &[]);
    launch.command_line = Some(format!("cmd.exe /d /s /c \"{line}\""));
    launch.cwd = r"C:\windows".into();
    launch.env = environment();
    launch
}

pub fn environment() -> Vec<(String, String)> {
    [
        ("SystemRoot", r"C:\windows"),
        ("SystemDrive", "C:"),
        ("windir", r"C:\windows"),
        ("ComSpec", r"C:\windows\system32\cmd.exe"),
        ("PATH", r"C:\windows\system32;C:\windows"),
        ("PATHEXT", ".COM;.EXE;.BAT;.CMD"),
        ("TEMP", r"C:\windows\temp"),
        ("TMP", r"C:\windows\temp"),
        ("ProgramFiles", r"C:\Program Files"),
        ("ProgramFiles(x86)", r"C:\Program Files (x86)"),
        ("ProgramData", r"C:\ProgramData"),
    ]
    .iter()
    .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
    .collect()
}

pub fn run(device: &Arc<dyn Device>, line: &str) -> Result<Outcome, Failed> {
    Ok(device.launch(&cmd(line), &NoSink, &Cancel::default())?)
}

/// The Windows side of a device.
pub fn windows(device: &Arc<dyn Device>) -> Result<&dyn Windows, Failed> {
    device
        .windows()
        .ok_or_else(|| "it is no Windows device".into())
}

/// What a program printed, line ends as on Linux.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

pub fn check(holds: bool, what: impl std::fmt::Debug) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what:?}").into())
    }
}
