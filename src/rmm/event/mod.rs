//! The one event log: everything that happens in a run is one of these.
//! Platform state is a fold over them; every report is a reader of them.
//!
//! Fields that differ between two replays of the same seed stand only in [`Event::real`] and in
//! process ids, so that logs can be compared.

mod parts;
mod reader;
mod what;

pub use parts::{Note, Origin, Place, Stream, Verdict};
pub use reader::{EventReader, LogId, NoReader, Readers};
pub use what::What;

use serde::{Deserialize, Serialize};

/// Version of the record's format, in the first event of every record.
pub const FORMAT: u32 = 1;

/// One event of a run's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// 1, 2, 3 ... within one log.
    pub seq: u64,
    /// Platform time in milliseconds since the Unix epoch.
    pub at: i64,
    /// Sequence number of the event that caused this one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause: Option<u64>,
    /// Which account it belongs to: 0 is the scenario's own, others are its neighbours.
    #[serde(skip_serializing_if = "is_own", default)]
    pub account: u16,
    /// Key of the user whose token was used, where it came by the API.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
    /// What differs between replays: real milliseconds since the scenario's start.
    pub real: Real,
    pub what: What,
}

fn is_own(account: &u16) -> bool {
    *account == 0
}

/// Measured, not replayable.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Real {
    /// Milliseconds since the start of the scenario.
    pub ms: f64,
}
