//! A service made ready to serve: patterns parsed, bodies shared, counters at zero.

use super::error::ServiceError;
use super::http::path::{self, Pattern};
use super::http::search::Needles;
use super::{check, lock};
use crate::engine::gateway::Gateway;
use crate::rmm::service::{Fault, Request, ServiceSpec};
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub(super) struct Service {
    pub name: String,
    /// Lower case; an address without brackets.
    pub host: String,
    pub port: u16,
    pub tls: bool,
    /// Without a slash at its end.
    pub base: String,
    pub routes: Vec<Route>,
    /// Finds the texts that routes want in bodies; the n-th belongs to [`Route::needle`] n.
    pub needles: Option<Needles>,
    /// Who answers instead of the routes.
    pub gateway: Option<Arc<dyn Gateway>>,
    fault: Mutex<Option<Fault>>,
}

pub(super) struct Route {
    pub when: Request,
    pub pattern: Option<Pattern>,
    pub needle: Option<usize>,
    replies: Vec<Reply>,
    turn: AtomicUsize,
}

/// A reply whose body is shared by all who get it.
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Bytes,
    pub fault: Option<Fault>,
}

impl Service {
    /// Checks what the scenario asks and makes it ready.
    pub fn new(spec: &ServiceSpec) -> Result<Service, ServiceError> {
        check::service(spec)?;
        let mut texts = Vec::new();
        let mut routes = Vec::new();
        for (index, route) in spec.routes.iter().enumerate() {
            let replies = route
                .replies
                .iter()
                .map(|reply| {
                    Ok(Reply {
                        status: reply.status,
                        headers: check::headers(&spec.name, index, reply)?,
                        body: Bytes::from(reply.body.clone()),
                        fault: reply.fault.clone(),
                    })
                })
                .collect::<Result<_, ServiceError>>()?;
            let needle = route.when.body_contains.as_ref().map(|text| {
                texts.push(text.clone());
                texts.len() - 1
            });
            routes.push(Route {
                pattern: route.when.path.as_deref().map(Pattern::new),
                when: route.when.clone(),
                needle,
                replies,
                turn: AtomicUsize::new(0),
            });
        }
        let needles = match texts.is_empty() {
            true => None,
            false => Some(
                Needles::new(&texts).map_err(|e| ServiceError::spec(&spec.name, e.to_string()))?,
            ),
        };
        Ok(Service {
            name: spec.name.clone(),
            host: check::plain_host(&spec.host).to_ascii_lowercase(),
            port: spec.port,
            tls: spec.tls,
            base: spec.base_path.trim_end_matches('/').to_owned(),
            routes,
            needles,
            gateway: None,
            fault: Mutex::new(spec.fault.clone()),
        })
    }

    pub fn fault(&self) -> Option<Fault> {
        lock(&self.fault).clone()
    }

    /// Puts another fault in place and returns the former one.
    pub fn set_fault(&self, fault: Option<Fault>) -> Option<Fault> {
        std::mem::replace(&mut *lock(&self.fault), fault)
    }

    /// The part of a request's path below the service's base, or none when it is elsewhere.
    pub fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        path::below(&self.base, path)
    }
}

impl Route {
    /// The reply whose turn it is.
    pub fn current(&self) -> Option<&Reply> {
        let turn = self.turn.load(Ordering::Relaxed);
        self.replies.get(turn).or(self.replies.last())
    }

    /// Number of replies that were taken so far, at most the number of the last reply.
    pub fn turn(&self) -> usize {
        self.turn.load(Ordering::Relaxed)
    }

    /// The next request gets the next reply; the last one repeats.
    pub fn advance(&self) {
        let last = self.replies.len().saturating_sub(1);
        // Only the one runtime thread serves requests, so nobody else counts in between.
        if self.turn() < last {
            self.turn.fetch_add(1, Ordering::Relaxed);
        }
    }
}
