//! Strings and variables.

use super::super::Newer;
use super::super::cursor::{is_blank, is_double_quote, is_name, is_single_quote};
use super::Reader;

impl Reader<'_> {
    /// A string or here-string; false: none begins here.
    pub(super) fn string(&mut self) -> bool {
        let Some(c) = self.cursor.peek() else {
            return false;
        };
        if c == '@' {
            return self.here_string();
        }
        if is_single_quote(c) {
            self.cursor.bump();
            while let Some(c) = self.cursor.bump() {
                if is_single_quote(c) && !self.cursor.peek().is_some_and(is_single_quote) {
                    return true;
                }
                if is_single_quote(c) {
                    self.cursor.bump();
                }
            }
            return true;
        }
        if !is_double_quote(c) {
            return false;
        }
        self.cursor.bump();
        while let Some(c) = self.cursor.peek() {
            if is_double_quote(c) {
                self.cursor.bump();
                if !self.cursor.peek().is_some_and(is_double_quote) {
                    return true;
                }
                self.cursor.bump();
            } else {
                self.expanded(c);
            }
        }
        true
    }

    /// One character of a string that expands, or the variable or expression that begins with it.
    fn expanded(&mut self, c: char) {
        let start = self.cursor.at;
        self.cursor.bump();
        match (c, self.cursor.peek()) {
            ('`', Some(escaped)) => {
                self.cursor.bump();
                if escaped == 'e' || (escaped == 'u' && self.cursor.peek() == Some('{')) {
                    self.found(Newer::Escape, start, self.cursor.at);
                }
            }
            ('$', Some('(')) => {
                self.cursor.bump();
                self.statements(Some(')'));
            }
            ('$', Some(next)) if is_name(next) || next == '{' => {
                self.cursor.at = start;
                self.variable();
            }
            _ => {}
        }
    }

    /// `@'` or `@"`, the end of the line, and text up to a line that begins with the quote and `@`.
    fn here_string(&mut self) -> bool {
        let Some(quote) = self.cursor.second() else {
            return false;
        };
        let single = is_single_quote(quote);
        let head = self.cursor.rest();
        let body = head.get(1 + quote.len_utf8()..).unwrap_or_default();
        let line = body.trim_start_matches(is_blank);
        if !(single || is_double_quote(quote)) || !line.starts_with(['\n', '\r']) {
            return false;
        }
        self.cursor.at = self.cursor.text.len() - line.len();
        while let Some(c) = self.cursor.peek() {
            let ends = |c: char| {
                if single {
                    is_single_quote(c)
                } else {
                    is_double_quote(c)
                }
            };
            if ends(c) && self.cursor.second() == Some('@') && self.cursor.before() == Some('\n') {
                self.cursor.bump();
                self.cursor.bump();
                return true;
            }
            if single {
                self.cursor.bump();
            } else {
                self.expanded(c);
            }
        }
        true
    }

    /// `$name`, `$scope:name`, `${any}`, `$$`, `$?`, `$^`, or a splatted `@name`. A `?` belongs to the
    /// name in both versions.
    pub(super) fn variable(&mut self) {
        let start = self.cursor.at;
        self.cursor.bump();
        match self.cursor.peek() {
            Some('{') => {
                self.cursor.skip_while(|c| c != '}');
                self.cursor.eat('}');
            }
            Some('$' | '^') => {
                self.cursor.bump();
            }
            _ => {
                self.cursor.skip_while(|c| is_name(c) || c == '?');
                while self.cursor.peek() == Some(':')
                    && self.cursor.second().is_some_and(|c| is_name(c) || c == '?')
                {
                    self.cursor.bump();
                    self.cursor.skip_while(|c| is_name(c) || c == '?');
                }
            }
        }
        let name = self.cursor.text.get(start + 1..self.cursor.at);
        if let Some(name) = name
            && self.room(self.script.variables.len(), start)
        {
            let name = name.trim_matches(['{', '}']).to_owned();
            self.script.variables.push((start, name));
        }
    }
}
