//! What stands in the places where installers write, before and after a job.
//!
//! A real machine has no upper layer, so its footprint is a comparison: content is told as changed
//! where size or time of change differ. Other programs of the machine change files too; what they
//! did in the same time is listed with the rest.

use super::files;
use crate::rmm::observed::{Change, EntryKind, Footprint, FootprintEntry};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Most entries that one snapshot holds; a machine with more is compared as far as these go.
const MOST: usize = 2_000_000;

/// Where components install to and write; below the temporary folder too.
#[cfg(target_os = "linux")]
const PLACES: [&str; 11] = [
    "/etc",
    "/opt",
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib/systemd",
    "/usr/local",
    "/usr/share",
    "/var/lib",
    "/var/opt",
    "/root",
    "/tmp",
];
#[cfg(not(target_os = "linux"))]
const PLACES: [&str; 8] = [
    "/Applications",
    "/Library",
    "/etc",
    "/opt",
    "/usr/local",
    "/var/root",
    "/private/var/db",
    "/tmp",
];

/// One entry as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    kind: EntryKind,
    size: u64,
    mode: u32,
    changed: Option<SystemTime>,
}

/// The places as they stood.
#[derive(Debug, Default)]
pub struct Snapshot {
    entries: BTreeMap<PathBuf, Entry>,
}

/// Looks at all places.
pub fn take() -> Snapshot {
    of(PLACES.iter().map(PathBuf::from).collect())
}

fn of(mut folders: Vec<PathBuf>) -> Snapshot {
    let mut found = Snapshot::default();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let Ok(meta) = entry.metadata() else { continue };
            if found.entries.len() >= MOST {
                return found;
            }
            if meta.is_dir() {
                folders.push(entry.path());
            }
            found.entries.insert(entry.path(), seen(&meta));
        }
    }
    found
}

fn seen(meta: &Metadata) -> Entry {
    let kind = files::kind(meta);
    let folder = kind == EntryKind::Folder;
    Entry {
        kind,
        // A folder's own size and time change with what is in it.
        size: if folder { 0 } else { meta.len() },
        mode: files::mode(meta),
        changed: if folder { None } else { meta.modified().ok() },
    }
}

/// All that differs.
pub fn compare(before: &Snapshot, after: &Snapshot) -> Footprint {
    let mut entries = Vec::new();
    for (path, new) in &after.entries {
        let change = match before.entries.get(path) {
            None => Change::Created,
            Some(old) if old == new => continue,
            Some(old)
                if Entry {
                    mode: new.mode,
                    ..old.clone()
                } == *new =>
            {
                Change::Metadata
            }
            Some(_) => Change::Changed,
        };
        entries.push(entry(path, change, new));
    }
    for (path, old) in &before.entries {
        if !after.entries.contains_key(path) {
            entries.push(entry(
                path,
                Change::Deleted,
                &Entry {
                    size: 0,
                    ..old.clone()
                },
            ));
        }
    }
    entries.sort();
    Footprint {
        entries,
        registry: Vec::new(),
    }
}

fn entry(path: &Path, change: Change, entry: &Entry) -> FootprintEntry {
    FootprintEntry {
        path: path.to_string_lossy().into_owned(),
        change,
        kind: entry.kind,
        size: entry.size,
        mode: entry.mode,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_changed_and_went_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir(at("kept")).unwrap();
        for name in ["same", "longer", "gone"] {
            std::fs::write(at(name), name).unwrap();
        }
        let before = of(vec![dir.path().to_owned()]);
        std::fs::write(at("longer"), "longer now").unwrap();
        std::fs::remove_file(at("gone")).unwrap();
        std::fs::write(at("kept/new"), "").unwrap();
        let after = of(vec![dir.path().to_owned()]);
        let told: Vec<(String, Change)> = compare(&before, &after)
            .entries
            .into_iter()
            .map(|e| {
                (
                    e.path.rsplit(['/', '\\']).next().unwrap().to_owned(),
                    e.change,
                )
            })
            .collect();
        let expected = [
            ("gone", Change::Deleted),
            ("new", Change::Created),
            ("longer", Change::Changed),
        ];
        for (name, change) in expected {
            assert!(
                told.contains(&(name.to_owned(), change)),
                "{name}: {told:?}"
            );
        }
        assert_eq!(told.len(), 3, "{told:?}");
    }
}
