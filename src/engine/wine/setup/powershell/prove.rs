//! Compiles what is laid over PowerShell by PowerShell itself, and proves the result, on devices over
//! the layer.

use super::super::bench::failed;
use super::super::error::{Outcome, SetupError};
use super::adapt::HOOK;
use super::lay::Layer;
use crate::engine::sandbox::SandboxEngine;
use crate::engine::windows::{Hive, KeyPath, View};
use crate::engine::wine::device::environment;
use crate::engine::wine::powershell::{HOME, MODULES, files};
use crate::engine::wine::{WineCache, WineEngine};
use crate::engine::{
    Cancel, Device, DeviceSpec, EngineKind, Launch, NoSink, Outcome as LaunchOutcome, WindowsSpec,
};
use crate::rmm::facts::{Declared, Facts, Identity};
use crate::rmm::observed::{Change, EntryKind, Exit};
use crate::rmm::os::{Os, WindowsRelease};
use crate::rmm::registry::RegistryData;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// PowerShell itself, and what stands in front of it, as the Agent calls it.
const PWSH: &str = r"C:\pwsh\pwsh.exe";
const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
/// Where the scripts and sources of a setup lie on its device, and nowhere else.
const DESK: &str = r"C:\shakedown-setup";
const COMPILE: &str = "compile.ps1";
const PROOF: &str = "proof.ps1";
/// Longest time for each.
const LIMIT: Duration = Duration::from_secs(300);
/// Most lines of PowerShell's words that are told.
const MOST_TOLD: usize = 30;
/// Largest library that is compiled.
const LARGEST: u64 = 32 << 20;
/// What the proof leaves in the registry, and how it ends.
const KEY: &str = r"Software\Shakedown\Proof";
const EXIT: i32 = 1603;
/// The last line of a proof that went well.
const PROVED: &str = "proved";
/// What PowerShell runs well with under Wine.
const VARIABLES: [(&str, &str); 11] = [
    ("USERNAME", "SYSTEM"),
    ("USERPROFILE", r"C:\windows\system32\config\systemprofile"),
    (
        "APPDATA",
        r"C:\windows\system32\config\systemprofile\AppData\Roaming",
    ),
    (
        "LOCALAPPDATA",
        r"C:\windows\system32\config\systemprofile\AppData\Local",
    ),
    ("COMPUTERNAME", "SHAKEDOWN"),
    ("OS", "Windows_NT"),
    ("DOTNET_TieredPGO", "0"),
    ("DOTNET_EnableWriteXorExecute", "0"),
    ("NO_COLOR", "1"),
    ("POWERSHELL_TELEMETRY_OPTOUT", "1"),
    ("POWERSHELL_UPDATECHECK", "Off"),
];

/// Boots devices over layers that are not there for others yet.
pub struct Bench<'a> {
    cache: &'a WineCache,
    cancel: &'a Cancel,
    layers: Vec<PathBuf>,
}

