//! The last calls that came in, for tests of clients.

use super::discreet;
use crate::api;
use crate::platform::desk::{Shared, read};
use crate::rmm::event::What;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One call, answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Called {
    /// 1, 2, 3 ... since the start.
    pub number: u64,
    /// Platform time, milliseconds since the epoch.
    pub at: i64,
    /// Number of the account whose token it had, where it had a valid one.
    pub account: Option<u16>,
    /// The platform's name of the operation; none when the path is none of its.
    pub operation: Option<String>,
    pub method: String,
    /// Path with its query, secrets in it starred; without it at the token endpoint.
    pub path: String,
    pub status: u16,
    /// Username of the caller, when a token was taken.
    pub user: Option<String>,
    /// Body of an operation's request where it is JSON of at most 64 KiB; values of masked variables
    /// and passwords are starred.
    pub body: Option<String>,
    /// Fault that was played.
    pub fault: Option<String>,
}

/// Told of every call as it is answered.
pub type Log = Arc<dyn Fn(&Called) + Send + Sync>;

/// The newest calls, at most as many as it was made for.
pub struct Calls {
    keep: usize,
    shared: Arc<Shared>,
    log: Option<Log>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    last: u64,
    calls: VecDeque<Called>,
}

impl Calls {
    /// Keeps this many, and tells the log of each.
    pub fn new(keep: usize, shared: Arc<Shared>, log: Option<Log>) -> Calls {
        Calls {
            keep,
            shared,
            log,
            kept: Mutex::default(),
        }
    }

    /// Those kept, oldest first.
    pub fn all(&self) -> Vec<Called> {
        self.lock().calls.iter().cloned().collect()
    }

    /// Forgets them; the numbers go on.
    pub fn clear(&self) {
        self.lock().calls.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl api::Calls for Calls {
    fn called(&self, account: Option<u16>, call: What) {
        let What::ApiCalled {
            operation,
            method,
            path,
            status,
            user,
            body,
            fault,
        } = call
        else {
            return;
        };
        let (at, body) = {
            let ledger = read(&self.shared);
            let state = account.and_then(|n| ledger.account(n));
            // Whatever is sent to where there is no operation may be a log-in gone astray.
            let told = operation.as_deref().zip(body);
            let body = told.and_then(|(operation, body)| discreet::body(operation, &body, state));
            (ledger.now_ms(), body)
        };
        let mut call = Called {
            number: 0,
            at,
            account,
            operation,
            method,
            path: discreet::path(&path),
            status,
            user,
            body,
            fault,
        };
        let mut kept = self.lock();
        kept.last += 1;
        call.number = kept.last;
        if self.log.is_none() {
            kept.push(call, self.keep);
            return;
        }
        kept.push(call.clone(), self.keep);
        drop(kept);
        if let Some(log) = &self.log {
            log(&call);
        }
    }
}

impl Kept {
    fn push(&mut self, call: Called, keep: usize) {
        while self.calls.len() >= keep.max(1) {
            self.calls.pop_front();
        }
        if keep > 0 {
            self.calls.push_back(call);
        }
    }
}
