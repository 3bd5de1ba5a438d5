//! Requests of this machine's own programs alone.

use crate::api::{PLATFORMS, Request};
use hyper::http::{HeaderName, header};
use std::net::IpAddr;

/// Why a request is none of this machine's own, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotLocal {
    pub error: String,
    pub help: &'static str,
}

/// Only programs of this machine, and no page of a browser that came from elsewhere.
///
/// # Errors
/// Why it is none.
pub fn local(request: &Request) -> Result<(), NotLocal> {
    let refused = |error: String, help| Err(NotLocal { error, help });
    if !request.peer.to_canonical().is_loopback() {
        return refused(
            "endpoints below /shakedown/ answer this machine alone".into(),
            "call them from the machine that runs the server",
        );
    }
    // A name that was made to point here (DNS rebinding) is none of this server's.
    let host = request.header(header::HOST).unwrap_or("localhost");
    if !known(host) {
        return refused(
            format!("`{host}` is no name of this server"),
            "call it as localhost, as 127.0.0.1 or by a platform's host name",
        );
    }
    match elsewhere(request) {
        Some(page) => refused(
            format!("{page} may not call this"),
            "call it from a program, or from a page of this server",
        ),
        None => Ok(()),
    }
}

/// The page of somewhere else that a browser sends a request for. Browsers leave `Origin` out of
/// plain GETs, but not all of these.
fn elsewhere(request: &Request) -> Option<String> {
    let own = request.origin();
    if let Some(origin) = request.header(header::ORIGIN)
        && !origin.eq_ignore_ascii_case(&own)
    {
        return Some(format!("a page of {origin}"));
    }
    let site = request.header(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Some("a page of another site".into());
    }
    let referer = request.header(header::REFERER)?;
    let page = referer.get(..own.len()).unwrap_or_default();
    let rest = referer.get(own.len()..).unwrap_or_default();
    let same = page.eq_ignore_ascii_case(&own) && (rest.is_empty() || rest.starts_with('/'));
    (!same).then(|| "a page of another server".into())
}

/// A host of the Host header that this server goes by.
fn known(host: &str) -> bool {
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if port.bytes().all(|b| b.is_ascii_digit()) => bare,
        _ => host,
    };
    let bare = bare.trim_matches(['[', ']']).to_ascii_lowercase();
    bare == "localhost"
        || bare.parse::<IpAddr>().is_ok()
        || PLATFORMS
            .iter()
            .any(|p| bare.strip_suffix("-api.centrastage.net") == Some(p))
}
