//! Parts of HTTP requests and answers.

use crate::scenario::error::Problem;
use crate::scenario::form::scalar::Fixed;
use crate::scenario::form::{Cx, Form, Gen};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::{Node, Resolved, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// Method and path from `post: /path` or `method:` with `path:`; both is a mistake.
pub(crate) fn one_method<P, const N: usize>(
    short: [(&'static str, Option<P>); N],
    method: Option<String>,
    path: Option<P>,
    span: Span,
    cx: &mut Cx,
) -> Option<(Option<String>, Option<P>)> {
    let mut given = short
        .into_iter()
        .filter_map(|(name, path)| path.map(|p| (name, p)));
    let Some((name, short_path)) = given.next() else {
        return Some((method, path));
    };
    if given.next().is_some() || method.is_some() || path.is_some() {
        return cx.fail(
            Problem::new("scenario::method", "the method or the path is given twice")
                .at(span)
                .help("write either `post: /path`, or `method:` with `path:`"),
        );
    }
    Some((Some(name.to_owned()), Some(short_path)))
}

/// Path of a route.
pub(crate) struct RoutePath;

impl Form for RoutePath {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "a path such as `/activate`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = Fixed::read(node, cx)?;
        if !text.starts_with('/') || text.contains(['?', '#']) {
            return cx.fail(
                Problem::new(
                    "scenario::path",
                    format!("{} is not a route's path", node.shown()),
                )
                .at(node.span)
                .help("it begins with `/` and has no query; query parameters go to `query:`"),
            );
        }
        Some(text)
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "pattern": "^(/|\\$\\{)", "examples": ["/activate"] })
    }
}

/// An HTTP method, in upper case.
pub(crate) struct Method;

impl Form for Method {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "an HTTP method such as `POST`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        match node.text() {
            Some(t)
                if !t.is_empty()
                    && t.len() <= 20
                    && t.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') =>
            {
                Some(t.to_ascii_uppercase())
            }
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "pattern": "^([A-Za-z-]{1,20}|\\$\\{.*)$" })
    }
}

/// Name of an HTTP header.
pub(crate) struct HeaderName;

impl Form for HeaderName {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "the name of a header, such as `Content-Type`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        match node.text() {
            Some(t) if !t.is_empty() && t.bytes().all(token) => Some(Spanned {
                value: t.to_owned(),
                span: node.span,
            }),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" })
    }
}

/// Any value, read as JSON.
pub(crate) struct AnyJson;

impl Form for AnyJson {
    type Out = Json;
    fn expected() -> Cow<'static, str> {
        "any value".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Json> {
        Some(match &node.value {
            Value::Sequence(items) => {
                let read: Vec<_> = items.iter().map(|i| Self::read(i, cx)).collect();
                Json::Array(read.into_iter().collect::<Option<_>>()?)
            }
            Value::Mapping(entries) => {
                let mut map = serde_json::Map::new();
                for (k, v) in entries {
                    map.insert(k.text().unwrap_or_default().to_owned(), Self::read(v, cx)?);
                }
                Json::Object(map)
            }
            Value::Scalar(s) => match s.resolve() {
                Resolved::Null => Json::Null,
                Resolved::Bool(b) => Json::Bool(b),
                Resolved::Int(n) => Json::from(n),
                Resolved::Float(f) => match serde_json::Number::from_f64(f) {
                    Some(n) => Json::Number(n),
                    None => return cx.wrong(node, "a number that JSON can hold"),
                },
                Resolved::Text => Json::String(s.text.clone()),
            },
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({})
    }
}
