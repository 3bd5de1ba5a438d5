//! Matchers of texts and numbers.

use crate::scenario::error::Problem;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::Many;
use crate::scenario::form::path::FilePath;
use crate::scenario::form::pattern::Pattern;
use crate::scenario::form::scalar::{Flag, Text, Whole, any_text};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::matcher::{NumberMatcher, TextMatcher};
use crate::scenario::span::Span;
use crate::scenario::tree::{Node, Resolved, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

keys! {
    /// What a text must be; everything given must hold.
    TextKeys ("text-matcher") => TextMatcher {
        /// Equal to this, a newline at the end aside. A plain text instead of a mapping means the same.
        "equals": Text => equals,
        /// Holds this text, or each of these.
        "contains": Many<Text> => contains,
        /// Holds none of these.
        "not-contains": Many<Text> => not_contains,
        /// This regular expression, or each of these, is found in it. `^` and `$` are the ends of the whole text unless the expression begins with `(?m)`.
        "matches": Many<Pattern> => matches,
        /// None of these regular expressions is found in it.
        "not-matches": Many<Pattern> => not_matches,
        /// Begins with this.
        "starts-with": Text => starts_with,
        /// Ends with this, a newline at the end aside.
        "ends-with": Text => ends_with,
        /// `true`: not one byte; `false`: at least one.
        "empty": Flag => empty,
        /// Number of lines.
        "lines": Number => lines,
        /// Equal to this file (relative to the scenario file), which `run --bless` writes.
        "snapshot": FilePath => snapshot,
    }
}
plain!(TextKeys => TextMatcher, possible_text);

keys! {
    /// What a whole number must be; everything given must hold.
    NumberKeys ("number-matcher") => NumberMatcher {
        /// Equal to this. A plain number instead of a mapping means the same.
        "equals": Whole<i64, { i64::MIN }, { i64::MAX }> => equals,
        /// This or more.
        "at-least": Whole<i64, { i64::MIN }, { i64::MAX }> => at_least,
        /// This or less.
        "at-most": Whole<i64, { i64::MIN }, { i64::MAX }> => at_most,
        /// Anything but this.
        "not": Whole<i64, { i64::MIN }, { i64::MAX }> => not,
    }
}
plain!(NumberKeys => NumberMatcher, possible_number);

/// A text matcher: a text, `empty`, `any`, or a mapping.
pub(crate) struct Matcher;

impl Form for Matcher {
    type Out = TextMatcher;
    fn expected() -> Cow<'static, str> {
        "a text, `empty`, `any`, or a mapping such as `{ contains: ready }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<TextMatcher> {
        match &node.value {
            Value::Mapping(_) => Map::<TextKeys>::read(node, cx),
            Value::Scalar(s) if !node.is_null() => {
                let mut out = TextMatcher {
                    span: node.span,
                    ..TextMatcher::default()
                };
                match s.text.as_str() {
                    "empty" => out.empty = Some(true),
                    "any" => {}
                    _ => out.equals = Some(Text::read(node, cx)?),
                }
                Some(out)
            }
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<TextKeys>();
        g.part("text-expectation", |_| {
            json!({
                "description": "What a text must be: a text (equal to it), `empty`, `any`, or a mapping.",
                "anyOf": [
                    { "const": "empty", "description": "Not one byte." },
                    { "const": "any", "description": "Not judged." },
                    any_text(),
                    keys
                ]
            })
        })
    }
}

/// A number matcher: a whole number or a mapping.
pub(crate) struct Number;

impl Form for Number {
    type Out = NumberMatcher;
    fn expected() -> Cow<'static, str> {
        "a whole number, or a mapping such as `{ at-least: 1 }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<NumberMatcher> {
        if node.mapping().is_some() {
            return Map::<NumberKeys>::read(node, cx);
        }
        match node.scalar().map(|s| s.resolve()) {
            Some(Resolved::Int(n)) => Some(NumberMatcher {
                span: node.span,
                equals: Some(n),
                ..NumberMatcher::default()
            }),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<NumberKeys>();
        let number = Whole::<i64, { i64::MIN }, { i64::MAX }>::schema(g);
        g.part(
            "number-expectation",
            |_| json!({ "description": "What a whole number must be.", "anyOf": [number, keys] }),
        )
    }
}

/// A number of things: what could only be below zero never holds.
pub(crate) struct Count;

impl Form for Count {
    type Out = NumberMatcher;
    fn expected() -> Cow<'static, str> {
        Number::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<NumberMatcher> {
        let n = Number::read(node, cx)?;
        if n.equals.is_some_and(|x| x < 0) || n.at_most.is_some_and(|x| x < 0) {
            return never(cx, node.span, "a number of things is never below zero");
        }
        Some(n)
    }
    fn schema(g: &mut Gen) -> Json {
        Number::schema(g)
    }
}

/// Tells of an expectation that can never hold.
pub(crate) fn never<T>(cx: &mut Cx, span: Span, why: impl Into<String>) -> Option<T> {
    cx.fail(
        Problem::new("scenario::contradiction", "this expectation can never hold")
            .at(span)
            .label("contradicts itself")
            .help(why),
    )
}

/// Tells of a mapping without a key.
pub(crate) fn says_nothing<T>(cx: &mut Cx, span: Span) -> Option<T> {
    cx.fail(
        Problem::new("scenario::says-nothing", "this mapping says nothing")
            .at(span)
            .label("no key in it")
            .help("give it a key, or leave it out"),
    )
}

fn possible_text(mut m: TextMatcher, span: Span, cx: &mut Cx) -> Option<TextMatcher> {
    if m == TextMatcher::default() {
        return says_nothing(cx, span);
    }
    if m.contains
        .iter()
        .chain(&m.not_contains)
        .any(String::is_empty)
    {
        return cx.fail(
            Problem::new("scenario::says-nothing", "an empty text is in every text")
                .at(span)
                .help("write what it should contain, or `empty: false` for any text at all"),
        );
    }
    m.span = span;
    let fixed = |t: &String| !t.contains("${");
    if m.empty == Some(true) {
        let wants = [
            (!m.contains.is_empty(), "contains"),
            (m.starts_with.is_some(), "starts-with"),
            (m.ends_with.is_some(), "ends-with"),
            (
                m.equals.as_ref().is_some_and(|t| !t.is_empty() && fixed(t)),
                "equals",
            ),
            (
                m.lines
                    .as_ref()
                    .is_some_and(|l| l.equals.or(l.at_least).is_some_and(|n| n > 0)),
                "lines",
            ),
        ];
        if let Some((_, key)) = wants.iter().find(|w| w.0) {
            return never(cx, span, format!("an empty text has nothing for `{key}`"));
        }
    }
    if m.empty == Some(false) && m.equals.as_deref() == Some("") {
        return never(cx, span, "a text equal to '' is empty");
    }
    if let Some(both) = m.contains.iter().find(|c| {
        m.not_contains
            .iter()
            .any(|n| c.contains(n.as_str()) && fixed(n))
    }) {
        return never(
            cx,
            span,
            format!("a text that contains `{both}` also contains what it must not"),
        );
    }
    if let Some(equals) = m.equals.as_ref().filter(|t| fixed(t)) {
        let missing = m
            .contains
            .iter()
            .find(|c| fixed(c) && !equals.contains(c.as_str()));
        if let Some(c) = missing {
            return never(cx, span, format!("`{equals}` does not contain `{c}`"));
        }
        if let Some(c) = m
            .not_contains
            .iter()
            .find(|c| fixed(c) && equals.contains(c.as_str()))
        {
            return never(cx, span, format!("`{equals}` contains `{c}`"));
        }
    }
    if let Some(lines) = &m.lines
        && (lines.equals.is_some_and(|n| n < 0) || lines.at_most.is_some_and(|n| n < 0))
    {
        return never(cx, lines.span, "a text never has fewer than zero lines");
    }
    Some(m)
}

fn possible_number(mut m: NumberMatcher, span: Span, cx: &mut Cx) -> Option<NumberMatcher> {
    if m == NumberMatcher::default() {
        return says_nothing(cx, span);
    }
    m.span = span;
    let least = m.at_least.unwrap_or(i64::MIN);
    let most = m.at_most.unwrap_or(i64::MAX);
    if least > most {
        return never(
            cx,
            span,
            format!("no number is at least {least} and at most {most}"),
        );
    }
    if let Some(n) = m.equals {
        if !(least..=most).contains(&n) {
            return never(cx, span, format!("{n} is outside of the other bounds"));
        }
        if m.not == Some(n) {
            return never(cx, span, format!("it is to be {n} and not to be {n}"));
        }
    }
    if least == most && m.not == Some(least) {
        return never(
            cx,
            span,
            format!("only {least} is left, and that is ruled out"),
        );
    }
    Some(m)
}
