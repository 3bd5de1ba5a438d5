//! Who calls: tokens, the keys they are given for, and how they are asked for.

mod form;
mod grants;
mod login;
mod pages;
mod secrets;
mod users;

pub use login::Logins;
pub use secrets::{NoRandom, TokenSource, digest, keys};
pub use users::{UserKeys, user_keys};

use super::{Answer, Api, Refusal, Request};
use crate::platform::Ledger;
use crate::platform::desk::{Shared, read};
use crate::platform::state::User;
use crate::rmm::api_knobs::ApiTokensAfterReset;
use hyper::http::{HeaderValue, Method, header};

/// Where all of it stands, outside the API.
pub(super) const BELOW: &str = "/auth/";

/// Hours of platform time an access token is valid.
pub const TOKEN_HOURS: i64 = 100;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Number of the account.
    pub account: u16,
    /// Key of the user.
    pub user: String,
}

/// Who holds the bearer token of a request, and the platform time (milliseconds) it was found at.
///
/// # Errors
/// 401 without a token, or with one that is unknown, expired, of a disabled user or, by the knob,
/// of keys that were reset.
pub fn caller(api: &Api, shared: &Shared, request: &Request) -> Result<(Caller, i64), Refusal> {
    let token = bearer(request).ok_or_else(|| unauthorized("a bearer token is needed"))?;
    let unknown = || unauthorized("the token is unknown or has expired");
    let account = secrets::account_of(token).ok_or_else(unknown)?;
    let digest = digest(token);
    let ledger = read(shared);
    let now = ledger.now_ms();
    let state = ledger.account(account).ok_or_else(unknown)?;
    let found = state.tokens.get(&digest).ok_or_else(unknown)?;
    let ended = found.of_old_keys && revokes(api);
    let user = state.users.get(&found.user).ok_or_else(unknown)?;
    if found.expires <= now || ended || user.details.disabled {
        return Err(unknown());
    }
    let user = found.user.clone();
    Ok((Caller { account, user }, now))
}

/// Whether tokens of keys that were reset are worth nothing.
fn revokes(api: &Api) -> bool {
    api.settings.knobs.tokens_after_reset == ApiTokensAfterReset::Revoked
}

/// The token of a request, whatever the case of the word before it.
fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header(header::AUTHORIZATION)?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

fn unauthorized(message: &str) -> Refusal {
    Refusal::new(401, message).with(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer realm=\"api\", error=\"invalid_token\""),
    )
}

/// The user with these keys, whichever account has it: its account, key and row.
fn user_with(ledger: &Ledger, has: impl Fn(&User) -> bool) -> Option<(u16, &str, &User)> {
    (0u16..)
        .zip(ledger.accounts())
        .find_map(|(account, state)| {
            let (key, user) = state.users.iter().find(|(_, u)| has(u))?;
            Some((account, key, user))
        })
}

/// Answers a request below `/auth`, which is outside the API; none where it is not there.
pub fn answer(api: &Api, shared: &Shared, request: &Request) -> Option<Result<Answer, Refusal>> {
    let below = request.path.strip_prefix(BELOW)?;
    let ways: &[(Method, Way)] = match below.strip_suffix('/').unwrap_or(below) {
        "oauth/token" => &[(Method::POST, grants::token)],
        "oauth/authorize" => &[(Method::GET, login::authorize)],
        "login" => &[(Method::GET, login::form), (Method::POST, login::submit)],
        _ => return Some(Err(Refusal::not_found("there is nothing at this path"))),
    };
    // HEAD is GET without its body.
    let method = match request.method {
        Method::HEAD => &Method::GET,
        ref other => other,
    };
    Some(match ways.iter().find(|(m, _)| m == method) {
        Some((_, way)) => way(api, shared, request),
        None => {
            let methods: Vec<&Method> = ways.iter().map(|(m, _)| m).collect();
            match *method {
                Method::OPTIONS => Ok(super::router::options(&methods)),
                _ => Err(super::router::not_allowed(method, &methods)),
            }
        }
    })
}

/// Answers one kind of request.
type Way = fn(&Api, &Shared, &Request) -> Result<Answer, Refusal>;

impl From<NoRandom> for Refusal {
    fn from(e: NoRandom) -> Refusal {
        Refusal::new(500, e.to_string())
    }
}
