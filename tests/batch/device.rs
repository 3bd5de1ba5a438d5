//! The Windows device that the cases run on.

use super::engine::engine;
use libtest_mimic::Failed;
use shakedown::engine::{Device, DeviceSpec, Engine, EngineKind, WindowsSpec};
use shakedown::rmm::facts::{Declared, Facts, Identity};
use shakedown::rmm::os::{Os, WindowsRelease};
use std::sync::Arc;

/// What `ver` tells on the device.
pub const VERSION: &str = "10.0.22631.3155";

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
        points: false,
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
