//! The authorization-code grant up to its code: authorize, log-in page, redirect.

use super::form::Form;
use super::grants::CLIENT;
use super::{TokenSource, pages, user_with};
use crate::api::{Answer, Api, Refusal, Request};
use crate::platform::Ledger;
use crate::platform::desk::{Shared, read};
use hyper::Uri;
use hyper::http::{HeaderName, HeaderValue, header};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a code is valid, milliseconds of platform time.
const CODE_MS: i64 = 60_000;
/// How long a log-in session is valid, milliseconds of platform time.
const SESSION_MS: i64 = 600_000;
/// Most sessions, and most codes, at a time: the oldest make room.
const MOST: usize = 1000;
/// Longest redirect URI and state, bytes.
const LONGEST: usize = 2048;
const COOKIE: &str = "SESSION";

/// Sessions of the log-in page and codes that were not exchanged yet. They end with the process.
#[derive(Default)]
pub struct Logins {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    sessions: Store<Session>,
    codes: Store<Code>,
    /// How many texts were made, to tell those of one seed apart.
    made: u64,
}

/// Who logged in.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub account: u16,
    pub user: String,
    /// API key the log-in was done with.
    key: String,
}

impl Who {
    /// The user is still there, enabled, and has the key.
    pub fn is_current(&self, ledger: &Ledger) -> bool {
        ledger
            .account(self.account)
            .and_then(|s| s.users.get(&self.user))
            .is_some_and(|u| !u.details.disabled && u.keys.key == self.key)
    }
}

#[derive(Clone)]
struct Session {
    csrf: String,
    wanted: Wanted,
    who: Option<Who>,
}

/// What an authorize request asks for.
#[derive(Clone)]
struct Wanted {
    redirect: String,
    state: Option<String>,
}

/// A code that was given out.
pub(super) struct Code {
    pub who: Who,
    pub redirect: String,
}

/// Things by a text nobody can guess, for a time.
struct Store<T> {
    by_text: HashMap<String, (i64, T)>,
    order: VecDeque<String>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Store {
            by_text: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<T> Store<T> {
    fn put(&mut self, text: String, until: i64, thing: T) {
        if self.order.len() >= MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_text.remove(&oldest);
        }
        self.order.push_back(text.clone());
        self.by_text.insert(text, (until, thing));
    }

    fn get(&mut self, text: &str, now: i64) -> Option<&mut T> {
        let (until, thing) = self.by_text.get_mut(text)?;
        (*until > now).then_some(thing)
    }

    fn take(&mut self, text: &str, now: i64) -> Option<T> {
        let (until, thing) = self.by_text.remove(text)?;
        self.order.retain(|t| t != text);
        (until > now).then_some(thing)
    }
}

impl Kept {
    fn text(&mut self, source: TokenSource, what: &str) -> Result<String, Refusal> {
        self.made += 1;
        Ok(source.text(&format!("{what} {}", self.made))?)
    }

    /// A code for what a session wants; the session is known by a new text from here on.
    fn code(
        &mut self,
        source: TokenSource,
        now: i64,
        session: Session,
        who: Who,
        secure: bool,
    ) -> Result<Answer, Refusal> {
        let code = self.text(source, "code")?;
        let new = Code {
            who: who.clone(),
            redirect: session.wanted.redirect.clone(),
        };
        self.codes
            .put(code.clone(), now.saturating_add(CODE_MS), new);
        let answer = session.wanted.answer(&[("code", &code)])?;
        let renewed = Session {
            who: Some(who),
            ..session
        };
        let cookie = self.session(source, now, renewed, secure)?;
        Ok(answer.with(header::SET_COOKIE, cookie))
    }

    /// Keeps a session; gives the cookie it is known by.
    fn session(
        &mut self,
        source: TokenSource,
        now: i64,
        session: Session,
        secure: bool,
    ) -> Result<HeaderValue, Refusal> {
        let text = self.text(source, "session")?;
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={text}; Path=/auth; HttpOnly; SameSite=Lax{secure}");
        self.sessions
            .put(text, now.saturating_add(SESSION_MS), session);
        value(&cookie)
    }
}

impl Logins {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a code out, so that it is worth nothing from here on.
    pub(super) fn take_code(&self, code: &str, now: i64) -> Option<Code> {
        self.kept().codes.take(code, now)
    }
}

impl Wanted {
    fn read(request: &Request) -> Result<Wanted, Refusal> {
        let form = Form::read("", request.query.as_deref());
        let wrong = |text: &str| Refusal::own(pages::wrong(400, text));
        match form.text("client_id").as_deref() {
            Some(id) if id == CLIENT.0 => {}
            Some(_) => {
                return Err(wrong(
                    "client_id must be public-client: no other client is known.",
                ));
            }
            None => return Err(wrong("client_id is missing; it must be public-client.")),
        }
        let redirect = form
            .text("redirect_uri")
            .ok_or_else(|| wrong("redirect_uri is missing: the code is sent there."))?;
        may_redirect(&redirect).map_err(|e| wrong(&e))?;
        let state = form.text("state");
        if state.as_ref().is_some_and(|s| s.len() > LONGEST) {
            return Err(wrong(&format!("state is longer than {LONGEST} bytes.")));
        }
        let wanted = Wanted { redirect, state };
        // A scope of any name is taken: the platform gives `default` whatever is asked for.
        match form.text("response_type").as_deref() {
            Some("code") => Ok(wanted),
            _ => Err(Refusal::own(wanted.answer(&[
                ("error", "unsupported_response_type"),
                ("error_description", "response_type must be code"),
            ])?)),
        }
    }

