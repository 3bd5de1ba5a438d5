//! What stands behind the port: the platform's API, and our own endpoints beside it.

use super::calls::{Called, Calls};
use super::control;
use crate::api::{Answer, Api, Request};
use crate::platform::desk::{Shared, read};
use std::sync::Arc;
use std::time::Instant;

/// Told of every call as it is answered.
pub type Log = Arc<dyn Fn(&Called) + Send + Sync>;

/// Answers requests.
pub struct Front {
    pub api: Api,
    pub shared: Arc<Shared>,
    pub calls: Calls,
    pub log: Option<Log>,
}

impl Front {
    /// Answers one request.
    pub async fn answer(&self, request: &Request) -> Answer {
        if request.path.starts_with(control::PREFIX) {
            return control::answer(self, request).await;
        }
        let started = Instant::now();
        let answer = self.api.answer(&self.shared, request);
        self.remember(request, &answer, started);
        answer
    }

    fn remember(&self, request: &Request, answer: &Answer, started: Instant) {
        let path = match &request.query {
            Some(query) => format!("{}?{query}", request.path),
            None => request.path.clone(),
        };
        let call = self.calls.add(Called {
            number: 0,
            at: read(&self.shared).now_ms(),
            method: request.method.to_string(),
            path,
            status: answer.status,
            peer: request.peer.to_string(),
            tls: request.tls,
            sent: request.body.len(),
            answered: answer.body.len(),
            micros: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        });
        if let Some(log) = &self.log {
            log(&call);
        }
    }
}
