//! The engine's API, as this engine uses it: who answers, what was left behind, taking containers down.

use super::link;
use super::owner::{self, KEPT, Owner};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use testcontainers::bollard::Docker;
use testcontainers::bollard::errors::Error;
use testcontainers::bollard::query_parameters::{
    InspectContainerOptions, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
    RenameContainerOptionsBuilder,
};
use testcontainers::core::client::docker_client_instance;
use tokio::runtime::Runtime;

/// Longest time a container may take to be gone once its removal began.
const GOING: Duration = Duration::from_secs(20);
/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A connection to the engine that DOCKER_HOST names.
pub struct Api {
    pub runtime: Runtime,
    docker: Docker,
    pub owner: Owner,
    /// `podman 4.3.1, API 1.41`.
    pub version: String,
    /// It belongs to a normal user.
    pub rootless: bool,
}

impl Api {
    /// Asks who answers, and removes what harnesses that have ended left.
    ///
    /// # Errors
    /// What the engine or the way to it said.
    pub fn connect() -> Result<Api, String> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("containers")
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        let asked = runtime.block_on(async {
            let docker = docker_client_instance().await.map_err(|e| e.to_string())?;
            let version = docker.version().await.map_err(|e| e.to_string())?;
            let info = docker.info().await.map_err(|e| e.to_string())?;
            Ok::<_, String>((docker, version, info))
        });
        let (docker, version, info) = asked?;
        let name = version
            .components
            .iter()
            .flatten()
            .next()
            .map_or_else(|| "an engine".to_owned(), |c| c.name.clone());
        let api = Api {
            runtime,
            docker,
            owner: Owner::this(),
            version: format!(
                "{name} {}, API {}",
                version.version.unwrap_or_default(),
                version.api_version.unwrap_or_default()
            ),
            rootless: info
                .security_options
                .iter()
                .flatten()
                .any(|o| o.contains("rootless")),
        };
        api.sweep()?;
        link::sweep(&api.owner);
        Ok(api)
    }

    /// Removes what harnesses that have ended left; gives how many.
    ///
    /// # Errors
    /// What the engine said.
    pub fn sweep(&self) -> Result<usize, String> {
        self.remove_all(|labels, names| owner::is_left(labels, names, &self.owner))
    }

    /// Removes what this harness still has but for what it keeps.
    ///
    /// # Errors
    /// What the engine said.
    pub fn sweep_own(&self) -> Result<usize, String> {
        let own = self.owner.labels();
        self.remove_all(|labels, names| {
            own.iter().all(|(n, v)| labels.get(*n) == Some(v))
                && !names.iter().any(|n| n.contains(KEPT))
        })
    }

    fn remove_all(
        &self,
        chosen: impl Fn(&HashMap<String, String>, &[String]) -> bool,
    ) -> Result<usize, String> {
        let filters = HashMap::from([("label".to_owned(), vec![owner::PID.to_owned()])]);
        let options = ListContainersOptionsBuilder::new()
            .all(true)
            .filters(&filters)
            .build();
        let listed = self
            .runtime
            .block_on(self.docker.list_containers(Some(options)))
            .map_err(|e| e.to_string())?;
        let mut removed = 0;
        for container in listed {
            let labels = container.labels.unwrap_or_default();
            let names = container.names.unwrap_or_default();
            if let Some(id) = container.id.filter(|_| chosen(&labels, &names)) {
                self.remove(&id)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Takes a container down, whatever it does, and waits until it is gone.
    ///
    /// # Errors
    /// What the engine said.
    pub fn remove(&self, id: &str) -> Result<(), String> {
        let options = RemoveContainerOptionsBuilder::new()
            .force(true)
            .v(true)
            .build();
        let started = Instant::now();
        loop {
            let options = options.clone();
            let asked = self
                .runtime
                .block_on(self.docker.remove_container(id, Some(options)));
            match asked {
                Ok(()) => {}
                Err(e) if is_absent(&e) => return Ok(()),
                // It ends by itself just now, or its removal is under way.
                Err(e) if started.elapsed() > GOING => return Err(e.to_string()),
                Err(_) => {}
            }
            let found = self.runtime.block_on(
                self.docker
                    .inspect_container(id, None::<InspectContainerOptions>),
            );
            match found {
                Err(e) if is_absent(&e) => return Ok(()),
                _ if started.elapsed() > GOING => {
                    return Err(format!("container {id} is still there"));
                }
                _ => std::thread::sleep(LOOK_AGAIN),
            }
        }
    }

    /// Gives a container a name by which it is known as kept.
    ///
    /// # Errors
    /// What the engine said.
    pub fn keep(&self, id: &str, device: &str) -> Result<String, String> {
        let short: String = id.chars().take(12).collect();
        let name = format!("{KEPT}{device}-{short}");
        let options = RenameContainerOptionsBuilder::new().name(&name).build();
        self.runtime
            .block_on(self.docker.rename_container(id, options))
            .map_err(|e| e.to_string())?;
        Ok(name)
    }
}

fn is_absent(error: &Error) -> bool {
    matches!(
        error,
        Error::DockerResponseServerError {
            status_code: 404,
            ..
        }
    )
}
