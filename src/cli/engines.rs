//! Engines of this version.

use crate::engine::Engine;
use crate::engine::sandbox::SandboxEngine;
use crate::scenario::model::EngineDemand;
use std::sync::Arc;

/// The engine that devices run on here.
pub fn of_this_machine() -> Arc<dyn Engine> {
    Arc::new(SandboxEngine::new())
}

/// `--engine`.
pub fn demand(text: &str) -> Result<EngineDemand, String> {
    match text {
        "sandbox" => Ok(EngineDemand::Sandbox),
        "sandbox-full" => Ok(EngineDemand::SandboxFull),
        "host" => Ok(EngineDemand::Host),
        "wine" => Ok(EngineDemand::Wine),
        "container" => Ok(EngineDemand::Container),
        _ => Err("known are sandbox and sandbox-full (not reduced)".to_owned()),
    }
}
