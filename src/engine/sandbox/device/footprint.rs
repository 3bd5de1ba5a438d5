//! The footprint: the upper layer, compared with what it was at a mark and with the layers below.

use super::mounted::{self, Mounts};
use super::upper::{self, Entries, Entry, Is};
use super::{SandboxDevice, attributes, files, lock};
use crate::engine::{EngineError, Mark};
use crate::rmm::observed::{Change, EntryKind, Footprint, FootprintEntry};
use rustix::fs::{FileType, Stat};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

/// Paths the harness wrote or removed itself, as they stood right after.
#[derive(Default)]
pub struct Own {
    /// Counts marks and own writes, to tell which came first.
    serial: u64,
    /// What stands there; none after a removal that left nothing.
    entries: BTreeMap<Vec<u8>, (u64, Option<Entry>)>,
    /// The last snapshot: its checksums are used again.
    last: Option<Arc<Entries>>,
}

/// What a [`Mark`] holds.
struct Snapshot {
    entries: Arc<Entries>,
    mounts: Mounts,
    serial: u64,
}

impl SandboxDevice {
    fn snapshot(&self) -> Result<Arc<Entries>, EngineError> {
        let last = lock(&self.own).last.clone().unwrap_or_default();
        let failed = |e| self.file_error("look for changes in", "/", e);
        let mut entries = upper::walk(&self.parts, &last).map_err(failed)?;
        entries.extend(self.shared(&last).map_err(failed)?);
        let entries = Arc::new(entries);
        lock(&self.own).last = Some(Arc::clone(&entries));
        Ok(entries)
    }

    pub(super) fn take_mark(&self) -> Result<Mark, EngineError> {
        let entries = self.snapshot()?;
        let mounts = self.mounts();
        let mut own = lock(&self.own);
        own.serial += 1;
        // A mark holds what stands now; what was written before it needs no second memory.
        Ok(Mark(Box::new(Snapshot {
            entries,
            mounts,
            serial: own.serial,
        })))
    }

    /// Remembers entries the harness has just made.
    pub(super) fn own_entries(&self, paths: &[String]) {
        let mut own = lock(&self.own);
        own.serial += 1;
        let serial = own.serial;
        for path in paths {
            let path = self.real_path(path);
            let entry = self.entry_at(&path);
            own.entries.insert(path, (serial, entry));
        }
    }

    /// Remembers a removal.
    pub(super) fn own_removed(&self, path: &str) {
        let path = self.real_path(path);
        let mut own = lock(&self.own);
        own.serial += 1;
        let serial = own.serial;
        let mut prefix = path.clone();
        prefix.push(b'/');
        let below: Vec<Vec<u8>> = own
            .last
            .iter()
            .flat_map(|last| last.range(prefix.clone()..).map(|(p, _)| p.clone()))
            .take_while(|p| p.starts_with(&prefix))
            .collect();
        own.entries.retain(|p, _| !p.starts_with(&prefix));
        for gone in below {
            own.entries.insert(gone, (serial, None));
        }
        let entry = self.entry_at(&path);
        own.entries.insert(path, (serial, entry));
    }

    /// A path with the links among its folders followed on the device.
    fn real_path(&self, path: &str) -> Vec<u8> {
        files::real(&self.live().root, path).unwrap_or_else(|| path.as_bytes().to_vec())
    }

    pub(super) fn compare(&self, since: &Mark) -> Result<Footprint, EngineError> {
        let Some(before) = since.0.downcast_ref::<Snapshot>() else {
            return Err(EngineError::Other("the mark is of another engine".into()));
        };
        let now = self.snapshot()?;
        let mut base = (*before.entries).clone();
        for (path, (serial, entry)) in &lock(&self.own).entries {
            if *serial > before.serial {
                match entry {
                    Some(entry) => base.insert(path.clone(), entry.clone()),
                    None => base.remove(path),
                };
            }
        }
        let mut found = Vec::new();
        for (path, entry) in now.iter() {
            match base.get(path) {
                Some(old) => {
                    changed(path, old, entry, &mut found);
                    // A folder of the upper layer was removed and made anew over the one below.
                    if old.is == Is::There && entry.is == Is::Opaque {
                        self.hidden(path, &base, &mut found);
                    }
                }
                None => self.appeared(path, entry, &base, &mut found),
            }
        }
        // Where not all were looked at, what was not seen may still be there.
        let all = !now.contains_key(upper::CUT);
        for (path, old) in base.iter().filter(|_| all) {
            if !now.contains_key(path) && old.is != Is::Whiteout {
                found.push(gone(path, old.kind, old.mode));
            }
        }
        found.extend(self.mounted_since(&before.mounts));
        found.sort();
        found.dedup_by(|a, b| a.path == b.path);
        Ok(Footprint {
            entries: found,
            registry: Vec::new(),
        })
    }

