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

#[cfg(feature = "container")]
mod container;
mod device;
mod doubles;
mod file_calls;
mod garage;
mod inside;
mod macos;
mod order;
mod plan;
mod probe;
pub mod processes;
mod spawn;
mod sys;
mod syslog;
mod tree;
mod trust;
mod wire;

#[cfg(feature = "container")]
pub(super) use container::{Chassis, Keeper, LOADER, PROGRAM, arguments};
pub(super) use device::{Beside, Resident, SandboxDevice};
pub(super) use plan::Planted;

use crate::engine::{Cancel, Device, DeviceSpec, Engine, EngineError, Launch, NoSink, Probe};
use crate::rmm::os::Os;
use std::sync::{Arc, OnceLock};

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
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|a| a == inside::guest::MARK) {
        inside::guest::run(&arguments.next().unwrap_or_default());
    }
}

/// The sandbox engine.
#[derive(Debug, Default)]
pub struct SandboxEngine {
    /// What this machine allows does not change while the harness runs.
    inputs: OnceLock<probe::Inputs>,
    probed: OnceLock<Probe>,
}

impl SandboxEngine {
    /// An engine; nothing is started before the first boot.
    pub fn new() -> SandboxEngine {
        SandboxEngine::default()
    }
}

impl SandboxEngine {
    fn inputs(&self) -> &probe::Inputs {
        self.inputs.get_or_init(probe::Inputs::read)
    }

    /// Whether devices are whole on this machine.
    pub(super) fn whole(&self) -> bool {
        self.inputs().whole()
    }

    /// Boots a device with files planted on it, for an engine built upon this one.
    pub(super) fn boot_with(
        &self,
        spec: &DeviceSpec,
        planted: Vec<Planted>,
    ) -> Result<SandboxDevice, EngineError> {
        let inputs = self.inputs();
        let reduced = (!inputs.whole()).then(|| probe::REDUCED.to_owned());
        SandboxDevice::boot(spec, reduced, planted).map_err(|error| match error {
            EngineError::Boot { what, source, .. } if forbidden(&source) => {
                let failure = format!("cannot {what}: {source}");
                let unavailable = probe::judge(inputs, &failure);
                EngineError::Unavailable {
                    engine: "sandbox",
                    unavailable,
                }
            }
            other => other,
        })
    }
}

/// The errors by which a kernel or its keeper says that it gives no namespaces or mounts.
fn forbidden(error: &std::io::Error) -> bool {
    let by_machine = [
        libc::EPERM,
        libc::EACCES,
        libc::ENOSYS,
        libc::ENODEV,
        libc::ENOSPC,
        libc::EUSERS,
    ];
    error
        .raw_os_error()
        .is_some_and(|e| by_machine.contains(&e))
}

impl Engine for SandboxEngine {
    fn boot(&self, spec: &DeviceSpec) -> Result<Arc<dyn Device>, EngineError> {
        Ok(Arc::new(self.boot_with(spec, Vec::new())?))
    }

    fn probe(&self) -> Probe {
        self.probed.get_or_init(|| self.try_out()).clone()
    }
}

impl SandboxEngine {
    /// Boots a device and runs a program on it: no list of settings tells as much.
    fn try_out(&self) -> Probe {
        let spec = DeviceSpec {
            name: "probe".into(),
            os: Os::Linux,
            engine: crate::engine::EngineKind::Sandbox,
            windows: None,
            image: None,
            hostname: "probe".into(),
            mac: "02:5d:00:00:00:01".into(),
            serial: "PROBE".into(),
            layers: Vec::new(),
            services: Vec::new(),
            gateways: Vec::new(),
            doubles: Vec::new(),
            seed: 0,
            points: false,
        };
        let inputs = self.inputs();
        let tried = SandboxDevice::boot(&spec, (!inputs.whole()).then(String::new), Vec::new())
            .and_then(|d| {
                let shell = Launch::new("/bin/sh", &["-c", "exit 0"]);
                d.launch(&shell, &NoSink, &Cancel::default())
                    .map(|_| d.remarks())
            })
            .map_err(|e| match e {
                EngineError::Boot { what, source, .. } => format!("cannot {what}: {source}"),
                other => other.to_string(),
            });
        probe::probe(inputs, tried)
    }
}
