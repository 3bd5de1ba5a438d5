//! Matchers: what a text or a number is expected to be.

use super::span::{Span, Spanned};
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

/// What a number must be. In YAML an integer (equals) or a mapping.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NumberMatcher {
    pub span: Span,
    pub equals: Option<i64>,
    pub at_least: Option<i64>,
    pub at_most: Option<i64>,
    pub not: Option<i64>,
}
