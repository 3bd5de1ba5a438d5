//! On Windows and macOS: this machine itself, where that is asked for.

use crate::cli::Surroundings;
#[cfg(unix)]
use crate::engine::EngineKind;
#[cfg(unix)]
use crate::engine::host::HostEngine;
use crate::engine::{Engine, Engines};
use std::sync::Arc;

/// The engines that devices run on here.
///
/// `host`: this machine itself may be changed.
pub fn of_this_machine(_: &Surroundings, host: bool) -> Arc<dyn Engine> {
    let engines = Engines::default();
    #[cfg(unix)]
    let engines = engines.with(EngineKind::Host, Arc::new(HostEngine::new(host)));
    #[cfg(not(unix))]
    let _ = host;
    Arc::new(engines)
}
