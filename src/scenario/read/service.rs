//! Mocked services of a world.

use super::fault::FaultForm;
use super::http::{AnyJson, HeaderName, Method, RoutePath, one_method};
use crate::rmm::service::{Fault, Reply, Request, Route, ServiceSpec};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{ListOf, Many, MapOf};
use crate::scenario::form::scalar::{Fixed, Literal, Name, Text, Whole};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// A service as it is read.
#[derive(Debug, Default)]
pub(crate) struct ServiceDraft {
    url: Url,
    routes: Vec<Route>,
    fault: Option<Fault>,
}

keys! {
    /// A mocked service, reachable on the devices at its real URL.
    ServiceKeys ("service") => ServiceDraft {
        /// Its real URL, `http` or `https`, with port and path prefix where it has them.
        must "url": UrlForm => url,
        /// The first route that matches a request answers; a request no route takes gets 404 and counts as unmatched.
        "routes": ListOf<Map<RouteKeys>> => routes,
        /// Fault of every answer that has none of its own.
        "fault": FaultForm => fault,
    }
}

impl Keys for ServiceKeys {
    type Draft = ServiceDraft;
    type Out = ServiceSpec;
    const NAME: &'static str = ServiceKeys::TITLE;
    const DOC: &'static str = ServiceKeys::ABOUT;
    const TABLES: &'static [&'static [Key<ServiceDraft>]] = &[ServiceKeys::KEYS];

    fn finish(draft: ServiceDraft, _: Span, _: &mut Cx) -> Option<ServiceSpec> {
        Some(ServiceSpec {
            name: String::new(),
            tls: draft.url.tls,
            host: draft.url.host,
            port: draft.url.port,
            base_path: draft.url.base_path,
            routes: draft.routes,
            fault: draft.fault,
        })
    }
}

/// `services:` of a world.
pub(crate) struct Services;

impl Form for Services {
    type Out = Vec<Spanned<ServiceSpec>>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a service's name to its `url` and `routes`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let entries = MapOf::<Name, Map<ServiceKeys>>::read(node, cx)?;
        Some(
            entries
                .into_iter()
                .map(|(key, spec)| Spanned {
                    span: key.span,
                    value: ServiceSpec {
                        name: key.value,
                        ..spec
                    },
                })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        MapOf::<Name, Map<ServiceKeys>>::schema(g)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Url {
    pub tls: bool,
    pub host: String,
    pub port: u16,
    pub base_path: String,
}

pub(crate) struct UrlForm;

impl Form for UrlForm {
    type Out = Url;
    fn expected() -> Cow<'static, str> {
        "a URL such as `https://licence.vendor.example`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Url> {
        let text = Fixed::read(node, cx)?;
        match url(&text) {
            Ok(url) => Some(url),
            Err(why) => cx.fail(
                Problem::new(
                    "scenario::url",
                    format!("{} is not a service's URL", node.shown()),
                )
                .at(node.span)
                .help(format!(
                    "{why}; an example: `https://licence.vendor.example/v1`"
                )),
            ),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "pattern": "^(https?://|\\$\\{)", "examples": ["https://licence.vendor.example"] })
    }
}

/// Reads a URL without query.
pub(crate) fn url(text: &str) -> Result<Url, &'static str> {
    let (tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Err("it begins with `http://` or `https://`"),
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if path.contains(['?', '#', ' ']) {
        return Err("it has no query, fragment or space");
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (
            host,
            port.parse()
                .ok()
                .filter(|p| *p > 0)
                .ok_or("the port is a number from 1 to 65535")?,
        ),
        None => (authority, if tls { 443 } else { 80 }),
    };
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if host.len() > 253 || !host.split('.').all(label) {
        return Err("the host is a name of letters, digits, `-` and dots");
    }
    let path = path.trim_end_matches('/');
    Ok(Url {
        tls,
        host: host.to_ascii_lowercase(),
        port,
        base_path: if path.is_empty() {
            String::new()
        } else {
            format!("/{path}")
        },
    })
}

keys! {
    /// One route of a service.
    RouteKeys ("route") => Route {
        /// What a request must be; every request unless given.
        "when": Map<RequestKeys> => when,
        /// The answer, or several that are given in turn (the last one repeats); 200 with an empty body unless given.
        "then": Many<Map<ReplyKeys>> => replies,
    }
}
plain!(RouteKeys => Route, |mut route: Route, _, _: &mut Cx| {
    if route.replies.is_empty() {
        route.replies.push(Reply::default());
    }
    Some(route)
});

/// A method with its path, as it is read.
#[derive(Debug, Default)]
pub(crate) struct RequestDraft {
    get: Option<String>,
    head: Option<String>,
    post: Option<String>,
    put: Option<String>,
    patch: Option<String>,
    delete: Option<String>,
    method: Option<String>,
    path: Option<String>,
    query: Vec<(Spanned<String>, String)>,
    headers: Vec<(Spanned<String>, String)>,
    body_contains: Option<String>,
}

