//! A device whose chassis is a container's process: what the container engine needs of the sandbox.

use super::device::house::House;
use super::device::{SandboxDevice, report};
use super::inside::guest;
use super::plan;
use super::wire::BootOrder;
use crate::engine::{DeviceSpec, EngineError};
use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Names of this program and its dynamic loader in the folder that carries them onto a device.
pub use guest::{LOADER, PROGRAM};

/// Arguments by which this program becomes a chassis that connects to a socket.
pub fn arguments(socket: &str) -> [&str; 2] {
    [guest::MARK, socket]
}

/// The container of a device. Dropped after the device has gone down, and taken down with it.
pub trait Keeper: Send + Sync {
    /// Lets it live on after the handle is dropped and says how to enter and end it.
    ///
    /// # Errors
    /// Why it cannot be kept.
    fn keep(&self) -> Result<String, String>;
}

/// What a container is to become a device with.
pub struct Chassis {
    /// The connection that its chassis made.
    pub socket: OwnedFd,
    /// Name of the engine in results.
    pub engine: String,
    /// What starts this program there: (name, path in the container).
    pub guest: Vec<(Vec<u8>, Vec<u8>)>,
    pub keeper: Box<dyn Keeper>,
}

impl Chassis {
    /// Boots a device in the container.
    ///
    /// # Errors
    /// What the chassis or PID 1 could not do; an image without a shell, where no script could run.
    pub fn boot(self, spec: &DeviceSpec) -> Result<SandboxDevice, EngineError> {
        let failed = |what: &str, source: io::Error| EngineError::Boot {
            device: spec.name.clone(),
            what: what.to_owned(),
            source,
        };
        let (_, _, fds) = report(&self.socket, &spec.name)?;
        let root = fds.into_iter().next().ok_or_else(|| {
            let short = io::Error::from_raw_os_error(libc::EBADF);
            failed("get the root of its container", short)
        })?;
        let Chassis {
            socket,
            engine,
            mut guest,
            keeper,
        } = self;
        let layer = layer(&root);
        let shell = plan::file_of(&layer, "/bin/sh").ok_or_else(|| {
            let none = "it has no /bin/sh, which every script needs";
            failed("use its image", io::Error::other(none))
        })?;
        let shell = inside(&layer, shell.as_os_str().as_bytes());
        guest.push((guest::SHELL.to_vec(), shell));
        let container = Container {
            engine,
            root,
            guest,
            keeper,
        };
        let spec = DeviceSpec {
            layers: vec![layer],
            ..spec.clone()
        };
        SandboxDevice::boot_in(Box::new(container), socket, &spec)
    }
}

struct Container {
    engine: String,
    /// Root of its file system, without what is mounted on it.
    root: OwnedFd,
    guest: Vec<(Vec<u8>, Vec<u8>)>,
    keeper: Box<dyn Keeper>,
}

impl House for Container {
    fn engine(&self) -> &str {
        &self.engine
    }

    fn fit(&self, order: &mut BootOrder) {
        let layer = layer(&self.root);
        order.layers = vec![b"/".to_vec()];
        for (_, source) in &mut order.real {
            *source = inside(&layer, source);
        }
        order.guest.clone_from(&self.guest);
    }

    fn keep(&self) -> Result<String, String> {
        self.keeper.keep()
    }
}

/// Path by which this process reaches an open folder.
fn layer(root: &OwnedFd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", root.as_raw_fd()))
}

/// A path of this process as the container has it.
fn inside(layer: &Path, path: &[u8]) -> Vec<u8> {
    let path = Path::new(OsStr::from_bytes(path));
    let relative = path.strip_prefix(layer).unwrap_or(path);
    Path::new("/").join(relative).into_os_string().into_vec()
}

#[cfg(test)]
mod tests {
    use super::inside;
    use std::path::Path;

    #[test]
    fn paths_of_the_image_are_those_of_the_container() {
        let layer = Path::new("/proc/self/fd/7");
        assert_eq!(
            inside(layer, b"/proc/self/fd/7/usr/bin/dash"),
            b"/usr/bin/dash"
        );
        assert_eq!(inside(layer, b"/elsewhere"), b"/elsewhere");
    }
}