    /// An entry that was not in the upper layer before.
    fn appeared(
        &self,
        path: &[u8],
        entry: &Entry,
        base: &Entries,
        found: &mut Vec<FootprintEntry>,
    ) {
        let below = self.below(path);
        match (entry.is, below) {
            (Is::Whiteout, Some((_, stat))) => {
                found.push(gone(path, files::kind(&stat), stat.st_mode & 0o7777));
            }
            (Is::Whiteout, None) => {}
            (_, None) => found.push(shown(path, Change::Created, entry)),
            (is, Some((on_host, stat))) => {
                if let Some(change) = self.against_below(path, entry, &on_host, &stat) {
                    found.push(shown(path, change, entry));
                }
                if is == Is::Opaque && files::kind(&stat) == EntryKind::Folder {
                    self.hidden(path, base, found);
                }
            }
        }
    }

    fn against_below(
        &self,
        path: &[u8],
        entry: &Entry,
        on_host: &Path,
        stat: &Stat,
    ) -> Option<Change> {
        if files::kind(stat) != entry.kind {
            return Some(Change::Changed);
        }
        let content = match entry.kind {
            EntryKind::File => {
                entry.size != stat.st_size as u64
                    || !upper::open(&self.parts, path)
                        .and_then(|ours| same_content(ours, File::open(on_host)?))
                        .unwrap_or(false)
            }
            EntryKind::Symlink => {
                let target = std::fs::read_link(on_host).ok();
                target.map(|t| t.as_os_str().as_bytes().to_vec()) != entry.target
            }
            EntryKind::Folder | EntryKind::Special => false,
        };
        let metadata = entry.mode != stat.st_mode & 0o7777
            || (!self.is_reduced() && (entry.uid, entry.gid) != (stat.st_uid, stat.st_gid))
            || (entry.kind != EntryKind::Folder
                && entry.modified != (stat.st_mtime, stat.st_mtime_nsec as i64))
            || self.other_attributes(path, entry, on_host);
        match (content, metadata) {
            (true, _) => Some(Change::Changed),
            (false, true) => Some(Change::Metadata),
            (false, false) => None,
        }
    }

    /// Whether extended attributes differ from those below.
    fn other_attributes(&self, path: &[u8], entry: &Entry, on_host: &Path) -> bool {
        use rustix::fs::{Mode, OFlags};
        let Some(ours) = entry.attributes else {
            return false;
        };
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let Ok(theirs) = rustix::fs::open(on_host, flags, Mode::empty()) else {
            return false;
        };
        let kept = upper::part_of(&self.parts, path)
            .is_some_and(|part| attributes::keeps_those_of_users(&part.upper));
        attributes::sum(&theirs, kept).is_some_and(|theirs| theirs != ours)
    }

    fn is_reduced(&self) -> bool {
        self.label.reduced.is_some()
    }

    /// What the layers below have at a path the upper layer covers.
    fn below(&self, path: &[u8]) -> Option<(std::path::PathBuf, Stat)> {
        let part = upper::part_of(&self.parts, path)?;
        if !part.overlay || mounted::is_shared(path) {
            return None;
        }
        for root in &self.layers {
            let on_host = root.join(std::ffi::OsStr::from_bytes(&path[1..]));
            // A link among the folders is another place.
            let straight = on_host
                .ancestors()
                .skip(1)
                .take_while(|a| a.starts_with(root) && *a != root)
                .all(|a| std::fs::symlink_metadata(a).is_ok_and(|m| m.is_dir()));
            if straight && let Ok(stat) = rustix::fs::lstat(&on_host) {
                let whiteout = FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice
                    && stat.st_rdev == 0;
                return (!whiteout).then_some((on_host, stat));
            }
        }
        None
    }

