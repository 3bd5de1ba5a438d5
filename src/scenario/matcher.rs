//! Matchers: what a text or a number is expected to be.

use super::span::{Span, Spanned};
use serde_json::Value as Json;
use std::path::PathBuf;

/// What a text must be; everything given must hold. In YAML either a string (equals), the word
/// `empty`, the word `any`, or a mapping of the keys below.
///
/// Texts may hold `${...}`, filled in at run time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextMatcher {
    pub span: Span,
    /// Equal, a trailing newline aside. A plain string means this.
    pub equals: Option<String>,
    /// Every one of these (`contains: x` or `contains: [x, y]`).
    pub contains: Vec<String>,
    /// None of these.
    pub not_contains: Vec<String>,
    /// Regular expressions (crate `regex`, `^` and `$` match at the ends of the text unless `(?m)`), each must be found.
    pub matches: Vec<String>,
    pub not_matches: Vec<String>,
    pub starts_with: Option<String>,
    pub ends_with: Option<String>,
    /// `true`: no byte at all; `false`: at least one.
    pub empty: Option<bool>,
    /// Number of lines.
    pub lines: Option<NumberMatcher>,
    /// Equal to a snapshot file (path relative to the scenario file), written by `run --bless`.
    pub snapshot: Option<Spanned<PathBuf>>,
}

/// What a value found by a JSON path must be; everything given must hold. In YAML a value that it is
/// equal to, the words `any`, `empty` and `absent`, or a mapping of the keys below.
///
/// A path that can find several values (`*`, `..`, a filter) gives the list of what it found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JsonMatcher {
    pub span: Span,
    /// `absent`: nothing is at the path.
    pub absent: bool,
    pub equals: Option<Json>,
    pub not: Option<Json>,
    /// A text holds each of these; a list has an element equal to each of these.
    pub contains: Vec<Json>,
    pub not_contains: Vec<Json>,
    /// A number or a date's number of this or more.
    pub at_least: Option<i64>,
    pub at_most: Option<i64>,
    /// Number of elements of a list, or of keys of an object.
    pub count: Option<NumberMatcher>,
    /// An empty text, list or object, or null; `false`: none of these.
    pub empty: Option<bool>,
    /// Of a list, one of its texts.
    pub matches: Vec<String>,
    /// Of a list, none of its texts.
    pub not_matches: Vec<String>,
}

/// What a number must be. In YAML an integer (equals) or a mapping.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NumberMatcher {
    pub span: Span,
    pub equals: Option<i64>,
    pub at_least: Option<i64>,
    pub at_most: Option<i64>,
    pub not: Option<i64>,
}
