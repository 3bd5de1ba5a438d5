//! Goes through a script as PowerShell's parser does, in one pass, and tells what it meets: what 5.1
//! does not know, commands with their parameters, types. What is wrong in both is passed over.

mod blocks;
mod command;
mod expression;
mod literal;
mod number;
mod operand;

use super::cursor::{Cursor, is_dash, is_name};
use super::{Found, Newer};
use std::collections::{BTreeMap, BTreeSet};

/// Deepest nesting that is followed; a script beyond it is left as it is.
const DEEPEST: usize = 250;

const REQUIRES: &str = "#requires";

/// Most things of one kind that are remembered of one script.
const MOST: usize = 5000;

/// A command as it stands in a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Command {
    pub at: usize,
    pub name: String,
    /// Names without the dash, with their places.
    pub parameters: Vec<(usize, String)>,
    /// Words and whole strings among its arguments, in order; after the parameter of that number.
    pub words: Vec<(usize, String)>,
    /// Arguments besides names of parameters, and those of them that a comma joins to the one before.
    pub arguments: usize,
    pub joined: usize,
    /// Variables that are splatted.
    pub splats: Vec<String>,
    /// Where `2>`, `*>` or the like begins and ends.
    pub errors: Option<(usize, usize)>,
    /// A script block is what `&` or `.` calls.
    pub block: bool,
}

/// A hash table that is assigned, or a key of one that is.
#[derive(Debug)]
pub(super) struct Table {
    pub at: usize,
    /// The variable's, as written.
    pub name: String,
    /// Keys that are fixed, with their places.
    pub keys: Vec<(usize, String)>,
    /// It is all that the variable then holds.
    pub whole: bool,
}

/// What stands in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// Of `if`, `try` and their like: no scope of its own.
    Statement,
    /// A script block.
    Block,
    /// Of a function of that name, in lower case.
    Function(String),
}

/// What `$ErrorActionPreference` is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preference {
    Stop,
    Other,
    /// What a variable holds.
    Unknown,
}

/// What a script holds.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub found: Vec<Found>,
    pub commands: Vec<Command>,
    /// Functions that it defines, in lower case.
    pub functions: BTreeSet<String>,
    /// Type names as written, with their places.
    pub types: Vec<(usize, String)>,
    /// Variables as written, with their places.
    pub variables: Vec<(usize, String)>,
    /// Names after `.` and `::` as written, with their places.
    pub members: Vec<(usize, String)>,
    /// `workflow` and `configuration`.
    pub old_keywords: Vec<(usize, String)>,
    /// What stands after `#Requires`, with the place of the sign.
    pub requires: Vec<(usize, String)>,
    /// What variables hold as hash tables, in the order of the script.
    pub tables: Vec<Table>,
    /// What 5.1 never comes to, by what the script asks of its version.
    pub unreached: Vec<(usize, usize)>,
    /// Braces with where they open and close; those inside others come first.
    pub bodies: Vec<(usize, usize, Body)>,
    /// Where `$ErrorActionPreference` is set; true: of another scope than the current one.
    pub preferences: Vec<(usize, Preference, bool)>,
    /// Expressions whose error output is redirected: where they begin, and the redirection.
    pub redirected: Vec<(usize, (usize, usize))>,
    /// Where the nesting got too deep: nothing beyond it was read.
    pub stopped: Option<usize>,
    /// The first thing that was not remembered, there being too many.
    pub crowded: Option<usize>,
}

impl Script {
    /// Whether 5.1 may come to a place.
    pub fn runs(&self, place: usize) -> bool {
        let never = |(start, end): &(usize, usize)| (*start..*end).contains(&place);
        !self.unreached.iter().any(never)
    }
}

pub(super) fn read(text: &str) -> Script {
    let mut reader = Reader {
        cursor: Cursor { text, at: 0 },
        script: Script::default(),
        depth: 0,
        met: BTreeMap::new(),
        keys: Vec::new(),
        branches: None,
        left: false,
        leaves: false,
    };
    while reader.cursor.peek().is_some() {
        reader.statements(None);
        // A bracket that nothing opened.
        reader.cursor.bump();
    }
    reader.script
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    script: Script,
    depth: usize,
    /// How often each thing that is newer was met.
    met: BTreeMap<Newer, usize>,
    /// Keys of the hash table that was read last.
    keys: Vec<(usize, String)>,
    /// After a branch: what its conditions are in 5.1. True: one of them holds; false: none does.
    branches: Option<bool>,
    /// The statements that were read last end with `return`, `exit` or `throw`.
    left: bool,
    /// The statement that was read last does, in 5.1.
    leaves: bool,
}

impl<'a> Reader<'a> {
    fn found(&mut self, newer: Newer, start: usize, end: usize) {
        // Of each kind by itself: many of one do not hide another.
        let met = self.met.entry(newer).or_insert(0);
        *met += 1;
        let met = *met;
        if self.room(met - 1, start) {
            let token = self.cursor.text.get(start..end).unwrap_or_default();
            self.script.found.push(Found {
                newer,
                start,
                end,
                token: token.to_owned(),
                operator: String::new(),
            });
        }
    }

    /// Whether one thing more of a kind is remembered; where it is not, its place is.
    fn room(&mut self, known: usize, at: usize) -> bool {
        let room = known < MOST;
        if !room {
            let first = self.script.crowded.get_or_insert(at);
            *first = (*first).min(at);
        }
        room
    }

    fn unreached(&mut self, start: usize, end: usize) {
        if self.script.unreached.len() < MOST && start < end {
            self.script.unreached.push((start, end));
        }
    }

