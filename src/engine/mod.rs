//! Device engines: what runs a device. One trait ([`Device`]), one file of shared types.
//! An engine knows nothing of scenarios; it reports what it saw and judges nothing.

pub mod choice;
#[cfg(all(target_os = "linux", feature = "container"))]
pub mod container;
pub mod doubles;
pub mod gateway;
#[cfg(any(unix, windows))]
pub mod host;
pub mod points;
#[cfg(target_os = "linux")]
pub mod sandbox;
pub mod seen;
pub mod services;
pub mod types;
pub mod windows;
#[cfg(target_os = "linux")]
pub mod wine;

pub use choice::Engines;
pub use gateway::{Gateway, GatewayAnswer, GatewayHost};
pub use types::*;

use crate::rmm::observed::{Footprint, LeftProcess};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running device. It lives for a whole scenario; every method may be called from several threads.
///
/// Dropping the last handle takes the device down: every process, mount and namespace goes with it.
pub trait Device: Send + Sync {
    /// Which engine this is and what it lacks.
    fn label(&self) -> EngineLabel;

    /// Environment variables by which programs trust the CA of the device's services; none on a
    /// device without https services.
    fn trust(&self) -> Vec<(String, String)>;

    /// Starts a program and waits for its end (not for the end of its pipes: what still holds
    /// them is reported as left over). Output is also given to `sink` as it comes.
    ///
    /// `cancel` set makes it end as [`crate::rmm::observed::Exit::Interrupted`], its tree killed.
    fn launch(
        &self,
        launch: &Launch,
        sink: &dyn OutputSink,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError>;

    /// Reads a file of the device, at most `limit` bytes; `None` when there is none.
    fn read_file(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, EngineError>;

    /// Writes a file (folders above it are made), not counted in any footprint.
    fn write_file(&self, path: &str, content: &[u8], mode: u32) -> Result<(), EngineError>;

    /// Removes a file or a whole folder if it is there, not counted in any footprint.
    fn remove(&self, path: &str) -> Result<(), EngineError>;

    /// What stands at a path, links not followed: `None` when nothing.
    fn stat(&self, path: &str) -> Result<Option<FileStat>, EngineError>;

    /// Processes running now besides the engine's own.
    fn processes(&self) -> Result<Vec<LeftProcess>, EngineError>;

    /// Remembers the present state of the file system.
    fn mark(&self) -> Result<Mark, EngineError>;

    /// All that changed since a mark. A path at which something was mounted meanwhile is told as a
    /// change of its metadata.
    fn footprint(&self, since: &Mark) -> Result<Footprint, EngineError>;

    /// Takes names, connections, service calls and double calls seen since the last take that
    /// belong to no launch.
    fn stray(&self) -> crate::rmm::observed::Observed;

    /// Replaces or adds a command double while the device runs.
    fn set_double(&self, spec: &crate::rmm::double::DoubleSpec) -> Result<(), EngineError>;

    /// Changes a service's fault while the device runs; `None` mends it.
    fn set_service_fault(
        &self,
        service: &str,
        fault: Option<crate::rmm::service::Fault>,
    ) -> Result<(), EngineError>;

    /// Takes the network away or gives it back: services and names fail while it is off.
    fn set_online(&self, online: bool) -> Result<(), EngineError>;

    /// Ends every process and boots again over the same files; `/tmp` and `/run` come up empty.
    fn reboot(&self) -> Result<(), EngineError>;

    /// What only Windows devices have; none on others.
    fn windows(&self) -> Option<&dyn windows::Windows> {
        None
    }

    /// Holds its jobs at their system calls on files; none on a device that was not booted for it,
    /// or whose engine cannot.
    fn points(&self) -> Option<&dyn points::Points> {
        None
    }

    /// Keeps the device after the handle is dropped and says how to enter it.
    fn keep(&self) -> Result<String, EngineError>;
}

/// What boots devices.
pub trait Engine: Send + Sync {
    /// Boots a device.
    fn boot(&self, spec: &DeviceSpec) -> Result<Arc<dyn Device>, EngineError>;

    /// What this engine would give on this machine, for `doctor` and for skips.
    fn probe(&self) -> Probe;

    /// What an engine of a kind would give; the same as [`Engine::probe`] for an engine's own kind.
    fn probe_of(&self, kind: EngineKind) -> Probe {
        let _ = kind;
        self.probe()
    }
}
