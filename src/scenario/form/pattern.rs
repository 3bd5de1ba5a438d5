//! Texts that follow a syntax of their own: globs, regular expressions, JSON paths, addresses.

use super::super::comstore::Months;
use super::super::error::Problem;
use super::super::span::Spanned;
use super::super::text::{self, Piece};
use super::super::tree::Node;
use super::generator::or_placeholder;
use super::scalar::{Text, any_text, text_of};
use super::{Cx, Form, Gen};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// Largest compiled size of a regular expression, in bytes: below what the crate takes by itself,
/// so that one that is fine here also compiles when it is used.
const REGEX_SIZE: usize = 1 << 20;

/// The text with something harmless in place of each `${...}`, to check its syntax.
fn sample(text: &str) -> Cow<'_, str> {
    if !text.contains("${") {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for piece in text::pieces(text).unwrap_or_default() {
        match piece {
            Piece::Text(t) => out.push_str(t),
            Piece::Escape => out.push_str("${"),
            Piece::Name { .. } => out.push('x'),
        }
    }
    Cow::Owned(out)
}

/// A glob: `*` within a folder, `**` across folders, `?`, `[a-z]`, `{a,b}`.
pub(crate) struct Glob;

impl Form for Glob {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "a glob such as `/opt/bright/**`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = Text::read(node, cx)?;
        if text.is_empty() {
            return cx.wrong(node, &Self::expected());
        }
        if text.contains(['*', '?', '[', '{', '\\'])
            && let Err(e) = globset::GlobBuilder::new(&windows_slashes(&sample(&text)))
                .literal_separator(true)
                .build()
        {
            return cx.fail(
                Problem::new("scenario::glob", format!("{} is not a glob", node.shown()))
                    .at(node.span)
                    .help(e.kind().to_string()),
            );
        }
        Some(Spanned {
            value: text,
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        let mut schema = any_text();
        schema["minLength"] = json!(1);
        schema
    }
}

/// Backslashes of a Windows path or a key of its registry are separators, no escapes.
fn windows_slashes(text: &str) -> String {
    match windows_like(text) {
        true => text.replace('\\', "/"),
        false => text.to_owned(),
    }
}

/// Begins with a drive, with `**\`, or with a hive of the registry.
fn windows_like(text: &str) -> bool {
    drive(text) || text.starts_with(r"**\") || hive(text)
}

/// Begins with a drive's letter and `:\`.
pub(crate) fn drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3
        && (bytes[0].is_ascii_alphabetic() || bytes[0] == b'?')
        && &bytes[1..3] == b":\\"
}

fn hive(text: &str) -> bool {
    text.get(..2).is_some_and(|h| h.eq_ignore_ascii_case("HK"))
}

/// A glob of paths on the device, or of keys of its registry.
pub(crate) struct LeftGlob;

impl Form for LeftGlob {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        Glob::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        match node.text() {
            Some(text) if hive(text) => Glob::read(node, cx),
            _ => PathGlob::read(node, cx),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        Glob::schema(g)
    }
}

/// A glob of paths on the device.
pub(crate) struct PathGlob;

impl Form for PathGlob {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        Glob::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let glob = Glob::read(node, cx)?;
        if !glob.value.starts_with(['/', '*', '{', '[', '$']) && !drive(&glob.value) {
            return cx.fail(
                Problem::new(
                    "scenario::glob",
                    format!("{} can never match", node.shown()),
                )
                .at(node.span)
                .help(format!(
                    r"paths on the device are absolute: write `/{0}` or `**/{0}`, on a Windows device `C:\{0}`",
                    glob.value
                )),
            );
        }
        Some(glob)
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "pattern": r"^([/*{\[$]|[A-Za-z?]:\\)", "examples": ["/opt/bright/**"] })
    }
}

/// A regular expression.
pub(crate) struct Pattern;

