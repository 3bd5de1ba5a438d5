//! Commands, blocks and labels of a Batch script, as cmd's second phase cuts them: quotes, carets,
//! parentheses, `&` and `|`. Variables are not expanded; a `%NAME%` is passed over whole.

use std::ops::Range;

/// What stands before a command on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    None,
    For,
    If,
    Else,
}

#[derive(Debug)]
pub(super) struct Command {
    pub line: usize,
    /// The letters it begins with, in lower case: `echo` of `echo.`.
    pub name: String,
    /// From its first letter to before what ends it.
    pub text: Range<usize>,
    /// Its redirections, those before its name too.
    pub redirects: Vec<Range<usize>>,
    /// Parentheses in its arguments that are neither quoted nor escaped.
    pub parens: Vec<usize>,
    pub depth: usize,
    pub guard: Guard,
    /// An `if exist` stands before it.
    pub if_exists: bool,
    pub after_pipe: bool,
    /// Nothing follows on its line.
    pub ends_line: bool,
}

impl Command {
    /// What follows the name's letters.
    pub fn rest<'b>(&self, body: &'b [u8]) -> &'b [u8] {
        &body[self.text.start + self.name.len()..self.text.end]
    }

    /// The same in lower case, lossy.
    pub fn low(&self, body: &[u8]) -> String {
        String::from_utf8_lossy(self.rest(body)).to_lowercase()
    }
}

/// `( ... )` as a command.
#[derive(Debug)]
pub(super) struct Block {
    pub line: usize,
    pub open: usize,
    pub guard: Guard,
    /// Redirections behind it; empty where there are none.
    pub after: Range<usize>,
    /// Its only command, where it is one simple command on the same line.
    pub single: Option<usize>,
    /// Nothing follows the redirections on the line.
    pub ends_line: bool,
}

/// `for /f`: its options without quotes, and its set without parentheses.
#[derive(Debug)]
pub(super) struct ForF {
    pub line: usize,
    pub options: Range<usize>,
    pub set: Range<usize>,
}

/// Whether commands can be put before a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Free,
    /// Behind `&&`, `||` or `|`: within parentheses alone.
    Chained,
    Fixed,
}

/// What cmd expands at one time: a simple command, the head of an `if` or a `for`, the redirections
/// of a block.
#[derive(Debug)]
pub(super) struct Unit {
    pub line: usize,
    /// With the redirections before it.
    pub range: Range<usize>,
    pub simple: bool,
    pub place: Place,
}

#[derive(Debug, Default)]
pub(super) struct Scan {
    pub units: Vec<Unit>,
    pub commands: Vec<Command>,
    pub blocks: Vec<Block>,
    /// Line and name in lower case.
    pub labels: Vec<(usize, String)>,
    /// `cmdextversion N` in conditions: line, place of the word, place of the number.
    pub versions: Vec<(usize, Range<usize>, Range<usize>)>,
    /// Left operands of `==` and of comparisons.
    pub operands: Vec<(usize, Range<usize>)>,
    pub for_f: Vec<ForF>,
}

struct Open {
    at: usize,
    line: usize,
    guard: Guard,
    first: usize,
    blocks: usize,
    parts: usize,
}

pub(super) struct Scanner<'b> {
    pub body: &'b [u8],
    pub at: usize,
    pub line: usize,
    pub out: Scan,
    open: Vec<Open>,
    guard: Guard,
    if_exists: bool,
    after_pipe: bool,
    chained: bool,
    leading: Vec<Range<usize>>,
}

