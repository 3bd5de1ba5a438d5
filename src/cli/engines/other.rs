//! On Windows and macOS: this machine itself, where that is asked for.

use super::Wanted;
use crate::cli::Surroundings;
use crate::engine::host::HostEngine;
use crate::engine::{Engine, EngineKind, Engines};
use std::sync::Arc;

/// The engines that devices run on here.
pub fn of_this_machine(_: &Surroundings, wanted: &Wanted<'_>) -> Arc<dyn Engine> {
    // Without containers no device has an image.
    let _ = wanted.image;
    let engine = HostEngine::new(wanted.host);
    Arc::new(Engines::default().with(EngineKind::Host, Arc::new(engine)))
}
