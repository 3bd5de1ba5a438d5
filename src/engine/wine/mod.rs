//! Windows devices on Linux: the sandbox over three more layers, and two where PowerShell was set up.
//!
//! ```text
//!  upper layer      what the device's jobs wrote
//!  tools            the helper EXE under all its names             (made from this binary)
//!  powershell       PowerShell 7 and what makes it 5.1; servers: one more over it  (`setup powershell`)
//!  prefix           C:, hives, settings: /pfx                       (made by `setup wine`)
//!  root             Debian 13 with Wine 10, 64- and 32-bit          (made by `setup wine`)
//! ```

pub mod batch;
mod boot;
pub mod cache;
mod device;
pub mod helper;
mod paths;
pub mod powershell;
pub mod ready;
mod runtime;
mod said;
mod seed;
pub mod setup;
pub mod store;
pub mod tools;
pub mod usage;

pub use cache::WineCache;

use crate::engine::sandbox::SandboxEngine;
use crate::engine::{Device, DeviceSpec, Engine, EngineError, Probe};
use std::sync::{Arc, OnceLock};

/// Name of the engine in results and messages.
pub const ENGINE: &str = "wine";

/// The Wine engine.
pub struct WineEngine {
    cache: WineCache,
    sandbox: Arc<SandboxEngine>,
    /// The prefix's hives; they do not change while the harness runs.
    template: OnceLock<Arc<device::Template>>,
    tools: OnceLock<tools::Layer>,
    powershell: OnceLock<powershell::layer::Held>,
}

impl WineEngine {
    /// An engine over what `setup wine` made in a cache, its devices made by the sandbox.
    pub fn new(cache: WineCache, sandbox: Arc<SandboxEngine>) -> WineEngine {
        WineEngine {
            cache,
            sandbox,
            template: OnceLock::new(),
            tools: OnceLock::new(),
            powershell: OnceLock::new(),
        }
    }
}

impl Engine for WineEngine {
    fn boot(&self, spec: &DeviceSpec) -> Result<Arc<dyn Device>, EngineError> {
        Ok(Arc::new(self.boot_device(spec)?))
    }

    fn probe(&self) -> Probe {
        Probe {
            engine: ENGINE,
            state: self.missing().map_or(Ok(None), Err),
            details: self.details(),
        }
    }
}
