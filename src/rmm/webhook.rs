//! Texts of webhooks with placeholders such as `[alert_uid]`.
//!
//! Public receivers of the platform's webhooks show the form and some of the names; there is no
//! public list. Those marked as ours below are a guess.

/// Placeholders with what they stand for.
pub const PLACEHOLDERS: &[(&str, &str)] = &[
    ("alert_uid", "Uid of the alert."),
    ("alert_message", "Its text."),
    ("alert_category", "Its monitor's kind."),
    ("alert_priority", "Its priority (the name is ours)."),
    ("alert_diagnostic", "Its diagnostic (the name is ours)."),
    (
        "alert_resolved_by",
        "Who resolved it; empty while it is open (the name is ours).",
    ),
    ("device_hostname", "Host name of the device."),
    ("device_id", "Number of the device on the platform."),
    ("device_uid", "Uid of the device (the name is ours)."),
    ("site_id", "Number of the site on the platform."),
    ("sitename", "Name of the site."),
    ("platform", "Region of the platform, such as `pinotage`."),
];

/// Body of a webhook that has none of its own.
pub const DEFAULT_BODY: &str = r#"{"alertUID":"[alert_uid]","alertMessage":"[alert_message]","alertPriority":"[alert_priority]","hostname":"[device_hostname]","siteName":"[sitename]","platform":"[platform]"}"#;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    /// Name within brackets.
    Placeholder(&'t str),
}

/// A text cut at what looks like placeholders: lower-case words with `_` in brackets, those of JSON
/// (`[true]`) aside.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(open) = rest[from..].find('[').map(|n| n + from) {
        let inside = &rest[open + 1..];
        let name = |b: u8| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit();
        let length = inside.bytes().take_while(|b| name(*b)).count();
        let word = &inside[..length];
        let is = word.starts_with(|c: char| c.is_ascii_lowercase())
            && inside[length..].starts_with(']')
            && !matches!(word, "true" | "false" | "null");
        if is {
            out.push(Piece::Text(&rest[..open]));
            out.push(Piece::Placeholder(word));
            rest = &inside[length + 1..];
            from = 0;
        } else {
            from = open + 1;
        }
    }
    out.push(Piece::Text(rest));
    out
}

/// Names of placeholders in a text that stand for nothing.
pub fn unknown(text: &str) -> Vec<&str> {
    let known = |name: &str| PLACEHOLDERS.iter().any(|p| p.0 == name);
    let all = pieces(text).into_iter();
    all.filter_map(|p| match p {
        Piece::Placeholder(name) if !known(name) => Some(name),
        _ => None,
    })
    .collect()
}

/// A text with its placeholders filled in. In JSON, values are written as JSON writes the inside of
/// a string, so that none breaks it.
pub fn fill(text: &str, json: bool, value: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Placeholder(name) if json => {
                let quoted = serde_json::Value::String(value(name)).to_string();
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
            Piece::Placeholder(name) => out.push_str(&value(name)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_a_placeholder() {
        assert!(unknown("[alert_uid] [1, 2] [true] [] [[sitename]] [A]").is_empty());
        assert_eq!(
            unknown("[alert_id] and [hostname]"),
            ["alert_id", "hostname"]
        );
        let name = |n: &str| n.to_uppercase();
        assert_eq!(
            fill("a[site_id]b[[platform]]", false, name),
            "aSITE_IDb[PLATFORM]"
        );
        let text = |_: &str| "a\"b\nc".to_owned();
        assert_eq!(
            fill(r#"{"t":"[alert_message]"}"#, true, text),
            r#"{"t":"a\"b\nc"}"#
        );
    }

    #[test]
    fn the_body_of_one_without_a_body_is_json_and_known() {
        assert!(unknown(DEFAULT_BODY).is_empty());
        assert!(serde_json::from_str::<serde_json::Value>(DEFAULT_BODY).is_ok());
    }

    proptest! {
        /// Whatever the alert says, a body that is JSON stays JSON and holds the text as it is.
        #[test]
        fn json_stays_json(message in ".{0,40}") {
            let body = fill(r#"{"t":"[alert_message]"}"#, true, |_| message.clone());
            let parsed: serde_json::Value = serde_json::from_str(&body).unwrap();
            prop_assert_eq!(parsed["t"].as_str(), Some(message.as_str()));
        }

        /// Cutting loses nothing, and nothing panics.
        #[test]
        fn a_text_without_values_comes_back(text in "[\\[\\]a-z_{}\" ü0-9]{0,40}") {
            let same = fill(&text, false, |name| format!("[{name}]"));
            prop_assert_eq!(same, text);
        }
    }
}
