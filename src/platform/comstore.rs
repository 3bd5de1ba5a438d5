//! The ComStore: what is published there and which account downloaded it when. Folded from events,
//! over all accounts of the platform.

use crate::rmm::event::{Event, What};
use std::collections::BTreeMap;

/// Components that the vendor's delegate published, by key.
#[derive(Debug, Clone, Default)]
pub struct ComStore {
    shelf: BTreeMap<String, Published>,
}

/// A published component.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// The newest release, counted from 1.
    pub release: u32,
    /// First downloads: an account stands here once, however often it updates.
    downloads: BTreeMap<u16, Download>,
    told: Option<Told>,
}

/// What the vendor was told of a component last: nothing in it names an account.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Told {
    /// Its shown name.
    pub component: String,
    /// First and last day of the time it was told for.
    pub from: String,
    pub through: String,
    /// First downloads within that time, and up to its end.
    pub downloads: u64,
    pub total: u64,
}

impl Told {
    /// As a line of JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What an account has of a component.
#[derive(Debug, Clone, Copy)]
struct Download {
    /// Platform time of the first download, milliseconds.
    at: i64,
    release: u32,
}

impl ComStore {
    /// Folds one event in.
    pub fn apply(&mut self, event: &Event) {
        match &event.what {
            What::ComponentPublished {
                component, release, ..
            } => self.shelf.entry(component.clone()).or_default().release = *release,
            What::ComponentDownloaded { component, release } => {
                let new = Download {
                    at: event.at,
                    release: *release,
                };
                let downloads = &mut self.shelf.entry(component.clone()).or_default().downloads;
                downloads.entry(event.account).or_insert(new).release = *release;
            }
            What::ComponentUpdated { component, release } => {
                let there = self.shelf.get_mut(component);
                if let Some(had) = there.and_then(|p| p.downloads.get_mut(&event.account)) {
                    had.release = *release;
                }
            }
            What::MetricsHandedOver {
                component,
                name,
                from,
                through,
                downloads,
                total,
            } => {
                let told = Told {
                    component: name.clone(),
                    from: from.clone(),
                    through: through.clone(),
                    downloads: *downloads,
                    total: *total,
                };
                self.shelf.entry(component.clone()).or_default().told = Some(told);
            }
            _ => {}
        }
    }

    /// A component, if it is published.
    pub fn get(&self, component: &str) -> Option<&Published> {
        self.shelf.get(component)
    }
}

impl Published {
    /// How many accounts have downloaded it so far.
    pub fn total(&self) -> u64 {
        self.downloads.len() as u64
    }

    /// How many accounts downloaded it first in a span of platform time: from, before; milliseconds.
    pub fn downloads(&self, from: i64, before: i64) -> u64 {
        let within = |d: &&Download| (from..before).contains(&d.at);
        self.downloads.values().filter(within).count() as u64
    }

    /// What was told of it last.
    pub fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// The release that an account has of it.
    pub fn had_by(&self, account: u16) -> Option<u32> {
        self.downloads.get(&account).map(|d| d.release)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::event::Real;

    fn event(at: i64, account: u16, what: What) -> Event {
        Event {
            seq: 1,
            at,
            cause: None,
            account,
            by: None,
            real: Real { ms: 0.0 },
            what,
        }
    }

    fn published(release: u32) -> What {
        What::ComponentPublished {
            component: "scan".into(),
            name: "Scan".into(),
            release,
            source: "scan".into(),
        }
    }

    fn downloaded(release: u32) -> What {
        What::ComponentDownloaded {
            component: "scan".into(),
            release,
        }
    }

    #[test]
    fn an_account_counts_once_and_an_update_never() {
        let mut store = ComStore::default();
        store.apply(&event(10, 0, published(1)));
        store.apply(&event(20, 0, downloaded(1)));
        store.apply(&event(30, 1, downloaded(1)));
        store.apply(&event(40, 0, published(2)));
        let update = What::ComponentUpdated {
            component: "scan".into(),
            release: 2,
        };
        store.apply(&event(50, 1, update));
        // The account that lost its copy downloads it anew: it counts no more.
        store.apply(&event(60, 0, downloaded(2)));
        let scan = store.get("scan").unwrap();
        assert_eq!(scan.total(), 2);
        assert_eq!((scan.had_by(0), scan.had_by(1)), (Some(2), Some(2)));
        assert_eq!(scan.had_by(2), None);
    }

    #[test]
    fn a_span_of_time_ends_before_its_end() {
        let mut store = ComStore::default();
        store.apply(&event(0, 0, published(1)));
        store.apply(&event(10, 0, downloaded(1)));
        store.apply(&event(20, 1, downloaded(1)));
        let scan = store.get("scan").unwrap();
        assert_eq!(scan.downloads(0, 20), 1);
        assert_eq!(scan.downloads(20, 21), 1);
        assert_eq!(scan.downloads(10, 21), 2);
        assert_eq!(scan.downloads(21, 99), 0);
    }

    #[test]
    fn a_new_release_reaches_nobody_by_itself() {
        let mut store = ComStore::default();
        store.apply(&event(0, 0, published(1)));
        store.apply(&event(1, 0, downloaded(1)));
        store.apply(&event(2, 0, published(2)));
        let scan = store.get("scan").unwrap();
        assert_eq!((scan.release, scan.had_by(0)), (2, Some(1)));
    }
}
