//! Windows devices on Linux: the sandbox over three more layers.
//!
//! ```text
//!  upper layer      what the device's jobs wrote
//!  tools            the helper EXE under all its names             (made from this binary)
//!  prefix           C:, hives, settings: /pfx                       (made by `setup wine`)
//!  root             Debian 13 with Wine 10, 64- and 32-bit          (made by `setup wine`)
//! ```

pub mod cache;
pub mod helper;
pub mod ready;
pub mod setup;

pub use cache::WineCache;

use crate::engine::{Device, DeviceSpec, Engine, EngineError, Probe, Unavailable};
use std::sync::Arc;

/// Name of the engine in results and messages.
pub const ENGINE: &str = "wine";

/// The Wine engine.
#[derive(Debug)]
pub struct WineEngine {
    cache: WineCache,
}

impl WineEngine {
    /// An engine over what `setup wine` made in a cache.
    pub fn new(cache: WineCache) -> WineEngine {
        WineEngine { cache }
    }

    fn unavailable(&self) -> Unavailable {
        Unavailable {
            why: format!("there is no Wine root in {}", self.cache.folder().display()),
            ways_out: vec!["shakedown setup wine".into()],
        }
    }
}

impl Engine for WineEngine {
    fn boot(&self, _: &DeviceSpec) -> Result<Arc<dyn Device>, EngineError> {
        Err(EngineError::Unavailable {
            engine: ENGINE,
            unavailable: self.unavailable(),
        })
    }

    fn probe(&self) -> Probe {
        Probe {
            engine: ENGINE,
            state: Err(self.unavailable()),
            details: Vec::new(),
        }
    }
}
