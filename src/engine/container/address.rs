//! Where a container engine of this machine listens.

use super::environment;
use crate::engine::Unavailable;
use std::path::{Path, PathBuf};

/// Where engines that belong to root listen: Docker's, then podman's.
const USUAL: [&str; 2] = ["/var/run/docker.sock", "/run/podman/podman.sock"];
/// Podman's socket of a normal user, below XDG_RUNTIME_DIR.
const OF_A_USER: &str = "podman/podman.sock";

/// Finds the engine's socket: `docker_host` (DOCKER_HOST) as it is, else the first of the usual ones
/// that is there, those of `runtime` (XDG_RUNTIME_DIR) last.
///
/// # Errors
/// When there is none, and for an address that is not on this machine: a device's files, processes
/// and network are reached through the kernel.
pub fn find(docker_host: Option<&str>, runtime: Option<&Path>) -> Result<PathBuf, Unavailable> {
    let there = |path: &Path| std::fs::symlink_metadata(path).is_ok();
    if let Some(host) = docker_host {
        let Some(path) = host.strip_prefix("unix://") else {
            return Err(Unavailable {
                why: format!(
                    "DOCKER_HOST is {host}, and only an engine of this machine serves: one that listens on a Unix socket"
                ),
                ways_out: vec!["set DOCKER_HOST=unix:///path/of/its/socket".into()],
            });
        };
        return match there(Path::new(path)) {
            true => Ok(path.into()),
            false => Err(Unavailable {
                why: format!("DOCKER_HOST names {path}, which is not there"),
                ways_out: ways_out(),
            }),
        };
    }
    let own = runtime.map(|r| r.join(OF_A_USER));
    let places: Vec<PathBuf> = USUAL.iter().map(PathBuf::from).chain(own).collect();
    places
        .iter()
        .find(|p| there(p))
        .cloned()
        .ok_or_else(|| Unavailable {
            why: "no container engine listens here: DOCKER_HOST is not set, and there is neither \
                  /var/run/docker.sock nor a socket of podman's"
                .into(),
            ways_out: ways_out(),
        })
}

/// Sets DOCKER_HOST of this process to what [`find`] finds, since testcontainers takes the address
/// from there and nowhere else, and knows no socket of podman's.
///
/// To be called in `main`, before any thread starts.
pub fn tell_testcontainers(docker_host: Option<&str>, runtime: Option<&Path>) {
    if docker_host.is_none()
        && let Ok(path) = find(None, runtime)
    {
        environment::set("DOCKER_HOST", &format!("unix://{}", path.display()));
    }
}

fn ways_out() -> Vec<String> {
    [
        "start podman's: as root, podman system service --time=0 unix:///run/podman/podman.sock",
        "start Docker's: as root, systemctl start docker",
        "get one on Debian or Ubuntu: sudo apt-get install podman, or docker.io",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn only_sockets_of_this_machine_serve() {
        let of = |host: &str| find(Some(host), None).map_err(|u| u.why);
        assert!(
            of("tcp://127.0.0.1:2375")
                .unwrap_err()
                .contains("Unix socket")
        );
        assert!(
            of("unix:///nowhere/x.sock")
                .unwrap_err()
                .contains("not there")
        );
    }

    #[test]
    fn what_docker_host_names_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("x.sock");
        std::fs::write(&socket, "").unwrap();
        let host = format!("unix://{}", socket.display());
        assert_eq!(find(Some(&host), None).ok(), Some(socket));
    }
}
