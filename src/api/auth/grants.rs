//! The token endpoint: `POST /auth/oauth/token`.

use super::form::{Form, basic};
use super::{TOKEN_HOURS, pages, revokes, secrets, user_with};
use crate::api::{Answer, Api, Refusal, Request};
use crate::platform::Ledger;
use crate::platform::desk::{Shared, write};
use crate::platform::state::tokens::{Digest, to_hex};
use crate::rmm::api_knobs::{ApiCodeRefresh, ApiWrongSecret};
use crate::rmm::event::What;
use hyper::http::{HeaderValue, header};
use serde::Serialize;

/// Name and password of the one client the platform knows.
pub(super) const CLIENT: (&str, &str) = ("public-client", "public");

const TOKEN_MS: i64 = TOKEN_HOURS * 3_600_000;

/// The form the platform's OAuth server answers in.
#[derive(Serialize)]
struct Token<'a> {
    access_token: &'a str,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    /// Seconds, one less than the token lives, as it is seen.
    expires_in: i64,
    scope: &'static str,
    jti: &'a str,
}

#[derive(Serialize)]
struct Wrong<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// Whose token it is to be.
struct Holder {
    account: u16,
    user: String,
    refresh: RefreshToken,
}

enum RefreshToken {
    New,
    /// The one that was used is given again.
    Same(String),
    None,
}

/// Gives out a token.
pub(super) fn token(api: &Api, shared: &Shared, request: &Request) -> Result<Answer, Refusal> {
    if basic(request).is_none_or(|(name, password)| (name.as_str(), password.as_str()) != CLIENT) {
        return Err(challenge());
    }
    let body = String::from_utf8_lossy(&request.body);
    let form = Form::read(&body, request.query.as_deref());
    let mut ledger = write(shared);
    let holder = match form.text("grant_type").as_deref() {
        None | Some("") => return Err(wrong(400, "invalid_request", "Missing grant type")),
        Some("password") => by_password(api, &ledger, &form)?,
        Some("authorization_code") => by_code(api, &ledger, &form)?,
        Some("refresh_token") => by_refresh(api, &ledger, &form)?,
        Some("client_credentials") => return Err(challenge()),
        Some(other) => {
            let text = format!("Unsupported grant type: {other}");
            return Err(wrong(400, "unsupported_grant_type", &text));
        }
    };
    issue(api, &mut ledger, &holder)
}

fn by_password(api: &Api, ledger: &Ledger, form: &Form<'_>) -> Result<Holder, Refusal> {
    let status = match api.settings.knobs.wrong_secret {
        ApiWrongSecret::BadRequest => 400,
        ApiWrongSecret::Unauthorized => 401,
    };
    let found = user_with(ledger, |u| {
        form.is("username", &u.keys.key)
            && form.is("password", &u.keys.secret)
            && !u.keys.secret.is_empty()
    });
    let Some((account, user, row)) = found else {
        return Err(wrong(status, "invalid_grant", "Bad credentials"));
    };
    if row.details.disabled {
        return Err(wrong(status, "invalid_grant", "User is disabled"));
    }
    Ok(Holder {
        account,
        user: user.to_owned(),
        refresh: RefreshToken::New,
    })
}

fn by_code(api: &Api, ledger: &Ledger, form: &Form<'_>) -> Result<Holder, Refusal> {
    let code = form.text("code").ok_or_else(|| {
        wrong(
            400,
            "invalid_request",
            "An authorization code must be supplied.",
        )
    })?;
    let bad = |text: &str| wrong(400, "invalid_grant", text);
    let taken = api
        .logins
        .take_code(&code, ledger.now_ms())
        .ok_or_else(|| bad(&format!("Invalid authorization code: {code}")))?;
    if form.text("redirect_uri").as_deref() != Some(taken.redirect.as_str()) {
        return Err(bad("Redirect URI mismatch."));
    }
    if form.text("client_id").is_some_and(|id| id != CLIENT.0) {
        return Err(bad("Client ID mismatch"));
    }
    if !taken.who.is_current(ledger) {
        return Err(bad(
            "The user's API keys were reset or the user is disabled",
        ));
    }
    Ok(Holder {
        account: taken.who.account,
        user: taken.who.user,
        refresh: match api.settings.knobs.code_refresh {
            ApiCodeRefresh::Present => RefreshToken::New,
            ApiCodeRefresh::Absent => RefreshToken::None,
        },
    })
}

fn by_refresh(api: &Api, ledger: &Ledger, form: &Form<'_>) -> Result<Holder, Refusal> {
    let token = form
        .text("refresh_token")
        .ok_or_else(|| wrong(400, "invalid_request", "A refresh token must be supplied."))?;
    let holder = || {
        let account = secrets::account_of(&token)?;
        let state = ledger.account(account)?;
        let known = state.tokens.refresh(&secrets::digest(&token))?;
        let user = state.users.get(&known.user)?;
        let ended = known.of_old_keys && revokes(api);
        if known.expires <= ledger.now_ms() || ended || user.details.disabled {
            return None;
        }
        Some((account, known.user.clone()))
    };
    let (account, user) =
        holder().ok_or_else(|| wrong(400, "invalid_grant", "Invalid refresh token"))?;
    Ok(Holder {
        account,
        user,
        refresh: RefreshToken::Same(token),
    })
}

/// Writes that a token was given out, and tells it.
fn issue(api: &Api, ledger: &mut Ledger, holder: &Holder) -> Result<Answer, Refusal> {
    let source = api.settings.tokens;
    let Holder { account, user, .. } = holder;
    let nth = ledger.account(*account).map_or(0, |s| s.tokens.issued());
    let make = |what: &str| source.bytes(&format!("{what} {account} {user} {nth}"));
    let access = secrets::token(*account, &make("access")?);
    let refresh = match &holder.refresh {
        RefreshToken::New => Some(secrets::token(*account, &make("refresh")?)),
        RefreshToken::Same(token) => Some(token.clone()),
        RefreshToken::None => None,
    };
    let jti = source.text(&format!("jti {account} {user} {nth}"))?;
    let digest = |token: &str| -> Digest { secrets::digest(token) };
    let issued = What::TokenIssued {
        user: user.clone(),
        access: to_hex(&digest(&access)),
        refresh: refresh.as_deref().map(|r| to_hex(&digest(r))),
        expires: ledger.now_ms().saturating_add(TOKEN_MS),
    };
    ledger.commit(*account, vec![issued])?;
    let token = Token {
        access_token: &access,
        token_type: "bearer",
        refresh_token: refresh.as_deref(),
        expires_in: TOKEN_MS / 1000 - 1,
        scope: "default",
        jti: &jti,
    };
    Ok(unstored(Answer::json(200, &token)))
}

/// 401 with a log-in page, and the challenge without which some clients never send what they have.
fn challenge() -> Refusal {
    Refusal::own(pages::login(401, "", None).with(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Basic realm=\"oauth2/client\""),
    ))
}

/// OAuth's own form of an error.
fn wrong(status: u16, error: &str, description: &str) -> Refusal {
    let body = Wrong {
        error,
        error_description: description,
    };
    Refusal::own(unstored(Answer::json(status, &body)))
}

fn unstored(answer: Answer) -> Answer {
    answer
        .with(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
        .with(header::PRAGMA, HeaderValue::from_static("no-cache"))
}
