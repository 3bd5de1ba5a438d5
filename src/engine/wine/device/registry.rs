//! The registry of a Windows device: read and written through its helper, compared by its hives.

use super::roots::Below;
use super::{WineDevice, lock};
use crate::engine::wine::hives::{self, Changed, Values};
use crate::engine::{Device, EngineError};
use crate::rmm::observed::{Change, RegistryEntry};
use crate::rmm::registry::{self, KeyContent, KeyPath, NamedValue, RegistryData};
use shakedown_helper::protocol::{Reply, Request};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where the helper writes hives, on the device; not on `C:`, so that it is in no footprint.
const FOLDER: &str = "/run/hives";
/// The same folder as Wine names it.
const FOLDER_FOR_WINE: &str = r"\\?\unix\run\hives";
/// Largest hive that is read.
const LARGEST: u64 = 512 << 20;
/// Longest data that is told, in bytes.
const LONGEST: usize = 4 << 10;

/// The keys whose writes are told in order, as footprints name them: UDFs are written there.
const WATCHED: [&str; 2] = [
    r"HKLM\SOFTWARE\CentraStage",
    r"HKLM\SOFTWARE\WOW6432Node\CentraStage",
];

/// Texts of the hives at one moment.
pub type Hives = Vec<String>;

/// What the harness itself wrote or deleted.
#[derive(Debug, Default)]
pub struct Own {
    /// Counts marks and own writes, to tell which came first.
    serial: u64,
    writes: Vec<(u64, Write)>,
    /// The last dump; none after a reboot.
    last: Option<Arc<Hives>>,
}

/// One write of the harness, its key as footprints tell it.
#[derive(Debug, Clone)]
pub struct Write {
    key: String,
    /// None: the key with all below it was deleted.
    value: Option<(String, Option<RegistryData>)>,
}

/// A remembered state of the registry.
pub struct RegistryMark {
    hives: Arc<Hives>,
    serial: u64,
}

impl WineDevice {
    pub(super) fn mark_registry(&self) -> Result<RegistryMark, EngineError> {
        let hives = self.dump()?;
        let mut own = lock(&self.own_registry);
        own.serial += 1;
        Ok(RegistryMark {
            hives,
            serial: own.serial,
        })
    }

    /// What changed in the registry since a mark, besides what the harness and Wine wrote.
    pub(super) fn registry_since(
        &self,
        mark: &RegistryMark,
    ) -> Result<Vec<RegistryEntry>, EngineError> {
        let now = self.dump()?;
        let mut found = Vec::new();
        for after in now.iter() {
            let Some(root) = hives::root(after) else {
                continue;
            };
            let before = mark
                .hives
                .iter()
                .find(|h| hives::root(h).as_ref() == Some(&root));
            let Some(before) = before else { continue };
            for changed in hives::changes(before, after) {
                if let Some(key) = hives::told(&root, &changed.path)
                    && !self.is_wines_root(&key, &changed)
                {
                    entries(&key, &changed, &mut found);
                }
            }
        }
        for (serial, write) in &lock(&self.own_registry).writes {
            if *serial > mark.serial {
                write.apply(&mut found);
            }
        }
        found.retain(|e| !hives::wines_own(&e.key));
        found.sort();
        Ok(found)
    }

    /// A store of root certificates as Wine makes it, or one of those that it takes over.
    fn is_wines_root(&self, key: &str, changed: &Changed) -> bool {
        match hives::root_store(key) {
            None => false,
            Some(hives::Root::Folder) => {
                let empty = |values: &Option<Values>| values.as_ref().is_none_or(Values::is_empty);
                empty(&changed.before) && empty(&changed.after)
            }
            Some(hives::Root::Certificate) => {
                let below = self.roots.get_or_init(|| Below::of(&self.sandbox));
                below.is_own(changed)
            }
        }
    }

