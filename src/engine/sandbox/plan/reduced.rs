//! What a normal user's device needs besides: the root is an empty tmpfs, and in the overlays only
//! what lies in the upper layer belongs to the device's root. So folders that installers write to
//! are made there beforehand, and small files that they edit are copied.

use super::Planter;
use crate::engine::DeviceSpec;
use crate::engine::sandbox::trust;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// Folders made in the upper layer, with how many levels below them.
const WRITABLE: [(&str, usize); 7] = [
    ("/etc", 2),
    ("/opt", 1),
    ("/srv", 1),
    ("/usr", 1),
    ("/usr/local", 3),
    ("/usr/lib/systemd", 1),
    ("/var", 2),
];
/// Most folders made in all.
const MOST_FOLDERS: usize = 1_500;
/// Files that are copied.
const EDITED: [&str; 16] = [
    "/etc/bash.bashrc",
    "/etc/crontab",
    "/etc/environment",
    "/etc/fstab",
    "/etc/group",
    "/etc/issue",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/login.defs",
    "/etc/motd",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/profile",
    "/etc/services",
    "/etc/shells",
    "/etc/sudoers",
];
/// Largest file that is copied.
const LARGEST: u64 = 1 << 20;

/// Plants them; to be called first, so that what a device has of its own comes over it.
pub fn plant(planter: &mut Planter<'_>, spec: &DeviceSpec) {
    top_level(planter);
    let mut room = MOST_FOLDERS;
    for (folder, depth) in WRITABLE {
        folders(planter, folder, depth, &mut room);
    }
    let layers = planter.layers();
    let tls = !spec.gateways.is_empty() || spec.services.iter().any(|s| s.tls);
    let stores = trust::OTHER_STORES
        .into_iter()
        .chain([trust::STORE])
        .filter(|_| tls);
    for path in EDITED.into_iter().chain(stores) {
        let Some(on_host) = layers.file(path) else {
            continue;
        };
        let Ok(meta) = fs::metadata(&on_host) else {
            continue;
        };
        // What the user may not read stays the host's and so cannot be read on the device.
        if meta.len() <= LARGEST
            && let Ok(content) = fs::read(&on_host)
        {
            planter.file(path, meta.mode() & 0o7777, content);
        }
    }
}

/// Links of the root as the layers have them, folders as mount points.
fn top_level(planter: &mut Planter<'_>) {
    let layers = planter.layers();
    for root in layers.roots().iter().rev() {
        let Ok(entries) = fs::read_dir(root) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = format!("/{}", entry.file_name().to_string_lossy());
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => {
                    if let Ok(target) = fs::read_link(entry.path()) {
                        planter.link_as_is(&path, &target.to_string_lossy());
                    }
                }
                Ok(kind) if kind.is_dir() => planter.folder(&path, 0o755),
                _ => {}
            }
        }
    }
}

fn folders(planter: &mut Planter<'_>, folder: &str, depth: usize, room: &mut usize) {
    let layers = planter.layers();
    let Some((mode, _, _)) = layers.owner(folder) else {
        return;
    };
    if *room == 0 {
        return;
    }
    *room -= 1;
    planter.folder(folder, mode);
    if depth == 0 {
        return;
    }
    let mut names: Vec<String> = Vec::new();
    for root in layers.roots() {
        let Ok(entries) = fs::read_dir(root.join(folder.trim_start_matches('/'))) else {
            continue;
        };
        let found = entries
            .flatten()
            .filter(|e| e.file_type().is_ok_and(|k| k.is_dir()));
        names.extend(found.filter_map(|e| e.file_name().into_string().ok()));
    }
    names.sort();
    names.dedup();
    for name in names {
        folders(planter, &format!("{folder}/{name}"), depth - 1, room);
    }
}
