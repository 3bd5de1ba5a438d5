//! The registry of a device: what changed in it, by dumps of its hives, and whose writes they were.

use super::hives::{self, Changed, Names, Values};
use super::link::{Link, LinkError};
use super::{KeyPath, NamedValue};
use crate::engine::{EngineError, lock};
use crate::rmm::observed::{Change, RegistryEntry, RegistryWrite};
use crate::rmm::registry::{self, RegistryData};
use shakedown_helper::protocol::{HelperEvent, Reply, Request};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

/// Longest data that is told, in bytes.
const LONGEST: usize = 4 << 10;
/// Most writes of the harness whose echo is waited for.
const MOST_EXPECTED: usize = 256;

/// The keys whose writes are told in order, as footprints name them: UDFs are written there.
const WATCHED: [&str; 2] = [
    r"HKLM\SOFTWARE\CentraStage",
    r"HKLM\SOFTWARE\WOW6432Node\CentraStage",
];

/// Texts of the hives at one moment.
pub type Hives = Vec<String>;

/// A device's registry as the harness follows it.
#[derive(Debug, Default)]
pub struct Registry {
    own: Mutex<Own>,
    /// Writes of the harness below watched keys: (key, value, data), told by nobody.
    expected: Mutex<VecDeque<(String, String, Option<String>)>>,
}

/// What the harness itself wrote or deleted.
#[derive(Debug, Default)]
struct Own {
    /// Counts marks and own writes, to tell which came first.
    serial: u64,
    writes: Vec<(u64, Write)>,
    /// The last dump; none after a reboot.
    last: Option<Arc<Hives>>,
}

/// One write of the harness, its key as footprints tell it.
#[derive(Debug, Clone)]
struct Write {
    key: String,
    /// None: the key with all below it was deleted.
    value: Option<(String, Option<RegistryData>)>,
}

/// A remembered state of the registry.
pub struct RegistryMark {
    hives: Arc<Hives>,
    serial: u64,
}

impl Registry {
    /// The hives as they are now, written by the helper into a folder of its machine, only if something
    /// was written meanwhile; `read` reads one of the files and removes it.
    ///
    /// # Errors
    /// The helper does not answer, or a file cannot be read.
    pub fn dump(
        &self,
        device: &str,
        link: &Link,
        folder: &str,
        read: impl Fn(&str) -> Result<String, EngineError>,
    ) -> Result<Arc<Hives>, EngineError> {
        let last = lock(&self.own).last.clone();
        let order = Request::DumpHives {
            folder: folder.to_owned(),
        };
        let files = match link.request(order).map_err(|e| e.on(device))? {
            Reply::Dumped { files } => files,
            other => return Err(LinkError::from(other).on(device)),
        };
        let hives = match last {
            Some(last) if files.is_empty() => last,
            _ => {
                let hives = files.iter().map(|f| read(&f.file));
                Arc::new(hives.collect::<Result<Hives, _>>()?)
            }
        };
        lock(&self.own).last = Some(Arc::clone(&hives));
        Ok(hives)
    }

    /// A helper that starts anew has dumped nothing.
    pub fn forget_dump(&self) {
        lock(&self.own).last = None;
    }

    /// Remembers a dump, to be compared with a later one.
    pub fn mark(&self, hives: Arc<Hives>) -> RegistryMark {
        let mut own = lock(&self.own);
        own.serial += 1;
        RegistryMark {
            hives,
            serial: own.serial,
        }
    }

    /// What changed from a mark to a dump, besides what the harness wrote, Wine where it stands for
    /// Windows, and what the engine knows for its own by key and change.
    pub fn since(
        &self,
        mark: &RegistryMark,
        now: &Hives,
        names: Names,
        own: impl Fn(&str, &Changed) -> bool,
    ) -> Vec<RegistryEntry> {
        let mut found = Vec::new();
        for after in now {
            let Some(root) = hives::root(after) else {
                continue;
            };
            let mut before = mark.hives.iter();
            let before = before.find(|h| hives::root(h).as_ref() == Some(&root));
            let Some(before) = before else { continue };
            for changed in hives::changes(before, after) {
                if let Some(key) = hives::told(&root, &changed.path, names)
                    && !own(&key, &changed)
                {
                    entries(&key, &changed, &mut found);
                }
            }
        }
        for (serial, write) in &lock(&self.own).writes {
            if *serial > mark.serial {
                write.apply(&mut found);
            }
        }
        found.retain(|e| names != Names::Wine || !hives::wines_own(&e.key));
        found.sort();
        found
    }

    /// Writes values for the harness: they are in no footprint and told by nobody.
    ///
    /// # Errors
    /// Windows refuses, or the helper does not answer.
    pub fn write(
        &self,
        link: &Link,
        key: &KeyPath,
        values: &[NamedValue],
    ) -> Result<(), LinkError> {
        let told = registry::told_key(key);
        let writes = values.iter().map(|v| Write {
            key: told.clone(),
            value: Some((v.name.clone(), Some(v.data.clone()))),
        });
        self.own_writes(writes);
        link.order(Request::WriteValues {
            key: key.clone(),
            values: values.to_vec(),
        })
    }

    /// Deletes a value, or without a name a key with all below it, for the harness.
    ///
    /// # Errors
    /// As [`Registry::write`].
    pub fn delete(&self, link: &Link, key: &KeyPath, value: Option<&str>) -> Result<(), LinkError> {
        let write = Write {
            key: registry::told_key(key),
            value: value.map(|name| (name.to_owned(), None)),
        };
        self.own_writes([write]);
        link.order(Request::DeleteKey {
            key: key.clone(),
            value: value.map(str::to_owned),
        })
    }

    /// A write that the helper saw below a watched key; none for one of the harness's own and for other
    /// events.
    pub fn written(&self, event: &HelperEvent) -> Option<RegistryWrite> {
        let HelperEvent::Written {
            key, value, data, ..
        } = event
        else {
            return None;
        };
        let key = registry::told_key(key);
        let seen = echo(&key, value, data.as_ref());
        let mut expected = lock(&self.expected);
        if let Some(at) = expected.iter().position(|e| *e == seen) {
            expected.remove(at);
            return None;
        }
        Some(RegistryWrite {
            key,
            value: value.clone(),
            data: data.as_ref().map(registry::text),
        })
    }

    /// Remembers writes before they are made, so that a watch that tells them knows whose they are.
    fn own_writes(&self, writes: impl IntoIterator<Item = Write>) {
        let mut own = lock(&self.own);
        own.serial += 1;
        let serial = own.serial;
        for write in writes {
            if let Some((name, data)) = &write.value
                && WATCHED.iter().any(|key| within(&write.key, key))
            {
                let mut expected = lock(&self.expected);
                if expected.len() >= MOST_EXPECTED {
                    expected.pop_front();
                }
                expected.push_back(echo(&write.key, name, data.as_ref()));
            }
            // Only the last write of a value counts.
            own.writes.retain(|(_, w)| !w.same_place(&write));
            own.writes.push((serial, write));
        }
    }
}

/// A write as it is compared with what a watch tells.
fn echo(key: &str, value: &str, data: Option<&RegistryData>) -> (String, String, Option<String>) {
    (key.to_lowercase(), value.to_lowercase(), data.map(shown))
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
