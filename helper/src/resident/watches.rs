//! Writes below keys, told in order.
//!
//! Windows tells that something below a key changed, not what: at each notification the values are read
//! again and compared. So of several writes to one value within one such moment (under 1 ms where the
//! machine is idle) only the last is told, writes of several values within it are told in order of
//! their names, and a write that changes nothing is not told. Before the end of a job is told, every
//! key is compared once more: what a job wrote stands before its end.

use super::data;
use super::wire::Wire;
use crate::protocol::message::{HelperEvent, KeyPath};
use crate::windows::registry::Key;
use crate::windows::{Owned, SysError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How long it is waited before a key that is not there is looked for again, in milliseconds.
const ABSENT: u32 = 50;

/// A value's place: path of its key, its name.
type Place = (String, String);
/// Type and bytes of each value.
type Values = BTreeMap<Place, (u32, Vec<u8>)>;

/// Every watched key.
#[derive(Debug)]
pub struct Watches {
    wire: Arc<Wire>,
    all: Arc<Mutex<Vec<Arc<Watch>>>>,
}

#[derive(Debug)]
struct Watch {
    number: u32,
    key: KeyPath,
    changed: Owned,
    last: Mutex<Values>,
}

impl Watches {
    pub fn new(wire: Arc<Wire>) -> Watches {
        Watches {
            wire,
            all: Arc::default(),
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Arc<Watch>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches from now on.
    ///
    /// # Errors
    /// The key cannot be read.
    pub fn add(&self, number: u32, key: KeyPath) -> Result<(), SysError> {
        let watch = Arc::new(Watch {
            number,
            changed: Owned::event()?,
            last: Mutex::new(read(&key)?),
            key,
        });
        self.all().push(Arc::clone(&watch));
        let (wire, all) = (Arc::clone(&self.wire), Arc::clone(&self.all));
        thread::spawn(move || watch.follow(&wire, &all));
        Ok(())
    }

    /// Tells what was written up to now.
    pub fn look(&self) {
        for watch in self.all().iter() {
            watch.look(&self.wire);
        }
    }
}

impl Watch {
    fn follow(&self, wire: &Wire, all: &Mutex<Vec<Arc<Watch>>>) {
        loop {
            // Armed before the look, so that no write falls between the two.
            let armed = match Key::open(&self.key) {
                Ok(Some(key)) => key.tell_change(&self.changed).ok().map(|()| key),
                _ => None,
            };
            if armed.is_some() {
                // What another key got before has come by now, also where it was not there to be watched.
                let others = all.lock().unwrap_or_else(PoisonError::into_inner).clone();
                for other in others.iter().filter(|o| o.number != self.number) {
                    other.look(wire);
                }
            }
            self.look(wire);
            let _ = self.changed.wait(armed.is_none().then_some(ABSENT));
        }
    }

    fn look(&self, wire: &Wire) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // A key that is deleted while it is read is read again at the next notification.
        let Ok(now) = read(&self.key) else { return };
        for (place, value) in &now {
            if last.get(place) != Some(value) {
                let (kind, bytes) = value.clone();
                self.tell(wire, place, Some(data::read(kind, bytes)));
            }
        }
        for place in last.keys().filter(|place| !now.contains_key(*place)) {
            self.tell(wire, place, None);
        }
        *last = now;
    }

    fn tell(
        &self,
        wire: &Wire,
        (path, value): &Place,
        data: Option<crate::protocol::message::RegistryData>,
    ) {
        wire.event(HelperEvent::Written {
            watch: self.number,
            key: KeyPath {
                path: path.clone(),
                ..self.key.clone()
            },
            value: value.clone(),
            data,
        });
    }
}

/// Every value below a key; nothing where the key is not there.
fn read(key: &KeyPath) -> Result<Values, SysError> {
    let mut values = Values::new();
    if let Some(open) = Key::open(key)? {
        collect(&open, &key.path, &mut values)?;
    }
    Ok(values)
}

fn collect(key: &Key, path: &str, values: &mut Values) -> Result<(), SysError> {
    for (name, kind, bytes) in key.values()? {
        values.insert((path.to_owned(), name), (kind, bytes));
    }
    for name in key.keys()? {
        if let Some(below) = key.below(&name) {
            collect(&below, &format!("{path}\\{name}"), values)?;
        }
    }
    Ok(())
}
