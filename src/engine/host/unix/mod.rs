//! This machine where it is Linux or macOS.

mod launch;
mod tree;

use crate::engine::windows::Windows;
use crate::engine::{Cancel, EngineError, Launch, Outcome, OutputSink};
use crate::rmm::observed::{LeftProcess, Observed, RegistryEntry};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where components install to and write; below the temporary folder too.
#[cfg(target_os = "linux")]
pub const PLACES: [&str; 11] = [
    "/etc",
    "/opt",
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib/systemd",
    "/usr/local",
    "/usr/share",
    "/var/lib",
    "/var/opt",
    "/root",
    "/tmp",
];
#[cfg(not(target_os = "linux"))]
pub const PLACES: [&str; 8] = [
    "/Applications",
    "/Library",
    "/etc",
    "/opt",
    "/usr/local",
    "/var/root",
    "/private/var/db",
    "/tmp",
];

/// Folders of which only what is directly in them is looked at, and what came into them since.
pub const TOPS: [&str; 0] = [];

/// Number of the first job: far from those of a sandbox, whose device this machine may itself be, so
/// that no process of it is taken for one of a job here.
const FIRST_JOB: u32 = 1 << 16;

/// The machine.
pub struct Machine {
    device: String,
    jobs: AtomicU32,
}

/// It has no registry.
pub struct RegistryMark;

/// Why jobs have not all the rights that the Agent has; none where they have.
pub fn lacking_rights() -> Option<String> {
    (!tree::privileged())
        .then(|| "jobs run as this user, without the rights that the Agent has".to_owned())
}

impl Machine {
    /// The machine under a device's name.
    pub fn start(device: &str) -> Result<Machine, EngineError> {
        Ok(Machine {
            device: device.to_owned(),
            jobs: AtomicU32::new(FIRST_JOB),
        })
    }

    /// What it is: `linux`.
    pub fn kind(&self) -> String {
        std::env::consts::OS.to_owned()
    }

    pub fn launch(
        &self,
        launch: &Launch,
        sink: &dyn OutputSink,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError> {
        let job = self.jobs.fetch_add(1, Ordering::SeqCst);
        launch::run(launch, job, sink, cancel).map_err(|source| EngineError::Start {
            device: self.device.clone(),
            program: launch.program.clone(),
            source,
        })
    }

    pub fn processes(&self) -> Result<Vec<LeftProcess>, EngineError> {
        Ok(tree::all())
    }

    pub fn mark_registry(&self) -> Result<RegistryMark, EngineError> {
        Ok(RegistryMark)
    }

    pub fn registry_since(&self, _: &RegistryMark) -> Result<Vec<RegistryEntry>, EngineError> {
        Ok(Vec::new())
    }

    pub fn stray(&self) -> Observed {
        Observed::default()
    }

    pub fn windows(&self) -> Option<&dyn Windows> {
        None
    }
}