    /// The hives as they are now; the helper writes them only if something was written meanwhile.
    fn dump(&self) -> Result<Arc<Hives>, EngineError> {
        let last = lock(&self.own_registry).last.clone();
        let order = Request::DumpHives {
            folder: FOLDER_FOR_WINE.to_owned(),
        };
        let files = match self.ask(order)? {
            Reply::Dumped { files } => files,
            other => return Err(self.helper_error(other.into())),
        };
        let hives = match last {
            Some(last) if files.is_empty() => last,
            _ => {
                let read = |file: &str| self.read_hive(file);
                Arc::new(
                    files
                        .iter()
                        .map(|f| read(&f.file))
                        .collect::<Result<Hives, _>>()?,
                )
            }
        };
        lock(&self.own_registry).last = Some(Arc::clone(&hives));
        Ok(hives)
    }

    fn read_hive(&self, file: &str) -> Result<String, EngineError> {
        let name = file.rsplit(['\\', '/']).next().unwrap_or(file);
        let path = format!("{FOLDER}/{name}");
        let bytes = self.sandbox.read_file(&path, LARGEST)?;
        self.sandbox.remove(&path)?;
        let bytes = bytes.ok_or_else(|| {
            EngineError::Other(format!("{}: the hive {path} was not written", self.name))
        })?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
    }

    /// Makes the folder for hives, which every boot empties.
    pub(super) fn make_hive_folder(&self) -> Result<(), EngineError> {
        let path = format!("{FOLDER}/.made");
        self.sandbox.write_file(&path, b"", 0o600)?;
        lock(&self.own_registry).last = None;
        Ok(())
    }

    pub(super) fn read_registry(&self, key: &KeyPath) -> Result<Option<KeyContent>, EngineError> {
        match self.ask(Request::ReadKey { key: key.clone() })? {
            Reply::Key { key } => Ok(key),
            other => Err(self.helper_error(other.into())),
        }
    }

    pub(super) fn write_registry(
        &self,
        key: &KeyPath,
        values: &[NamedValue],
    ) -> Result<(), EngineError> {
        let told = registry::told_key(key);
        let writes = values.iter().map(|v| Write {
            key: told.clone(),
            value: Some((v.name.clone(), Some(v.data.clone()))),
        });
        self.own_writes(writes);
        self.order(Request::WriteValues {
            key: key.clone(),
            values: values.to_vec(),
        })
    }

    pub(super) fn delete_registry(
        &self,
        key: &KeyPath,
        value: Option<&str>,
    ) -> Result<(), EngineError> {
        let write = Write {
            key: registry::told_key(key),
            value: value.map(|name| (name.to_owned(), None)),
        };
        self.own_writes([write]);
        self.order(Request::DeleteKey {
            key: key.clone(),
            value: value.map(str::to_owned),
        })
    }

    /// Remembers writes before they are made, so that a watch that tells them knows whose they are.
    fn own_writes(&self, writes: impl IntoIterator<Item = Write>) {
        let mut own = lock(&self.own_registry);
        own.serial += 1;
        let serial = own.serial;
        for write in writes {
            if let Some((name, data)) = &write.value
                && WATCHED.iter().any(|key| within(&write.key, key))
            {
                self.questions.expect_write(&write.key, name, data.as_ref());
            }
            // Only the last write of a value counts.
            own.writes.retain(|(_, w)| !w.same_place(&write));
            own.writes.push((serial, write));
        }
    }
}

impl Write {
    fn same_place(&self, other: &Write) -> bool {
        let name = |w: &Write| w.value.as_ref().map(|(n, _)| n.to_lowercase());
        registry::same(&self.key, &other.key) && name(self) == name(other)
    }

