//! Requests of a scenario's own `api:` steps.

use super::{Platform, address};
use crate::api::auth;
use crate::api::request::Wire;
use crate::api::{Answer, Request};
use crate::platform::desk::{Shared, read};
use base64::Engine as _;
use hyper::body::Bytes;
use hyper::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A request, its texts filled in.
#[derive(Debug, Clone)]
pub struct Ask {
    pub method: String,
    /// As it is written in the step, with its query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Media type of the body.
    pub media: Option<&'static str>,
    pub caller: Caller,
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Caller {
    Nobody,
    /// Value of the header.
    Header(String),
    /// Account and key of a user, for whom a token is got where none is good.
    User(u16, String),
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// 0 where the connection was closed without an answer.
    pub status: u16,
    /// In the order they came; names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Tokens of users by account and key.
pub type Tokens = BTreeMap<(u16, String), String>;

/// The path on the platform of one written in a step.
pub fn on_the_platform(path: &str) -> String {
    match path.starts_with("/v2/") || path == "/v2" {
        true => format!("/api{path}"),
        false => path.to_owned(),
    }
}

impl Platform {
    /// Asks the API of a ledger that nobody holds.
    ///
    /// # Errors
    /// What cannot be sent so, or why no token was given.
    pub fn ask(
        &self,
        shared: &Arc<Shared>,
        ask: &Ask,
        tokens: &mut Tokens,
        cause: u64,
    ) -> Result<Answered, String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, text(&self.host)?);
        if let Some(media) = ask.media {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        }
        let authorization = match &ask.caller {
            Caller::Nobody => None,
            Caller::Header(value) => Some(value.clone()),
            Caller::User(account, user) => {
                let token = self.token(shared, (*account, user), tokens, cause)?;
                Some(format!("Bearer {token}"))
            }
        };
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, text(&value)?);
        }
        for (name, value) in &ask.headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| format!("`{name}` is no name of a header"))?;
            headers.insert(name, text(value)?);
        }
        let path = on_the_platform(&ask.path);
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
            None => (path, None),
        };
        let method = Method::from_bytes(ask.method.as_bytes())
            .map_err(|_| format!("`{}` is no method", ask.method))?;
        let request = Request {
            method,
            path,
            query,
            headers,
            body: Bytes::from(ask.body.clone()),
            peer: address(0),
            tls: true,
        };
        let (answer, _) = self.answer(shared, &request, Some(cause));
        Ok(answered(answer))
    }

    /// A token of a user that is good now.
    fn token(
        &self,
        shared: &Arc<Shared>,
        (account, user): (u16, &str),
        tokens: &mut Tokens,
        cause: u64,
    ) -> Result<String, String> {
        let id = (account, user.to_owned());
        let keys = {
            let ledger = read(shared);
            let now = ledger.now_ms();
            let state = ledger.account(account).ok_or("there is no such account")?;
            let good = |token: &&String| {
                let known = state.tokens.get(&auth::digest(token));
                known.is_some_and(|t| t.expires > now && !t.of_old_keys)
            };
            if let Some(token) = tokens.get(&id).filter(good) {
                return Ok(token.clone());
            }
            let row = state.users.get(user).ok_or("there is no such user")?;
            row.keys.clone()
        };
        let body = format!(
            "grant_type=password&username={}&password={}",
            keys.key, keys.secret
        );
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, text(&self.host)?);
        let client = base64::engine::general_purpose::STANDARD.encode("public-client:public");
        headers.insert(header::AUTHORIZATION, text(&format!("Basic {client}"))?);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let request = Request {
            method: Method::POST,
            path: "/auth/oauth/token".into(),
            query: None,
            headers,
            body: Bytes::from(body),
            peer: address(0),
            tls: true,
        };
        let (answer, _) = self.answer(shared, &request, Some(cause));
        let token = super::world::tokens(&request, &answer).into_iter().next();
        let told = || {
            let body = String::from_utf8_lossy(&answer.body);
            format!("the token endpoint answered {}: {body}", answer.status)
        };
        let token = token.ok_or_else(told)?;
        tokens.insert(id, token.clone());
        Ok(token)
    }
}

fn text(value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(value).map_err(|_| "a header cannot hold control characters".to_owned())
}

/// What the step sees; a delay passes here.
fn answered(answer: Answer) -> Answered {
    if let Wire::Later(delay) = answer.wire {
        std::thread::sleep(delay.min(Duration::from_secs(600)));
    }
    if answer.wire == Wire::Cut {
        return Answered {
            status: 0,
            headers: Vec::new(),
            body: Vec::new(),
        };
    }
    let text = |v: &HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
    let headers = answer.headers.iter();
    Answered {
        status: answer.status,
        headers: headers.map(|(n, v)| (n.to_string(), text(v))).collect(),
        body: answer.body.to_vec(),
    }
}
