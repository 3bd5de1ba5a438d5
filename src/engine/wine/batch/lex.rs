//! Signs and words: carets, percent signs, redirections.

use super::scan::{Scanner, is_delimiter};
use std::ops::Range;

impl Scanner<'_> {
    /// A caret and what it escapes; at a line's end the next line goes on.
    pub(super) fn caret(&mut self) {
        self.at += 1;
        if self.byte() == b'\r' {
            self.at += 1;
        }
        if self.byte() == b'\n' {
            self.newline();
        }
        if self.at < self.body.len() && self.byte() != b'\n' {
            self.at += 1;
        }
    }

    /// A `%NAME%` or `%NAME:...%`, whole; any other percent sign alone.
    pub(super) fn percent(&mut self) {
        let start = self.at + 1;
        let mut end = start;
        while end < self.body.len() && !matches!(self.body[end], b'%' | b'\n' | b'\r' | b'"') {
            end += 1;
        }
        let name = &self.body[start..end];
        let plausible = name
            .first()
            .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, b'_' | b'='))
            && !name.iter().any(|c| matches!(c, b'&' | b'|' | b'<' | b'>'))
            && (name.contains(&b':') || !name.contains(&b' '));
        let closed = self.body.get(end) == Some(&b'%');
        self.at = if closed && plausible { end + 1 } else { start };
        if name.is_empty() && closed {
            self.at = end + 1;
        }
    }

    pub(super) fn word_is(&self, word: &[u8]) -> bool {
        let end = self.at + word.len();
        self.body
            .get(self.at..end)
            .is_some_and(|w| w.eq_ignore_ascii_case(word))
            && self.body.get(end).is_none_or(|&c| is_delimiter(c))
    }

    pub(super) fn redirect_starts(&self) -> bool {
        let next = self.body.get(self.at + 1);
        let free = self.at == 0 || is_delimiter(self.body[self.at - 1]);
        matches!(self.byte(), b'<' | b'>')
            || (free && self.byte().is_ascii_digit() && matches!(next, Some(b'<' | b'>')))
    }

    /// A redirection with its target.
    pub(super) fn redirect(&mut self) -> Range<usize> {
        let start = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        while matches!(self.byte(), b'<' | b'>') {
            self.at += 1;
        }
        if self.byte() == b'&' {
            self.at += 1;
            while self.byte().is_ascii_digit() {
                self.at += 1;
            }
            return start..self.at;
        }
        while matches!(self.byte(), b' ' | b'\t') {
            self.at += 1;
        }
        let mut quoted = false;
        while self.at < self.body.len() {
            match self.byte() {
                b'\r' | b'\n' => break,
                b'"' => {
                    quoted = !quoted;
                    self.at += 1;
                }
                b'%' => self.percent(),
                _ if quoted => self.at += 1,
                b'^' => self.caret(),
                c if is_delimiter(c) => break,
                _ => self.at += 1,
            }
        }
        start..self.at
    }
}
