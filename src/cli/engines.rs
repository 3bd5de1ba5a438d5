//! Engines of this version.

use super::Surroundings;
use crate::engine::sandbox::SandboxEngine;
use crate::engine::wine::{WineCache, WineEngine};
use crate::engine::{Engine, EngineKind, Engines};
use crate::scenario::model::EngineDemand;
use std::sync::Arc;

/// The engines that devices run on here.
pub fn of_this_machine(around: &Surroundings) -> Arc<dyn Engine> {
    let mut engines = Engines::default().with(EngineKind::Sandbox, Arc::new(SandboxEngine::new()));
    if let Some(cache) = &around.cache {
        let wine = WineEngine::new(WineCache::within(cache));
        engines = engines.with(EngineKind::Wine, Arc::new(wine));
    }
    Arc::new(engines)
}

/// `--engine`.
pub fn demand(text: &str) -> Result<EngineDemand, String> {
    match text {
        "sandbox" => Ok(EngineDemand::Sandbox),
        "sandbox-full" => Ok(EngineDemand::SandboxFull),
        "host" => Ok(EngineDemand::Host),
        "wine" => Ok(EngineDemand::Wine),
        "container" => Ok(EngineDemand::Container),
        _ => Err(
            "known are sandbox, sandbox-full (not reduced), wine, container and host".to_owned(),
        ),
    }
}
