//! Operands and the operators between them.

use super::super::Newer;
use super::super::cursor::{ends_word, is_dash, is_name};
use super::operand::unquoted;
use super::{MOST, Preference, Reader, Table};

/// What follows an operand.
enum Next {
    /// An operator, taken: an operand follows.
    Operand(String),
    /// An assignment, taken: a statement follows.
    Statement,
    /// The expression ends here.
    End,
}

impl Reader<'_> {
    /// An expression, to what ends it, which is left.
    pub(super) fn expression(&mut self) {
        self.expression_after("");
    }

    /// Likewise, where what stands before it is named in what 5.1 says of a missing operand.
    fn expression_after(&mut self, before: &str) {
        if !self.deeper() {
            return;
        }
        let mut operator = before.to_owned();
        let mut replaces = false;
        loop {
            let start = self.cursor.at;
            if replaces && operator == "," && self.cursor.peek() == Some('{') {
                self.found(Newer::ReplaceBlock, start, start + 1);
            }
            replaces =
                operator.to_ascii_lowercase().ends_with("replace") || (replaces && operator == ",");
            self.operand(&operator);
            let end = self.cursor.at;
            self.cursor.skip_blanks();
            if self.cursor.starts("..") && self.one_letter(start, end) {
                self.found(Newer::CharacterRange, start, end);
            }
            match self.operator() {
                Next::Operand(sign) => {
                    operator = sign;
                    self.space();
                }
                Next::Statement => {
                    self.space();
                    let value = self.cursor.at;
                    self.keys.clear();
                    self.assigned();
                    self.preference((start, end), value);
                    self.table((start, end), value);
                    break;
                }
                Next::End => break,
            }
        }
        self.depth -= 1;
    }

    /// A string of one character that is no digit.
    fn one_letter(&self, start: usize, end: usize) -> bool {
        let text = self.cursor.text.get(start..end).unwrap_or_default();
        let inner = text
            .strip_prefix(['\'', '"'])
            .and_then(|t| t.strip_suffix(['\'', '"']))
            .unwrap_or_default();
        inner.chars().count() == 1 && !inner.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Remembers what `$ErrorActionPreference` is set to: the place of what is set, and where its value
    /// begins, which was read.
    pub(super) fn preference(&mut self, set: (usize, usize), value: usize) {
        let text = self.cursor.text;
        let name = text.get(set.0..set.1).unwrap_or_default();
        let name = name.rsplit(']').next().unwrap_or_default().trim();
        let name = name.trim_matches(['$', '{', '}']).to_ascii_lowercase();
        let outer = ["global:", "script:"]
            .iter()
            .find_map(|scope| name.strip_prefix(scope));
        let local = name.trim_start_matches("local:");
        if outer.unwrap_or(local) != "erroractionpreference"
            || self.script.preferences.len() >= MOST
        {
            return;
        }
        let value = text.get(value..self.cursor.at).unwrap_or_default().trim();
        let lower = value.trim_matches(['\'', '"']).to_ascii_lowercase();
        let preference = if lower == "stop" || lower.ends_with("::stop") || lower == "1" {
            Preference::Stop
        } else if value.starts_with('$') || value.starts_with('(') {
            Preference::Unknown
        } else {
            Preference::Other
        };
        self.script
            .preferences
            .push((set.0, preference, outer.is_some()));
    }

    /// Remembers a hash table that a variable is set to, or a key that is set of one.
    fn table(&mut self, set: (usize, usize), value: usize) {
        let keys = std::mem::take(&mut self.keys);
        let text = self.cursor.text;
        let whole = text.get(set.0..set.1).unwrap_or_default();
        let cast = whole.rfind("]$").map_or(0, |at| at + 1);
        let Some(name) = whole.get(cast..).and_then(|n| n.strip_prefix('$')) else {
            return;
        };
        if self.script.tables.len() >= MOST {
            return;
        }
        let value = text.get(value..self.cursor.at).unwrap_or_default();
        let literal = ["@{", "[ordered]@{", "[hashtable]@{"].iter().any(|b| {
            value
                .get(..b.len())
                .is_some_and(|v| v.eq_ignore_ascii_case(b))
        });
        let at = set.0;
        if name.chars().all(is_name) {
            self.script.tables.push(Table {
                at,
                name: name.to_owned(),
                keys: if literal { keys } else { Vec::new() },
                whole: true,
            });
            return;
        }
        let Some((name, key)) = name.split_once(['.', '[']) else {
            return;
        };
        let key = key.trim_end_matches(']');
        let key = unquoted(key).unwrap_or(key);
        if name.chars().all(is_name) && !key.is_empty() && key.chars().all(is_name) {
            let place = set.1 - whole.len() + whole.rfind(key).unwrap_or(0);
            self.script.tables.push(Table {
                at,
                name: name.to_owned(),
                keys: vec![(place, key.to_owned())],
                whole: false,
            });
        }
    }

    /// The statement after `=`.
    fn assigned(&mut self) {
        match self.keyword() {
            Some(word) => {
                self.keyword_statement(word, &mut false);
            }
            None => self.pipeline(),
        }
    }

    fn operator(&mut self) -> Next {
        while self.cursor.starts("++") || self.cursor.starts("--") {
            self.cursor.at += 2;
            self.cursor.skip_blanks();
        }
        let Some(c) = self.cursor.peek() else {
            return Next::End;
        };
        let second = self.cursor.second();
        match c {
            '?' => self.question(),
            '=' => self.taken(1, true),
            '+' | '*' | '/' | '%' | '-' if second == Some('=') => self.taken(2, true),
            '.' if second == Some('.') => self.taken(2, false),
            ',' | '+' | '*' | '/' | '%' => {
                if c == '*' && second == Some('>') {
                    return Next::End;
                }
                self.taken(1, false)
            }
            c if is_dash(c) => {
                let start = self.cursor.at;
                self.cursor.bump();
                self.cursor.skip_while(char::is_alphabetic);
                let sign = self.cursor.text.get(start..self.cursor.at);
                Next::Operand(sign.unwrap_or_default().to_owned())
            }
            _ => Next::End,
        }
    }

    fn taken(&mut self, length: usize, assigns: bool) -> Next {
        let sign = self
            .cursor
            .rest()
            .get(..length)
            .unwrap_or_default()
            .to_owned();
        self.cursor.at += length;
        if assigns {
            Next::Statement
        } else {
            Next::Operand(sign)
        }
    }

    /// A word of 5.1 from here on: what stands in its "Unexpected token". Cut where no word is so long.
    fn word_end(&self) -> usize {
        const LONGEST: usize = 200;
        let rest = self.cursor.rest();
        let end = rest
            .char_indices()
            .take(LONGEST)
            .take_while(|(_, c)| !ends_word(*c))
            .last();
        self.cursor.at + end.map_or(0, |(at, c)| at + c.len_utf8())
    }

    /// `?` where an operator may stand: nothing in 5.1 begins so.
    fn question(&mut self) -> Next {
        let start = self.cursor.at;
        let end = self.word_end();
        if self.cursor.starts("??=") {
            self.found(Newer::CoalesceAssign, start, end);
            return self.taken(3, true);
        }
        if self.cursor.starts("??") {
            self.found(Newer::Coalesce, start, end);
            return self.taken(2, false);
        }
        self.found(Newer::Ternary, start, end);
        self.cursor.bump();
        self.space();
        self.expression();
        self.space();
        if self.cursor.peek() == Some(':') {
            return self.taken(1, false);
        }
        Next::End
    }

    /// Members, indexes and calls that follow an operand without a blank.
    pub(super) fn postfix(&mut self, in_command: bool) {
        loop {
            let start = self.cursor.at;
            match (self.cursor.peek(), self.cursor.second()) {
                (Some('.'), Some(next)) if next != '.' => {
                    self.cursor.bump();
                    if !self.member() {
                        self.cursor.at = start;
                        return;
                    }
                }
                (Some(':'), Some(':')) => {
                    self.cursor.at += 2;
                    self.member();
                }
                (Some('['), _) => {
                    self.cursor.bump();
                    self.arguments(']');
                }
                (Some('?'), Some(next @ ('.' | '['))) => {
                    let newer = match next {
                        _ if in_command => Newer::ConditionalArgument,
                        '.' => Newer::ConditionalMember,
                        _ => Newer::ConditionalIndex,
                    };
                    self.found(newer, start, self.word_end());
                    self.cursor.at += 2;
                    if next == '.' {
                        self.member();
                    } else {
                        self.arguments(']');
                    }
                }
                _ => return,
            }
        }
    }

    /// The name after a dot, and the arguments of a call.
    fn member(&mut self) -> bool {
        self.space();
        let start = self.cursor.at;
        match self.cursor.peek() {
            Some('(') => {
                self.cursor.bump();
                self.statements(Some(')'));
            }
            Some('$') => self.variable(),
            Some(c) if is_name(c) => {
                let name = self.cursor.skip_while(is_name);
                if self.script.members.len() < MOST {
                    self.script.members.push((start, name.to_owned()));
                }
            }
            _ => {
                if !self.string() {
                    return false;
                }
            }
        }
        if self.generic_arguments() {
            self.found(Newer::GenericCall, start, self.cursor.at);
        }
        if self.cursor.eat('(') {
            self.arguments(')');
        }
        true
    }

    /// `[type, type]` with a bracket of a call right after it, taken.
    fn generic_arguments(&mut self) -> bool {
        const LONGEST: usize = 200;
        let rest = self.cursor.rest();
        let inside = |c: char| is_name(c) || matches!(c, '[' | ']' | '.' | ',' | ' ' | '+' | '`');
        if !rest.starts_with('[') || !rest[1..].starts_with(|c: char| c.is_alphabetic() || c == '[')
        {
            return false;
        }
        let length = rest
            .char_indices()
            .take(LONGEST)
            .find(|(_, c)| !inside(*c))
            .map_or(0, |(at, _)| at);
        let is = length > 0 && rest[..length].ends_with(']') && rest[length..].starts_with('(');
        if is {
            self.cursor.at += length;
        }
        is
    }

    /// Arguments of a call or of an index, up to the closing bracket, which is taken.
    pub(super) fn arguments(&mut self, close: char) {
        if !self.deeper() {
            return;
        }
        let mut before = if close == ')' { "(" } else { "[" };
        loop {
            self.space();
            let start = self.cursor.at;
            match self.cursor.peek() {
                None | Some(';') => break,
                Some(c) if c == close => {
                    self.cursor.bump();
                    break;
                }
                Some('}' | ')') => break,
                Some(',') => {
                    self.cursor.bump();
                    before = ",";
                    continue;
                }
                Some('|' | '&') if self.chain() => continue,
                _ => {}
            }
            self.expression_after(before);
            if self.cursor.at == start {
                self.cursor.bump();
            }
        }
        self.depth -= 1;
    }

    /// `[name]`, `[name[]]`, `[name(arguments)]`: a type, a cast or an attribute.
    pub(super) fn bracketed(&mut self) {
        if !self.deeper() {
            return;
        }
        let start = self.cursor.at;
        self.cursor.bump();
        let mut open = 1;
        while let Some(c) = self.cursor.peek() {
            match c {
                '[' => open += 1,
                ']' => open -= 1,
                '(' => {
                    self.cursor.bump();
                    self.attribute_arguments();
                    continue;
                }
                '$' | '{' | '}' | ')' | ';' | '=' | '#' | '|' => break,
                _ => {}
            }
            self.cursor.bump();
            if open == 0 {
                break;
            }
        }
        let name = self.cursor.text.get(start + 1..self.cursor.at);
        if let Some(name) = name.filter(|_| self.script.types.len() < MOST) {
            let name = name.split('(').next().unwrap_or_default();
            let name = name.trim_end_matches(']').trim().to_owned();
            self.script.types.push((start, name));
        }
        self.depth -= 1;
    }

    /// `Name = value, value`, up to the closing bracket, which is taken.
    fn attribute_arguments(&mut self) {
        loop {
            self.space();
            let start = self.cursor.at;
            match self.cursor.peek() {
                None | Some(';' | '}') => return,
                Some(')') => {
                    self.cursor.bump();
                    return;
                }
                Some(',' | '=') => {
                    self.cursor.bump();
                    continue;
                }
                Some(c) if c.is_alphabetic() => {
                    self.cursor.skip_while(is_name);
                    continue;
                }
                _ => self.expression(),
            }
            if self.cursor.at == start {
                self.cursor.bump();
            }
        }
    }
}
