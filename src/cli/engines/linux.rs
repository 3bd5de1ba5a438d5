//! On Linux: the sandbox, Wine over it, containers with it.

use super::Wanted;
use crate::cli::Surroundings;
#[cfg(feature = "container")]
use crate::engine::container::{ContainerEngine, address};
use crate::engine::host::HostEngine;
use crate::engine::sandbox::SandboxEngine;
use crate::engine::wine::{WineCache, WineEngine};
use crate::engine::{Engine, EngineKind, Engines};
use std::sync::Arc;

/// The engines that devices run on here.
pub fn of_this_machine(around: &Surroundings, wanted: &Wanted<'_>) -> Arc<dyn Engine> {
    let sandbox = Arc::new(SandboxEngine::new());
    let mut engines = Engines::default()
        .with(EngineKind::Sandbox, Arc::clone(&sandbox) as _)
        .with(EngineKind::Host, Arc::new(HostEngine::new(wanted.host)));
    #[cfg(feature = "container")]
    {
        let address = address::find(around.docker_host.as_deref(), around.runtime_dir.as_deref());
        let image = wanted.image.map(str::to_owned);
        let container = ContainerEngine::new(address, image, Arc::clone(&sandbox));
        engines = engines.with(EngineKind::Container, Arc::new(container));
    }
    // Without the engine no device has an image.
    #[cfg(not(feature = "container"))]
    let _ = wanted.image;
    if let Some(cache) = &around.cache {
        let wine = WineEngine::new(WineCache::within(cache), sandbox);
        engines = engines.with(EngineKind::Wine, Arc::new(wine));
    }
    Arc::new(engines)
}
