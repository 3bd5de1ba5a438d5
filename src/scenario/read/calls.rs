//! Expectations on calls of services and doubles.

use super::http::{HeaderName, Method, one_method};
use super::matcher::{Count, Matcher, Number, says_nothing};
use crate::scenario::expect::{CallsExpect, RequestExpect};
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Many, MapOf};
use crate::scenario::form::pattern::JsonPathName;
use crate::scenario::form::{Cx, Key, Keys, Map};
use crate::scenario::matcher::{NumberMatcher, TextMatcher};
use crate::scenario::span::{Span, Spanned};

keys! {
    /// Calls of a service since the step began.
    ServiceCallKeys ("service-calls") => CallsExpect {
        /// How many requests reached it.
        "calls": Count => calls,
        /// How many of them no route took.
        "unmatched": Count => unmatched,
        /// Each of these is met by at least one request.
        "requests": Many<Map<RequestExpectKeys>> => requests,
    }
}
plain!(ServiceCallKeys => CallsExpect, given);

keys! {
    /// Calls of a double since the step began.
    DoubleCallKeys ("double-calls") => CallsExpect {
        /// How many times it was called.
        "calls": Count => calls,
        /// The arguments, joined by a space, of at least one call.
        "args": Matcher => args,
        /// What at least one call read on stdin.
        "stdin": Matcher => stdin,
    }
}
plain!(DoubleCallKeys => CallsExpect, given);

fn given(mut calls: CallsExpect, span: Span, cx: &mut Cx) -> Option<CallsExpect> {
    let nothing = calls.calls.is_none()
        && calls.unmatched.is_none()
        && calls.requests.is_empty()
        && calls.args.is_none()
        && calls.stdin.is_none();
    if nothing {
        return says_nothing(cx, span);
    }
    calls.span = span;
    Some(calls)
}

/// A request as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub get: Option<TextMatcher>,
    pub head: Option<TextMatcher>,
    pub post: Option<TextMatcher>,
    pub put: Option<TextMatcher>,
    pub patch: Option<TextMatcher>,
    pub delete: Option<TextMatcher>,
    pub method: Option<String>,
    pub path: Option<TextMatcher>,
    pub body: Option<TextMatcher>,
    pub headers: Vec<(Spanned<String>, TextMatcher)>,
    pub json: Vec<(Spanned<String>, TextMatcher)>,
    pub status: Option<NumberMatcher>,
}

keys! {
    /// A request that reached a service; everything given must hold.
    RequestExpectKeys ("request-expectation") => Draft {
        /// A `GET` of this path (with query).
        "get": Matcher => get,
        /// A `HEAD` of this path.
        "head": Matcher => head,
        /// A `POST` to this path.
        "post": Matcher => post,
        /// A `PUT` to this path.
        "put": Matcher => put,
        /// A `PATCH` of this path.
        "patch": Matcher => patch,
        /// A `DELETE` of this path.
        "delete": Matcher => delete,
        /// Any other method, or the method of `path`.
        "method": Method => method,
        /// The path with its query.
        "path": Matcher => path,
        /// The body as text.
        "body": Matcher => body,
        /// Headers by name.
        "headers": MapOf<HeaderName, Matcher> => headers,
        /// Values in a JSON body, by JSON path.
        "json": MapOf<JsonPathName, Matcher> => json,
        /// The status that was answered; 0 where the connection was cut before.
        "status": Number => status,
    }
}

impl Keys for RequestExpectKeys {
    type Draft = Draft;
    type Out = RequestExpect;
    const NAME: &'static str = RequestExpectKeys::TITLE;
    const DOC: &'static str = RequestExpectKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[RequestExpectKeys::KEYS];

    fn finish(d: Draft, span: Span, cx: &mut Cx) -> Option<RequestExpect> {
        match d.finish(span, cx)? {
            (_, true) => says_nothing(cx, span),
            (request, false) => Some(request),
        }
    }
}

impl Draft {
    /// The request, and whether nothing is said of it.
    pub fn finish(self, span: Span, cx: &mut Cx) -> Option<(RequestExpect, bool)> {
        let short = [
            ("GET", self.get),
            ("HEAD", self.head),
            ("POST", self.post),
            ("PUT", self.put),
            ("PATCH", self.patch),
            ("DELETE", self.delete),
        ];
        let (method, path) = one_method(short, self.method, self.path, span, cx)?;
        let nothing = method.is_none()
            && path.is_none()
            && self.body.is_none()
            && self.headers.is_empty()
            && self.json.is_empty()
            && self.status.is_none();
        let headers = self.headers.into_iter();
        let request = RequestExpect {
            span,
            method,
            path,
            body: self.body,
            headers: headers.map(|(k, v)| (k.value, v)).collect(),
            json: self.json,
            status: self.status,
        };
        Some((request, nothing))
    }
}
