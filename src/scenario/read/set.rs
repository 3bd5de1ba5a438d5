//! Expectations on sets of words.

use super::matcher::{never, says_nothing};
use crate::scenario::expect::SetExpect;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::Many;
use crate::scenario::form::pattern::Glob;
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::span::Span;
use crate::scenario::tree::{Node, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

keys! {
    /// What a set of words must hold; patterns are globs.
    SetKeys ("set-matcher") => SetExpect {
        /// Each of these matches at least one.
        "contains": Many<Glob> => contains,
        /// None of these matches any.
        "not-contains": Many<Glob> => not_contains,
        /// Each one matches one of these.
        "only": Many<Glob> => only,
    }
}
plain!(SetKeys => SetExpect, possible);

fn possible(mut set: SetExpect, span: Span, cx: &mut Cx) -> Option<SetExpect> {
    if set == SetExpect::default() {
        return says_nothing(cx, span);
    }
    set.span = span;
    let ruled_out = set
        .contains
        .iter()
        .find(|c| set.not_contains.iter().any(|n| n.value == c.value));
    if let Some(c) = ruled_out {
        return never(
            cx,
            c.span,
            format!("`{}` is also ruled out by `not-contains`", c.value),
        );
    }
    Some(set)
}

/// `none`, `any`, one pattern, a list of patterns, or a mapping.
pub(crate) struct Set;

impl Form for Set {
    type Out = SetExpect;
    fn expected() -> Cow<'static, str> {
        "`none`, `any`, a list, or a mapping such as `{ only: [a, b] }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<SetExpect> {
        if matches!(node.value, Value::Mapping(_)) {
            return Map::<SetKeys>::read(node, cx);
        }
        let mut out = SetExpect {
            span: node.span,
            ..SetExpect::default()
        };
        match node.text() {
            Some("none") => out.none = true,
            Some("any") => {}
            _ if node.is_null() => return cx.wrong(node, &Self::expected()),
            _ => out.contains = Many::<Glob>::read(node, cx)?,
        }
        Some(out)
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<SetKeys>();
        let globs = Many::<Glob>::schema(g);
        g.part("set-expectation", |_| {
            json!({
                "description": "What a set of words must hold; patterns are globs.",
                "anyOf": [
                    { "const": "none", "description": "There is none." },
                    { "const": "any", "description": "Not judged." },
                    globs,
                    keys
                ]
            })
        })
    }
}
