//! What a device is to consist of, worked out in the harness before anything is started.

mod commands;
mod layers;
mod linux;
mod macos;
mod nested;
mod reduced;
mod windows;

use super::wire::{Area, BootOrder, Plant, PlantKind, SocketOrder};
use crate::engine::DeviceSpec;
use crate::engine::sandbox::doubles::Facts;
use crate::rmm::ids::guid;
use crate::rmm::os::Os;
use layers::Layers;
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// A file that an engine puts on a device before it boots.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Absolute path on the device.
    pub path: String,
    pub mode: u32,
    pub content: Vec<u8>,
}

/// Collects plants; folders above each are made as the layers have them.
pub struct Planter<'a> {
    layers: &'a Layers,
    plants: BTreeMap<Vec<u8>, Plant>,
}

impl<'a> Planter<'a> {
    fn put(&mut self, path: &str, mode: u32, kind: PlantKind) {
        let path = self.layers.real_parent(path);
        let mut at = 0;
        while let Some(next) = path[at + 1..].find('/').map(|i| i + at + 1) {
            let folder = &path[..next];
            if !self.plants.contains_key(folder.as_bytes()) {
                let (mode, uid, gid) = self.layers.owner(folder).unwrap_or((0o755, 0, 0));
                let kind = PlantKind::Folder { opaque: false };
                self.insert(folder, mode, uid, gid, kind);
            }
            at = next;
        }
        self.insert(&path, mode, 0, 0, kind);
    }

    fn insert(&mut self, path: &str, mode: u32, uid: u32, gid: u32, kind: PlantKind) {
        let path = path.as_bytes().to_vec();
        self.plants.insert(
            path.clone(),
            Plant {
                path,
                mode,
                uid,
                gid,
                kind,
            },
        );
    }

    /// A file with this content.
    pub fn file(&mut self, path: &str, mode: u32, content: impl Into<Vec<u8>>) {
        self.put(path, mode, PlantKind::File(content.into()));
    }

    /// A folder as the layers have it, or a new one.
    pub fn folder(&mut self, path: &str, mode: u32) {
        self.put(path, mode, PlantKind::Folder { opaque: false });
    }

    /// An empty folder, whatever the layers have there.
    pub fn empty_folder(&mut self, path: &str, mode: u32) {
        self.put(path, mode, PlantKind::Folder { opaque: true });
    }

    /// A symbolic link.
    pub fn link(&mut self, path: &str, target: &str) {
        self.put(path, 0o777, PlantKind::Link(target.as_bytes().to_vec()));
    }

    /// A link at the root itself.
    pub fn link_as_is(&mut self, path: &str, target: &str) {
        let kind = PlantKind::Link(target.as_bytes().to_vec());
        self.insert(path, 0o777, 0, 0, kind);
    }

    /// The layers below.
    pub fn layers(&self) -> &'a Layers {
        self.layers
    }
}

/// Works out the order for a device.
pub fn order(
    spec: &DeviceSpec,
    reduced: bool,
    sockets: Vec<SocketOrder>,
    planted: Vec<Planted>,
) -> BootOrder {
    let roots = if spec.layers.is_empty() {
        vec![PathBuf::from("/")]
    } else {
        spec.layers.clone()
    };
    let mut areas = vec![Area {
        at: Vec::new(),
        overlay: !reduced,
    }];
    areas.extend(nested::areas(&roots, reduced));
    let layers = Layers::new(roots);
    let mut planter = Planter {
        layers: &layers,
        plants: BTreeMap::new(),
    };
    if reduced {
        reduced::plant(&mut planter, spec);
    }
    linux::plant(&mut planter, spec);
    if spec.os == Os::Macos {
        macos::plant(&mut planter, spec);
    }
    // A Windows device starts no Linux command whose double could answer.
    let real = match spec.os {
        Os::Linux | Os::Macos => commands::plant(&mut planter, spec),
        Os::Windows => Vec::new(),
    };
    for file in planted {
        planter.file(&file.path, file.mode, file.content);
    }
    BootOrder {
        reduced,
        areas,
        plants: planter.plants.into_values().collect(),
        emptied: vec![b"/tmp".to_vec(), b"/run".to_vec()],
        hostname: spec.hostname.as_bytes().to_vec(),
        mac: mac_bytes(&spec.mac),
        facts: linux::facts(spec),
        real,
        sockets,
        guest: Vec::new(),
        points: spec.points,
        layers: layers
            .roots()
            .iter()
            .map(|l| l.as_os_str().as_bytes().to_vec())
            .collect(),
    }
}

/// Six bytes of a MAC address; what is not one becomes a fixed local address.
fn mac_bytes(text: &str) -> [u8; 6] {
    let parts: Option<Vec<u8>> = text
        .split([':', '-'])
        .map(|p| u8::from_str_radix(p, 16).ok())
        .collect();
    parts
        .and_then(|p| p.try_into().ok())
        .unwrap_or([0x02, 0x5d, 0, 0, 0, 1])
}

/// Places on a device where a double of this command goes, given what is there already.
pub use commands::places;

/// A file of a lower layer that a path of the device leads to, links followed.
#[cfg(feature = "container")]
pub fn file_of(layer: &std::path::Path, path: &str) -> Option<PathBuf> {
    Layers::new(vec![layer.to_path_buf()]).file(path)
}

/// What the engine's own doubles tell of a device.
pub fn facts(spec: &DeviceSpec) -> Facts {
    Facts {
        macos: spec.os == Os::Macos,
        hostname: spec.hostname.clone(),
        serial: spec.serial.clone(),
        mac: spec.mac.clone(),
        uuid: guid(spec.seed, &format!("product {}", spec.name)).to_uppercase(),
    }
}
