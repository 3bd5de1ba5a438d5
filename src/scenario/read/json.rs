//! Matchers of values in JSON, and JSON whose texts are filled in.

use super::matcher::{Count, never, says_nothing};
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::Many;
use crate::scenario::form::pattern::Pattern;
use crate::scenario::form::scalar::{Flag, Whole};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::matcher::JsonMatcher;
use crate::scenario::read::http::AnyJson;
use crate::scenario::span::Span;
use crate::scenario::tree::{Node, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// Any value as JSON; the `${...}` of its texts are filled in at run time.
pub(crate) struct JsonText;

impl Form for JsonText {
    type Out = Json;
    fn expected() -> Cow<'static, str> {
        AnyJson::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Json> {
        let filled = fills(node, cx);
        AnyJson::read(node, cx).filter(|_| filled)
    }
    fn schema(g: &mut Gen) -> Json {
        AnyJson::schema(g)
    }
}

/// Whether every `${...}` below a node will have a value; each that has none is told.
fn fills(node: &Node, cx: &mut Cx) -> bool {
    let below: Vec<&Node> = match &node.value {
        Value::Scalar(s) => return cx.check_fill(&s.text, node.span),
        Value::Sequence(items) => items.iter().collect(),
        Value::Mapping(entries) => entries.iter().map(|(_, value)| value).collect(),
    };
    let bad = below.into_iter().filter(|n| !fills(n, cx)).count();
    bad == 0
}

keys! {
    /// What a value in JSON must be; everything given must hold. A JSON path that can find several
    /// values (`*`, `..`, a filter) gives the list of what it found.
    JsonKeys ("json-matcher") => JsonMatcher {
        /// Equal to this value, of any kind; keys of objects in any order. A plain value or a list instead of a mapping means the same.
        "equals": JsonText => equals,
        /// Anything but this value.
        "not": JsonText => not,
        /// A text holds this, or each of these; a list has an element equal to it.
        "contains": Many<JsonText> => contains,
        /// A text holds none of these; no element of a list is equal to one of them.
        "not-contains": Many<JsonText> => not_contains,
        /// This regular expression, or each of these, is found in the text, or in one text of the list.
        "matches": Many<Pattern> => matches,
        /// None of these regular expressions is found in it.
        "not-matches": Many<Pattern> => not_matches,
        /// A number of this or more.
        "at-least": Whole<i64, { i64::MIN }, { i64::MAX }> => at_least,
        /// A number of this or less.
        "at-most": Whole<i64, { i64::MIN }, { i64::MAX }> => at_most,
        /// How many elements a list has, or keys an object.
        "count": Count => count,
        /// `true`: an empty text, list or object, or null; `false`: none of these.
        "empty": Flag => empty,
        /// `true`: nothing is at the path.
        "absent": Flag => absent,
    }
}
plain!(JsonKeys => JsonMatcher, possible);

fn possible(mut m: JsonMatcher, span: Span, cx: &mut Cx) -> Option<JsonMatcher> {
    if m == JsonMatcher::default() {
        return says_nothing(cx, span);
    }
    let least = m.at_least.unwrap_or(i64::MIN);
    if least > m.at_most.unwrap_or(i64::MAX) {
        return never(cx, span, "`at-least` is more than `at-most`");
    }
    let absent = JsonMatcher {
        absent: true,
        ..JsonMatcher::default()
    };
    if m.absent && m != absent {
        return never(cx, span, "what is absent can be nothing else besides");
    }
    if m.equals.is_some() && m.equals == m.not {
        return never(cx, span, "it is to be this value and not to be it");
    }
    m.span = span;
    Some(m)
}

/// A matcher of a value in JSON: a value, `any`, `empty`, `absent`, or a mapping.
pub(crate) struct JsonMatch;

impl Form for JsonMatch {
    type Out = JsonMatcher;
    fn expected() -> Cow<'static, str> {
        "a value, `any`, `empty`, `absent`, or a mapping such as `{ contains: ready }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<JsonMatcher> {
        if matches!(node.value, Value::Mapping(_)) {
            return Map::<JsonKeys>::read(node, cx);
        }
        let mut out = JsonMatcher {
            span: node.span,
            ..JsonMatcher::default()
        };
        match node.text() {
            Some("empty") => out.empty = Some(true),
            Some("absent") => out.absent = true,
            Some("any") => {}
            _ => out.equals = Some(JsonText::read(node, cx)?),
        }
        Some(out)
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<JsonKeys>();
        g.part("json-expectation", |_| {
            json!({
                "description": "What a value in JSON must be: a value (equal to it), `any`, `empty`, `absent`, or a mapping.",
                "anyOf": [
                    { "const": "empty", "description": "An empty text, list or object, or null." },
                    { "const": "absent", "description": "Nothing is at the path." },
                    { "const": "any", "description": "Something is there." },
                    { "type": ["string", "number", "boolean", "null", "array"] },
                    keys
                ]
            })
        })
    }
}
