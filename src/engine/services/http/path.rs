//! Paths and queries of requests.

use std::borrow::Cow;

/// A path with `*` for one segment that is not empty and `**` for any number of segments.
pub(in crate::engine::services) struct Pattern(Vec<Part>);

enum Part {
    Exact(Vec<u8>),
    One,
    Any,
}

impl Pattern {
    /// Every text is a pattern; a slash missing at its beginning is added.
    pub fn new(text: &str) -> Pattern {
        let part = |segment: &str| match segment {
            "*" => Part::One,
            "**" => Part::Any,
            exact => Part::Exact(decode(exact).into_owned()),
        };
        Pattern(segments(text).map(part).collect())
    }

    /// Percent signs are decoded segment by segment, so `%2F` never divides. Takes at most
    /// segments times parts of the pattern steps.
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<Cow<'_, [u8]>> = segments(path).map(decode).collect();
        let (mut at, mut part) = (0, 0);
        // Where the last `**` stands and how far it reaches so far.
        let mut any: Option<(usize, usize)> = None;
        loop {
            let fits = match (self.0.get(part), path.get(at)) {
                (None, None) => return true,
                (Some(Part::Any), _) => {
                    any = Some((part, at));
                    part += 1;
                    continue;
                }
                (Some(Part::One), Some(segment)) => !segment.is_empty(),
                (Some(Part::Exact(exact)), Some(segment)) => exact == segment.as_ref(),
                (None, Some(_)) | (Some(_), None) => false,
            };
            if fits {
                at += 1;
                part += 1;
                continue;
            }
            match any {
                Some((star, reach)) if reach < path.len() => {
                    any = Some((star, reach + 1));
                    at = reach + 1;
                    part = star + 1;
                }
                _ => return false,
            }
        }
    }
}

fn segments(path: &str) -> std::str::Split<'_, char> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

/// The part of `path` below `base` (which has no slash at its end), beginning with a slash.
pub(in crate::engine::services) fn below<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    match path.strip_prefix(base)? {
        "" => Some("/"),
        rest => rest.starts_with('/').then_some(rest),
    }
}

/// Decodes `%41`; a percent sign that begins no such escape stays as it is.
fn decode(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('%') {
        return Cow::Borrowed(text.as_bytes());
    }
    let nibble = |b: Option<&u8>| {
        b.and_then(|&b| char::from(b).to_digit(16))
            .and_then(|d| u8::try_from(d).ok())
    };
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, nibble(bytes.get(at + 1)), nibble(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(out)
}

/// The query has this parameter with this value (`+` means a space, as in forms).
pub(super) fn has_parameter(query: &str, name: &str, value: &str) -> bool {
    let is = |raw: &str, wanted: &str| decode(&raw.replace('+', " ")).as_ref() == wanted.as_bytes();
    query.split('&').any(|pair| {
        let (n, v) = pair.split_once('=').unwrap_or((pair, ""));
        is(n, name) && is(v, value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hit(pattern: &str, path: &str) -> bool {
        Pattern::new(pattern).matches(path)
    }

    #[test]
    fn stars_stand_for_segments() {
        for (pattern, path, expected) in [
            ("/", "/", true),
            ("/activate", "/activate", true),
            ("activate", "/activate", true),
            ("/activate", "/activate/", false),
            ("/devices/*", "/devices/17", true),
            ("/devices/*", "/devices/", false),
            ("/devices/*", "/devices/17/udf", false),
            ("/devices/*/udf", "/devices/17/udf", true),
            ("/files/**", "/files", true),
            ("/files/**", "/files/a/b/c", true),
            ("/files/**/end", "/files/a/end/b/end", true),
            ("/files/**/end", "/files/a/end/b", false),
            ("/**/x/*/y", "/x/x/x/y", true),
            ("/a b", "/a%20b", true),
            ("/a/b", "/a%2Fb", false),
            ("/*.zip", "/a.zip", false),
        ] {
            assert_eq!(hit(pattern, path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn a_base_ends_at_a_segment() {
        assert_eq!(below("/api", "/api/v1"), Some("/v1"));
        assert_eq!(below("/api", "/api"), Some("/"));
        assert_eq!(below("/api", "/apiary"), None);
        assert_eq!(below("", "/x"), Some("/x"));
        assert_eq!(below("", "*"), None);
    }

    #[test]
    fn parameters_are_decoded() {
        assert!(has_parameter("a=1&name=J%C3%B6rg+B", "name", "Jörg B"));
        assert!(has_parameter("flag&x=", "flag", ""));
        assert!(!has_parameter("a=1", "a", "2"));
    }

    /// The same rule as written down, without any thought of speed.
    fn plainly(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern.split_first(), path.split_first()) {
            (None, rest) => rest.is_none(),
            (Some((&"**", more)), rest) => {
                plainly(more, path) || rest.is_some_and(|(_, tail)| plainly(pattern, tail))
            }
            (Some((&"*", more)), Some((segment, tail))) => {
                !segment.is_empty() && plainly(more, tail)
            }
            (Some((exact, more)), Some((segment, tail))) => exact == segment && plainly(more, tail),
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn patterns_match_as_their_rule_says(
            pattern in proptest::collection::vec(prop_oneof!["[ab]", Just("*".to_owned()), Just("**".to_owned())], 1..7),
            path in proptest::collection::vec("[ab]?", 1..8),
        ) {
            let parts: Vec<&str> = pattern.iter().map(String::as_str).collect();
            let segments: Vec<&str> = path.iter().map(String::as_str).collect();
            let (pattern, path) = (format!("/{}", parts.join("/")), format!("/{}", segments.join("/")));
            prop_assert_eq!(hit(&pattern, &path), plainly(&parts, &segments), "{} on {}", pattern, path);
        }

        #[test]
        fn any_text_is_read_without_panic(pattern in any::<String>(), path in any::<String>(), query in any::<String>()) {
            let _ = hit(&pattern, &path);
            let _ = has_parameter(&query, "a", "b");
            let _ = below(&pattern, &path);
        }
    }
}
