//! The platform's limits on calls, on the platform's clock.
//!
//! Reads and writes of an account count apart, all its keys together; writes count by operation
//! besides. From 90 % of an account's limit on each call is slowed; beyond a limit calls are
//! refused with 429; a client that goes on is refused with 403, and its address with it for a while.
//!
//! A refused call is not counted in the window: a client that waits as it was told finds a free
//! slot. It counts against its address only. Calls without a valid token belong to no account and
//! count nowhere. (Facts, section 3; that refusals do not count is this project's choice: nobody
//! measured it.)

mod window;

pub use window::WINDOW_MS;

use crate::rmm::api_knobs::{ApiKnobs, ApiRateBuckets};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use window::Window;

/// Most reads, and most writes, of an account in a window.
pub const ACCOUNT: u32 = 600;
/// Part of an account's limit from which on calls are slowed.
pub const CUT_OFF: f32 = 0.9;
/// By how much.
pub const SLOWED: Duration = Duration::from_secs(1);
/// The kinds of writes that count apart, each with its limit.
pub const BUCKETS: [(&str, u32); 16] = [
    ("account-variable-create", 100),
    ("account-variable-delete", 100),
    ("account-variable-update", 100),
    ("alert-resolve", 100),
    ("device-job-create", 100),
    ("device-move", 100),
    ("device-udf-set", 600),
    ("device-warranty-create", 100),
    ("site-create", 100),
    ("site-proxy-create", 100),
    ("site-proxy-delete", 100),
    ("site-update", 100),
    ("site-variable-create", 100),
    ("site-variable-delete", 100),
    ("site-variable-update", 100),
    ("user-reset-keys", 100),
];
/// Most addresses remembered: those whose turn to be forgotten comes first make room.
const ADDRESSES: usize = 4096;
/// Calls nearer to each other than this are one entry where no limit bounds their number.
const COARSE_MS: i64 = 100;

/// A call that is to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    pub account: u16,
    pub peer: IpAddr,
    /// Platform time, milliseconds.
    pub now: i64,
    pub write: bool,
    /// Name among [`BUCKETS`].
    pub bucket: Option<&'a str>,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Go,
    /// It is answered after [`SLOWED`].
    Slow,
    /// 429: after so many seconds a call like it finds a slot.
    Refused(i64),
    /// 403: the address is blocked for so many seconds from now on.
    Blocked(i64),
}

/// Calls of one account in the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    pub reads: u64,
    pub writes: u64,
    /// By the place in [`BUCKETS`].
    pub buckets: [u64; BUCKETS.len()],
}

/// Counts calls.
#[derive(Default)]
pub struct Limits {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    accounts: HashMap<u16, Account>,
    refused: HashMap<IpAddr, Window>,
    /// Until which platform time.
    blocked: HashMap<IpAddr, i64>,
}

#[derive(Default)]
struct Account {
    reads: Window,
    writes: Window,
    buckets: [Window; BUCKETS.len()],
}

impl Limits {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For how many seconds more an address is blocked.
    pub fn blocked(&self, peer: IpAddr, now: i64) -> Option<i64> {
        let mut kept = self.kept();
        let until = *kept.blocked.get(&peer)?;
        if until <= now {
            kept.blocked.remove(&peer);
            return None;
        }
        Some(seconds(until - now))
    }

    /// Counts a call and tells what becomes of it. `hold` is whether the limits hold; calls are
    /// counted anyway.
    pub fn count(&self, call: Counted<'_>, knobs: &ApiKnobs, hold: bool) -> Verdict {
        let mut kept = self.kept();
        let account = kept.accounts.entry(call.account).or_default();
        let mut windows = account.of(&call, knobs.rate_buckets);
        if !hold {
            windows.iter_mut().for_each(|(w, _)| {
                w.count(call.now);
                w.add(call.now, COARSE_MS);
            });
            return Verdict::Go;
        }
        let full = windows
            .iter_mut()
            .filter_map(|(w, most)| (w.count(call.now) >= u64::from(*most)).then(|| w.frees())?)
            .max();
        if let Some(frees) = full {
            return kept.refuse(&call, knobs, seconds(frees - call.now));
        }
        windows.iter_mut().for_each(|(w, _)| w.add(call.now, 1));
        let slow = windows
            .first_mut()
            .is_some_and(|(w, most)| w.count(call.now) as f32 > *most as f32 * CUT_OFF);
        if slow { Verdict::Slow } else { Verdict::Go }
    }

    /// What an account did in the window.
    pub fn rate(&self, account: u16, now: i64) -> Rate {
        let mut kept = self.kept();
        let account = kept.accounts.entry(account).or_default();
        let mut buckets = [0; BUCKETS.len()];
        for (count, window) in buckets.iter_mut().zip(&mut account.buckets) {
            *count = window.count(now);
        }
        Rate {
            reads: account.reads.count(now),
            writes: account.writes.count(now),
            buckets,
        }
    }
}

impl Account {
    /// The windows a call counts in, that of the account first, each with its limit.
    fn of(&mut self, call: &Counted<'_>, how: ApiRateBuckets) -> Vec<(&mut Window, u32)> {
        if how == ApiRateBuckets::Single || !call.write {
            return vec![(&mut self.reads, ACCOUNT)];
        }
        let of_kind = self
            .buckets
            .iter_mut()
            .zip(BUCKETS)
            .find(|(_, (name, _))| call.bucket == Some(name))
            .map(|(window, (_, most))| (window, most));
        std::iter::once((&mut self.writes, ACCOUNT))
            .chain(of_kind)
            .collect()
    }
}

impl Kept {
    fn refuse(&mut self, call: &Counted<'_>, knobs: &ApiKnobs, wait: i64) -> Verdict {
        let before = match self.refused.get_mut(&call.peer) {
            Some(window) => window.count(call.now),
            None => {
                self.make_room(call.now);
                0
            }
        };
        if before < u64::from(knobs.refused_before_block) {
            let window = self.refused.entry(call.peer).or_default();
            window.add(call.now, COARSE_MS);
            return Verdict::Refused(wait);
        }
        self.refused.remove(&call.peer);
        let block = i64::from(knobs.block_seconds);
        if block > 0 {
            self.make_room(call.now);
            let until = call.now.saturating_add(block * 1000);
            self.blocked.insert(call.peer, until);
        }
        Verdict::Blocked(block)
    }

    /// Makes room for one more address in both maps.
    fn make_room(&mut self, now: i64) {
        if self.refused.len() >= ADDRESSES {
            self.refused.retain(|_, w| w.count(now) > 0);
        }
        if self.blocked.len() >= ADDRESSES {
            self.blocked.retain(|_, until| *until > now);
        }
        let first = |(peer, at): (&IpAddr, i64)| (at, *peer);
        if self.refused.len() >= ADDRESSES
            && let Some((_, peer)) = self
                .refused
                .iter()
                .map(|(p, w)| first((p, w.frees().unwrap_or(0))))
                .min()
        {
            self.refused.remove(&peer);
        }
        if self.blocked.len() >= ADDRESSES
            && let Some((_, peer)) = self.blocked.iter().map(|(p, at)| first((p, *at))).min()
        {
            self.blocked.remove(&peer);
        }
    }
}

/// Seconds of a time in milliseconds, rounded up and at least one.
fn seconds(ms: i64) -> i64 {
    ms.saturating_add(999).div_euclid(1000).max(1)
}

#[cfg(test)]
mod tests;
