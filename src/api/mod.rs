//! The platform's REST API: a function from requests to answers in front of the platform's state.
//!
//! It knows no sockets: `serve` puts it on a port, a scenario asks it directly, and a device's
//! network hands it what its programs send.

pub mod auth;
pub mod call;
pub mod openapi;
pub mod operations;
pub mod page;
pub mod query;
pub mod refusal;
pub mod request;
pub mod router;
pub mod table;
pub mod types;

#[cfg(test)]
mod tests;

pub use call::Call;
pub use refusal::Refusal;
pub use request::{Answer, Request};

use crate::platform::desk::Shared;
use crate::rmm::api_knobs::ApiKnobs;
use std::sync::Arc;

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
}

impl Api {
    /// An API without anything that runs its jobs: they stay pending until they expire.
    pub fn new(settings: Settings) -> Api {
        Api {
            settings,
            agents: None,
            router: router::Router::new(),
            logins: auth::Logins::default(),
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

    /// Answers one request.
    pub fn answer(&self, shared: &Shared, request: &Request) -> Answer {
        self.route(shared, request)
            .unwrap_or_else(|refusal| refusal.answer(self, shared, request))
    }

    fn route(&self, shared: &Shared, request: &Request) -> Result<Answer, Refusal> {
        if let Some(answer) = auth::answer(self, shared, request) {
            return answer;
        }
        let found = self.router.find(&request.method, &request.path);
        let caller = match &found {
            Ok(found) if found.operation.public => None,
            // Outside the API nobody is asked who he is.
            Err(_) if !router::guarded(&request.path) => None,
            _ => Some(auth::caller(self, shared, request)?.0),
        };
        let found = found?;
        let call = Call::new(self, shared, request, &found, caller)?;
        (found.operation.handler)(&call)
    }
}