keys! {
    /// What a request must be for a route; everything given must hold.
    RequestKeys ("request") => RequestDraft {
        /// `GET` of this path.
        "get": RoutePath => get,
        /// `HEAD` of this path.
        "head": RoutePath => head,
        /// `POST` to this path.
        "post": RoutePath => post,
        /// `PUT` to this path.
        "put": RoutePath => put,
        /// `PATCH` of this path.
        "patch": RoutePath => patch,
        /// `DELETE` of this path.
        "delete": RoutePath => delete,
        /// Any other method, or the method of `path`.
        "method": Method => method,
        /// Path below the service's URL, without the query; `*` stands for one part, `**` for any number.
        "path": RoutePath => path,
        /// Query parameters that must be there with these values.
        "query": MapOf<crate::scenario::form::scalar::AnyName, Literal> => query,
        /// Headers that must have these values.
        "headers": MapOf<HeaderName, Literal> => headers,
        /// The body holds this text.
        "body-contains": Literal => body_contains,
    }
}

impl Keys for RequestKeys {
    type Draft = RequestDraft;
    type Out = Request;
    const NAME: &'static str = RequestKeys::TITLE;
    const DOC: &'static str = RequestKeys::ABOUT;
    const TABLES: &'static [&'static [Key<RequestDraft>]] = &[RequestKeys::KEYS];

    fn finish(d: RequestDraft, span: Span, cx: &mut Cx) -> Option<Request> {
        let short = [
            ("GET", d.get),
            ("HEAD", d.head),
            ("POST", d.post),
            ("PUT", d.put),
            ("PATCH", d.patch),
            ("DELETE", d.delete),
        ];
        let (method, path) = one_method(short, d.method, d.path, span, cx)?;
        Some(Request {
            method,
            path,
            query: d.query.into_iter().map(|(k, v)| (k.value, v)).collect(),
            headers: d.headers.into_iter().map(|(k, v)| (k.value, v)).collect(),
            body_contains: d.body_contains,
        })
    }
}

/// A reply as it is read.
#[derive(Debug, Default)]
pub(crate) struct ReplyDraft {
    status: Option<u16>,
    headers: Vec<(Spanned<String>, String)>,
    body: Option<String>,
    json: Option<Json>,
    fault: Option<Fault>,
}

keys! {
    /// What a route answers.
    ReplyKeys ("reply") => ReplyDraft {
        /// Status; 200 unless given.
        "status": Whole<u16, 100, 599> => status,
        /// Headers.
        "headers": MapOf<HeaderName, Literal> => headers,
        /// The body as text, taken as it is.
        "body": Text => body,
        /// The body as JSON, with `Content-Type: application/json` unless `headers` says otherwise.
        "json": AnyJson => json,
        /// A fault of this answer.
        "fault": FaultForm => fault,
    }
}

impl Keys for ReplyKeys {
    type Draft = ReplyDraft;
    type Out = Reply;
    const NAME: &'static str = ReplyKeys::TITLE;
    const DOC: &'static str = ReplyKeys::ABOUT;
    const TABLES: &'static [&'static [Key<ReplyDraft>]] = &[ReplyKeys::KEYS];

    fn finish(d: ReplyDraft, span: Span, cx: &mut Cx) -> Option<Reply> {
        let mut headers: Vec<_> = d.headers.into_iter().map(|(k, v)| (k.value, v)).collect();
        if let Some(bad) = headers.iter().find(|(_, v)| v.contains(['\r', '\n', '\0'])) {
            return cx.fail(
                Problem::new(
                    "scenario::header",
                    format!("the value of header `{}` has a line break", bad.0),
                )
                .at(span),
            );
        }
        let body = match (d.body, d.json) {
            (Some(_), Some(_)) => {
                return cx.fail(
                    Problem::new("scenario::body", "both `body` and `json` are given").at(span),
                );
            }
            (Some(text), None) => text.into_bytes(),
            (None, Some(json)) => {
                if !headers
                    .iter()
                    .any(|(k, _)| k.eq_ignore_ascii_case("content-type"))
                {
                    headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
                }
                json.to_string().into_bytes()
            }
            (None, None) => Vec::new(),
        };
        Some(Reply {
            status: d.status.unwrap_or(200),
            headers,
            body,
            fault: d.fault,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn urls_of_services() {
        let u = url("https://Licence.Bright-AV.web/v1/").unwrap();
        assert_eq!(
            (u.tls, u.host.as_str(), u.port, u.base_path.as_str()),
            (true, "licence.bright-av.web", 443, "/v1")
        );
        let u = url("http://a:8080").unwrap();
        assert_eq!((u.tls, u.port, u.base_path.as_str()), (false, 8080, ""));
        for bad in [
            "ftp://a",
            "https://",
            "https://a b",
            "https://a:0",
            "https://a:x",
            "https://u@a",
            "https://a/?q",
            "https://-a",
        ] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }
}
