//! Named, ordered and bounded maps of JSON objects.

use super::key::Key;
use serde_json::Value;
use std::collections::BTreeMap;

/// What stores may hold at most; a program that writes without end is told so instead of the harness
/// running out of memory.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Stores of a device.
    pub stores: usize,
    /// Objects of a store.
    pub objects: usize,
    /// Bytes of one object as JSON, and of a name or key.
    pub object_bytes: usize,
    pub name_bytes: usize,
    /// Bytes of all objects.
    pub bytes: usize,
    /// Bytes of all changes and notes in a device's life.
    pub journal_bytes: usize,
}

impl Limits {
    /// The limits of every device.
    pub const DEVICE: Limits = Limits {
        stores: 256,
        objects: 100_000,
        object_bytes: 4 << 20,
        name_bytes: 4096,
        bytes: 256 << 20,
        journal_bytes: 512 << 20,
    };
}

/// Why something cannot be put into a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("store {store}: {what} is {size}, more than the {most} that a device may have")]
    TooMuch {
        store: String,
        what: &'static str,
        size: usize,
        most: usize,
    },
}

#[derive(Debug, Clone)]
struct Object {
    /// The key as it was first given.
    name: String,
    value: Value,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Store {
    objects: BTreeMap<Key, Object>,
    /// Highest number that [`Objects::next_number`] gave or that stood as a key.
    last: u64,
}

/// All stores of a device.
#[derive(Debug, Default)]
pub struct Objects {
    stores: BTreeMap<String, Store>,
    bytes: usize,
    journal: usize,
}

impl Objects {
    pub fn list(&self, store: &str) -> Vec<(String, Value)> {
        let objects = self.stores.get(store).into_iter();
        objects
            .flat_map(|s| s.objects.values())
            .map(|o| (o.name.clone(), o.value.clone()))
            .collect()
    }

    pub fn get(&self, store: &str, key: &str) -> Option<&Value> {
        let object = self.stores.get(store)?.objects.get(&Key::of(key))?;
        Some(&object.value)
    }

    /// A number above all that are or were keys of this store.
    pub fn next_number(&self, store: &str) -> u64 {
        self.stores
            .get(store)
            .map_or(1, |s| s.last.saturating_add(1))
    }

    /// Puts an object.
    pub fn put(&mut self, store: &str, key: &str, value: Value) -> Result<(), StoreError> {
        let most = Limits::DEVICE;
        let bytes = self.journalled(store, key, Some(&value))?;
        if !self.stores.contains_key(store) {
            check(
                store,
                "the number of stores",
                self.stores.len() + 1,
                most.stores,
            )?;
        }
        let all = &mut self.bytes;
        let s = self.stores.entry(store.to_owned()).or_default();
        let place = Key::of(key);
        let old = s.objects.get(&place);
        let count = s.objects.len() + usize::from(old.is_none());
        check(store, "the number of its objects", count, most.objects)?;
        let total = *all - old.map_or(0, |o| o.bytes) + bytes;
        check(store, "the size of all stores in bytes", total, most.bytes)?;
        *all = total;
        let name = old.map_or_else(|| key.to_owned(), |o| o.name.clone());
        s.last = s.last.max(key.parse().unwrap_or(0));
        s.objects.insert(place, Object { name, value, bytes });
        Ok(())
    }

    /// Removes an object; whether it was there.
    pub fn remove(&mut self, store: &str, key: &str) -> bool {
        let Some(s) = self.stores.get_mut(store) else {
            return false;
        };
        match s.objects.remove(&Key::of(key)) {
            Some(old) => {
                self.bytes -= old.bytes;
                true
            }
            None => false,
        }
    }

    /// Counts a change or note against what a device may write in its life; its size in bytes.
    pub fn journalled(
        &mut self,
        store: &str,
        key: &str,
        value: Option<&Value>,
    ) -> Result<usize, StoreError> {
        let most = Limits::DEVICE;
        let bytes = value.map_or(0, |v| v.to_string().len()) + key.len();
        let names = store.len().max(key.len());
        check(store, "a name's size in bytes", names, most.name_bytes)?;
        check(store, "an object's size in bytes", bytes, most.object_bytes)?;
        let journal = self.journal + bytes;
        check(
            store,
            "all ever written, in bytes,",
            journal,
            most.journal_bytes,
        )?;
        self.journal = journal;
        Ok(bytes)
    }
}

fn check(store: &str, what: &'static str, size: usize, most: usize) -> Result<(), StoreError> {
    if size <= most {
        return Ok(());
    }
    Err(StoreError::TooMuch {
        store: store.chars().take(80).collect(),
        what,
        size,
        most,
    })
}
