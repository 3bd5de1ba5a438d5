//! Keywords and what they open.

use super::super::Newer;
use super::super::cursor::{ends_word, is_dash, is_name};
use super::super::guard;
use super::{Body, MOST, Reader};

const KEYWORDS: &[&str] = &[
    "if",
    "elseif",
    "else",
    "while",
    "until",
    "do",
    "for",
    "foreach",
    "switch",
    "try",
    "catch",
    "finally",
    "trap",
    "begin",
    "process",
    "end",
    "dynamicparam",
    "clean",
    "param",
    "function",
    "filter",
    "workflow",
    "configuration",
    "class",
    "enum",
    "data",
    "return",
    "throw",
    "exit",
    "break",
    "continue",
    "using",
    "parallel",
    "sequence",
    "inlinescript",
];

impl Reader<'_> {
    /// The keyword that a statement begins with, taken; a label before it, too.
    pub(super) fn keyword(&mut self) -> Option<&'static str> {
        let start = self.cursor;
        if self.cursor.peek() == Some(':') && self.cursor.second().is_some_and(is_name) {
            self.cursor.bump();
            self.cursor.skip_while(is_name);
            self.space();
        }
        let mut ahead = self.cursor;
        let word = ahead.skip_while(|c| c.is_ascii_alphabetic());
        let ends = ahead
            .peek()
            .is_none_or(|c| ends_word(c) || matches!(c, '$' | '"' | '\'' | '[' | '@' | '#'));
        let known = KEYWORDS
            .iter()
            .find(|k| ends && word.eq_ignore_ascii_case(k));
        match known {
            Some(known) => {
                self.cursor = ahead;
                Some(known)
            }
            None => {
                self.cursor = start;
                None
            }
        }
    }

    /// The rest of a statement whose keyword was taken; tells whether it is one that a pipe may follow.
    pub(super) fn keyword_statement(&mut self, word: &str, named_blocks: &mut bool) -> bool {
        let start = self.cursor.at - word.len();
        match word {
            "return" | "throw" | "exit" => {
                self.cursor.skip_blanks();
                if !matches!(
                    self.cursor.peek(),
                    None | Some('\n' | '\r' | ';' | '}' | ')' | '#')
                ) {
                    self.pipeline();
                }
                return true;
            }
            "break" | "continue" => {
                self.cursor.skip_blanks();
                self.cursor.skip_while(is_name);
            }
            "using" => {
                self.cursor.skip_while(|c| !matches!(c, '\n' | '\r' | ';'));
            }
            "begin" | "process" | "end" | "dynamicparam" | "clean" | "parallel" | "sequence"
            | "inlinescript" | "data" => return self.named_block(word, start, named_blocks),
            "param" => {
                self.space();
                if self.cursor.eat('(') {
                    self.parameters();
                }
            }
            "function" | "filter" | "workflow" | "configuration" => {
                if matches!(word, "workflow" | "configuration")
                    && self.script.old_keywords.len() < MOST
                {
                    self.script.old_keywords.push((start, word.to_owned()));
                }
                self.function();
            }
            "class" => self.class(),
            "enum" => self.enumeration(),
            "switch" => self.switch(),
            "foreach" => {
                self.header_options();
                if self.cursor.eat('(') {
                    self.space();
                    if self.cursor.peek() == Some('$') {
                        self.variable();
                        self.space();
                        self.cursor.skip_while(char::is_alphabetic);
                    }
                    self.statements(Some(')'));
                }
                self.block_after();
            }
            "if" | "elseif" => self.branch(word == "if"),
            "else" => {
                let before = self.branches.take();
                self.branch_body(before == Some(true), before == Some(false));
            }
            "while" | "until" | "for" => {
                self.space();
                if self.cursor.eat('(') {
                    self.statements(Some(')'));
                }
                if word != "until" {
                    self.block_after();
                }
            }
            "catch" | "trap" => {
                self.space();
                while matches!(self.cursor.peek(), Some('[' | ',')) {
                    if !self.cursor.eat(',') {
                        self.bracketed();
                    }
                    self.space();
                }
                self.block_after();
            }
            _ => self.block_after(),
        }
        false
    }

    /// What follows `if` or `elseif`, and what 5.1 makes of it.
    fn branch(&mut self, first: bool) {
        // What the conditions before it are: without any, none holds.
        let before = match first {
            true => Some(false),
            false => self.branches.take(),
        };
        self.space();
        let mut holds = None;
        if self.cursor.eat('(') {
            let start = self.cursor.at;
            self.statements(Some(')'));
            let end = self.cursor.at.saturating_sub(1).max(start);
            let condition = self.cursor.text.get(start..end).unwrap_or_default();
            let asked = guard::ask(condition);
            holds = asked.holds;
            for (from, to) in asked.passed_over {
                self.unreached(start + from, start + to);
            }
            if before == Some(true) {
                self.unreached(start, end);
            }
        }
        let never = before == Some(true) || holds == Some(false);
        self.branch_body(never, before == Some(false) && holds == Some(true));
        self.branches = match (before, holds) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
    }

    /// The block of a branch that 5.1 never or always takes.
    fn branch_body(&mut self, never: bool, always: bool) {
        let start = self.cursor.at;
        self.left = false;
        self.block_after();
        if never {
            self.unreached(start, self.cursor.at);
        }
        self.leaves = always && self.left;
    }

    /// The block of a statement, also on a later line.
    fn block_after(&mut self) {
        self.body_after(Body::Statement);
    }

    fn body_after(&mut self, body: Body) {
        let before = self.cursor;
        self.space();
        if self.cursor.peek() == Some('{') {
            self.body(body);
        } else {
            self.cursor = before;
        }
    }

    /// Words that name a block where one follows, and are commands elsewhere.
    fn named_block(&mut self, word: &str, start: usize, named_blocks: &mut bool) -> bool {
        if word == "data" {
            self.cursor.skip_blanks();
            self.cursor
                .skip_while(|c| !matches!(c, '{' | '\n' | ';' | '}' | ')'));
        }
        let before = self.cursor;
        self.space();
        let block = self.cursor.peek() == Some('{');
        if !block {
            // Not read twice: what was passed over is white space.
            self.cursor = before;
            self.cursor.at = start;
            self.pipeline();
            return true;
        }
        if word == "clean" {
            if !self.script.functions.contains("clean") {
                self.clean_block(start, *named_blocks);
            }
        } else if !matches!(word, "data" | "parallel" | "sequence" | "inlinescript") {
            *named_blocks = true;
        }
        self.body(Body::Statement);
        false
    }

    /// `-Parallel`, `-ThrottleLimit 5`, `-Regex`, `-File path` after `foreach` and `switch`.
    fn header_options(&mut self) {
        loop {
            self.space();
            if !self.cursor.peek().is_some_and(is_dash) {
                return;
            }
            self.cursor.bump();
            let name = self.cursor.skip_while(is_name).to_ascii_lowercase();
            if matches!(name.as_str(), "f" | "fi" | "fil" | "file" | "throttlelimit") {
                self.cursor.skip_blanks();
                self.argument();
            }
        }
    }

    fn switch(&mut self) {
        self.header_options();
        if self.cursor.eat('(') {
            self.statements(Some(')'));
        }
        self.space();
        if self.cursor.peek() != Some('{') || !self.deeper() {
            return;
        }
        self.cursor.bump();
        loop {
            self.space();
            let start = self.cursor.at;
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
                _ => {}
            }
            self.argument();
            self.block_after();
            if self.cursor.at == start {
                self.cursor.bump();
            }
        }
        self.depth -= 1;
    }

    fn function(&mut self) {
        self.cursor.skip_blanks();
        let name = self
            .cursor
            .skip_while(|c| !ends_word(c))
            .to_ascii_lowercase();
        let name = name.rsplit(':').next().unwrap_or_default().to_owned();
        if self.script.functions.len() < MOST {
            self.script.functions.insert(name.clone());
        }
        self.space();
        if self.cursor.eat('(') {
            self.parameters();
        }
        self.body_after(Body::Function(name));
    }

    /// A list of parameters up to its bracket, which is taken.
    fn parameters(&mut self) {
        if !self.deeper() {
            return;
        }
        let mut named = (0, 0);
        loop {
            self.space();
            let start = self.cursor.at;
            match self.cursor.peek() {
                None | Some(';' | '}') => break,
                Some(')') => {
                    self.cursor.bump();
                    break;
                }
                Some('[') => self.bracketed(),
                Some('$') => {
                    self.variable();
                    named = (start, self.cursor.at);
                }
                Some('=') => {
                    self.cursor.bump();
                    self.space();
                    let value = self.cursor.at;
                    self.expression();
                    self.preference(named, value);
                }
                _ => {
                    self.cursor.bump();
                }
            }
            if self.cursor.at == start {
                self.cursor.bump();
            }
        }
        self.depth -= 1;
    }

    fn class(&mut self) {
        self.cursor.skip_while(|c| !matches!(c, '{' | ';' | '}'));
        if self.cursor.peek() != Some('{') || !self.deeper() {
            return;
        }
        self.cursor.bump();
        loop {
            self.space();
            let start = self.cursor.at;
            match self.cursor.peek() {
                None => break,
                Some('}') => {
                    self.cursor.bump();
                    break;
                }
                Some('[') => self.bracketed(),
                Some('$') => self.variable(),
                Some('{') => self.block(),
                Some('(') => {
                    self.cursor.bump();
                    self.parameters();
                }
                Some(':') => {
                    self.cursor.bump();
                    self.space();
                    self.cursor.skip_while(is_name);
                    self.space();
                    if self.cursor.eat('(') {
                        self.arguments(')');
                    }
                }
                Some('=') => {
                    self.cursor.bump();
                    self.space();
                    self.expression();
                }
                Some(c) if is_name(c) => {
                    self.cursor.skip_while(is_name);
                }
                _ => {
                    self.cursor.bump();
                }
            }
            if self.cursor.at == start {
                self.cursor.bump();
            }
        }
        self.depth -= 1;
    }

    fn enumeration(&mut self) {
        self.cursor.skip_blanks();
        self.cursor.skip_while(is_name);
        let after = self.cursor.at;
        self.space();
        if self.cursor.peek() == Some(':') {
            self.found(Newer::EnumBase, after, after);
            self.cursor.skip_while(|c| !matches!(c, '{' | ';' | '}'));
        }
        if !self.cursor.eat('{') {
            return;
        }
        loop {
            self.space();
            match self.cursor.peek() {
                None => return,
                Some('}') => {
                    self.cursor.bump();
                    return;
                }
                Some('=') => {
                    self.cursor.bump();
                    self.space();
                    let start = self.cursor.at;
                    self.expression();
                    if self.cursor.at == start {
                        self.cursor.bump();
                    }
                }
                _ => {
                    self.cursor.bump();
                }
            }
        }
    }
}