    /// Entries of a lower folder that an opaque one hides: gone, unless made anew or gone before.
    fn hidden(&self, path: &[u8], base: &Entries, found: &mut Vec<FootprintEntry>) {
        let mut pending = vec![path.to_vec()];
        while let Some(folder) = pending.pop() {
            let names: BTreeSet<std::ffi::OsString> = self
                .layers
                .iter()
                .filter_map(|root| {
                    let relative = std::ffi::OsStr::from_bytes(&folder[1..]);
                    std::fs::read_dir(root.join(relative)).ok()
                })
                .flat_map(|entries| entries.flatten().map(|e| e.file_name()))
                .collect();
            for name in names {
                let path = [folder.as_slice(), b"/", name.as_bytes()].concat();
                if base.get(&path).is_some_and(|old| old.is != Is::There) {
                    continue;
                }
                let Some((_, stat)) = self.below(&path) else {
                    continue;
                };
                if found.len() > upper::MOST {
                    return;
                }
                if upper::one(&self.parts, &path).is_none() {
                    found.push(gone(&path, files::kind(&stat), stat.st_mode & 0o7777));
                }
                if files::kind(&stat) == EntryKind::Folder {
                    pending.push(path);
                }
            }
        }
    }
}

/// An entry that was in the upper layer before too.
fn changed(path: &[u8], old: &Entry, new: &Entry, found: &mut Vec<FootprintEntry>) {
    match (old.is, new.is) {
        (Is::Whiteout, Is::Whiteout) => {}
        (Is::Whiteout, _) => found.push(shown(path, Change::Created, new)),
        (_, Is::Whiteout) => found.push(gone(path, old.kind, old.mode)),
        _ if old.kind != new.kind => found.push(shown(path, Change::Changed, new)),
        _ if old.inode == new.inode && old.altered == new.altered => {}
        _ => {
            let content = match new.kind {
                EntryKind::File => match (old.checksum, new.checksum) {
                    (Some(a), Some(b)) => a != b,
                    _ => old.size != new.size || old.modified != new.modified,
                },
                EntryKind::Symlink => old.target != new.target,
                EntryKind::Folder | EntryKind::Special => false,
            };
            let metadata = (old.mode, old.uid, old.gid) != (new.mode, new.uid, new.gid)
                || matches!((old.attributes, new.attributes), (Some(a), Some(b)) if a != b)
                || (new.kind != EntryKind::Folder && old.modified != new.modified)
                || (new.kind != EntryKind::Folder && old.inode == new.inode);
            if content {
                found.push(shown(path, Change::Changed, new));
            } else if metadata {
                found.push(shown(path, Change::Metadata, new));
            }
        }
    }
}

fn shown(path: &[u8], change: Change, entry: &Entry) -> FootprintEntry {
    let size = if entry.kind == EntryKind::File {
        entry.size
    } else {
        0
    };
    FootprintEntry {
        path: readable(path),
        change,
        kind: entry.kind,
        size,
        mode: entry.mode,
    }
}

fn gone(path: &[u8], kind: EntryKind, mode: u32) -> FootprintEntry {
    FootprintEntry {
        path: readable(path),
        change: Change::Deleted,
        kind,
        size: 0,
        mode,
    }
}

/// A path as text; bytes that are not UTF-8 become `\xNN`.
pub fn readable(path: &[u8]) -> String {
    let mut text = String::new();
    for chunk in path.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

fn same_content(ours: OwnedFd, mut theirs: File) -> io::Result<bool> {
    let mut ours = File::from(ours);
    let (mut a, mut b) = (vec![0; 128 << 10], vec![0; 128 << 10]);
    loop {
        let n = ours.read(&mut a)?;
        if n == 0 {
            return Ok(theirs.read(&mut b[..1])? == 0);
        }
        if theirs.read_exact(&mut b[..n]).is_err() || a[..n] != b[..n] {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(readable(b"/a/\xff\xc3\xa4"), "/a/\\xff\u{e4}");
    }
}
