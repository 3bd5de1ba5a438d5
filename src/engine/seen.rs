//! What a device's processes did, until a launch takes it.
//!
//! Each thing seen carries the job it belongs to when that is known (the calling process's tag).
//! What belongs to no known job goes to every launch that runs at that moment: with one launch at a
//! time that is exact, with overlapping ones each of them is told. With none running it is stray.

use super::lock;
use crate::rmm::observed::{Connection, DoubleCall, Lookup, Observed, RebootAttempt, ServiceCall};
use std::sync::Mutex;

/// Most things kept of each kind and launch; more are dropped.
const MOST: usize = 10_000;

/// Collects for all launches of a device.
#[derive(Default)]
pub struct Seen(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    running: Vec<(u32, Collected)>,
    stray: Collected,
    /// Calls of doubles begun so far.
    begun: u64,
}

/// What was seen of one launch.
#[derive(Default)]
struct Collected {
    observed: Observed,
    /// Calls with the order in which they began: they end in any order.
    doubles: Vec<(u64, DoubleCall)>,
}

impl Inner {
    fn each(&mut self, job: Option<u32>, mut f: impl FnMut(&mut Collected)) {
        let known = job.is_some_and(|j| self.running.iter().any(|(r, _)| *r == j));
        if known {
            for (_, o) in self.running.iter_mut().filter(|(r, _)| Some(*r) == job) {
                f(o);
            }
        } else if job.is_some() || self.running.is_empty() {
            // A process that outlived its job, or none at all.
            f(&mut self.stray);
        } else {
            self.running.iter_mut().for_each(|(_, o)| f(o));
        }
    }
}

fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() < MOST {
        list.push(item);
    }
}

impl Seen {
    /// A launch begins.
    pub fn begin(&self, job: u32) {
        lock(&self.0).running.push((job, Collected::default()));
    }

    /// A launch ended: all that was seen of it, in an order that a replay repeats.
    pub fn end(&self, job: u32) -> Observed {
        let mut inner = lock(&self.0);
        match inner.running.iter().position(|(j, _)| *j == job) {
            Some(at) => sorted(inner.running.swap_remove(at).1),
            None => Observed::default(),
        }
    }

    /// What belongs to no launch.
    pub fn take_stray(&self) -> Observed {
        sorted(std::mem::take(&mut lock(&self.0).stray))
    }

    /// Anything else an engine saw.
    pub fn note(&self, job: Option<u32>, mut add: impl FnMut(&mut Observed)) {
        lock(&self.0).each(job, |c| add(&mut c.observed));
    }

    pub fn reboot(&self, job: Option<u32>, attempt: RebootAttempt) {
        lock(&self.0).each(job, |c| push(&mut c.observed.reboots, attempt.clone()));
    }

    pub fn connection(&self, job: Option<u32>, connection: &Connection) {
        lock(&self.0).each(job, |c| {
            let list = &mut c.observed.connections;
            if !list.contains(connection) {
                push(list, connection.clone());
            }
        });
    }

    /// A call of a double begins; gives its place among them.
    pub fn double_begins(&self) -> u64 {
        let mut inner = lock(&self.0);
        inner.begun += 1;
        inner.begun
    }

    /// A call of a double ended.
    pub fn double(&self, job: Option<u32>, place: u64, call: &DoubleCall) {
        lock(&self.0).each(job, |c| push(&mut c.doubles, (place, call.clone())));
    }

    pub fn lookups(&self, job: Option<u32>, lookups: Vec<Lookup>) {
        let mut inner = lock(&self.0);
        for lookup in lookups {
            inner.each(job, |c| {
                let list = &mut c.observed.lookups;
                if !list.contains(&lookup) {
                    push(list, lookup.clone());
                }
            });
        }
    }

    pub fn services(&self, job: Option<u32>, calls: Vec<ServiceCall>) {
        let mut inner = lock(&self.0);
        for call in calls {
            inner.each(job, |c| push(&mut c.observed.services, call.clone()));
        }
    }
}

fn sorted(collected: Collected) -> Observed {
    let Collected {
        mut observed,
        mut doubles,
    } = collected;
    doubles.sort_by_key(|(place, _)| *place);
    observed.doubles = doubles.into_iter().map(|(_, call)| call).collect();
    observed.lookups.sort();
    observed.connections.sort();
    observed
}