impl<'a> Bench<'a> {
    /// Over these layers of PowerShell, topmost first.
    pub fn new(cache: &'a WineCache, cancel: &'a Cancel, layers: Vec<PathBuf>) -> Bench<'a> {
        Bench {
            cache,
            cancel,
            layers,
        }
    }

    /// Has the sources compiled; every library that came of it goes into the layer.
    pub fn compile(&self, layer: &Layer) -> Outcome<()> {
        let device = self.boot()?;
        for (path, content) in files::below("hook") {
            self.put(&device, &format!("hook\\{path}"), content)?;
        }
        let mark = device.mark().map_err(failed)?;
        let hook_sources = format!("{DESK}\\hook");
        let ran = self.run(&device, PWSH, COMPILE, &["-Hook", &hook_sources])?;
        if ran.exit != Exit::Code(0) {
            return Err(failing("cannot compile what is laid over it", &ran));
        }
        let mut hook = false;
        for entry in device.footprint(&mark).map_err(failed)?.entries {
            let library = entry.path.to_ascii_lowercase().ends_with(".dll");
            let made = entry.kind == EntryKind::File && entry.change != Change::Deleted;
            let Some(place) = place_of(&entry.path).filter(|_| made && library) else {
                continue;
            };
            let content = device.read_file(&entry.path, LARGEST).map_err(failed)?;
            layer.write(&place, &content.unwrap_or_default())?;
            hook |= entry.path.eq_ignore_ascii_case(HOOK);
        }
        match hook {
            true => Ok(()),
            false => Err(failing(&format!("compiled no {HOOK}"), &ran)),
        }
    }

    /// Runs the proof as the Agent runs components; gives how long it took, in milliseconds.
    pub fn prove(&self) -> Outcome<u64> {
        let device = self.boot()?;
        let started = Instant::now();
        let ran = self.run(&device, POWERSHELL, PROOF, &[])?;
        let took = started.elapsed().as_millis();
        if let Some(what) = unproved(&ran.exit, &ran.stdout, &ran.stderr) {
            return Err(failing(what, &ran));
        }
        let key = KeyPath {
            hive: Hive::Hklm,
            path: KEY.to_owned(),
            view: View::Bits64,
        };
        let windows = device.windows();
        let written = windows.map(|w| w.read_key(&key)).transpose();
        let written = written.map_err(failed)?.flatten();
        let texts = written.into_iter().flat_map(|k| k.values);
        let found = texts.filter(|v| matches!(&v.data, RegistryData::Sz(text) if !text.is_empty()));
        if found.count() == 0 {
            return Err(failing(&format!(r"wrote no text below HKLM\{KEY}"), &ran));
        }
        Ok(u64::try_from(took).unwrap_or(u64::MAX))
    }

    fn boot(&self) -> Outcome<Arc<dyn Device>> {
        let engine = WineEngine::new(self.cache.clone(), Arc::new(SandboxEngine::new()));
        let device = engine
            .boot_over(&spec(), &self.layers, None)
            .map_err(failed)?;
        Ok(Arc::new(device))
    }

    fn put(&self, device: &Arc<dyn Device>, path: &str, content: &[u8]) -> Outcome<()> {
        let path = format!("{DESK}\\{path}");
        let written = device.write_file(&path.replace('/', "\\"), content, 0o644);
        written.map_err(failed)
    }

    /// Runs one of the scripts to its end.
    fn run(
        &self,
        device: &Arc<dyn Device>,
        program: &str,
        script: &str,
        more: &[&str],
    ) -> Outcome<LaunchOutcome> {
        let Some(content) = files::content(script) else {
            return Err(SetupError::new(
                format!("this binary carries no powershell/{script}"),
                "build it from whole sources",
            ));
        };
        // As component scripts are written, so that no PowerShell takes it for ANSI.
        let marked = [
            b"\xef\xbb\xbf",
            content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content),
        ]
        .concat();
        self.put(device, script, &marked)?;
        let file = format!("{DESK}\\{script}");
        let flags = [
            "-NoProfile",
            "-NonInteractive",
            "-ExecutionPolicy",
            "Bypass",
            "-File",
            &file,
        ];
        let mut launch = Launch::new(program, &[&flags, more].concat());
        launch.cwd = DESK.into();
        launch.env = environment();
        launch.timeout = LIMIT;
        launch.stop_on_input_wait = false;
        for (name, value) in VARIABLES {
            launch.env.push(((*name).to_owned(), (*value).to_owned()));
        }
        let ran = device.launch(&launch, &NoSink, self.cancel).map_err(|e| {
            SetupError::new(
                format!("PowerShell does not start: {e}"),
                "look whether the zip is whole; where it stays so, say so with this text",
            )
        })?;
        if self.cancel.is_cancelled() || ran.exit == Exit::Interrupted {
            return Err(SetupError::Interrupted);
        }
        Ok(ran)
    }
}

/// The device of a setup: it tells of itself what every Windows device does, as WMI is asked for it.
fn spec() -> DeviceSpec {
    let identity = Identity {
        hostname: "SHAKEDOWN",
        serial: "SETUP",
        mac: "02:5d:00:00:00:03",
        ..Identity::default()
    };
    let release = WindowsRelease::default();
    DeviceSpec {
        name: "setup".into(),
        os: Os::Windows,
        engine: EngineKind::Wine,
        windows: Some(Box::new(WindowsSpec {
            release,
            facts: Facts::of(release, &identity, &Declared::default()),
            ..WindowsSpec::default()
        })),
        image: None,
        hostname: identity.hostname.into(),
        mac: identity.mac.into(),
        serial: identity.serial.into(),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: identity.seed,
        points: false,
    }
}

