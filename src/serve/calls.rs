//! The last calls that came in, for tests of clients.

use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One call, answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Called {
    /// 1, 2, 3 ... since the start.
    pub number: u64,
    /// Platform time, milliseconds since the epoch.
    pub at: i64,
    pub method: String,
    /// Path with its query.
    pub path: String,
    pub status: u16,
    /// Address of the client.
    pub peer: String,
    pub tls: bool,
    /// Bytes of the request's body and of the answer's.
    pub sent: usize,
    pub answered: usize,
    /// Time the answer took, microseconds; delays that were asked for are not in it.
    pub micros: u64,
}

/// The newest calls, at most as many as it was made for.
#[derive(Debug)]
pub struct Calls {
    keep: usize,
    kept: Mutex<(u64, VecDeque<Called>)>,
}

impl Calls {
    /// Keeps this many.
    pub fn new(keep: usize) -> Calls {
        Calls {
            keep,
            kept: Mutex::default(),
        }
    }

    /// Adds a call and gives it its number.
    pub fn add(&self, mut call: Called) -> Called {
        let mut kept = self.lock();
        kept.0 += 1;
        call.number = kept.0;
        if self.keep > 0 {
            if kept.1.len() == self.keep {
                kept.1.pop_front();
            }
            kept.1.push_back(call.clone());
        }
        call
    }

    /// Those kept, oldest first.
    pub fn all(&self) -> Vec<Called> {
        self.lock().1.iter().cloned().collect()
    }

    /// Forgets them; the numbers go on.
    pub fn clear(&self) {
        self.lock().1.clear();
    }

    fn lock(&self) -> MutexGuard<'_, (u64, VecDeque<Called>)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
