//! Texts and numbers.

use super::Findings;
use crate::scenario::matcher::{NumberMatcher, TextMatcher};
use std::borrow::Cow;

/// Longest text shown in a finding, in characters.
const SHOWN: usize = 600;

/// Holds a text matcher against bytes. Bytes that are not UTF-8 are compared as they are by
/// `equals`, `empty` and `lines`, and with replacement characters by the rest.
pub fn text(out: &mut Findings, name: &str, m: &TextMatcher, actual: &[u8]) {
    let lossy = String::from_utf8_lossy(actual);
    let shown = || show(&lossy);
    if let Some(want) = &m.equals {
        let holds = trim_newline(actual) == trim_newline(want.as_bytes());
        out.check(
            holds,
            name,
            || show(want),
            || difference(want, &lossy),
            m.span,
        );
    }
    for want in &m.contains {
        let key = format!("{name}.contains");
        out.check(
            lossy.contains(want.as_str()),
            &key,
            || format!("a text that contains {}", show(want)),
            shown,
            m.span,
        );
    }
    for want in &m.not_contains {
        let key = format!("{name}.not-contains");
        let seen = || around(&lossy, want);
        out.check(
            !lossy.contains(want.as_str()),
            &key,
            || format!("a text without {}", show(want)),
            seen,
            m.span,
        );
    }
    for (patterns, wanted, key) in [
        (&m.matches, true, "matches"),
        (&m.not_matches, false, "not-matches"),
    ] {
        for pattern in patterns {
            let key = format!("{name}.{key}");
            match regex::Regex::new(pattern) {
                Ok(r) => {
                    let verb = if wanted {
                        "that matches"
                    } else {
                        "that does not match"
                    };
                    out.check(
                        r.is_match(lossy.trim_end_matches('\n')) == wanted,
                        &key,
                        || format!("a text {verb} {pattern}"),
                        shown,
                        m.span,
                    );
                }
                Err(e) => out.failed(
                    &key,
                    format!("a regular expression, not {pattern}"),
                    e.to_string(),
                    m.span,
                    None,
                ),
            }
        }
    }
    if let Some(want) = &m.starts_with {
        let key = format!("{name}.starts-with");
        out.check(
            lossy.starts_with(want.as_str()),
            &key,
            || format!("a text that starts with {}", show(want)),
            shown,
            m.span,
        );
    }
    if let Some(want) = &m.ends_with {
        let key = format!("{name}.ends-with");
        let ends = lossy
            .trim_end_matches('\n')
            .ends_with(want.trim_end_matches('\n'));
        out.check(
            ends,
            &key,
            || format!("a text that ends with {}", show(want)),
            shown,
            m.span,
        );
    }
    if let Some(want) = m.empty {
        let what = || {
            if want {
                "no text".to_owned()
            } else {
                "some text".to_owned()
            }
        };
        out.check(
            actual.is_empty() == want,
            &format!("{name}.empty"),
            what,
            shown,
            m.span,
        );
    }
    if let Some(want) = &m.lines {
        number(out, &format!("{name}.lines"), want, lines(actual), "lines");
    }
}

/// Holds a number matcher against a number; `unit` is for people.
pub fn number(out: &mut Findings, name: &str, m: &NumberMatcher, actual: i64, unit: &str) {
    let seen = || format!("{actual} {unit}").trim_end().to_owned();
    if let Some(n) = m.equals {
        out.check(
            actual == n,
            name,
            || format!("{n} {unit}").trim_end().to_owned(),
            seen,
            m.span,
        );
    }
    if let Some(n) = m.at_least {
        out.check(
            actual >= n,
            &format!("{name}.at-least"),
            || format!("at least {n} {unit}"),
            seen,
            m.span,
        );
    }
    if let Some(n) = m.at_most {
        out.check(
            actual <= n,
            &format!("{name}.at-most"),
            || format!("at most {n} {unit}"),
            seen,
            m.span,
        );
    }
    if let Some(n) = m.not {
        out.check(
            actual != n,
            &format!("{name}.not"),
            || format!("anything but {n} {unit}"),
            seen,
            m.span,
        );
    }
}

