//! One container from its request to the connection of the chassis in it.

use super::api::Api;
use super::carried::Files;
use super::link::{Link, SOCKET};
use super::owner;
use crate::engine::sandbox::{Chassis, Keeper, LOADER, PROGRAM, arguments};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testcontainers::bollard::models::{DeviceMapping, HostConfig};
use testcontainers::core::Mount;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

/// Folder of what this engine mounts; in `/dev`, which is no part of the image in any container.
const PLACE: &str = "/dev/.shakedown-carried";
/// Folder with the socket.
const LINK: &str = "/dev/.shakedown-link";
/// The device behind the played card.
const TUN: &str = "/dev/net/tun";
/// What the chassis does before any program of the image runs: namespaces and mounts (SYS_ADMIN),
/// files of any owner (the rest). Jobs run in a user namespace of their own and have none of them
/// over anything outside.
const CAPABILITIES: [&str; 11] = [
    "SYS_ADMIN",
    "SYS_CHROOT",
    "MKNOD",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "SETFCAP",
    "SETGID",
    "SETUID",
    "KILL",
];
/// The engine's own filters forbid mounts; what contains a job is the device's own.
const SECURITY: [&str; 3] = ["seccomp=unconfined", "apparmor=unconfined", "label=disable"];
/// Longest time from the container's start to the chassis's connection.
const CONNECTING: Duration = Duration::from_secs(30);

/// A running container, taken down with this.
struct Running {
    api: Arc<Api>,
    /// None once it was taken down or kept.
    container: Option<ContainerAsync<GenericImage>>,
    device: String,
    /// The chassis as this machine numbers it; none before it has connected.
    chassis: Option<u32>,
    kept: AtomicBool,
}

impl Keeper for Running {
    fn keep(&self) -> Result<String, String> {
        let Some(container) = &self.container else {
            return Err("its container has gone".into());
        };
        let first = self.chassis.and_then(owner::child);
        let first = first.ok_or("its first process is not to be found")?;
        let name = self.api.keep(container.id(), &self.device)?;
        self.kept.store(true, Ordering::SeqCst);
        Ok(format!(
            "nsenter -t {first} -U -m -p -n -i -u -r -w  # container {name}; end it: kill -9 {first}"
        ))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(container) = self.container.take() else {
            return;
        };
        let _inside = self.api.runtime.enter();
        if self.kept.load(Ordering::SeqCst) || self.api.remove(container.id()).is_ok() {
            // Its own drop would ask for its removal, once more or against what was wanted.
            std::mem::forget(container);
        }
    }
}

/// Starts a container for a device.
///
/// # Errors
/// What was done and what was said to it.
pub fn start(api: &Arc<Api>, image: &str, device: &str) -> Result<Chassis, (String, io::Error)> {
    let failed = |what: &str| {
        let what = what.to_owned();
        move |e: io::Error| (what, e)
    };
    let files = Files::of_this_process().map_err(failed("find this program's own files"))?;
    let link = Link::make(&api.owner).map_err(failed("make a folder for its socket"))?;
    let listener = link.listen().map_err(failed("make its socket"))?;
    let (request, guest) = request(api, image, &files, link.folder());
    let container = api
        .runtime
        .block_on(request.start())
        .map_err(|e| (format!("start a container of {image}"), io::Error::other(e)))?;
    let mut running = Running {
        api: Arc::clone(api),
        container: Some(container),
        device: device.to_owned(),
        chassis: None,
        kept: AtomicBool::new(false),
    };
    let socket = accept(&listener).map_err(failed(
        "hear from its container (does its engine run on this machine?)",
    ))?;
    running.chassis = rustix::net::sockopt::socket_peercred(&socket)
        .ok()
        .and_then(|peer| u32::try_from(peer.pid.as_raw_nonzero().get()).ok());
    Ok(Chassis {
        socket,
        engine: format!("container ({image})"),
        guest,
        keeper: Box::new(running),
    })
}

type Guest = Vec<(Vec<u8>, Vec<u8>)>;

