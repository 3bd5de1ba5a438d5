//! Durations and points in time.

use super::super::error::Problem;
use super::super::tree::Node;
use super::generator::or_placeholder;
use super::scalar::text_of;
use super::{Cx, Form, Gen};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// Longest duration a scenario may name.
const LONGEST_DAYS: u64 = 3660;

/// `90s`, `1h30m`, `200ms`, `2d`.
pub(crate) struct Span;

impl Form for Span {
    type Out = Duration;
    fn expected() -> Cow<'static, str> {
        "a duration such as `90s`, `1h30m` or `200ms`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Duration> {
        match node.text().and_then(duration) {
            Some(d) => Some(d),
            None => match node.text().and_then(why_not) {
                Some(help) => cx.fail(
                    Problem::new(
                        "scenario::time",
                        format!("{} is no duration that can be taken here", node.shown()),
                    )
                    .at(node.span)
                    .help(help),
                ),
                None => cx.wrong(node, &Self::expected()),
            },
        }
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("duration", |g| {
            or_placeholder(
                g,
                json!({
                    "type": "string",
                    "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
                    "minLength": 2,
                    "examples": ["90s", "1h30m", "200ms", "2d"]
                }),
            )
        })
    }
}

/// A duration in whole seconds.
pub(crate) struct Seconds;

impl Form for Seconds {
    type Out = u32;
    fn expected() -> Cow<'static, str> {
        Span::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<u32> {
        whole_units(node, cx, 1, "seconds")
    }
    fn schema(g: &mut Gen) -> Json {
        Span::schema(g)
    }
}

/// A duration in whole minutes.
pub(crate) struct Minutes;

impl Form for Minutes {
    type Out = u32;
    fn expected() -> Cow<'static, str> {
        Span::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<u32> {
        whole_units(node, cx, 60, "minutes")
    }
    fn schema(g: &mut Gen) -> Json {
        Span::schema(g)
    }
}

fn whole_units(node: &Node, cx: &mut Cx, unit: u64, what: &str) -> Option<u32> {
    let d = Span::read(node, cx)?;
    if d.subsec_nanos() != 0 || d.as_secs() % unit != 0 {
        return cx.wrong(node, &format!("a duration of whole {what}"));
    }
    u32::try_from(d.as_secs() / unit).ok()
}

/// Reads a duration: numbers with the units d, h, m, s, ms, each at most once and in this order;
/// none where it is none, or longer than ten years.
pub fn duration(text: &str) -> Option<Duration> {
    const UNITS: [(&str, u64); 5] = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];
    let mut rest = text;
    let mut next = 0;
    let mut ms: u64 = 0;
    while !rest.is_empty() || next == 0 {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = &rest[..letters];
        rest = &rest[letters..];
        let at = UNITS.iter().position(|(u, _)| *u == unit)?;
        if at < next {
            return None;
        }
        next = at + 1;
        ms = ms.checked_add(number.checked_mul(UNITS[at].1)?)?;
    }
    (ms <= LONGEST_DAYS * 86_400_000).then(|| Duration::from_millis(ms))
}

/// What would make a duration of a text that nearly is one.
fn why_not(text: &str) -> Option<String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && text[digits..].starts_with('.') {
        let rest = &text[digits + 1..];
        let places = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (fraction, unit) = rest.split_at(places);
        // The unit below, of which there are so many in one.
        let (below, many) = match unit {
            "d" => ("h", 24),
            "h" => ("m", 60),
            "m" => ("s", 60),
            "s" => ("ms", 1000),
            _ => return None,
        };
        let whole: u64 = text[..digits].parse().ok()?;
        let tens = 10_u64.checked_pow(u32::try_from(places).ok()?)?;
        let part = fraction.parse::<u64>().ok()?.checked_mul(many)?;
        let instead = match (part % tens, part / tens) {
            (0, 0) => format!("`{whole}{unit}`"),
            (0, n) if whole == 0 => format!("`{n}{below}`"),
            (0, n) => format!("`{whole}{unit}{n}{below}`"),
            _ => "a smaller unit, such as `ms`".to_owned(),
        };
        return Some(format!("durations are whole numbers; write {instead}"));
    }
    let bytes = text.bytes();
    let spelt = bytes.clone().all(|b| b.is_ascii_alphanumeric());
    let units = text.split(|c: char| c.is_ascii_digit());
    let known = |u: &str| ["", "d", "h", "m", "s", "ms"].contains(&u);
    let ends = text.ends_with(['d', 'h', 'm', 's']);
    if spelt && digits > 0 && ends && units.into_iter().all(known) && too_long(text) {
        return Some(format!(
            "the longest duration is {LONGEST_DAYS} days (`{LONGEST_DAYS}d`)"
        ));
    }
    None
}

/// One of its numbers, or all of them together, make more than the longest duration.
fn too_long(text: &str) -> bool {
    let mut days = 0.0_f64;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let letters = rest[at..]
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let per_day = match &rest[at..at + letters] {
            "d" => 1.0,
            "h" => 24.0,
            "m" => 1440.0,
            "s" => 86_400.0,
            _ => 86_400_000.0,
        };
        days += rest[..at].parse::<f64>().unwrap_or_default() / per_day;
        rest = &rest[at + letters..];
    }
    days > LONGEST_DAYS as f64
}

/// A point in time with its offset, as milliseconds since the epoch.
pub(crate) struct Moment;

impl Form for Moment {
    type Out = i64;
    fn expected() -> Cow<'static, str> {
        "a time with its offset, such as `2026-01-05T09:00:00Z`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<i64> {
        let expected = Self::expected();
        let text = text_of(node, cx, &expected)?;
        match text.parse::<jiff::Timestamp>() {
            Ok(t) => Some(t.as_millisecond()),
            Err(e) => cx.fail(
                Problem::new(
                    "scenario::time",
                    format!("{} is not {expected}", node.shown()),
                )
                .at(node.span)
                .help(e.to_string()),
            ),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(
            g,
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", "examples": ["2026-01-05T09:00:00Z"] }),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, ms) in [
            ("90s", 90_000),
            ("1h30m", 5_400_000),
            ("200ms", 200),
            ("2d", 172_800_000),
            ("1m5s10ms", 65_010),
            ("0s", 0),
            ("100h", 360_000_000),
        ] {
            assert_eq!(duration(text), Some(Duration::from_millis(ms)), "{text}");
        }
        for text in [
            "",
            "5",
            "s",
            "1.5h",
            "-1s",
            "30m1h",
            "1s1s",
            "1 h",
            "1y",
            "99999999999d",
            "4000d",
            "18446744073709551616s",
            "1H",
            "1s\u{0660}m",
        ] {
            assert_eq!(duration(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_nearly_is_a_duration_is_told_how_to_be_one() {
        for (text, says) in [
            ("1.5m", "`1m30s`"),
            ("0.5s", "`500ms`"),
            ("2.0h", "`2h`"),
            ("1.0001s", "a smaller unit"),
            ("4000d", "3660 days"),
            ("99999999999999999999999d", "3660 days"),
            ("100000h", "3660 days"),
        ] {
            let help = why_not(text).unwrap_or_default();
            assert!(help.contains(says), "{text}: {help}");
        }
        for text in ["", "5", "1h1h", "1.5y", "m", "1.m", "9999 d", "30m1h"] {
            assert_eq!(why_not(text), None, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[0-9.dhms\\PC]{0,24}") {
            let help = why_not(&text);
            proptest::prop_assert!(help.is_none() || duration(&text).is_none());
        }
    }
}
