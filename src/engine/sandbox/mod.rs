//! The Linux sandbox: devices made of namespaces and overlays.
//!
//! ```text
//!  harness ──────socket──────► garage            one per harness, forks fast, holds nothing
//!     │                          │ fork
//!     ├────────socket────────► chassis           one per device: mount namespace, tmpfs, overlays
//!     │                          │ clone(NEWPID, NEWNS), again for each reboot
//!     └────────socket────────► PID 1             the device: user, network, IPC, UTS, cgroup and
//!            pipes, doubles,     │ posix_spawn    mount namespaces owned by its own root
//!            system calls      jobs ─► their children
//! ```
//!
//! All of them are this same binary ([`maybe_become_device_process`]). Each dies with its socket, so
//! nothing outlives the harness, whatever ends it; mounts exist only in private mount namespaces
//! and files only on a tmpfs there. The upper layer of the overlay *is* the footprint.
//!
//! Root on a device is uid 0 of the host for file permissions only: the device's user namespace has
//! no power over the host, `/proc/sys` and `/sys` are read-only and cannot be remounted. This
//! contains what components do; it is no jail for code that attacks the kernel.

mod device;
mod doubles;
mod garage;
mod inside;
mod macos;
mod plan;
mod sys;
mod trust;
mod wire;

pub use trust::trust_environment;

use crate::engine::{Device, DeviceSpec, Engine, EngineError, Probe};
use std::sync::Arc;

/// Becomes garage or double and never returns, when this process was started as one.
///
/// To be called first in `main`, before any thread or runtime starts.
pub fn maybe_become_device_process() {
    let Some(name) = std::env::args_os().next() else {
        return;
    };
    if name == inside::GARAGE {
        inside::garage();
    }
    if doubles::role::is_one() {
        doubles::role::run();
    }
}

/// The sandbox engine.
#[derive(Debug, Default)]
pub struct SandboxEngine {}

impl SandboxEngine {
    /// An engine; nothing is started before the first boot.
    pub fn new() -> SandboxEngine {
        SandboxEngine::default()
    }
}

impl Engine for SandboxEngine {
    fn boot(&self, spec: &DeviceSpec) -> Result<Arc<dyn Device>, EngineError> {
        let reduced =
            (!rustix::process::geteuid().is_root()).then(|| "run by a normal user".to_owned());
        Ok(Arc::new(device::SandboxDevice::boot(spec, reduced)?))
    }

    fn probe(&self) -> Probe {
        Probe {
            engine: "sandbox",
            state: Ok(None),
            details: Vec::new(),
        }
    }
}
