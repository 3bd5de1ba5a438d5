//! Devices from container images, by the API of Docker or podman.
//!
//! ```text
//!  harness ── API ───► container engine ── starts ──► container: files of the image, no network
//!     │                                                  │
//!     └────────────────── socket in a mount ──────────► chassis ──► PID 1 ──► jobs
//! ```
//!
//! The container gives the image's files; the device in it is made by the sandbox's own code
//! ([`crate::engine::sandbox`]): this binary is mounted into the container with its loader and
//! libraries, so that the image needs none of them, and is the chassis there. Layers, resolver,
//! services, doubles, footprint and reboots are so the very same. Containers are labelled with the
//! harness that made them, end with it, and what one left is removed at the next start.

pub mod address;
mod api;
mod carried;
mod environment;
mod link;
mod owner;
mod start;

use crate::engine::sandbox::SandboxEngine;
use crate::engine::{Device, DeviceSpec, Engine, EngineError, Probe, Unavailable};
use crate::rmm::os::Os;
use api::Api;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Name of the engine in messages.
pub const ENGINE: &str = "container";

/// The container engine.
pub struct ContainerEngine {
    address: Result<PathBuf, Unavailable>,
    sandbox: Arc<SandboxEngine>,
    /// For devices that name no image.
    image: Option<String>,
    api: OnceLock<Result<Arc<Api>, Unavailable>>,
}

impl ContainerEngine {
    /// An engine that is asked for nothing before its first boot or probe.
    ///
    /// `address` is what [`address::find`] gave, and what DOCKER_HOST names: testcontainers reads
    /// that. `image` is for devices that name none.
    pub fn new(
        address: Result<PathBuf, Unavailable>,
        image: Option<String>,
        sandbox: Arc<SandboxEngine>,
    ) -> ContainerEngine {
        ContainerEngine {
            address,
            sandbox,
            image,
            api: OnceLock::new(),
        }
    }

    fn api(&self) -> Result<&Arc<Api>, Unavailable> {
        let api = self.api.get_or_init(|| self.connect().map(Arc::new));
        api.as_ref().map_err(Clone::clone)
    }

    fn connect(&self) -> Result<Api, Unavailable> {
        let address = self.address.as_ref().map_err(Clone::clone)?.display();
        let api = Api::connect().map_err(|e| Unavailable {
            why: format!("the container engine at {address} does not answer: {e}"),
            ways_out: vec![format!(
                "see that it runs and that this user may use it: docker -H unix://{address} version"
            )],
        })?;
        if api.rootless {
            return Err(Unavailable {
                why: format!(
                    "{} at {address} belongs to a normal user, whose containers may not mount what a device is made of",
                    api.version
                ),
                ways_out: vec!["use root's: sudo, with DOCKER_HOST naming its socket".into()],
            });
        }
        if !self.sandbox.whole() {
            return Err(Unavailable {
                why: format!(
                    "files and processes of a device in {}'s containers are root's, and this process is not",
                    api.version
                ),
                ways_out: vec!["run it as root: sudo".into()],
            });
        }
        Ok(api)
    }
}

impl Engine for ContainerEngine {
    fn boot(&self, spec: &DeviceSpec) -> Result<Arc<dyn Device>, EngineError> {
        let unavailable = |unavailable| EngineError::Unavailable {
            engine: ENGINE,
            unavailable,
        };
        let api = self.api().map_err(unavailable)?;
        let refuse = |why: &str, way: &str| {
            unavailable(Unavailable {
                why: format!("device {}: {why}", spec.name),
                ways_out: vec![way.to_owned()],
            })
        };
        if spec.os != Os::Linux {
            return Err(refuse("containers are Linux", "leave it to its own engine"));
        }
        if !spec.layers.is_empty() {
            return Err(refuse(
                "it has a root of its own, and a container's is its image",
                "take `root` or the container engine away",
            ));
        }
        let Some(image) = spec.image.as_ref().or(self.image.as_ref()) else {
            return Err(refuse(
                "nothing says which image it is made of",
                "give the device an `image`, or the run --image IMAGE",
            ));
        };
        let chassis =
            start::start(api, image, &spec.name).map_err(|(what, source)| EngineError::Boot {
                device: spec.name.clone(),
                what,
                source,
            })?;
        Ok(Arc::new(chassis.boot(spec)?))
    }

    fn probe(&self) -> Probe {
        let api = self.api();
        let mut details = Vec::new();
        if let (Ok(address), Ok(api)) = (&self.address, &api) {
            details.push(format!("{} at {}", api.version, address.display()));
        }
        Probe {
            engine: ENGINE,
            state: api.map(|_| None),
            details,
        }
    }
}

impl Drop for ContainerEngine {
    fn drop(&mut self) {
        if let Some(Ok(api)) = self.api.get() {
            // What an engine in trouble leaves is swept at the next start.
            let _ = api.sweep_own();
        }
    }
}