    /// Takes the harness's own part out of what was found.
    fn apply(&self, found: &mut Vec<RegistryEntry>) {
        match &self.value {
            None => found.retain(|e| e.change != Change::Deleted || !within(&e.key, &self.key)),
            Some((name, data)) => {
                // Keys that were made for it.
                found.retain(|e| {
                    e.value.is_some() || e.change != Change::Created || !within(&self.key, &e.key)
                });
                let at = found.iter().position(|e| {
                    registry::same(&e.key, &self.key)
                        && e.value.as_ref().is_some_and(|v| registry::same(v, name))
                });
                let Some(at) = at else { return };
                let entry = &mut found[at];
                entry.before = data.as_ref().map(shown);
                entry.change = match (&entry.before, &entry.after) {
                    (before, after) if before == after => {
                        found.remove(at);
                        return;
                    }
                    (None, _) => Change::Created,
                    (_, None) => Change::Deleted,
                    _ => Change::Changed,
                };
            }
        }
    }
}

/// Whether a key is another or lies below it.
fn within(key: &str, above: &str) -> bool {
    let (key, above) = (key.to_lowercase(), above.to_lowercase());
    key.strip_prefix(&above)
        .is_some_and(|r| r.is_empty() || r.starts_with('\\'))
}

/// Data as a footprint tells it: `REG_DWORD: 5`.
pub fn shown(data: &RegistryData) -> String {
    let mut text = format!("{}: {}", registry::kind(data), registry::text(data));
    if text.len() > LONGEST {
        let mut cut = LONGEST;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        text.truncate(cut);
    }
    text
}

fn entries(key: &str, changed: &Changed, found: &mut Vec<RegistryEntry>) {
    let entry = |value: Option<&str>,
                 before: Option<&RegistryData>,
                 after: Option<&RegistryData>,
                 change| {
        RegistryEntry {
            key: key.to_owned(),
            value: value.map(str::to_owned),
            change,
            before: before.map(shown),
            after: after.map(shown),
        }
    };
    match (&changed.before, &changed.after) {
        (None, Some(_)) => found.push(entry(None, None, None, Change::Created)),
        (Some(_), None) => found.push(entry(None, None, None, Change::Deleted)),
        _ => {}
    }
    let none = Values::new();
    let (before, after) = (
        changed.before.as_ref().unwrap_or(&none),
        changed.after.as_ref().unwrap_or(&none),
    );
    let names: BTreeMap<&String, &String> = before
        .iter()
        .chain(after)
        .map(|(folded, (name, _))| (folded, name))
        .collect();
    for (folded, name) in names {
        let data = |values: &'_ Values| values.get(folded).map(|(_, d)| d.clone());
        let (was, is) = (data(before), data(after));
        let change = match (&was, &is) {
            (was, is) if was == is => continue,
            (None, _) => Change::Created,
            (_, None) => Change::Deleted,
            _ => Change::Changed,
        };
        found.push(entry(Some(name), was.as_ref(), is.as_ref(), change));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, value: Option<&str>, change: Change, after: Option<&str>) -> RegistryEntry {
        RegistryEntry {
            key: key.into(),
            value: value.map(str::to_owned),
            change,
            before: None,
            after: after.map(str::to_owned),
        }
    }

    #[test]
    fn own_writes_are_no_ones_footprint() {
        let key = r"HKLM\SOFTWARE\CentraStage";
        let write = |name: &str, text: &str| Write {
            key: r"HKLM\Software\CentraStage".into(),
            value: Some((name.into(), Some(RegistryData::Sz(text.into())))),
        };
        let mut found = vec![
            entry(key, None, Change::Created, None),
            entry(key, Some("Custom1"), Change::Created, Some("REG_SZ: a")),
            entry(key, Some("Custom2"), Change::Created, Some("REG_SZ: b")),
            entry(key, Some("Custom3"), Change::Created, Some("REG_SZ: c")),
        ];
        write("custom1", "a").apply(&mut found);
        write("Custom2", "x").apply(&mut found);
        let told: Vec<_> = found
            .iter()
            .map(|e| (e.value.as_deref(), e.change, e.before.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                (Some("Custom2"), Change::Changed, Some("REG_SZ: x")),
                (Some("Custom3"), Change::Created, None),
            ]
        );
    }
}
