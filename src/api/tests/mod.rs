//! The API as a client sees it, without sockets.

mod activity;
mod alerts;
mod audits;
mod device_writes;
mod devices;
mod faults;
mod isolation;
mod jobs;
mod limits;
mod lists;
mod login;
mod pipeline;
mod sites;
mod tokens;
mod variables;

use super::auth::{TokenSource, keys};
use super::{Answer, Api, Request, Settings};
use crate::platform::Ledger;
use crate::platform::desk::{Shared, write};
use crate::rmm::event::{LogId, NoReader, What};
use crate::rmm::portal::{AccountDetails, ApiKeys, UserDetails};
use base64::Engine as _;
use hyper::body::Bytes;
use hyper::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, RwLock};

pub const SEED: u64 = 7;
/// The platform's time at the start of every test, milliseconds.
pub const START: i64 = 1_767_603_600_000;

/// A platform of two accounts with a user each, `ann` in the first and `bob` in the second.
pub struct World {
    pub api: Api,
    pub shared: Shared,
}

/// `public-client:public`.
pub const CLIENT: &str = "Basic cHVibGljLWNsaWVudDpwdWJsaWM=";

pub fn settings() -> Settings {
    Settings {
        seed: SEED,
        tokens: TokenSource::Seeded(SEED),
        ..Settings::default()
    }
}

pub fn world(settings: Settings) -> World {
    let mut ledger = Ledger::new(LogId::Scenario(0), None, Arc::new(NoReader), START);
    for (account, user) in [(0, "ann"), (1, "bob")] {
        let details = AccountDetails {
            uid: format!("ab1c000{account}"),
            name: format!("Account {account}"),
            ..AccountDetails::default()
        };
        ledger.emit_in(account, What::AccountSet { details }, None);
        ledger.emit_in(account, user_of(account, user), None);
    }
    World {
        api: Api::new(settings),
        shared: RwLock::new(ledger),
    }
}

fn user_of(account: u16, user: &str) -> What {
    What::UserAdded {
        user: user.into(),
        details: UserDetails {
            username: format!("{user}@example.test"),
            ..UserDetails::default()
        },
        keys: keys(SEED, account, user),
    }
}

pub fn basic(name: &str, password: &str) -> String {
    let coded = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
    format!("Basic {coded}")
}

pub fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a header's name");
        map.append(
            name,
            HeaderValue::from_str(value).expect("a header's value"),
        );
    }
    Request {
        method: Method::from_bytes(method.as_bytes()).expect("a method"),
        path: path.to_owned(),
        query,
        headers: map,
        body: Bytes::copy_from_slice(body.as_bytes()),
        peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
        tls: false,
    }
}

impl World {
    pub fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.api
            .answer(&self.shared, &request(method, target, headers, body))
    }

    /// Asks with a token.
    pub fn with(&self, token: &str, method: &str, target: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        self.ask(method, target, &[("authorization", &bearer)], body)
    }

    /// Asks the token endpoint as the public client.
    pub fn token_call(&self, body: &str) -> Answer {
        self.ask(
            "POST",
            "/auth/oauth/token",
            &[("authorization", CLIENT)],
            body,
        )
    }

    /// Logs in with these keys.
    pub fn log_in(&self, keys: &ApiKeys) -> Answer {
        self.token_call(&format!(
            "grant_type=password&username={}&password={}",
            keys.key, keys.secret
        ))
    }

    /// A new token of a user.
    pub fn token(&self, account: u16, user: &str) -> String {
        let answer = self.log_in(&keys(SEED, account, user));
        text(&json(&answer)["access_token"])
    }

    pub fn advance(&self, by_ms: i64) {
        write(&self.shared).emit(What::ClockAdvanced { by_ms });
    }

    pub fn emit(&self, account: u16, what: What) {
        write(&self.shared).emit_in(account, what, None);
    }

    /// The same user, unable to do anything from here on.
    pub fn disable(&self, account: u16, user: &str) {
        let What::UserAdded {
            user,
            details,
            keys,
        } = user_of(account, user)
        else {
            return;
        };
        let details = UserDetails {
            disabled: true,
            ..details
        };
        self.emit(
            account,
            What::UserAdded {
                user,
                details,
                keys,
            },
        );
    }
}

pub fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).expect("the body is JSON")
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("it is a text").to_owned()
}

pub fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("")
}

pub fn body(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}
