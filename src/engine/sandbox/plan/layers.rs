//! Looking through a device's lower layers as the device will see them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Most symbolic links followed in one path, as the kernel has it.
const MOST_LINKS: usize = 40;

/// The lower layers, topmost first.
pub struct Layers {
    roots: Vec<PathBuf>,
    /// Folders resolved before: a plan asks for the same few again and again.
    known: RefCell<HashMap<String, String>>,
}

impl Layers {
    pub fn new(roots: Vec<PathBuf>) -> Layers {
        Layers {
            roots,
            known: RefCell::default(),
        }
    }

    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// The entry at a path whose folders are no links: from the topmost layer that has it.
    pub fn entry(&self, path: &str) -> Option<(PathBuf, Metadata)> {
        self.roots.iter().find_map(|root| {
            let on_host = root.join(path.trim_start_matches('/'));
            fs::symlink_metadata(&on_host).ok().map(|m| (on_host, m))
        })
    }

    /// Mode, owner and group of a folder.
    pub fn owner(&self, folder: &str) -> Option<(u32, u32, u32)> {
        let (_, m) = self.entry(folder)?;
        m.is_dir().then(|| (m.mode() & 0o7777, m.uid(), m.gid()))
    }

    /// The path with the links among its folders followed within the layers; the last part stays.
    pub fn real_parent(&self, path: &str) -> String {
        let path = Path::new(path);
        match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => {
                let parent = parent.to_string_lossy();
                let known = self.known.borrow().get(parent.as_ref()).cloned();
                let parent = known.unwrap_or_else(|| {
                    let real = self.real(&parent);
                    self.known
                        .borrow_mut()
                        .insert(parent.into_owned(), real.clone());
                    real
                });
                format!(
                    "{}/{}",
                    parent.trim_end_matches('/'),
                    name.to_string_lossy()
                )
            }
            _ => "/".into(),
        }
    }

    /// The path with every link followed within the layers; parts that are not there stay.
    pub fn real(&self, path: &str) -> String {
        let mut left: Vec<String> = parts(OsStr::new(path));
        let mut done: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = left.pop() {
            match part.as_str() {
                "." => continue,
                ".." => {
                    done.pop();
                    continue;
                }
                _ => {}
            }
            let here = format!(
                "/{}",
                [done.as_slice(), std::slice::from_ref(&part)]
                    .concat()
                    .join("/")
            );
            let target = self
                .entry(&here)
                .filter(|(_, m)| m.is_symlink() && links < MOST_LINKS)
                .and_then(|(on_host, _)| fs::read_link(on_host).ok());
            match target {
                Some(target) => {
                    links += 1;
                    if target.is_absolute() {
                        done.clear();
                    }
                    left.extend(parts(target.as_os_str()));
                }
                None => done.push(part),
            }
        }
        format!("/{}", done.join("/"))
    }

    /// A file that a path of the device leads to, links followed.
    pub fn file(&self, path: &str) -> Option<PathBuf> {
        self.entry(&self.real(path))
            .filter(|(_, m)| m.is_file())
            .map(|(on_host, _)| on_host)
    }
}

/// Parts of a path, last first.
fn parts(path: &OsStr) -> Vec<String> {
    path.as_bytes()
        .split(|b| *b == b'/')
        .filter(|p| !p.is_empty())
        .map(|p| String::from_utf8_lossy(p).into_owned())
        .rev()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Layers;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_stay_within_the_layers() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("usr/sbin")).unwrap();
        symlink("usr/sbin", root.join("sbin")).unwrap();
        symlink("/usr", root.join("abs")).unwrap();
        symlink("../../../..", root.join("usr/up")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        let layers = Layers::new(vec![root.to_path_buf()]);
        assert_eq!(layers.real_parent("/sbin/reboot"), "/usr/sbin/reboot");
        assert_eq!(layers.real_parent("/abs/sbin/x"), "/usr/sbin/x");
        assert_eq!(layers.real("/usr/up/etc"), "/etc");
        assert_eq!(layers.real("/loop/x"), "/loop/x");
    }
}
