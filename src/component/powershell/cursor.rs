//! A place in a script, and the characters that PowerShell takes for its own.

/// PowerShell takes typographic quotes and dashes for the plain ones.
pub(super) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

pub(super) fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

/// White space within a line.
pub(super) fn is_blank(c: char) -> bool {
    c != '\n' && c != '\r' && c.is_whitespace()
}

/// What ends a word of a command.
pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '{' | '}' | '(' | ')' | ';' | ',' | '|' | '&' | '\0')
}

pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A place in a text that only goes forward.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    /// Offset in bytes, always at a character.
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the next one.
    pub fn second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    pub fn before(&self) -> Option<char> {
        self.text
            .get(..self.at)
            .unwrap_or_default()
            .chars()
            .next_back()
    }

    pub fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.bump();
        }
        there
    }

    pub fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    pub fn skip_while(&mut self, of: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&of) {
            self.bump();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// White space within the line, continued lines and block comments; tells whether there were any.
    pub fn skip_blanks(&mut self) -> bool {
        let start = self.at;
        loop {
            self.skip_while(is_blank);
            if self.starts("<#") {
                self.at = match self.rest().find("#>") {
                    Some(end) => self.at + end + 2,
                    None => self.text.len(),
                };
            } else if self.starts("`\n") {
                self.at += 2;
            } else if self.starts("`\r\n") {
                self.at += 3;
            } else {
                return self.at > start;
            }
        }
    }
}
