//! The real machine as a device: for disposable runners, and only where that is asked for.
//!
//! Nothing is played here: no services, no command doubles, no network of its own, no reboot. What a
//! scenario demands of these is refused by name. Jobs run with the rights of this process, and what
//! they change stays; the footprint lists it. Nothing holds back what a job does: one that restarts
//! the machine restarts it.

mod device;
mod files;
mod snapshot;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as machine;
#[cfg(windows)]
use windows as machine;
#[cfg(windows)]
pub use windows::maybe_become_helper;

use crate::engine::{Device, DeviceSpec, Engine, EngineError, Probe, Unavailable, WindowsSpec};
use crate::rmm::os::Os;
use device::HostDevice;
use std::path::PathBuf;
use std::sync::Arc;

/// Name of the engine in results and messages.
pub const ENGINE: &str = "host";

/// The machine this process runs on.
#[derive(Debug)]
pub struct HostEngine {
    /// The user said that this machine may be changed.
    allowed: bool,
}

impl HostEngine {
    /// The engine; it boots nothing unless `allowed`.
    pub fn new(allowed: bool) -> HostEngine {
        HostEngine { allowed }
    }

    /// The system of this machine; none for one that no device has.
    pub fn os() -> Option<Os> {
        match std::env::consts::OS {
            "linux" => Some(Os::Linux),
            "macos" => Some(Os::Macos),
            "windows" => Some(Os::Windows),
            _ => None,
        }
    }

    fn unavailable(&self) -> Option<Unavailable> {
        if HostEngine::os().is_none() {
            return Some(Unavailable {
                why: format!("no device has the system {}", std::env::consts::OS),
                ways_out: Vec::new(),
            });
        }
        (!self.allowed).then(|| Unavailable {
            why: "the host engine changes this very machine, and nobody allowed it".into(),
            ways_out: vec![
                "on a machine that may be thrown away: --engine host --yes-change-this-machine"
                    .into(),
            ],
        })
    }
}

impl Engine for HostEngine {
    fn boot(&self, spec: &DeviceSpec) -> Result<Arc<dyn Device>, EngineError> {
        if let Some(unavailable) = self.unavailable() {
            return Err(EngineError::Unavailable {
                engine: ENGINE,
                unavailable,
            });
        }
        refusal(spec).map_or(Ok(()), |what| {
            Err(EngineError::Unavailable {
                engine: ENGINE,
                unavailable: Unavailable {
                    why: format!("device {}: {what}", spec.name),
                    ways_out: vec!["leave it to the sandbox: without `engine: host`".into()],
                },
            })
        })?;
        Ok(Arc::new(HostDevice::new(spec)?))
    }

    fn probe(&self) -> Probe {
        Probe {
            engine: ENGINE,
            state: self.unavailable().map_or(Ok(None), Err),
            details: vec![format!(
                "{}: {}",
                std::env::consts::OS,
                machine::lacking_rights()
                    .unwrap_or_else(|| "jobs have the rights that the Agent has".into())
            )],
        }
    }
}

/// What a device wants that a real machine cannot be given.
fn refusal(spec: &DeviceSpec) -> Option<String> {
    if HostEngine::os() != Some(spec.os) {
        let here = std::env::consts::OS;
        return Some(format!(
            "it is a {} device, and this machine has {here}",
            spec.os
        ));
    }
    if !spec.services.is_empty() {
        return Some("mocked services cannot be put into a real machine's network".into());
    }
    if !spec.gateways.is_empty() {
        return Some("the REST API cannot be put into a real machine's network".into());
    }
    if !spec.doubles.is_empty() {
        return Some("commands of a real machine are not replaced by doubles".into());
    }
    if spec.layers != Vec::<PathBuf>::new() {
        return Some("a real machine has its own root".into());
    }
    let declares = |w: &WindowsSpec| w.declared || !w.stores.is_empty();
    if spec.windows.as_deref().is_some_and(declares) {
        return Some(
            "facts (events, tasks, users, hardware) are declared for it, and a real machine has its own"
                .into(),
        );
    }
    if spec.image.is_some() {
        return Some("a real machine is not made from an image".into());
    }
    None
}