fn request(
    api: &Api,
    image: &str,
    files: &Files,
    link: &Path,
) -> (testcontainers::ContainerRequest<GenericImage>, Guest) {
    let (name, tag) = name_and_tag(image);
    let carried = |name: &[u8]| format!("{PLACE}/{}", String::from_utf8_lossy(name));
    let socket = format!("{LINK}/{SOCKET}");
    let mut command: Vec<String> = Vec::new();
    let mut mounts = vec![(files.program.clone(), PROGRAM.to_vec())];
    let program = carried(PROGRAM);
    let entry = match &files.loader {
        Some(loader) => {
            mounts.push((loader.clone(), LOADER.to_vec()));
            command.extend(["--library-path".into(), PLACE.into(), program]);
            carried(LOADER)
        }
        None => program,
    };
    command.extend(arguments(&socket).map(str::to_owned));
    for library in &files.libraries {
        mounts.push((library.path.clone(), library.name.clone().into_bytes()));
    }
    let guest = mounts
        .iter()
        .map(|(_, name)| (name.clone(), carried(name).into_bytes()))
        .collect();
    let mut request = GenericImage::new(name, tag)
        .with_entrypoint(&entry)
        .with_cmd(command)
        .with_user("0:0")
        .with_userns_mode("host")
        .with_working_dir("/")
        .with_labels(api.owner.labels())
        .with_cap_drop("ALL")
        .with_mount(bind(link, LINK))
        .with_host_config_modifier(host_config);
    for capability in CAPABILITIES {
        request = request.with_cap_add(capability);
    }
    for option in SECURITY {
        request = request.with_security_opt(option);
    }
    for (path, name) in &mounts {
        request = request.with_mount(bind(path, &carried(name)));
    }
    (request, guest)
}

fn bind(from: &Path, to: &str) -> Mount {
    let from = String::from_utf8_lossy(from.as_os_str().as_bytes());
    Mount::bind_mount(from, to).with_access_mode(testcontainers::core::AccessMode::ReadOnly)
}

fn host_config(host: &mut HostConfig) {
    // Its chassis ends with the harness, and so does the container.
    host.auto_remove = Some(true);
    // testcontainers would ask podman to make a network of this name.
    host.network_mode = Some("none".into());
    host.publish_all_ports = Some(false);
    if Path::new(TUN).exists() {
        host.devices = Some(vec![DeviceMapping {
            path_on_host: Some(TUN.into()),
            path_in_container: Some(TUN.into()),
            cgroup_permissions: Some("rw".into()),
        }]);
    }
}

/// Name and tag, or name and digest, as the API joins them again: with a colon.
fn name_and_tag(image: &str) -> (String, String) {
    let last = image.rfind('/').map_or(0, |at| at + 1);
    match image[last..].rfind(':') {
        Some(at) => (
            image[..last + at].to_owned(),
            image[last + at + 1..].to_owned(),
        ),
        None => (image.to_owned(), "latest".to_owned()),
    }
}

fn accept(listener: &UnixListener) -> io::Result<OwnedFd> {
    let until = Instant::now() + CONNECTING;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let wait = Timespec {
            tv_sec: left.as_secs().cast_signed(),
            tv_nsec: left.subsec_nanos().into(),
        };
        match poll(&mut [PollFd::new(listener, PollFlags::IN)], Some(&wait)) {
            Ok(0) => return Err(io::Error::from(io::ErrorKind::TimedOut)),
            Ok(_) => return listener.accept().map(|(socket, _)| socket.into()),
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::name_and_tag;

    #[test]
    fn a_port_is_no_tag() {
        let of = |image: &str| {
            let (name, tag) = name_and_tag(image);
            format!("{name} {tag}")
        };
        assert_eq!(of("debian"), "debian latest");
        assert_eq!(of("debian:12"), "debian 12");
        assert_eq!(of("example.test:5000/a/b"), "example.test:5000/a/b latest");
        assert_eq!(of("example.test:5000/a/b:1"), "example.test:5000/a/b 1");
        assert_eq!(of("debian@sha256:ab"), "debian@sha256 ab");
    }
}
