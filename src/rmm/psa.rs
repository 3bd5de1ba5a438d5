//! Tickets of a PSA, in the shape of Autotask's.

use serde::{Deserialize, Serialize};

/// Number of the status `New` in Autotask's picklist.
pub const NEW: i64 = 1;
/// Number of the status `Complete` in Autotask's picklist; a system value that no MSP can rename away.
pub const COMPLETE: i64 = 5;

/// A ticket of a PSA's queue.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ticket {
    pub id: i64,
    /// `T20260105.0001`: shown to people.
    pub number: String,
    /// Id of the alert, where an RMM made it.
    pub external_id: String,
    pub title: String,
    pub description: String,
    /// Number in the PSA's picklist: 4 critical, 1 high, 2 medium, 3 low.
    pub priority: i64,
    /// Number in the PSA's picklist: [`NEW`], [`COMPLETE`].
    pub status: i64,
    /// Platform times, milliseconds.
    pub created: i64,
    pub completed: Option<i64>,
}

impl Ticket {
    /// Not completed.
    pub fn is_open(&self) -> bool {
        self.status != COMPLETE
    }
}
