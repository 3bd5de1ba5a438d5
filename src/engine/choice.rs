//! The engines of this machine as one: each device is booted by the engine its spec names.

use super::{Device, DeviceSpec, Engine, EngineError, EngineKind, Probe, Unavailable};
use std::sync::Arc;

/// Engines by kind; a kind without one is told as missing.
#[derive(Default)]
pub struct Engines {
    engines: Vec<(EngineKind, Arc<dyn Engine>)>,
}

impl Engines {
    /// With one more engine.
    #[must_use]
    pub fn with(mut self, kind: EngineKind, engine: Arc<dyn Engine>) -> Engines {
        self.engines.push((kind, engine));
        self
    }

    fn find(&self, kind: EngineKind) -> Result<&Arc<dyn Engine>, Unavailable> {
        let found = self.engines.iter().find(|(k, _)| *k == kind);
        found.map(|(_, e)| e).ok_or_else(|| Unavailable {
            why: format!("this build has no {} engine", kind.word()),
            ways_out: match kind {
                EngineKind::Container if cfg!(target_os = "linux") => {
                    vec!["build it with the feature: cargo install --features container".into()]
                }
                _ => Vec::new(),
            },
        })
    }
}

impl Engine for Engines {
    fn boot(&self, spec: &DeviceSpec) -> Result<Arc<dyn Device>, EngineError> {
        let engine = self.find(spec.engine);
        let engine = engine.map_err(|unavailable| EngineError::Unavailable {
            engine: spec.engine.word(),
            unavailable,
        })?;
        engine.boot(spec)
    }

    fn probe(&self) -> Probe {
        self.probe_of(EngineKind::Sandbox)
    }

    fn probe_of(&self, kind: EngineKind) -> Probe {
        match self.find(kind) {
            Ok(engine) => engine.probe(),
            Err(unavailable) => Probe {
                engine: kind.word(),
                state: Err(unavailable),
                details: Vec::new(),
            },
        }
    }
}
