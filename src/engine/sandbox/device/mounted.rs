//! What a footprint tells besides the upper layers: mount points, and what lies in `/dev/shm`.

use super::upper::{self, Entries, Entry};
use super::{Part, SandboxDevice, files};
use crate::rmm::observed::{Change, EntryKind, FootprintEntry};
use rustix::fs::{Mode, OFlags};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

/// A tmpfs of its own, in no upper layer.
const SHARED: &str = "/dev/shm";
/// Most bytes of a list of mounts that are looked at.
const LONGEST: u64 = 4 << 20;

/// How often something is mounted at each path of a device.
pub type Mounts = BTreeMap<Vec<u8>, usize>;

impl SandboxDevice {
    /// Mounts of the device as its PID 1 has them; none of a device that went down.
    pub(super) fn mounts(&self) -> Mounts {
        let live = self.live();
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let mut list = Vec::new();
        let read = rustix::fs::openat(&live.proc, "1/mountinfo", flags, Mode::empty())
            .map_err(io::Error::from)
            .and_then(|file| File::from(file).take(LONGEST).read_to_end(&mut list));
        if read.is_err() {
            return Mounts::new();
        }
        parse(&list)
    }

    /// Points at which more is mounted than before, as changes of their metadata: a mount hides
    /// what a path holds and is in no upper layer.
    pub(super) fn mounted_since(&self, before: &Mounts) -> Vec<FootprintEntry> {
        let root = &self.live().root;
        self.mounts()
            .into_iter()
            .filter(|(path, times)| *times > before.get(path).copied().unwrap_or(0))
            .map(|(path, _)| {
                let path = super::footprint::readable(&path);
                let found = files::stat(root, &path).ok().flatten();
                FootprintEntry {
                    change: Change::Metadata,
                    kind: found.as_ref().map_or(EntryKind::Folder, |f| f.kind),
                    size: 0,
                    mode: found.map_or(0, |f| f.mode),
                    path,
                }
            })
            .collect()
    }

    /// Reads `/dev/shm`; nothing where it was removed or replaced.
    pub(super) fn shared(&self, known: &Entries) -> io::Result<Entries> {
        self.shared_part()
            .map_or(Ok(Entries::new()), |p| upper::walk(&[p], known))
    }

    /// The entry at one path of the upper layers or of `/dev/shm`.
    pub(super) fn entry_at(&self, path: &[u8]) -> Option<Entry> {
        if is_shared(path) {
            upper::one(&[self.shared_part()?], path)
        } else {
            upper::one(&self.parts, path)
        }
    }

    fn shared_part(&self) -> Option<Part> {
        Some(Part {
            at: SHARED.into(),
            overlay: false,
            upper: files::folder(&self.live().root, SHARED).ok()?,
        })
    }
}

/// Whether a path lies in `/dev/shm`.
pub fn is_shared(path: &[u8]) -> bool {
    path.strip_prefix(SHARED.as_bytes())
        .is_some_and(|rest| rest.first() == Some(&b'/'))
}

/// Reads `/proc/PID/mountinfo`: the fifth field is the mount point (proc_pid_mountinfo(5)).
fn parse(list: &[u8]) -> Mounts {
    let mut mounts = Mounts::new();
    for line in list.split(|b| *b == b'\n') {
        if let Some(path) = line.split(|b| *b == b' ').nth(4) {
            *mounts.entry(unescaped(path)).or_default() += 1;
        }
    }
    mounts
}

/// Undoes the kernel's `\\040` for a space and its kin.
fn unescaped(path: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&first, after)) = rest.split_first() {
        let digits = after
            .get(..3)
            .filter(|d| first == b'\\' && d.iter().all(|b| (b'0'..=b'7').contains(b)));
        match digits {
            Some(digits) => {
                let value = digits.iter().fold(0u32, |v, d| v * 8 + u32::from(d - b'0'));
                plain.push(value as u8);
                rest = &after[3..];
            }
            None => {
                plain.push(first);
                rest = after;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{parse, unescaped};
    use proptest::prelude::*;

    #[test]
    fn mount_points_are_counted() {
        let list = b"22 1 0:21 / / rw - overlay x rw\n23 22 0:3 / /a\\040b rw - tmpfs n rw\n\
                     24 23 0:4 / /a\\040b rw - tmpfs n rw\n";
        let mounts = parse(list);
        assert_eq!(mounts.get(b"/a b".as_slice()), Some(&2));
        assert_eq!(mounts.get(b"/".as_slice()), Some(&1));
        assert_eq!(mounts.len(), 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(list in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = parse(&list);
            prop_assert!(unescaped(&list).len() <= list.len());
        }
    }
}