/// What is wrong with the proof's end; none where all is as it must be.
fn unproved(exit: &Exit, stdout: &[u8], stderr: &[u8]) -> Option<&'static str> {
    let printed = String::from_utf8_lossy(stdout);
    let last = printed.lines().map(str::trim).rfind(|l| !l.is_empty());
    if !stderr.is_empty() {
        Some("says something on stderr")
    } else if *exit != Exit::Code(EXIT) {
        Some("does not end with 1603")
    } else if last != Some(PROVED) {
        Some("does not say at its end that it is proved")
    } else {
        None
    }
}

/// Where a file that Windows writes as `path` lies below a layer; none for what is neither in PowerShell's
/// folder nor in that of its modules.
fn place_of(path: &str) -> Option<String> {
    let rest = path.strip_prefix(r"C:\")?;
    let place = format!("pfx/drive_c/{}", rest.replace('\\', "/"));
    let within = |folder: &&str| {
        place
            .strip_prefix(*folder)
            .is_some_and(|r| r.starts_with('/'))
    };
    [HOME, MODULES].iter().any(within).then_some(place)
}

/// PowerShell's own words with what it failed to do.
fn failing(what: &str, ran: &LaunchOutcome) -> SetupError {
    let words = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|l| !l.is_empty())
            .collect();
        // The points of the proof that are not right, wherever they stand; else its end.
        let wrong: Vec<&str> = lines
            .iter()
            .filter(|l| l.starts_with("wrong "))
            .copied()
            .collect();
        let told = if wrong.is_empty() { lines } else { wrong };
        told[told.len().saturating_sub(MOST_TOLD)..].join("\n  ")
    };
    SetupError::new(
        format!(
            "PowerShell {what}; it ended with {:?}\n  stdout: {}\n  stderr: {}",
            ran.exit,
            words(&ran.stdout),
            words(&ran.stderr)
        ),
        "nothing of it was kept; where it stays so, say so with this text",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compiled_is_found_where_it_is_looked_for() {
        assert_eq!(place_of(HOOK), Some(format!("{HOME}/Compat51.dll")));
        let types = r"C:\Program Files\PowerShell\Modules\Shakedown.Rows\Shakedown.Types.dll";
        assert_eq!(
            place_of(types),
            Some(format!("{MODULES}/Shakedown.Rows/Shakedown.Types.dll"))
        );
        assert_eq!(place_of(r"C:\windows\temp\x.dll"), None);
        assert_eq!(place_of(r"C:\pwsh2\x.dll"), None);
    }

    #[test]
    fn the_device_tells_what_the_proof_asks_wmi_for() {
        let windows = spec().windows.unwrap();
        assert!(windows.facts.text("os", "Caption").contains("Windows"));
        assert_eq!(windows.facts.text("computerSystem", "Name"), "SHAKEDOWN");
    }

    #[test]
    fn only_a_silent_whole_proof_counts() {
        let good = b"engine 7.6.5.500\r\nright CIM\r\nproved\r\n\r\n";
        let code = Exit::Code(EXIT);
        assert_eq!(unproved(&code, good, b""), None);
        let wrong = |exit, stdout: &[u8], stderr: &[u8]| unproved(&exit, stdout, stderr).unwrap();
        assert!(wrong(Exit::Code(EXIT), good, b"Compat51: ...").contains("on stderr"));
        // Cut to eight bits, as Wine itself would give it.
        assert!(wrong(Exit::Code(67), good, b"").contains("1603"));
        assert!(wrong(Exit::Code(0), b"", b"").contains("1603"));
        assert!(wrong(Exit::Code(EXIT), b"proved\nwrong CIM", b"").contains("proved"));
        assert!(wrong(Exit::Code(EXIT), b"", b"").contains("proved"));
    }
}