    /// Whether one level more is followed; beyond the deepest the script is left.
    fn deeper(&mut self) -> bool {
        if self.depth >= DEEPEST {
            self.script.stopped.get_or_insert(self.cursor.at);
            self.cursor.at = self.cursor.text.len();
            return false;
        }
        self.depth += 1;
        true
    }

    /// White space, ends of lines and comments; tells whether a line ended.
    fn space(&mut self) -> bool {
        let mut ended = false;
        loop {
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                Some('\n' | '\r') => {
                    self.cursor.bump();
                    ended = true;
                }
                Some('#') => self.comment(),
                _ => return ended,
            }
        }
    }

    /// A comment to the end of its line; `#Requires` is kept.
    fn comment(&mut self) {
        let start = self.cursor.at;
        let text = self.cursor.skip_while(|c| c != '\n' && c != '\r');
        let head = text.get(..REQUIRES.len()).unwrap_or_default();
        let body = text.get(REQUIRES.len()..).unwrap_or_default();
        let is = head.eq_ignore_ascii_case(REQUIRES) && body.starts_with(char::is_whitespace);
        if is && self.room(self.script.requires.len(), start) {
            self.script.requires.push((start, body.trim().to_owned()));
        }
    }

    /// Statements up to a closing bracket, which is taken; without one, to the end or to a bracket
    /// that closes something else.
    fn statements(&mut self, close: Option<char>) {
        if !self.deeper() {
            return;
        }
        let mut pipeline_before = false;
        let mut named_blocks = false;
        let mut left = None;
        loop {
            let new_line = self.space();
            let start = self.cursor.at;
            match self.cursor.peek() {
                None => break,
                Some(c) if Some(c) == close => {
                    self.cursor.bump();
                    break;
                }
                Some('}' | ')') => break,
                Some(';') => {
                    self.cursor.bump();
                    pipeline_before = false;
                    continue;
                }
                Some('|') if self.cursor.second() != Some('|') && pipeline_before && new_line => {
                    self.found(Newer::LeadingPipe, start, start + 1);
                    self.cursor.bump();
                    self.space();
                    self.pipeline();
                    continue;
                }
                Some('&' | '|') if self.chain() => continue,
                _ => {}
            }
            match self.keyword() {
                Some(word) => {
                    self.leaves = false;
                    pipeline_before = self.keyword_statement(word, &mut named_blocks);
                    let leaves = matches!(word, "return" | "exit" | "throw")
                        || (matches!(word, "if" | "elseif" | "else") && self.leaves);
                    if leaves && left.is_none() {
                        left = Some(self.cursor.at);
                    }
                }
                None => {
                    self.pipeline();
                    pipeline_before = true;
                }
            }
            if self.cursor.at == start {
                self.cursor.bump();
            }
        }
        if let Some(from) = left {
            self.unreached(from, self.cursor.at);
        }
        self.left = left.is_some();
        self.depth -= 1;
    }

    /// `&&` or `||` here: told and taken.
    fn chain(&mut self) -> bool {
        let start = self.cursor.at;
        let is = self.cursor.starts("&&") || self.cursor.starts("||");
        if is {
            self.found(Newer::Chain, start, start + 2);
            self.cursor.at += 2;
            self.space();
        }
        is
    }

    /// Elements joined by pipes, to the end of the statement, which is left.
    fn pipeline(&mut self) {
        loop {
            let before = self.cursor.at;
            self.element();
            self.cursor.skip_blanks();
            let start = self.cursor.at;
            match self.cursor.peek() {
                Some('|' | '&') if self.chain() => {}
                Some('|') => {
                    self.cursor.bump();
                    self.space();
                }
                Some('&') => {
                    self.found(Newer::Background, start, start + 1);
                    self.cursor.bump();
                    return;
                }
                _ => return,
            }
            if matches!(self.cursor.peek(), None | Some('}' | ')' | ';'))
                || self.cursor.at == before
            {
                return;
            }
        }
    }

    /// A command or an expression with its redirections.
    fn element(&mut self) {
        let Some(c) = self.cursor.peek() else { return };
        let second = self.cursor.second();
        if c == '&' && second != Some('&') {
            self.cursor.bump();
            self.cursor.skip_blanks();
            return self.invoked();
        }
        let dot_source = c == '.'
            && second
                .is_some_and(|n| n.is_whitespace() || matches!(n, '$' | '"' | '\'' | '(' | '{'));
        if dot_source {
            self.cursor.bump();
            self.cursor.skip_blanks();
            return self.invoked();
        }
        if self.begins_expression(c, second) {
            let start = self.cursor.at;
            self.expression();
            let errors = self.redirections();
            let room = self.script.redirected.len() < MOST;
            if let Some(errors) = errors.filter(|_| room) {
                self.script.redirected.push((start, errors));
            }
            return;
        }
        self.command();
    }

    fn begins_expression(&mut self, c: char, second: Option<char>) -> bool {
        let next = second.unwrap_or(' ');
        match c {
            '$' | '(' | '{' | '[' | ',' => true,
            '!' => true,
            '@' => {
                matches!(next, '(' | '{')
                    || super::cursor::is_double_quote(next)
                    || super::cursor::is_single_quote(next)
            }
            '0'..='9' => self.number_here(),
            '.' if next.is_ascii_digit() => self.number_here(),
            '+' | '-' if next == c => true,
            '+' => next.is_whitespace() || matches!(next, '$' | '(' | '.') || next.is_ascii_digit(),
            c if is_dash(c) => {
                let name = is_name(next) && !next.is_ascii_digit();
                name || next.is_whitespace()
                    || matches!(next, '$' | '(' | '.')
                    || next.is_ascii_digit()
            }
            c => super::cursor::is_double_quote(c) || super::cursor::is_single_quote(c),
        }
    }
}
