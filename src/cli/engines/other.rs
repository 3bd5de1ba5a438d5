//! On Windows and macOS: this machine itself, where that is asked for.

use crate::cli::Surroundings;
use crate::engine::host::HostEngine;
use crate::engine::{Engine, EngineKind, Engines};
use std::sync::Arc;

/// The engines that devices run on here.
///
/// `host`: this machine itself may be changed.
pub fn of_this_machine(_: &Surroundings, host: bool) -> Arc<dyn Engine> {
    let engine = HostEngine::new(host);
    Arc::new(Engines::default().with(EngineKind::Host, Arc::new(engine)))
}
