//! A device of the sandbox on which Wine is run while it is set up; the machine itself runs no Wine.

use super::error::{Outcome, SetupError};
use crate::engine::sandbox::SandboxEngine;
use crate::engine::{Cancel, Device, DeviceSpec, Engine, EngineError, EngineKind, Launch, NoSink};
use crate::rmm::observed::Exit;
use crate::rmm::os::Os;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Folder of C: and the hives on every Windows device.
pub const PREFIX: &str = "/pfx";

/// Where Wine's 64-bit loader and its server are in roots of Debian and of others, in the order in
/// which they are looked for. Debian's `wineserver` is a script that starts the second name.
const PLACES: [(&str, &str); 8] = [
    ("/usr/lib/wine/wine64", "/usr/lib/wine/wineserver64"),
    (
        "/opt/wine-stable/bin/wine64",
        "/opt/wine-stable/bin/wineserver",
    ),
    (
        "/opt/wine-stable/bin/wine",
        "/opt/wine-stable/bin/wineserver",
    ),
    ("/opt/wine-devel/bin/wine", "/opt/wine-devel/bin/wineserver"),
    (
        "/opt/wine-staging/bin/wine",
        "/opt/wine-staging/bin/wineserver",
    ),
    ("/usr/bin/wine64", "/usr/bin/wineserver"),
    ("/usr/bin/wine", "/usr/bin/wineserver"),
    ("/usr/local/bin/wine", "/usr/local/bin/wineserver"),
];

/// Wine's programs in a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    pub loader: String,
    pub server: String,
}

impl Programs {
    /// Those of a root; links are followed on the device only.
    pub fn find(root: &std::path::Path) -> Option<Programs> {
        let there = |path: &str| {
            let path = root.join(path.trim_start_matches('/'));
            std::fs::symlink_metadata(path).is_ok()
        };
        let found = PLACES.iter().find(|(l, s)| there(l) && there(s));
        found.map(|(loader, server)| Programs {
            loader: (*loader).to_owned(),
            server: (*server).to_owned(),
        })
    }
}

/// A running device with Wine's programs.
pub struct Bench {
    pub device: Arc<dyn Device>,
    programs: Programs,
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
    pub fn boot(layers: Vec<PathBuf>, programs: Programs) -> Outcome<Bench> {
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
        };
        let device = SandboxEngine::new().boot(&spec).map_err(failed)?;
        Ok(Bench { device, programs })
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
        launch.env = environment(&self.programs, more);
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
        self.run(&self.programs.loader, args, more, cancel)
    }

    /// Talks to the Wine server: `-w` waits for the end of every Windows process, `-k` ends them and
    /// saves the hives.
    pub fn server(&self, arg: &str, cancel: &Cancel) -> Outcome<Ran> {
        self.run(&self.programs.server, &[arg], &[], cancel)
    }
}

/// The environment of Wine on a device.
fn environment(programs: &Programs, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = [
        ("HOME", "/root"),
        ("LC_ALL", "C.UTF-8"),
        ("PATH", "/usr/bin:/bin"),
        ("USER", "SYSTEM"),
        ("WINEDEBUG", "-all"),
        ("WINEDLLOVERRIDES", "mshtml=;winemenubuilder.exe=d"),
        ("WINEPREFIX", PREFIX),
        ("WINESERVER", programs.server.as_str()),
        ("XDG_RUNTIME_DIR", "/tmp"),
    ]
    .iter()
    .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
    .collect();
    for (name, value) in more {
        all.retain(|(n, _)| n != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    all
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_with_their_server() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Programs::find(dir.path()), None);
        let folder = dir.path().join("opt/wine-stable/bin");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("wine"), "").unwrap();
        assert_eq!(Programs::find(dir.path()), None);
        std::fs::write(folder.join("wineserver"), "").unwrap();
        let found = Programs::find(dir.path()).unwrap();
        assert_eq!(found.loader, "/opt/wine-stable/bin/wine");
        let environment = environment(&found, &[("WINEDEBUG", "+all")]);
        let debug: Vec<_> = environment
            .iter()
            .filter(|(n, _)| n == "WINEDEBUG")
            .collect();
        assert_eq!(debug, [&("WINEDEBUG".to_owned(), "+all".to_owned())]);
    }
}
