//! On Linux: the sandbox, and Wine over it.

use crate::cli::Surroundings;
use crate::engine::host::HostEngine;
use crate::engine::sandbox::SandboxEngine;
use crate::engine::wine::{WineCache, WineEngine};
use crate::engine::{Engine, EngineKind, Engines};
use std::sync::Arc;

/// The engines that devices run on here.
///
/// `host`: this machine itself may be changed.
pub fn of_this_machine(around: &Surroundings, host: bool) -> Arc<dyn Engine> {
    let sandbox = Arc::new(SandboxEngine::new());
    let mut engines = Engines::default()
        .with(EngineKind::Sandbox, Arc::clone(&sandbox) as _)
        .with(EngineKind::Host, Arc::new(HostEngine::new(host)));
    if let Some(cache) = &around.cache {
        let wine = WineEngine::new(WineCache::within(cache), sandbox);
        engines = engines.with(EngineKind::Wine, Arc::new(wine));
    }
    Arc::new(engines)
}
