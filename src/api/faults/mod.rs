//! Faults on demand: what goes wrong with an operation, so that a client's resilience can be
//! rehearsed.
//!
//! As text: `OPERATION=EFFECT`, then `xN` for the next N calls only or `1/K` for every K-th call.
//! `OPERATION` is the platform's name of one, or `*` for all. `EFFECT` is a status (`504`),
//! `delay:2s`, `cut`, or `subset:50%` (that share of a device list is left out).
//! A faulted operation is not done: nothing is changed.

mod read;
mod subset;

pub use read::BadFault;
pub use subset::Subset;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lists of devices: what can be made a subset.
pub const DEVICE_LISTS: [&str; 3] = [
    "getUserAccountDevices",
    "getSiteDevices",
    "getSiteDevicesWithNetworkInterface",
];
/// All operations.
pub const EVERY: &str = "*";
/// Longest delay.
pub const LONGEST: Duration = Duration::from_secs(600);

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Platform's name of the operation, or [`EVERY`].
    pub operation: String,
    pub effect: Effect,
    pub when: When,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is refused with this status, 400 to 599.
    Status(u16),
    /// It is answered after this time, at most [`LONGEST`].
    Delay(Duration),
    /// The connection is closed without an answer.
    Cut,
    /// Of a device list this many percent, 1 to 100, are left out.
    Subset(u8),
}

/// Which calls it meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    #[default]
    Always,
    /// The next so many, at least 1.
    Next(u32),
    /// Every so-manieth, at least 1.
    Every(u32),
}

/// What a call is met by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Played {
    /// The call is answered so much later.
    pub delay: Duration,
    pub status: Option<u16>,
    pub cut: bool,
    /// Percent of the rows that are left out.
    pub subset: Option<u8>,
    /// The faults as text; none where nothing is wrong.
    pub told: Option<String>,
}

/// The faults in force.
#[derive(Default)]
pub struct Faults {
    kept: Mutex<Vec<Kept>>,
    /// Whether there is any: a call without faults takes no lock.
    any: AtomicBool,
}

struct Kept {
    fault: Fault,
    /// Calls of its operation since it was set.
    seen: u32,
}

impl Faults {
    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets a fault. One with the same operation and the same kind of effect is replaced.
    pub fn set(&self, fault: Fault) {
        let mut kept = self.kept();
        let same = |k: &Kept| {
            k.fault.operation == fault.operation
                && std::mem::discriminant(&k.fault.effect) == std::mem::discriminant(&fault.effect)
        };
        kept.retain(|k| !same(k));
        kept.push(Kept { fault, seen: 0 });
        self.any.store(true, Ordering::Release);
    }

    /// Ends all faults, or those of one operation ([`EVERY`]: those set for all at once).
    pub fn clear(&self, operation: Option<&str>) {
        let mut kept = self.kept();
        kept.retain(|k| operation.is_some_and(|o| o != k.fault.operation));
        self.any.store(!kept.is_empty(), Ordering::Release);
    }

    /// The faults in force, in the order they were set; a number of calls is what is left of it.
    pub fn list(&self) -> Vec<Fault> {
        self.kept().iter().map(Kept::left).collect()
    }

    /// What a call of this operation is met by. Counts the call.
    pub fn play(&self, operation: &str) -> Played {
        let mut played = Played::default();
        if !self.any.load(Ordering::Acquire) {
            return played;
        }
        let mut kept = self.kept();
        for k in kept.iter_mut().filter(|k| k.is_of(operation)) {
            k.seen = k.seen.saturating_add(1);
            let meets = match k.fault.when {
                When::Always | When::Next(_) => true,
                When::Every(nth) => k.seen.is_multiple_of(nth.max(1)),
            };
            if meets {
                played.take(&k.fault);
            }
            if matches!(k.fault.when, When::Every(nth) if k.seen == nth) {
                k.seen = 0;
            }
        }
        kept.retain(|k| !matches!(k.fault.when, When::Next(n) if k.seen >= n));
        self.any.store(!kept.is_empty(), Ordering::Release);
        played
    }
}

impl Kept {
    fn is_of(&self, operation: &str) -> bool {
        let of_all = self.fault.operation == EVERY;
        let lists = matches!(self.fault.effect, Effect::Subset(_));
        self.fault.operation == operation
            || (of_all && (!lists || DEVICE_LISTS.contains(&operation)))
    }

    fn left(&self) -> Fault {
        let when = match self.fault.when {
            When::Next(n) => When::Next(n.saturating_sub(self.seen)),
            when => when,
        };
        Fault {
            when,
            ..self.fault.clone()
        }
    }
}

impl Played {
    fn take(&mut self, fault: &Fault) {
        match fault.effect {
            Effect::Delay(by) => self.delay = self.delay.max(by),
            // What was set for the operation alone, or last, counts.
            Effect::Status(status) if self.status.is_none() || fault.operation != EVERY => {
                self.status = Some(status);
            }
            Effect::Subset(share) if self.subset.is_none() || fault.operation != EVERY => {
                self.subset = Some(share);
            }
            Effect::Status(_) | Effect::Subset(_) => return,
            Effect::Cut => self.cut = true,
        }
        let text = fault.to_string();
        match &mut self.told {
            Some(told) => {
                told.push_str(", ");
                told.push_str(&text);
            }
            None => self.told = Some(text),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.operation)?;
        match self.effect {
            Effect::Status(status) => write!(f, "{status}")?,
            Effect::Delay(by) if by.subsec_millis() == 0 => write!(f, "delay:{}s", by.as_secs())?,
            Effect::Delay(by) => write!(f, "delay:{}ms", by.as_millis())?,
            Effect::Cut => f.write_str("cut")?,
            Effect::Subset(share) => write!(f, "subset:{share}%")?,
        }
        match self.when {
            When::Always => Ok(()),
            When::Next(n) => write!(f, " x{n}"),
            When::Every(nth) => write!(f, " 1/{nth}"),
        }
    }
}

#[cfg(test)]
mod tests;
