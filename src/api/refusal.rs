//! Refusals: what the platform will not do, with the status it says so by.

use super::Api;
use super::request::{Answer, Request};
use crate::platform::desk::{Shared, read};
use crate::rmm::api_knobs::ApiErrorBody;
use hyper::http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

/// Why a call is refused.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: u16,
    /// For people: what and how to mend it.
    pub message: String,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// An answer of its own form (HTML, OAuth's JSON) instead of the platform's error body.
    pub own: Option<Box<Answer>>,
}

impl Refusal {
    /// A refusal with the platform's error body.
    pub fn new(status: u16, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            message: message.into(),
            headers: Vec::new(),
            own: None,
        }
    }

    /// 400.
    pub fn bad(message: impl Into<String>) -> Refusal {
        Refusal::new(400, message)
    }

    /// 404.
    pub fn not_found(message: impl Into<String>) -> Refusal {
        Refusal::new(404, message)
    }

    /// An answer of its own form.
    pub fn own(answer: Answer) -> Refusal {
        Refusal {
            own: Some(Box::new(answer.clone())),
            ..Refusal::new(answer.status, "")
        }
    }

    /// The same with one more header.
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Refusal {
        self.headers.push((name, value));
        self
    }

    /// Methods that are done where another one was asked for.
    pub(super) fn allow(&self) -> Option<HeaderValue> {
        let allow = self.headers.iter().find(|(name, _)| *name == header::ALLOW);
        allow.map(|(_, value)| value.clone())
    }

    /// As the platform sends it, by the knob.
    pub fn answer(self, api: &Api, shared: &Shared, request: &Request) -> Answer {
        if let Some(own) = self.own {
            return *own;
        }
        let mut answer = match api.settings.knobs.error_body {
            ApiErrorBody::Empty => Answer::empty(self.status),
            ApiErrorBody::Errors => Answer::json(
                self.status,
                &Errors {
                    errors: [&self.message],
                    message: &self.message,
                },
            ),
            ApiErrorBody::Spring => Answer::json(
                self.status,
                &Spring {
                    timestamp: jiff::Timestamp::from_millisecond(read(shared).now_ms())
                        .map(|t| t.to_string())
                        .unwrap_or_default(),
                    status: self.status,
                    error: StatusCode::from_u16(self.status)
                        .ok()
                        .and_then(|s| s.canonical_reason())
                        .unwrap_or_default(),
                    message: &self.message,
                    path: &request.path,
                },
            ),
        };
        answer.headers.extend(self.headers);
        answer
    }
}

#[derive(Serialize)]
struct Errors<'a> {
    errors: [&'a str; 1],
    message: &'a str,
}

#[derive(Serialize)]
struct Spring<'a> {
    timestamp: String,
    status: u16,
    error: &'a str,
    message: &'a str,
    path: &'a str,
}

impl From<std::io::Error> for Refusal {
    /// The event log cannot be written: nothing was changed.
    fn from(e: std::io::Error) -> Refusal {
        Refusal::new(
            500,
            format!("nothing was changed: the event log cannot be written: {e}"),
        )
    }
}
