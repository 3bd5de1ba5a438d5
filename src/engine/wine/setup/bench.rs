//! A device of the sandbox on which Wine is run while it is set up; the machine itself runs no Wine.

use super::error::{Outcome, SetupError};
use crate::engine::sandbox::SandboxEngine;
use crate::engine::wine::runtime::Wine;
use crate::engine::{Cancel, Device, DeviceSpec, Engine, EngineError, EngineKind, Launch, NoSink};
use crate::rmm::observed::Exit;
use crate::rmm::os::Os;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A running device with Wine's programs.
pub struct Bench {
    pub device: Arc<dyn Device>,
    wine: Wine,
}

/// How a program on it ended.
pub struct Ran {
    pub exit: Exit,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The end of what it printed, for messages.
    pub fn told(&self) -> String {
        let last = |text: &str| {
            let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
            lines[lines.len().saturating_sub(3)..].join(" | ")
        };
        format!(
            "{:?}; stdout: {}; stderr: {}",
            self.exit,
            last(&self.stdout),
            last(&self.stderr)
        )
    }
}

impl Bench {
    /// Boots a device over these layers, topmost first.
    pub fn boot(layers: Vec<PathBuf>, wine: Wine) -> Outcome<Bench> {
        let spec = DeviceSpec {
            name: "setup".into(),
            os: Os::Linux,
            engine: EngineKind::Sandbox,
            windows: None,
            image: None,
            hostname: "SHAKEDOWN".into(),
            mac: "02:5d:00:00:00:02".into(),
            serial: "SETUP".into(),
            layers,
            services: Vec::new(),
            gateways: Vec::new(),
            doubles: Vec::new(),
            seed: 0,
            points: false,
        };
        let device = SandboxEngine::new().boot(&spec).map_err(failed)?;
        Ok(Bench { device, wine })
    }

    /// Runs a Linux program with Wine's environment.
    pub fn run(
        &self,
        program: &str,
        args: &[&str],
        more: &[(&str, &str)],
        cancel: &Cancel,
    ) -> Outcome<Ran> {
        let mut launch = Launch::new(program, args);
        launch.env = self.wine.environment();
        for (name, value) in more {
            launch.env.retain(|(n, _)| n != name);
            launch.env.push(((*name).to_owned(), (*value).to_owned()));
        }
        launch.timeout = Duration::from_secs(300);
        // It waits for pipes of its own server, which looks like waiting for input.
        launch.stop_on_input_wait = false;
        let ended = self
            .device
            .launch(&launch, &NoSink, cancel)
            .map_err(failed)?;
        if cancel.is_cancelled() || ended.exit == Exit::Interrupted {
            return Err(SetupError::Interrupted);
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Ran {
            exit: ended.exit,
            stdout: text(&ended.stdout),
            stderr: text(&ended.stderr),
        })
    }

    /// Runs a Windows program.
    pub fn wine(&self, args: &[&str], more: &[(&str, &str)], cancel: &Cancel) -> Outcome<Ran> {
        self.run(self.wine.loader, args, more, cancel)
    }

    /// Talks to the Wine server: `-w` waits for the end of every Windows process, `-k` ends them and
    /// saves the hives.
    pub fn server(&self, arg: &str, cancel: &Cancel) -> Outcome<Ran> {
        self.run(self.wine.server, &[arg], &[], cancel)
    }
}

/// A device that could not be had or went down.
pub fn failed(error: EngineError) -> SetupError {
    match error {
        EngineError::Unavailable { unavailable, .. } => {
            SetupError::new(unavailable.why, unavailable.ways_out.join("; or "))
        }
        other => SetupError::new(
            other.to_string(),
            "run it again; `shakedown doctor` tells what this machine gives devices",
        ),
    }
}
