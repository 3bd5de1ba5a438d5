//! When monitors of policies are due. Pure: it knows times and numbers, no devices and no runs.
//!
//! Runs that are due at the same time stand in one bucket, so that a tick costs a push and not a
//! search, however many devices there are.

use std::collections::BTreeMap;

/// Number of an entry, in the order they were added.
pub type Entry = u32;

/// What runs again and again.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    /// Milliseconds between two runs, by entry.
    every: Vec<i64>,
    /// Entries by the platform time, in milliseconds, at which they are due.
    due: BTreeMap<i64, Vec<Entry>>,
}

impl Schedule {
    /// Adds an entry that is due first at `first` and then every `every_ms`; both in milliseconds,
    /// less than one is one.
    pub fn add(&mut self, first: i64, every_ms: i64) -> Entry {
        let entry = u32::try_from(self.every.len()).unwrap_or(u32::MAX);
        self.every.push(every_ms.max(1));
        self.due.entry(first).or_default().push(entry);
        entry
    }

    /// When something is due next.
    pub fn next(&self) -> Option<i64> {
        self.due.keys().next().copied()
    }

    /// What is due at the next time that is not after `until`, in the order of the entries. Each is
    /// due again from here on.
    pub fn take(&mut self, until: i64) -> Option<(i64, Vec<Entry>)> {
        let first = self.due.first_entry().filter(|e| *e.key() <= until)?;
        let at = *first.key();
        let mut entries = first.remove();
        entries.sort_unstable();
        for entry in &entries {
            let every = self.every.get(*entry as usize).copied().unwrap_or(1);
            let next = at.saturating_add(every);
            self.due.entry(next).or_default().push(*entry);
        }
        Some((at, entries))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.every.len()
    }

    /// Nothing is ever due.
    pub fn is_empty(&self) -> bool {
        self.every.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_due_together_comes_in_order() {
        let mut s = Schedule::default();
        assert_eq!(
            (s.add(300, 300), s.add(100, 100), s.add(300, 300)),
            (0, 1, 2)
        );
        assert_eq!(s.take(99), None);
        assert_eq!(s.take(1000), Some((100, vec![1])));
        assert_eq!(s.take(1000), Some((200, vec![1])));
        assert_eq!(s.take(1000), Some((300, vec![0, 1, 2])));
        assert_eq!(s.next(), Some(400));
    }

    proptest! {
        /// However time is cut into steps, each entry runs as often as its interval fits in.
        #[test]
        fn steps_of_time_change_nothing(
            every in prop::collection::vec(1i64..50, 1..8),
            cuts in prop::collection::vec(1i64..200, 1..8),
        ) {
            let mut s = Schedule::default();
            for e in &every {
                s.add(*e, *e);
            }
            let mut ran = vec![0; every.len()];
            let mut now = 0;
            for cut in cuts {
                now += cut;
                while let Some((at, entries)) = s.take(now) {
                    prop_assert!(at <= now);
                    for e in entries {
                        ran[e as usize] += 1;
                    }
                }
            }
            for (e, n) in every.iter().zip(ran) {
                prop_assert_eq!(now / e, n);
            }
        }
    }
}
