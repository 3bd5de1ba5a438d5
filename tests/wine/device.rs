//! Windows devices to test on, and jobs to run on them.

use super::engine::cache;
pub use super::engine::{check, engine, text};
use libtest_mimic::Failed;
use shakedown::engine::windows::Windows;
use shakedown::engine::wine::WineCache;
use shakedown::engine::{
    Cancel, Device, DeviceSpec, Engine, EngineKind, Launch, NoSink, Outcome, WindowsSpec,
};
use shakedown::rmm::os::Os;
use std::path::PathBuf;
use std::sync::Arc;

/// The layers' folder in it.
pub fn cache_folder() -> PathBuf {
    WineCache::within(&cache()).folder().to_owned()
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
        points: false,
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
