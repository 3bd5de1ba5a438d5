//! Who calls: tokens and the keys they are given for.

use super::{Refusal, Request};
use crate::platform::desk::{Shared, read};
use hyper::http::{HeaderValue, header};
use sha2::{Digest, Sha256};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Number of the account.
    pub account: u16,
    /// Key of the user.
    pub user: String,
}

/// Who holds the bearer token of a request.
///
/// # Errors
/// 401 without a token, or with one that is unknown, expired or of keys that were reset.
pub fn caller(shared: &Shared, request: &Request) -> Result<Caller, Refusal> {
    let token = bearer(request).ok_or_else(|| unauthorized("a bearer token is needed"))?;
    let digest = digest(token);
    let ledger = read(shared);
    let now = ledger.now_ms();
    for (n, state) in (0u16..).zip(ledger.accounts()) {
        let Some(t) = state.tokens.get(&digest) else {
            continue;
        };
        if t.expires <= now || t.of_old_keys {
            break;
        }
        return Ok(Caller {
            account: n,
            user: t.user.clone(),
        });
    }
    Err(unauthorized("the token is unknown or has expired"))
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

/// SHA-256 of a token in hexadecimal digits: all that is kept of it.
pub fn digest(token: &str) -> String {
    Sha256::digest(token.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
