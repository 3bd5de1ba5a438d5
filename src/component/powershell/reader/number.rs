//! Numbers: which of them 5.1 knows.

use super::super::Newer;
use super::super::cursor::{Cursor, ends_word, is_dash, is_name};
use super::Reader;

/// What a word that begins like a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// A number to both.
    Known,
    /// A number to 7, a word to 5.1.
    Newer(Newer),
    /// A word to both: `7z`, `3dsmax.exe`.
    Word,
    /// A name to 5.1, a number with something behind it to 7: `9s-tool`, `9s.exe`.
    Name(Newer),
}

const KNOWN: &[&str] = &["", "l", "d"];
const NEWER: &[&str] = &["u", "ul", "uy", "us", "s", "y", "n"];
/// Operators that can stand behind a number.
const OPERATORS: &[&str] = &[
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "ieq",
    "ine",
    "igt",
    "ige",
    "ilt",
    "ile",
    "ceq",
    "cne",
    "cgt",
    "cge",
    "clt",
    "cle",
    "and",
    "or",
    "xor",
    "band",
    "bor",
    "bxor",
    "shl",
    "shr",
    "is",
    "isnot",
    "as",
    "in",
    "notin",
    "contains",
    "notcontains",
    "like",
    "notlike",
    "match",
    "notmatch",
    "replace",
    "split",
    "join",
    "f",
];
const MULTIPLIERS: &[&str] = &["kb", "mb", "gb", "tb", "pb"];

/// The word at a place, taken.
pub(super) fn number(cursor: &mut Cursor<'_>) -> Number {
    if cursor.peek().is_some_and(|c| c == '+' || is_dash(c)) {
        cursor.bump();
    }
    let mut binary = false;
    let prefix = cursor
        .rest()
        .get(..2)
        .unwrap_or_default()
        .to_ascii_lowercase();
    if prefix == "0x" {
        cursor.at += 2;
        cursor.skip_while(|c| c.is_ascii_hexdigit());
    } else if prefix == "0b" && cursor.rest()[2..].starts_with(['0', '1']) {
        binary = true;
        cursor.at += 2;
        cursor.skip_while(|c| c == '0' || c == '1');
    } else {
        cursor.skip_while(|c| c.is_ascii_digit());
        if cursor.peek() == Some('.') && cursor.second() != Some('.') {
            let digits = cursor.second().is_some_and(|c| c.is_ascii_digit());
            let last = cursor.second().is_none_or(|c| !is_name(c));
            if digits || last {
                cursor.bump();
                cursor.skip_while(|c| c.is_ascii_digit());
            }
        }
        exponent(cursor);
    }
    let suffix = cursor.skip_while(is_name).to_ascii_lowercase();
    let stem = MULTIPLIERS
        .iter()
        .find_map(|m| suffix.strip_suffix(m))
        .unwrap_or(&suffix);
    let newer = if NEWER.contains(&stem) {
        Some(Newer::Suffix)
    } else {
        (binary && KNOWN.contains(&stem)).then_some(Newer::Binary)
    };
    // A word goes on where nothing ends a number: `7-zip`, `1.ps1`, `10.0.0.1`.
    let goes_on = match cursor.peek() {
        Some('\\' | '/' | ':' | '@' | '~' | '_' | '$' | '"' | '\'' | '`') => true,
        Some('.') => newer.is_none() && cursor.second().is_some_and(is_name) && !suffix.is_empty(),
        _ => false,
    };
    match newer {
        Some(newer) if name_goes_on(cursor) => Number::Name(newer),
        _ if goes_on => Number::Word,
        Some(newer) => Number::Newer(newer),
        None if KNOWN.contains(&stem) => Number::Known,
        None => Number::Word,
    }
}

/// Whether `-word` that is no operator, or `.word` that is no call, follows.
fn name_goes_on(cursor: &Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    let sign = ahead.bump();
    let word = ahead.skip_while(char::is_alphabetic);
    let whole = !ahead.peek().is_some_and(is_name);
    match sign {
        Some('.') => !word.is_empty() && ahead.peek() != Some('('),
        Some(c) if is_dash(c) => !(word.is_empty() || whole && is_operator(word)),
        _ => false,
    }
}

fn is_operator(word: &str) -> bool {
    OPERATORS.iter().any(|o| o.eq_ignore_ascii_case(word))
}

fn exponent(cursor: &mut Cursor<'_>) {
    let mut ahead = *cursor;
    if !matches!(ahead.bump(), Some('e' | 'E')) {
        return;
    }
    if ahead.peek().is_some_and(|c| c == '+' || is_dash(c)) {
        ahead.bump();
    }
    if !ahead.skip_while(|c| c.is_ascii_digit()).is_empty() {
        *cursor = ahead;
    }
}

impl Reader<'_> {
    /// Whether a statement that begins like a number is an expression and no command. What is a number
    /// to 7 alone is told: to 5.1 it is a command that is not there.
    pub(super) fn number_here(&mut self) -> bool {
        let start = self.cursor.at;
        let mut ahead = self.cursor;
        match number(&mut ahead) {
            Number::Known => true,
            Number::Newer(newer) => {
                self.found(newer, start, ahead.at);
                // Told already: what follows is read as 7 reads it.
                self.cursor.at = ahead.at;
                true
            }
            Number::Name(_) => {
                ahead.skip_while(|c| !ends_word(c));
                self.found(Newer::NumberName, start, ahead.at);
                false
            }
            Number::Word => false,
        }
    }
}