/// Reads a whole script.
pub(super) fn scan(body: &[u8]) -> Scan {
    let mut s = Scanner {
        body,
        at: 0,
        line: 1,
        out: Scan::default(),
        open: Vec::new(),
        guard: Guard::None,
        if_exists: false,
        after_pipe: false,
        chained: false,
        leading: Vec::new(),
    };
    s.run();
    s.out
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut fresh = true;
        while self.at < self.body.len() {
            self.blanks();
            match self.byte() {
                b'\n' => {
                    self.newline();
                    self.between();
                    self.chained = false;
                    fresh = true;
                    continue;
                }
                b':' if fresh => self.label(),
                b'@' | b',' | b';' | b'=' | 0 => self.at += 1,
                b'(' => self.block(),
                b')' if self.open.is_empty() => self.skip_line(),
                b')' => self.close(),
                b'&' | b'|' => self.separator(),
                _ if self.redirect_starts() => {
                    let r = self.redirect();
                    self.leading.push(r);
                }
                _ => self.command(),
            }
            fresh = false;
        }
    }

    /// The byte here; 0 at the end.
    pub fn byte(&self) -> u8 {
        self.body.get(self.at).copied().unwrap_or(0)
    }

    pub fn blanks(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b'\r' | 0x0b | 0x0c) {
            self.at += 1;
        }
    }

    pub fn newline(&mut self) {
        self.at += 1;
        self.line += 1;
    }

    pub fn skip_line(&mut self) {
        while self.at < self.body.len() && self.byte() != b'\n' {
            self.at += 1;
        }
    }

    /// Forgets what stood before a command.
    fn between(&mut self) {
        self.guard = Guard::None;
        self.if_exists = false;
        self.after_pipe = false;
        self.leading.clear();
    }

    fn label(&mut self) {
        self.at += 1;
        self.blanks();
        let start = self.at;
        while self.at < self.body.len() && !is_label_end(self.byte()) {
            self.at += 1;
        }
        let name = String::from_utf8_lossy(&self.body[start..self.at]).to_lowercase();
        self.out.labels.push((self.line, name));
        self.skip_line();
    }

    fn separator(&mut self) {
        let sign = self.byte();
        self.at += 1;
        let twice = self.byte() == sign;
        self.at += usize::from(twice);
        // An `if` guards all that follows on its line.
        let guard = self.guard;
        self.between();
        if matches!(guard, Guard::If | Guard::Else) {
            self.guard = guard;
        }
        self.chained = twice;
        self.after_pipe = sign == b'|' && !twice;
    }

    fn block(&mut self) {
        if let Some(outer) = self.open.last_mut() {
            outer.parts += 1;
        }
        self.open.push(Open {
            at: self.at,
            line: self.line,
            guard: self.guard,
            first: self.out.commands.len(),
            blocks: self.out.blocks.len(),
            parts: 0,
        });
        self.at += 1;
        self.between();
        self.chained = false;
    }

    fn close(&mut self) {
        self.at += 1;
        let Some(open) = self.open.pop() else { return };
        let end_of_block = self.at;
        let mut after = end_of_block..end_of_block;
        loop {
            let before = self.at;
            self.blanks();
            if !self.redirect_starts() {
                self.at = before;
                break;
            }
            let r = self.redirect();
            if after.is_empty() {
                after.start = r.start;
            }
            after.end = r.end;
        }
        let single = open.parts == 1
            && open.line == self.line
            && self.out.commands.len() == open.first + 1
            && self.out.blocks.len() == open.blocks
            && self.out.commands[open.first].guard == Guard::None;
        if !after.is_empty() {
            self.unit(self.line, after.clone(), false, Place::Fixed);
        }
        self.blanks();
        self.out.blocks.push(Block {
            line: open.line,
            open: open.at,
            guard: open.guard,
            after,
            single: single.then_some(open.first),
            ends_line: matches!(self.byte(), b'\n' | 0),
        });
        self.between();
        if self.word_is(b"else") {
            self.at += 4;
            self.guard = Guard::Else;
        }
    }

    fn command(&mut self) {
        let start = self.at;
        while self.byte().is_ascii_alphabetic() {
            self.at += 1;
        }
        let name = String::from_utf8_lossy(&self.body[start..self.at]).to_lowercase();
        let whole = is_delimiter(self.byte());
        if name == "rem" && whole {
            return self.skip_line();
        }
        let first = self.leading.first().map_or(start, |r| r.start);
        let (line, place) = (self.line, self.place());
        if name == "if" && whole {
            self.part();
            let sure = self.condition();
            if !sure {
                self.skip_line();
            }
            let place = if sure { place } else { Place::Fixed };
            self.unit(line, first..self.at, false, place);
            self.guard = Guard::If;
            self.chained = false;
            return;
        }
        if name == "for" && whole && self.for_head() {
            self.part();
            self.unit(line, first..self.at, false, place);
            self.chained = false;
            if self.guard == Guard::None {
                self.guard = Guard::For;
            }
            return;
        }
        self.part();
        self.simple(start, name);
        self.unit(line, first..self.at, true, place);
    }

    fn place(&self) -> Place {
        if self.chained || self.after_pipe {
            Place::Chained
        } else {
            Place::Free
        }
    }

    fn unit(&mut self, line: usize, range: Range<usize>, simple: bool, place: Place) {
        self.out.units.push(Unit {
            line,
            range,
            simple,
            place,
        });
    }

    fn part(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.parts += 1;
        }
    }

    /// Remembers that an `if exist` stands before the next command.
    pub fn exists(&mut self) {
        self.if_exists = true;
    }

    fn simple(&mut self, start: usize, name: String) {
        let line = self.line;
        let mut redirects = std::mem::take(&mut self.leading);
        let mut parens = Vec::new();
        // `echo(` prints an empty line: the sign belongs to the name.
        if name == "echo" && self.byte() == b'(' {
            self.at += 1;
        }
        let mut quoted = false;
        loop {
            match self.byte() {
                b'\n' => break,
                0 if self.at >= self.body.len() => break,
                b'"' => {
                    quoted = !quoted;
                    self.at += 1;
                }
                b'%' => self.percent(),
                _ if quoted => self.at += 1,
                b'^' => self.caret(),
                b'&' | b'|' => break,
                b')' if !self.open.is_empty() => break,
                b'(' | b')' => {
                    parens.push(self.at);
                    self.at += 1;
                }
                _ if self.redirect_starts() => redirects.push(self.redirect()),
                _ => self.at += 1,
            }
        }
        let ends_line = matches!(self.byte(), b'\n' | 0);
        let text = start..self.at;
        let leaves = (name == "exit" || name == "goto")
            && self.open.is_empty()
            && self.guard == Guard::None
            && !self.chained
            && !self.after_pipe;
        self.out.commands.push(Command {
            line,
            name,
            text,
            redirects,
            parens,
            depth: self.open.len(),
            guard: self.guard,
            if_exists: self.if_exists,
            after_pipe: self.after_pipe,
            ends_line,
        });
        if leaves {
            self.skip_to_label();
        }
    }

    /// Passes over what is never run: up to the next line that is a label. There may be text in
    /// another language.
    fn skip_to_label(&mut self) {
        loop {
            self.skip_line();
            if self.at >= self.body.len() {
                return;
            }
            let mut ahead = self.at + 1;
            while matches!(self.body.get(ahead), Some(b' ' | b'\t')) {
                ahead += 1;
            }
            if self.body.get(ahead) == Some(&b':') {
                return;
            }
            self.newline();
        }
    }
}

/// What ends a word.
pub(super) fn is_delimiter(c: u8) -> bool {
    matches!(
        c,
        b' ' | b'\t'
            | b'\r'
            | b'\n'
            | b','
            | b';'
            | b'='
            | b'('
            | b')'
            | b'&'
            | b'|'
            | b'<'
            | b'>'
            | 0
    )
}

fn is_label_end(c: u8) -> bool {
    is_delimiter(c) || matches!(c, b':' | b'+')
}
