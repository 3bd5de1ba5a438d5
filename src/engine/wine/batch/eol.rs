//! `for /f` and the sign that makes a line a comment.

use super::scan::Scan;
use super::surely::{plain_text, writes_plainly};

/// Whether a `for /f` may come upon a line that Windows leaves out, or upon an empty one that Wine's
/// cmd gives for `eol=`. `options` and `set` are in lower case.
pub(super) fn may_differ(body: &[u8], scan: &Scan, options: &str, set: &str) -> bool {
    let back = options.contains("usebackq");
    let (quote, command) = if back { ('\'', '`') } else { ('"', '\'') };
    let set = set.trim();
    let set_eol = options.contains("eol=");
    if let Some(text) = set.strip_prefix(quote) {
        return !set_eol && text.trim_start().starts_with(';');
    }
    if set_eol {
        return true;
    }
    let Some(inner) = set.strip_prefix(command) else {
        return !writes_plainly(body, scan, set.trim_matches('"'));
    };
    // The last program of a pipe gives the lines.
    let first = inner
        .trim_end_matches(command)
        .split("^|")
        .next()
        .unwrap_or("")
        .trim();
    let (name, rest) = first.split_at(first.find([' ', '.', '(']).unwrap_or(first.len()));
    match name {
        "type" | "more" => {
            let file = rest
                .split(" 2^>")
                .next()
                .unwrap_or("")
                .trim()
                .trim_matches('"');
            !writes_plainly(body, scan, file)
        }
        "echo" => rest.get(1..).unwrap_or("").trim_start().starts_with(';') && !plain_text(rest),
        _ => false,
    }
}
