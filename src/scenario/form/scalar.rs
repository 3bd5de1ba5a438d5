//! Texts, numbers and yes-or-no.

use super::super::error::Problem;
use super::super::span::Spanned;
use super::super::tree::{Node, Resolved, Style};
use super::generator::or_placeholder;
use super::{Cx, Form, Gen};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// The schema of any scalar that is taken as its text.
pub(crate) fn any_text() -> Json {
    json!({ "type": ["string", "number", "boolean"] })
}

/// The text of a scalar: numbers and booleans as they are written.
pub(crate) fn text_of<'n>(node: &'n Node, cx: &mut Cx, expected: &str) -> Option<&'n str> {
    match node.scalar() {
        Some(s) if s.style != Style::Plain || s.resolve() != Resolved::Null => Some(&s.text),
        _ => cx.wrong(node, expected),
    }
}

/// A text whose `${...}` are filled in at run time.
pub(crate) struct Text;

impl Form for Text {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "a text".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = text_of(node, cx, "a text")?;
        cx.check_fill(text, node.span).then(|| text.to_owned())
    }
    fn schema(_: &mut Gen) -> Json {
        any_text()
    }
}

/// A text taken as it is.
pub(crate) struct Literal;

impl Form for Literal {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "a text".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        text_of(node, cx, "a text").map(str::to_owned)
    }
    fn schema(_: &mut Gen) -> Json {
        any_text()
    }
}

/// A text that is not empty and holds no `${...}` once parameters are filled in.
pub(crate) struct Fixed;

impl Form for Fixed {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "a text".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = text_of(node, cx, "a text")?;
        if text.trim().is_empty() {
            return cx.wrong(node, "a text that is not empty");
        }
        if text.contains("${") {
            if cx.check_fill(text, node.span) {
                let key = cx.key;
                return cx.fail(
                    Problem::new(
                        "scenario::text",
                        format!("`{key}`: `${{...}}` of the run is not known when this is read"),
                    )
                    .at(node.span)
                    .help("only `${param...}` and `${matrix...}` can be used here"),
                );
            }
            return None;
        }
        Some(text.to_owned())
    }
    fn schema(_: &mut Gen) -> Json {
        let mut schema = any_text();
        schema["minLength"] = json!(1);
        schema
    }
}

/// The key that an entry of a mapping is known by: letters, digits, `-` and `_`.
pub(crate) struct Name;

/// Words that begin a `${...}` of their own.
const RESERVED: &[&str] = &[
    "account", "matrix", "param", "platform", "scenario", "seed", "site", "user",
];

impl Form for Name {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "a name of letters, digits, `-` and `_`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = text_of(node, cx, &Self::expected())?;
        let good = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && text.len() <= 64
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !good {
            return cx.fail(
                Problem::new(
                    "scenario::name",
                    format!("{} cannot be a name here", node.shown()),
                )
                .at(node.span)
                .help("a name has at most 64 letters, digits, `-` and `_`, and begins with a letter or digit"),
            );
        }
        if RESERVED.contains(&text) {
            return cx.fail(
                Problem::new("scenario::name", format!("`{text}` cannot be a name here"))
                    .at(node.span)
                    .help(format!("`${{{text}...}}` has a meaning of its own")),
            );
        }
        Some(Spanned {
            value: text.to_owned(),
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]*$", "maxLength": 64 })
    }
}

/// Any text as the key of an entry.
pub(crate) struct AnyName;

impl Form for AnyName {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "a name".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        At::<Fixed>::read(node, cx)
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "minLength": 1 })
    }
}

/// A value with its place.
pub(crate) struct At<F>(PhantomData<F>);

impl<F: Form> Form for At<F> {
    type Out = Spanned<F::Out>;
    fn expected() -> Cow<'static, str> {
        F::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        F::read(node, cx).map(|value| Spanned {
            value,
            span: node.span,
        })
    }
    fn schema(g: &mut Gen) -> Json {
        F::schema(g)
    }
}

/// `true` or `false`.
pub(crate) struct Flag;

impl Form for Flag {
    type Out = bool;
    fn expected() -> Cow<'static, str> {
        "`true` or `false`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<bool> {
        match node.scalar().map(|s| s.resolve()) {
            Some(Resolved::Bool(b)) => Some(b),
            _ => cx.wrong(node, "`true` or `false`"),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(g, json!({ "type": "boolean" }))
    }
}

/// A whole number from `MIN` to `MAX`.
pub(crate) struct Whole<T, const MIN: i64, const MAX: i64>(PhantomData<T>);

impl<T: TryFrom<i64>, const MIN: i64, const MAX: i64> Form for Whole<T, MIN, MAX> {
    type Out = T;
    fn expected() -> Cow<'static, str> {
        match (MIN, MAX) {
            (i64::MIN, i64::MAX) => "a whole number such as `3`".into(),
            (_, i64::MAX) => format!("a whole number from {MIN} on").into(),
            _ => format!("a whole number from {MIN} to {MAX}").into(),
        }
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<T> {
        match node.scalar().map(|s| s.resolve()) {
            Some(Resolved::Int(n)) if (MIN..=MAX).contains(&n) => T::try_from(n).ok(),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let mut schema = json!({ "type": "integer" });
        if MIN != i64::MIN {
            schema["minimum"] = json!(MIN);
        }
        if MAX != i64::MAX {
            schema["maximum"] = json!(MAX);
        }
        or_placeholder(g, schema)
    }
}

/// Number of a UDF as the key of an entry.
pub(crate) struct UdfNumber;

impl Form for UdfNumber {
    type Out = Spanned<u16>;
    fn expected() -> Cow<'static, str> {
        "the number of a UDF, from 1 to 300".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = node.text().unwrap_or_default();
        match text.parse::<u16>() {
            Ok(n) if (1..=300).contains(&n) && !text.starts_with(['0', '+']) => Some(Spanned {
                value: n,
                span: node.span,
            }),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "pattern": "^([1-9][0-9]?|[12][0-9][0-9]|300)$" })
    }
}
