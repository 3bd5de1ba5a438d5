//! A request as it came and the answer to it, whatever carries them.

use hyper::body::Bytes;
use hyper::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Serialize;
use std::net::IpAddr;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    /// As sent, percent-encoded, without the query.
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Address of the client.
    pub peer: IpAddr,
    pub tls: bool,
}

impl Request {
    /// A header's value where it is text.
    pub fn header(&self, name: impl hyper::http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Scheme and host by which the client reached it, `https://pinotage-api.centrastage.net`.
    pub fn origin(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let host = self.header(header::HOST).unwrap_or("localhost");
        format!("{scheme}://{host}")
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub wire: Wire,
}

/// What happens on the wire instead of, or before, the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wire {
    /// It is sent at once.
    #[default]
    Whole,
    /// It is sent after a real time.
    Later(Duration),
    /// The connection is closed without an answer.
    Cut,
}

impl Answer {
    /// A status with nothing in the body.
    pub fn empty(status: u16) -> Answer {
        Answer {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            wire: Wire::Whole,
        }
    }

    /// A status with a body of a media type.
    pub fn of(status: u16, media: &'static str, body: impl Into<Bytes>) -> Answer {
        Answer {
            body: body.into(),
            ..Answer::empty(status).with(header::CONTENT_TYPE, HeaderValue::from_static(media))
        }
    }

    /// A value as JSON.
    pub fn json(status: u16, value: &impl Serialize) -> Answer {
        match serde_json::to_vec(value) {
            Ok(body) => Answer::of(status, "application/json", body),
            // Only a map with keys that are no text can fail, and none of ours is such.
            Err(_) => Answer::empty(500),
        }
    }

    /// The same with one more header.
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Answer {
        self.headers.insert(name, value);
        self
    }
}
