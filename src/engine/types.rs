//! Types shared by all engines.

use super::gateway::GatewayHost;
use crate::rmm::double::DoubleSpec;
use crate::rmm::event::Stream;
use crate::rmm::facts::Facts;
use crate::rmm::observed::{Exit, Observed};
use crate::rmm::os::{Os, WindowsRelease};
use crate::rmm::service::ServiceSpec;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What runs a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EngineKind {
    /// Namespaces and overlays over this machine's root or another folder.
    #[default]
    Sandbox,
    /// The sandbox over a root with Wine: Windows devices.
    Wine,
    /// Containers of a Docker API.
    Container,
    /// This machine itself.
    Host,
}

impl EngineKind {
    /// The word used in scenarios, options and results.
    pub fn word(self) -> &'static str {
        match self {
            EngineKind::Sandbox => "sandbox",
            EngineKind::Wine => "wine",
            EngineKind::Container => "container",
            EngineKind::Host => "host",
        }
    }
}

/// What a Windows device is, beside what every device is.
#[derive(Debug, Clone, Default)]
pub struct WindowsSpec {
    pub release: WindowsRelease,
    /// What WMI, systeminfo and their like tell; defaults of the release filled in.
    pub facts: Facts,
    /// Some of them were declared: an engine that cannot give them refuses the device.
    pub declared: bool,
    /// Objects its stores hold at boot: (store, key, object).
    pub stores: Vec<(String, String, serde_json::Value)>,
}

/// What a device is to be.
#[derive(Debug, Clone)]
pub struct DeviceSpec {
    /// Name in the scenario.
    pub name: String,
    pub os: Os,
    pub engine: EngineKind,
    /// Only for Windows.
    pub windows: Option<Box<WindowsSpec>>,
    /// Only for the container engine.
    pub image: Option<String>,
    pub hostname: String,
    /// MAC address of the first active NIC, `02:..` (locally administered), derived from the seed.
    pub mac: String,
    /// Serial number of the board, as `/sys/class/dmi/id/board_serial` and `ioreg` tell it.
    pub serial: String,
    /// Lower layers, topmost first; empty means the host's own root.
    pub layers: Vec<PathBuf>,
    pub services: Vec<ServiceSpec>,
    /// Hosts that somebody outside of the engine answers for; none is a service's host.
    pub gateways: Vec<GatewayHost>,
    pub doubles: Vec<DoubleSpec>,
    /// Seed for what the engine draws.
    pub seed: u64,
    /// Its jobs can be held at their system calls on files ([`super::points`]).
    pub points: bool,
}

impl DeviceSpec {
    /// The services, and one without routes for each gateway, named as its host.
    pub fn served(&self) -> Vec<ServiceSpec> {
        let gateways = self.gateways.iter().map(|g| ServiceSpec {
            name: g.host.clone(),
            tls: true,
            host: g.host.clone(),
            port: 443,
            ..ServiceSpec::default()
        });
        self.services.iter().cloned().chain(gateways).collect()
    }
}

/// Which engine ran a device, for every result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineLabel {
    /// `sandbox`, `sandbox (macOS played)` or `container (IMAGE)`.
    pub engine: String,
    /// Why the sandbox is reduced, when it is.
    pub reduced: Option<String>,
    /// What runs PowerShell scripts where that is not Windows PowerShell 5.1 itself:
    /// `PowerShell 7.6 on Wine 10, as 5.1`.
    pub powershell: Option<String>,
}

/// What a program finds on its stdin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Stdin {
    #[default]
    Null,
    /// A pipe that never ends.
    Open,
    Bytes(Vec<u8>),
}

/// One program to start.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Absolute path on the device.
    pub program: String,
    /// Arguments after the program's name.
    pub args: Vec<String>,
    /// Windows only: the whole command line instead of one made of `program` and `args`.
    pub command_line: Option<String>,
    /// The whole environment; nothing is added to it.
    pub env: Vec<(String, String)>,
    pub cwd: String,
    pub stdin: Stdin,
    pub timeout: Duration,
    /// End the launch when a line of stdout equals `.0` (trimmed) and the program then runs
    /// longer than `.1`: the Agent's time budget for diagnostics.
    pub budget_after_line: Option<(String, Duration)>,
    /// Most bytes kept of each stream; the rest is counted and thrown away.
    pub output_limit: usize,
    /// Kill what the job left running when its script ends (for probes and shell steps of our own: no).
    pub kill_left: bool,
    /// End at once, tree killed, when a process waits for input nobody gives.
    pub stop_on_input_wait: bool,
}

impl Launch {
    /// A launch with nothing on stdin, an hour of time, 16 MiB of output.
    pub fn new(program: impl Into<String>, args: &[&str]) -> Launch {
        Launch {
            program: program.into(),
            args: args.iter().map(|a| (*a).to_owned()).collect(),
            command_line: None,
            env: Vec::new(),
            cwd: "/".into(),
            stdin: Stdin::Null,
            timeout: Duration::from_secs(3600),
            budget_after_line: None,
            output_limit: 16 << 20,
            kill_left: false,
            stop_on_input_wait: true,
        }
    }
}

/// How a launch went.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub exit: Exit,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// All bytes the program wrote, kept or not.
    pub stdout_bytes: u64,
    pub stderr_bytes: u64,
    pub duration: Duration,
    /// It ended because of [`Launch::budget_after_line`].
    pub over_budget: bool,
    pub observed: Observed,
}

/// Gets output while it comes.
pub trait OutputSink: Sync {
    fn chunk(&self, stream: Stream, bytes: &[u8]);
}

/// Throws output away.
pub struct NoSink;

impl OutputSink for NoSink {
    fn chunk(&self, _: Stream, _: &[u8]) {}
}

/// A flag that ends launches early; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks every launch that watches this flag to end.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStat {
    pub kind: crate::rmm::observed::EntryKind,
    pub size: u64,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
}

/// A remembered state of a device's file system; opaque to all but its engine.
pub struct Mark(pub Box<dyn std::any::Any + Send + Sync>);

/// What an engine would give here.
#[derive(Debug, Clone)]
pub struct Probe {
    pub engine: &'static str,
    /// `Ok(None)`: whole; `Ok(Some(why))`: reduced; `Err`: not at all.
    pub state: Result<Option<String>, Unavailable>,
    /// What was looked at, one line each, for `doctor`.
    pub details: Vec<String>,
}

/// Why an engine cannot run here and the ways out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// Names the very setting: `kernel.apparmor_restrict_unprivileged_userns = 1`.
    pub why: String,
    /// One way out a line: the sudo line, the container flags, the sysctl.
    pub ways_out: Vec<String>,
}

/// Why an engine could not do as asked. Never means that a program failed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("this machine cannot run the {engine} engine: {}", .unavailable.why)]
    Unavailable {
        engine: &'static str,
        unavailable: Unavailable,
    },
    #[error("cannot boot device {device}: {what}: {source}")]
    Boot {
        device: String,
        what: String,
        source: std::io::Error,
    },
    #[error("cannot start {program} on {device}: {source}")]
    Start {
        device: String,
        program: String,
        source: std::io::Error,
    },
    #[error("{device}: {what} {path}: {source}")]
    File {
        device: String,
        what: &'static str,
        path: String,
        source: std::io::Error,
    },
    #[error("device {device} went down: {what}")]
    Down { device: String, what: String },
    #[error("{0}")]
    Other(String),
}
