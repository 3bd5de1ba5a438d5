//! The arguments of a call or an attribute, as they are written.

use super::cursor::{is_double_quote, is_single_quote};

/// Longest list that is taken apart, in bytes.
const LONGEST: usize = 2000;

/// The beginning of a text, at most so many bytes of it.
pub(super) fn at_most(text: &str, longest: usize) -> &str {
    let mut end = longest.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Each argument of the list whose opening bracket is at the place, without blanks around it. None where
/// no list is there, or a very long one, or one without an end.
pub(super) fn of(text: &str, open: usize) -> Option<Vec<&str>> {
    let list = text.get(open..)?.strip_prefix('(')?;
    let list = at_most(list, LONGEST);
    let mut out = Vec::new();
    let mut depth = 0usize;
    let mut start = 0;
    let mut chars = list.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '`' => {
                chars.next();
            }
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                let last = list[start..at].trim();
                if !(last.is_empty() && out.is_empty()) {
                    out.push(last);
                }
                return Some(out);
            }
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                out.push(list[start..at].trim());
                start = at + 1;
            }
            c if is_single_quote(c) => {
                chars.find(|(_, c)| is_single_quote(*c))?;
            }
            c if is_double_quote(c) => loop {
                let (_, c) = chars.next()?;
                if c == '`' {
                    chars.next();
                } else if is_double_quote(c) {
                    break;
                }
            },
            _ => {}
        }
    }
    None
}

/// The type before `::` and a name at the place, as written; none where none stands there.
pub(super) fn type_before(text: &str, name: usize) -> Option<&str> {
    const LONGEST: usize = 200;
    let before = text.get(..name)?.strip_suffix("::")?.strip_suffix(']')?;
    let mut near = before.char_indices().rev().take(LONGEST);
    let (open, _) = near.find(|(_, c)| *c == '[')?;
    Some(before[open + 1..].trim())
}

/// Whether a type's full name is meant by what is written: `System.` may be left out.
pub(super) fn is_type(written: &str, full: &str) -> bool {
    let short = full.strip_prefix("System.").unwrap_or(full);
    written.eq_ignore_ascii_case(full) || written.eq_ignore_ascii_case(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_taken_apart_at_commas_of_their_own_level() {
        let of = |text: &'static str| of(text, 0);
        assert_eq!(of("()"), Some(vec![]));
        assert_eq!(of("(a)"), Some(vec!["a"]));
        assert_eq!(
            of("('a, )''', (b, c), @{ d = 1, 2 }, \"`\",\") e"),
            Some(vec!["'a, )'''", "(b, c)", "@{ d = 1, 2 }", "\"`\",\""])
        );
        assert_eq!(of("(a, b"), None);
        assert_eq!(of("a"), None);
        assert_eq!(of("(]"), None);
        let text = "x [IO.Path]::Join";
        assert_eq!(type_before(text, 13), Some("IO.Path"));
        assert_eq!(type_before("$a.Join", 3), None);
        assert!(is_type("io.path", "System.IO.Path") && !is_type("Path", "System.IO.Path"));
    }
}
