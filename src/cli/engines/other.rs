//! On Windows and macOS: this machine itself, where that is asked for.

use super::Wanted;
use crate::cli::Surroundings;
#[cfg(unix)]
use crate::engine::EngineKind;
#[cfg(unix)]
use crate::engine::host::HostEngine;
use crate::engine::{Engine, Engines};
use std::sync::Arc;

/// The engines that devices run on here.
pub fn of_this_machine(_: &Surroundings, wanted: &Wanted<'_>) -> Arc<dyn Engine> {
    let engines = Engines::default();
    #[cfg(unix)]
    let engines = engines.with(EngineKind::Host, Arc::new(HostEngine::new(wanted.host)));
    #[cfg(not(unix))]
    let _ = wanted;
    Arc::new(engines)
}
