//! The heads of `if` and `for`.

use super::scan::{ForF, Scanner, is_delimiter};
use std::ops::Range;

impl Scanner<'_> {
    /// Reads the condition of an `if`, up to the command it guards. False where it is not sure.
    pub(super) fn condition(&mut self) -> bool {
        loop {
            self.delimiters();
            if self.word_is(b"not") {
                self.at += 3;
            } else if self.word_is(b"/i") {
                self.at += 2;
            } else {
                break;
            }
        }
        for (word, number) in [
            (&b"exist"[..], false),
            (b"defined", false),
            (b"errorlevel", true),
            (b"cmdextversion", true),
        ] {
            if !self.word_is(word) {
                continue;
            }
            let (line, start) = (self.line, self.at);
            self.at += word.len();
            self.delimiters();
            let operand = self.operand();
            if operand.is_empty() {
                return false;
            }
            if word == b"exist" {
                self.exists();
            }
            if number && word == b"cmdextversion" {
                let word = start..start + word.len();
                self.out.versions.push((line, word, operand));
            }
            return true;
        }
        let left = self.operand();
        let line = self.line;
        self.blanks();
        if self.body[self.at..].starts_with(b"==") {
            self.out.operands.push((line, left));
            self.delimiters();
            return !self.operand().is_empty();
        }
        for word in [b"equ", b"neq", b"lss", b"leq", b"gtr", b"geq"] {
            if self.word_is(word) {
                self.out.operands.push((line, left));
                self.at += word.len();
                self.delimiters();
                return !self.operand().is_empty();
            }
        }
        false
    }

    /// Reads `for ... in (...) do`. Where it is not one, stays and says false.
    pub(super) fn for_head(&mut self) -> bool {
        let (start, line) = (self.at, self.line);
        let done = self.read_for();
        if !done {
            (self.at, self.line) = (start, line);
        }
        done
    }

    fn read_for(&mut self) -> bool {
        let mut options: Option<Range<usize>> = None;
        let mut of_files = false;
        loop {
            self.blanks();
            if matches!(self.byte(), b'\n' | 0) {
                return false;
            }
            if self.word_is(b"in") {
                self.at += 2;
                break;
            }
            of_files |= self.word_is(b"/f");
            let word = self.operand();
            if word.is_empty() {
                return false;
            }
            if self.body[word.start] == b'"' {
                options = Some(word.start + 1..word.end.max(word.start + 2) - 1);
            }
        }
        self.blanks();
        if self.byte() != b'(' {
            return false;
        }
        self.at += 1;
        let set = self.set();
        if self.byte() != b')' {
            return false;
        }
        self.at += 1;
        self.blanks();
        if !self.word_is(b"do") {
            return false;
        }
        self.at += 2;
        if of_files {
            self.out.for_f.push(ForF {
                line: self.line,
                options: options.unwrap_or(set.start..set.start),
                set,
            });
        }
        true
    }

    /// What stands between the parentheses of `in (...)`.
    fn set(&mut self) -> Range<usize> {
        let start = self.at;
        let mut quoted = false;
        while self.at < self.body.len() {
            match self.byte() {
                b'"' => quoted = !quoted,
                b'^' if !quoted => self.at += 1,
                b')' if !quoted => break,
                b'\n' => {
                    quoted = false;
                    self.line += 1;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.body.len());
        start..self.at
    }

    fn delimiters(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b',' | b';' | b'=') {
            self.at += 1;
        }
    }

    /// A word with its quotes.
    fn operand(&mut self) -> Range<usize> {
        let start = self.at;
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
                c if is_delimiter(c) && self.at > start => break,
                c if is_delimiter(c) => return start..start,
                _ => self.at += 1,
            }
        }
        start..self.at
    }
}
