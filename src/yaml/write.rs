//! Writing scalars so that they read back as the same text.

use super::scalar::{Resolved, Scalar, Style};
use std::fmt::Write as _;

/// The text as a scalar on one line: plain where that reads back as the same text, else in double quotes.
pub fn inline(text: &str) -> String {
    if is_safe_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// The text as a block scalar (`|`) indented by `indent` spaces, or on one line where a block
/// could not carry it. Gives what stands after `key: `, without a newline at the end.
pub fn block(text: &str, indent: usize) -> String {
    let carries = text.contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && text.chars().all(|c| c == '\n' || is_printable(c))
        && !text.lines().any(|l| {
            l.starts_with('\t')
                || l.ends_with([' ', '\t'])
                || l.starts_with("---")
                || l.starts_with("...")
        });
    if !carries {
        return inline(text);
    }
    let body = text.trim_end_matches('\n');
    let chomp = match text.len() - body.len() {
        0 => "|-",
        1 => "|",
        _ => return inline(text),
    };
    let mut out = String::from(chomp);
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            let _ = write!(out, "{:indent$}{line}", "");
        }
    }
    out
}

fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn is_safe_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let starts_well = first.is_alphanumeric() || matches!(first, '/' | '_' | '.' | '(' | '+');
    let scalar = Scalar {
        text: text.to_owned(),
        style: Style::Plain,
    };
    starts_well
        && !text.ends_with([' ', ':'])
        && !text.starts_with("...")
        && text
            .chars()
            .all(|c| is_printable(c) && !matches!(c, ',' | '[' | ']' | '{' | '}'))
        && !text.contains(": ")
        && !text.contains(" #")
        && scalar.resolve() == Resolved::Text
        && scalar.trap().is_none()
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xffff => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn inline_reads_back(text in any::<String>()) {
            let doc = format!("key: {}\n", inline(&text));
            let node = parse(&doc).map_err(|e| TestCaseError::fail(format!("{e}: {doc:?}")))?;
            let value = node.get("key").and_then(|v| v.scalar().cloned());
            prop_assert_eq!(value.as_ref().map(|v| v.text.as_str()), Some(text.as_str()));
            prop_assert_eq!(value.map(|v| v.resolve()), Some(Resolved::Text));
        }

        #[test]
        fn block_reads_back(text in "[a-z #:\\-'\"|\t\n.é\u{85}]{0,40}") {
            let doc = format!("key: {}\nnext: x\n", block(&text, 2));
            let node = parse(&doc).map_err(|e| TestCaseError::fail(format!("{e}: {doc:?}")))?;
            prop_assert_eq!(node.get("key").and_then(super::super::Node::text), Some(text.as_str()));
            prop_assert_eq!(node.get("next").and_then(super::super::Node::text), Some("x"));
        }
    }
}
