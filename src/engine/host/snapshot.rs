//! What stands in the places where installers write, before and after a job.
//!
//! A real machine has no upper layer, so its footprint is a comparison: content is told as changed
//! where size or time of change differ. Other programs of the machine change files too; what they
//! did in the same time is listed with the rest.

use super::files;
use super::machine::{PLACES, TOPS};
use crate::rmm::observed::{Change, EntryKind, FootprintEntry};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Most entries that one snapshot holds; a machine with more is compared as far as these go.
const MOST: usize = 2_000_000;

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

/// Looks at all places; after a first look also into the folders that came into [`TOPS`] since.
pub fn take(before: Option<&Snapshot>) -> Snapshot {
    let folders = |names: &[&str]| names.iter().map(PathBuf::from).collect();
    of(folders(&PLACES), &folders(&TOPS), before)
}

fn of(mut folders: Vec<PathBuf>, tops: &[PathBuf], before: Option<&Snapshot>) -> Snapshot {
    let mut found = Snapshot::default();
    for top in tops {
        for (path, meta) in within(top) {
            let new = before.is_some_and(|b| !b.entries.contains_key(&path));
            if meta.is_dir() && new {
                folders.push(path.clone());
            }
            found.entries.insert(path, seen(&meta));
        }
    }
    while let Some(folder) = folders.pop() {
        for (path, meta) in within(&folder) {
            if found.entries.len() >= MOST {
                return found;
            }
            if meta.is_dir() {
                folders.push(path.clone());
            }
            found.entries.insert(path, seen(&meta));
        }
    }
    found
}

/// What is directly in a folder; nothing where it cannot be read.
fn within(folder: &Path) -> impl Iterator<Item = (PathBuf, Metadata)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|e| e.metadata().ok().map(|meta| (e.path(), meta)))
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
pub fn compare(before: &Snapshot, after: &Snapshot) -> Vec<FootprintEntry> {
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
    entries
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
        let top = tempfile::tempdir().unwrap();
        let tops = [top.path().to_owned()];
        std::fs::create_dir(top.path().join("known")).unwrap();
        let before = of(vec![dir.path().to_owned()], &tops, None);
        std::fs::write(at("longer"), "longer now").unwrap();
        std::fs::remove_file(at("gone")).unwrap();
        std::fs::write(at("kept/new"), "").unwrap();
        std::fs::write(top.path().join("known/passed over"), "").unwrap();
        std::fs::create_dir(top.path().join("came")).unwrap();
        std::fs::write(top.path().join("came/inside"), "").unwrap();
        let after = of(vec![dir.path().to_owned()], &tops, Some(&before));
        let told: Vec<(String, Change)> = compare(&before, &after)
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
            ("came", Change::Created),
            ("inside", Change::Created),
        ];
        for (name, change) in &expected {
            assert!(
                told.contains(&((*name).to_owned(), *change)),
                "{name}: {told:?}"
            );
        }
        assert_eq!(told.len(), expected.len(), "{told:?}");
    }
}
