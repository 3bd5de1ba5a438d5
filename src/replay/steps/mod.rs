//! One file per kind of step: each does its action and tells what was seen.

pub mod api;
pub mod audit;
pub mod comstore;
pub mod device;
pub mod job;
pub mod judge;
pub mod monitor;
pub mod parallel;
pub mod portal;
pub mod told;
pub mod windows;

use super::judge::Seen;
use super::monitoring::clock;
use super::runner::Runner;
use super::verdict::Stop;
use crate::scenario::expect::Expect;
use crate::scenario::{Span, Spanned};
use std::time::Duration;

/// Where in the scenario a step is done.
pub struct At<'s> {
    /// `3.2`
    pub path: &'s str,
    /// Sequence number of its `step-started`.
    pub started: u64,
    pub attempt: u32,
    pub span: Span,
    /// What is expected of it: some steps look up only what is asked for.
    pub expect: &'s Expect,
}

/// `advance:` moves the platform's clock and lets happen what was due.
pub fn advance(r: &mut Runner<'_>, at: &At<'_>, by: Duration) -> Result<Vec<Seen>, Stop> {
    Ok(vec![clock::advance(r, at.started, by)?])
}

/// `check:` does nothing but look.
pub fn check(r: &mut Runner<'_>, cause: u64, on: &[Spanned<String>]) -> Result<Vec<Seen>, Stop> {
    if on.is_empty() {
        return Ok(vec![Seen::default()]);
    }
    on.iter()
        .map(|name| {
            let observed = r.device(name)?.handle.stray();
            told::logged(r, cause, &name.value, &observed);
            Ok(Seen {
                device: name.value.clone(),
                observed,
                ..Seen::default()
            })
        })
        .collect()
}