impl Form for Pattern {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "a regular expression such as `'^ready in [0-9]+ s$'`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = text_of(node, cx, &Self::expected())?.to_owned();
        if !cx.check_fill(&text, node.span) {
            return None;
        }
        let built = regex::RegexBuilder::new(&sample(&text))
            .size_limit(REGEX_SIZE)
            .build();
        if let Err(e) = built {
            return cx.fail(
                Problem::new(
                    "scenario::regex",
                    format!("{} is not a regular expression", node.shown()),
                )
                .at(node.span)
                .help(regex_help(&e)),
            );
        }
        Some(text)
    }
    fn schema(_: &mut Gen) -> Json {
        // Not `format: regex`: the dialect is that of the Rust crate, not ECMA 262.
        any_text()
    }
}

/// The last line of the crate's message says what is wrong; the lines before draw the place.
fn regex_help(e: &regex::Error) -> String {
    let text = e.to_string();
    let last = text.lines().last().unwrap_or_default();
    let reason = last.strip_prefix("error: ").unwrap_or(last);
    format!("{reason}; the syntax is that of the Rust crate `regex`")
}

/// A JSON path (RFC 9535) as the key of an entry.
pub(crate) struct JsonPathName;

impl Form for JsonPathName {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "a JSON path such as `$.device.name`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = text_of(node, cx, &Self::expected())?.to_owned();
        if let Err(e) = serde_json_path::JsonPath::parse(&text) {
            return cx.fail(
                Problem::new(
                    "scenario::json-path",
                    format!("{} is not a JSON path", node.shown()),
                )
                .at(node.span)
                .help(format!("{e}; an example: `$.device.name`")),
            );
        }
        Some(Spanned {
            value: text,
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "pattern": "^\\$" })
    }
}

/// A day: `2027-12-31`.
pub(crate) struct Date;

impl Form for Date {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "a day such as `2027-12-31`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = node.text().unwrap_or_default();
        match text.parse::<jiff::civil::Date>() {
            Ok(day) if text.len() == 10 => Some(day.to_string()),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(
            g,
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        )
    }
}

/// A calendar month in UTC, such as `2026-01`.
pub(crate) struct Month;

impl Form for Month {
    type Out = Months;
    fn expected() -> Cow<'static, str> {
        "a month such as `2026-01`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Months> {
        let text = node.text().unwrap_or_default();
        match month(text) {
            Some(months) => Some(Months {
                span: node.span,
                ..months
            }),
            None => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(
            g,
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" }),
        )
    }
}

/// The month that a text such as `2026-01` names.
fn month(text: &str) -> Option<Months> {
    let digits = |(at, b): (usize, u8)| {
        if at == 4 {
            b == b'-'
        } else {
            b.is_ascii_digit()
        }
    };
    if text.len() != 7 || !text.bytes().enumerate().all(digits) {
        return None;
    }
    let first: jiff::civil::Date = format!("{text}-01").parse().ok()?;
    let last = first.last_of_month();
    let start = |day: jiff::civil::Date| {
        let zoned = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(zoned.timestamp().as_millisecond())
    };
    Some(Months {
        span: Default::default(),
        from: first.to_string(),
        through: last.to_string(),
        from_ms: start(first)?,
        until_ms: start(last.tomorrow().ok()?)?,
    })
}

/// A MAC address, kept in lower case with colons.
pub(crate) struct Mac;

impl Form for Mac {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "a MAC address such as `02:00:5e:10:00:01`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = node.text().unwrap_or_default();
        let parts: Vec<_> = text.split([':', '-']).collect();
        let good = parts.len() == 6
            && parts
                .iter()
                .all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()));
        if !good {
            return cx.wrong(node, &Self::expected());
        }
        let first = u8::from_str_radix(parts[0], 16).unwrap_or(1);
        if first & 1 == 1 {
            return cx.fail(
                Problem::new(
                    "scenario::mac",
                    format!("{} is a group address", node.shown()),
                )
                .at(node.span)
                .help("the first byte of a network card's address is even, such as `02`"),
            );
        }
        Some(Spanned {
            value: parts.join(":").to_lowercase(),
            span: node.span,
        })
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(
            g,
            json!({ "type": "string", "pattern": "^[0-9A-Fa-f][02468ACEace]([:-][0-9A-Fa-f]{2}){5}$" }),
        )
    }
}