    /// 302 back to the client with these parameters and its state.
    fn answer(&self, with: &[(&str, &str)]) -> Result<Answer, Refusal> {
        let mut url = self.redirect.clone();
        let state = self.state.as_deref().map(|s| ("state", s));
        for (name, value) in with.iter().copied().chain(state) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.extend(percent_encoding::utf8_percent_encode(
                value,
                percent_encoding::NON_ALPHANUMERIC,
            ));
        }
        redirect(&url)
    }
}

/// Whether a code may be sent there.
fn may_redirect(text: &str) -> Result<(), String> {
    if text.len() > LONGEST {
        return Err(format!("redirect_uri is longer than {LONGEST} bytes."));
    }
    let uri: Uri = text
        .parse()
        .map_err(|_| "redirect_uri is no URL.".to_owned())?;
    let host = uri.host().unwrap_or_default();
    let bare = |a: &hyper::http::uri::Authority| !a.as_str().contains('@');
    if text.contains('#') || host.is_empty() || !uri.authority().is_some_and(bare) {
        return Err(
            "redirect_uri must be an absolute URL without a user name and without #.".to_owned(),
        );
    }
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if ["127.0.0.1", "[::1]", "localhost"].contains(&host) => Ok(()),
        _ => Err(
            "redirect_uri must begin with https://, or with http:// on this machine (127.0.0.1, [::1], localhost)."
                .to_owned(),
        ),
    }
}

/// `GET /auth/oauth/authorize`.
pub(super) fn authorize(api: &Api, shared: &Shared, request: &Request) -> Result<Answer, Refusal> {
    let wanted = Wanted::read(request)?;
    let ledger = read(shared);
    let now = ledger.now_ms();
    let source = api.settings.tokens;
    let mut kept = api.logins.kept();
    let known = cookie(request).and_then(|c| kept.sessions.get(c, now).cloned());
    if let Some(session) = known
        && let Some(who) = session.who.clone().filter(|w| w.is_current(&ledger))
    {
        return kept.code(source, now, Session { wanted, ..session }, who, request.tls);
    }
    let session = Session {
        csrf: kept.text(source, "csrf")?,
        wanted,
        who: None,
    };
    let cookie = kept.session(source, now, session, request.tls)?;
    Ok(redirect("/auth/login")?.with(header::SET_COOKIE, cookie))
}

/// `GET /auth/login`.
pub(super) fn form(api: &Api, shared: &Shared, request: &Request) -> Result<Answer, Refusal> {
    let now = read(shared).now_ms();
    let mut kept = api.logins.kept();
    let session = cookie(request).and_then(|c| kept.sessions.get(c, now));
    let session = session.ok_or_else(no_session)?;
    let failed = request.query.as_deref() == Some("error");
    let message = failed.then_some("The API key or the API secret key is wrong.");
    Ok(pages::login(200, &session.csrf, message))
}

/// `POST /auth/login`.
pub(super) fn submit(api: &Api, shared: &Shared, request: &Request) -> Result<Answer, Refusal> {
    let body = String::from_utf8_lossy(&request.body);
    let form = Form::read(&body, None);
    let ledger = read(shared);
    let now = ledger.now_ms();
    let mut kept = api.logins.kept();
    let text = cookie(request).ok_or_else(no_session)?;
    let session = kept.sessions.get(text, now).ok_or_else(no_session)?.clone();
    if form.text("_csrf").as_deref() != Some(session.csrf.as_str()) {
        return Err(no_session());
    }
    let found = user_with(&ledger, |u| {
        form.is("username", &u.keys.key)
            && form.is("password", &u.keys.secret)
            && !u.keys.secret.is_empty()
            && !u.details.disabled
    });
    let Some((account, user, row)) = found else {
        return redirect("/auth/login?error");
    };
    let who = Who {
        account,
        user: user.to_owned(),
        key: row.keys.key.clone(),
    };
    // Nobody who knew the session before the log-in has it after.
    kept.sessions.take(text, now);
    kept.code(api.settings.tokens, now, session, who, request.tls)
}

fn no_session() -> Refusal {
    Refusal::own(pages::wrong(
        403,
        "This log-in has ended or was not begun here. Begin again at /auth/oauth/authorize.",
    ))
}

/// The session's text of a request.
fn cookie(request: &Request) -> Option<&str> {
    request
        .headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, text)| text)
}

fn redirect(url: &str) -> Result<Answer, Refusal> {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::LOCATION, value(url)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let answer = Answer::empty(302);
    Ok(headers
        .into_iter()
        .fold(answer, |a, (name, value)| a.with(name, value)))
}

fn value(text: &str) -> Result<HeaderValue, Refusal> {
    HeaderValue::from_str(text)
        .map_err(|_| Refusal::bad("the redirect URI cannot be sent in a header"))
}
