//! What operators join.

use super::super::Newer;
use super::super::cursor::{ends_word, is_dash, is_double_quote, is_name, is_single_quote};
use super::number::{Number, number};
use super::{Body, MOST, Reader};

impl Reader<'_> {
    /// One operand with its unary operators, casts and members. `operator` is what stands before it,
    /// none at the beginning of an expression.
    pub(super) fn operand(&mut self, operator: &str) {
        let mut before = operator.to_owned();
        loop {
            let Some(c) = self.cursor.peek() else { return };
            let second = self.cursor.second().unwrap_or(' ');
            let start = self.cursor.at;
            match c {
                '!' | ',' => {
                    self.cursor.bump();
                    self.cursor.skip_blanks();
                    before = format!("unary {c}");
                    continue;
                }
                '(' => {
                    self.cursor.bump();
                    self.statements(Some(')'));
                }
                '{' => self.block(),
                '$' | '@' if second == '(' => {
                    self.cursor.at += 2;
                    self.statements(Some(')'));
                }
                '$' => self.variable(),
                '@' if second == '{' => self.hash(),
                '@' if is_double_quote(second) || is_single_quote(second) => {
                    if !self.string() {
                        self.cursor.bump();
                    }
                }
                '@' => self.variable(),
                '[' => {
                    self.bracketed();
                    if self.cast() {
                        continue;
                    }
                }
                c if is_double_quote(c) || is_single_quote(c) => {
                    self.string();
                }
                '0'..='9' => self.number_operand(&before),
                '.' if second.is_ascii_digit() => self.number_operand(&before),
                '+' | '-' if second == c => {
                    self.cursor.at += 2;
                    continue;
                }
                c if c == '+' || is_dash(c) => {
                    let numeric = second.is_ascii_digit()
                        && self.cursor.before().is_none_or(|c| !c.is_ascii_digit());
                    if numeric {
                        self.number_operand(&before);
                    } else {
                        self.cursor.bump();
                        self.cursor.skip_while(char::is_alphabetic);
                        self.cursor.skip_blanks();
                        before =
                            format!("unary {}", self.cursor.text[start..self.cursor.at].trim());
                        continue;
                    }
                }
                c if is_name(c) => {
                    // No operand to either: a word after an operator, as in `in` or a keyword.
                    self.cursor.skip_while(|c| is_name(c) || c == '-');
                }
                _ => return,
            }
            return self.postfix(false);
        }
    }

    /// Whether what was in brackets is a cast of the operand that follows.
    fn cast(&mut self) -> bool {
        let mut ahead = self.cursor;
        ahead.skip_blanks();
        let second = ahead.second().unwrap_or(' ');
        let follows = match ahead.peek() {
            Some('$' | '(' | '{' | '[' | '!') => true,
            Some('@') => !second.is_whitespace(),
            Some('.') => second.is_ascii_digit(),
            Some('+' | '-') => {
                second.is_ascii_digit() || (second == '$' && ahead.at > self.cursor.at)
            }
            Some(c) => c.is_ascii_digit() || is_double_quote(c) || is_single_quote(c),
            None => false,
        };
        // Right behind the bracket an index follows, unless it is another type.
        if follows {
            self.cursor = ahead;
        }
        follows
    }

    /// A number after an operator: what 5.1 does not know of it makes the operator lack its operand.
    fn number_operand(&mut self, operator: &str) {
        let start = self.cursor.at;
        match number(&mut self.cursor) {
            Number::Known => {}
            Number::Newer(newer) => {
                self.found(newer, start, self.cursor.at);
                if let Some(last) = self.script.found.last_mut() {
                    last.operator = operator.to_owned();
                }
            }
            Number::Word => {
                self.cursor.skip_while(|c| !ends_word(c) && c != ']');
            }
        }
    }

    /// `{ statements }` as a script block.
    pub(super) fn block(&mut self) {
        self.body(Body::Block);
    }

    /// `{ statements }` of any kind.
    pub(super) fn body(&mut self, body: Body) {
        let start = self.cursor.at;
        self.cursor.bump();
        self.statements(Some('}'));
        if self.script.bodies.len() < MOST {
            self.script.bodies.push((start, self.cursor.at, body));
        }
    }

    /// `@{ key = statement }`.
    pub(super) fn hash(&mut self) {
        if !self.deeper() {
            return;
        }
        self.cursor.at += 2;
        let mut keys = Vec::new();
        // Where a value that a pipe may follow has ended.
        let mut value = None;
        loop {
            let new_line = self.space();
            let start = self.cursor.at;
            let ended = value.take().filter(|_| new_line);
            match self.cursor.peek() {
                None | Some(')') => break,
                Some('}') => {
                    self.cursor.bump();
                    break;
                }
                Some(';') => {
                    self.cursor.bump();
                    continue;
                }
                Some('=') => {
                    self.cursor.bump();
                    self.space();
                    value = self.value();
                    continue;
                }
                Some('|') if ended.is_some() && self.cursor.second() != Some('|') => {
                    let end = ended.unwrap_or(start);
                    self.found(Newer::LeadingPipeInHash, end, end);
                    self.cursor.bump();
                    self.space();
                    self.pipeline();
                    value = Some(end);
                    continue;
                }
                Some(c) if c.is_alphabetic() || c == '_' => {
                    let key = self.cursor.skip_while(|c| !ends_word(c) && c != '=');
                    keys.push((start, key.to_owned()));
                    continue;
                }
                _ => {
                    self.operand("=");
                    let key = self.cursor.text.get(start..self.cursor.at);
                    keys.extend(key.and_then(unquoted).map(|k| (start + 1, k.to_owned())));
                }
            }
            if self.cursor.at == start {
                self.cursor.bump();
            }
        }
        keys.truncate(MOST);
        self.keys = keys;
        self.depth -= 1;
    }

    /// The statement that is the value of a key; where it ends, if a pipe may follow.
    fn value(&mut self) -> Option<usize> {
        let pipeline = match self.keyword() {
            Some(word) => self.keyword_statement(word, &mut false),
            None => {
                self.pipeline();
                true
            }
        };
        let read = self.cursor.text.get(..self.cursor.at).unwrap_or_default();
        pipeline.then(|| read.trim_end().len())
    }

    /// `clean { }` where a command may stand.
    pub(super) fn clean_block(&mut self, start: usize, named_blocks: bool) {
        let newer = if named_blocks {
            Newer::Clean
        } else {
            Newer::CleanFirst
        };
        self.found(newer, start, start + "clean".len());
    }
}

/// What stands in plain quotes, where it is fixed.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('\'').or_else(|| inner('"').filter(|t| !t.contains(['$', '`'])))
}