fn lines(bytes: &[u8]) -> i64 {
    let newlines = bytes.iter().filter(|b| **b == b'\n').count();
    let open = usize::from(bytes.last().is_some_and(|b| *b != b'\n'));
    i64::try_from(newlines + open).unwrap_or(i64::MAX)
}

fn trim_newline(bytes: &[u8]) -> &[u8] {
    let b = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    b.strip_suffix(b"\r").unwrap_or(b)
}

/// A text for people: quoted, or as a block when it has several lines, cut in the middle when long.
pub fn show(text: &str) -> String {
    if text.is_empty() {
        return "no text".into();
    }
    let text = cut(text);
    let body = text.trim_end_matches('\n');
    if body.contains('\n') {
        format!("\n{body}")
    } else {
        format!("{body:?}")
    }
}

fn cut(text: &str) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= SHOWN {
        return Cow::Borrowed(text);
    }
    let head: String = text.chars().take(SHOWN / 2).collect();
    let tail: String = text.chars().skip(count - SHOWN / 2).collect();
    Cow::Owned(format!(
        "{head}\n[... {} characters ...]\n{tail}",
        count - SHOWN
    ))
}

/// The first line that differs, when both texts have several.
fn difference(want: &str, actual: &str) -> String {
    if !want.trim_end().contains('\n') {
        return show(actual);
    }
    let mut pairs = want.lines().zip(actual.lines()).enumerate();
    let first = pairs.find(|(_, (w, a))| w != a);
    let note = match first {
        Some((n, (w, a))) => format!("line {}: {a:?} instead of {w:?}", n + 1),
        None => format!(
            "{} lines instead of {}",
            actual.lines().count(),
            want.lines().count()
        ),
    };
    format!("{note}\nin{}", show(actual))
}

/// The line where a text stands.
fn around(haystack: &str, needle: &str) -> String {
    match haystack
        .lines()
        .enumerate()
        .find(|(_, l)| l.contains(needle))
    {
        Some((n, line)) => format!("line {}: {}", n + 1, show(line)),
        None => show(haystack),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(m: &TextMatcher, actual: &[u8]) -> Vec<String> {
        let mut f = Findings::default();
        text(&mut f, "stdout", m, actual);
        f.failures().map(|x| x.expectation.clone()).collect()
    }

    #[test]
    fn a_final_newline_does_not_matter_to_equals_but_other_bytes_do() {
        let m = TextMatcher {
            equals: Some("a".into()),
            ..TextMatcher::default()
        };
        assert!(failed(&m, b"a\n").is_empty());
        assert!(failed(&m, b"a\r\n").is_empty());
        assert_eq!(failed(&m, b"a\n\n"), ["stdout"]);
        assert_eq!(failed(&m, b"a\xff"), ["stdout"]);
    }

    #[test]
    fn every_key_is_held() {
        let m = TextMatcher {
            contains: vec!["x".into(), "q".into()],
            not_contains: vec!["y".into()],
            matches: vec!["^z".into()],
            starts_with: Some("w".into()),
            empty: Some(true),
            lines: Some(NumberMatcher {
                equals: Some(3),
                ..NumberMatcher::default()
            }),
            ..TextMatcher::default()
        };
        let want = [
            "stdout.contains",
            "stdout.not-contains",
            "stdout.matches",
            "stdout.starts-with",
            "stdout.empty",
            "stdout.lines",
        ];
        assert_eq!(failed(&m, b"xy"), want);
    }

    #[test]
    fn lines_are_counted_with_and_without_a_last_newline() {
        assert_eq!(
            (lines(b""), lines(b"a"), lines(b"a\n"), lines(b"a\nb")),
            (0, 1, 1, 2)
        );
    }
}
