//! Where a ledger lies while several need it: the scenario's steps, the API, and what runs its jobs.

use super::Ledger;
use std::ops::{Deref, DerefMut};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A ledger that several threads read and write in turn.
pub type Shared = RwLock<Ledger>;

/// Holds a ledger for writing, and lends it to others while it waits for something.
///
/// A scenario's steps hold it all the time, so that nothing else happens between them; while a job
/// runs on a device, the API may use it.
pub struct Desk<'a> {
    shared: &'a Shared,
    guard: Option<RwLockWriteGuard<'a, Ledger>>,
}

impl<'a> Desk<'a> {
    /// Takes the ledger; waits until nobody else has it.
    pub fn take(shared: &'a Shared) -> Desk<'a> {
        Desk {
            shared,
            guard: Some(write(shared)),
        }
    }

    /// Where the ledger lies.
    pub fn shared(&self) -> &'a Shared {
        self.shared
    }

    /// Gives the ledger to others until `meanwhile` is done.
    pub fn lend<R>(&mut self, meanwhile: impl FnOnce() -> R) -> R {
        self.guard = None;
        let done = meanwhile();
        self.guard = Some(write(self.shared));
        done
    }
}

/// The ledger for reading.
pub fn read(shared: &Shared) -> RwLockReadGuard<'_, Ledger> {
    shared.read().unwrap_or_else(PoisonError::into_inner)
}

/// The ledger for writing.
pub fn write(shared: &Shared) -> RwLockWriteGuard<'_, Ledger> {
    shared.write().unwrap_or_else(PoisonError::into_inner)
}

const HELD: &str = "the ledger is held except while it is lent";

impl Deref for Desk<'_> {
    type Target = Ledger;
    fn deref(&self) -> &Ledger {
        self.guard.as_deref().expect(HELD)
    }
}

impl DerefMut for Desk<'_> {
    fn deref_mut(&mut self) -> &mut Ledger {
        self.guard.as_deref_mut().expect(HELD)
    }
}
