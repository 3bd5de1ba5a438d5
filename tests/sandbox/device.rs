//! Devices to test on, and jobs to run on them.

use libtest_mimic::Failed;
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::{Cancel, Device, DeviceSpec, Engine, Launch, NoSink, Outcome};
use shakedown::rmm::os::Os;
use std::sync::Arc;

pub fn spec(name: &str) -> DeviceSpec {
    DeviceSpec {
        name: name.into(),
        engine: shakedown::engine::EngineKind::Sandbox,
        windows: None,
        image: None,
        os: Os::Linux,
        hostname: format!("{name}-host"),
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
    Ok(SandboxEngine::new().boot(&spec(name))?)
}

pub fn bash(script: &str) -> Launch {
    let mut launch = Launch::new("/bin/bash", &["-c", script]);
    launch.env = vec![
        (
            "PATH".into(),
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into(),
        ),
        ("HOME".into(), "/root".into()),
    ];
    launch
}

pub fn run(device: &Arc<dyn Device>, script: &str) -> Result<Outcome, Failed> {
    Ok(device.launch(&bash(script), &NoSink, &Cancel::default())?)
}

pub fn check(holds: bool, what: impl std::fmt::Debug) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what:?}").into())
    }
}
