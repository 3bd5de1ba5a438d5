//! The platform's REST API: a function from requests to answers in front of the platform's state.
//!
//! It knows no sockets: `serve` puts it on a port, a scenario asks it directly, and a device's
//! network hands it what its programs send.

pub mod auth;
pub mod call;
mod documents;
pub mod faults;
pub mod limits;
pub mod openapi;
pub mod operations;
pub mod page;
mod pipeline;
pub mod query;
pub mod refusal;
pub mod request;
pub mod router;
pub mod table;
pub mod types;

#[cfg(test)]
mod tests;

pub use call::Call;
pub use faults::Fault;
pub use pipeline::{Calls, LONGEST_BODY};
pub use refusal::Refusal;
pub use request::{Answer, Request};

use crate::platform::desk::{Shared, read};
use crate::rmm::api_knobs::ApiKnobs;
use std::sync::{Arc, OnceLock};

/// Names of the platforms; each has its API at `https://NAME-api.centrastage.net`.
pub const PLATFORMS: [&str; 6] = [
    "pinotage",
    "merlot",
    "concord",
    "vidal",
    "zinfandel",
    "syrah",
];

/// What runs jobs that the API queued.
pub trait Agents: Send + Sync {
    /// A job stands in the state of this account, pending.
    fn queued(&self, account: u16, job: &str);
}

/// How the API behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    pub knobs: ApiKnobs,
    /// Which of [`PLATFORMS`] it is: portal links are made of it.
    pub platform: String,
    /// Ids, keys and tokens are derived from it.
    pub seed: u64,
    /// Absolute URL that clients are told; that of the request unless given.
    pub public_url: Option<String>,
    /// The platform's limits on calls hold.
    pub rate_limits: bool,
    /// Where tokens and new API keys come from.
    pub tokens: auth::TokenSource,
}

impl Default for Settings {
    /// Pinotage, seed 0, random tokens, limits as on the platform.
    fn default() -> Self {
        Settings {
            knobs: ApiKnobs::default(),
            platform: PLATFORMS[0].to_owned(),
            seed: 0,
            public_url: None,
            rate_limits: true,
            tokens: auth::TokenSource::Random,
        }
    }
}

/// The API of one platform.
pub struct Api {
    pub settings: Settings,
    agents: Option<Arc<dyn Agents>>,
    router: router::Router,
    logins: auth::Logins,
    limits: limits::Limits,
    faults: faults::Faults,
    calls: Option<Arc<dyn Calls>>,
    /// Platform time, milliseconds.
    started: OnceLock<i64>,
}

impl Api {
    /// An API without anything that runs its jobs: they stay pending until they expire.
    pub fn new(settings: Settings) -> Api {
        Api {
            settings,
            agents: None,
            router: router::Router::new(),
            logins: auth::Logins::default(),
            limits: limits::Limits::default(),
            faults: faults::Faults::default(),
            calls: None,
            started: OnceLock::new(),
        }
    }

    /// The same with something that runs its jobs.
    pub fn with_agents(mut self, agents: Arc<dyn Agents>) -> Api {
        self.agents = Some(agents);
        self
    }

    /// Told by the operations that queue jobs.
    pub fn queued(&self, account: u16, job: &str) {
        if let Some(agents) = &self.agents {
            agents.queued(account, job);
        }
    }

    /// The same with something that is told of every call.
    pub fn with_calls(mut self, calls: Arc<dyn Calls>) -> Api {
        self.calls = Some(calls);
        self
    }

    /// The same, started at a platform time (milliseconds) instead of that of its first call.
    pub fn started(self, at_ms: i64) -> Api {
        Api {
            started: at_ms.into(),
            ..self
        }
    }

    /// Sets a fault. One with the same operation and the same kind of effect is replaced.
    pub fn set_fault(&self, fault: Fault) {
        self.faults.set(fault);
    }

    /// Ends all faults, or those set for one operation.
    pub fn clear_faults(&self, operation: Option<&str>) {
        self.faults.clear(operation);
    }

    /// The faults in force, in the order they were set.
    pub fn faults(&self) -> Vec<Fault> {
        self.faults.list()
    }

    /// Absolute URL of the platform as a client knows it, without a slash at its end.
    pub fn base(&self, request: &Request) -> String {
        match &self.settings.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => request.origin(),
        }
    }

    /// Calls of an account in the window that ends at a platform time (milliseconds).
    pub fn rate(&self, account: u16, now: i64) -> limits::Rate {
        self.limits.rate(account, now)
    }

    /// Platform time of its start, milliseconds; 0 before its first call.
    pub fn started_at(&self) -> i64 {
        self.started.get().copied().unwrap_or(0)
    }

    /// Answers one request.
    pub fn answer(&self, shared: &Shared, request: &Request) -> Answer {
        self.started.get_or_init(|| read(shared).now_ms());
        pipeline::answer(self, shared, request)
    }

    /// The same, and what is to be told of the call: its account, none without a valid token, and
    /// a [`crate::rmm::event::What::ApiCalled`]. Nothing that [`Api::with_calls`] gave hears of it.
    pub fn answer_and_tell(
        &self,
        shared: &Shared,
        request: &Request,
    ) -> (Answer, Option<u16>, crate::rmm::event::What) {
        self.started.get_or_init(|| read(shared).now_ms());
        pipeline::answer_and_tell(self, shared, request)
    }
}
