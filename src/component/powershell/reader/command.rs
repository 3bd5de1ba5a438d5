//! Commands: name, parameters, arguments, redirections.

use super::super::cursor::{
    ends_word, is_blank, is_dash, is_double_quote, is_name, is_single_quote,
};
use super::{Command, Reader};

/// Most splatted variables that are remembered of one command.
const FEW: usize = 10;

impl Reader<'_> {
    /// What `&` or `.` calls: a name, a string, a variable, a block.
    pub(super) fn invoked(&mut self) {
        let at = self.cursor.at;
        let first = self.cursor.peek();
        let name = match first {
            Some('$' | '(' | '{' | '@') => {
                self.argument();
                String::new()
            }
            _ => self.argument().unwrap_or_default(),
        };
        self.rest_of_command(at, name, first == Some('{'));
    }

    pub(super) fn command(&mut self) {
        let at = self.cursor.at;
        let name = self.word().unwrap_or_default();
        if self.cursor.at == at {
            return;
        }
        self.rest_of_command(at, name, false);
    }

    fn rest_of_command(&mut self, at: usize, name: String, block: bool) {
        if !self.deeper() {
            return;
        }
        let mut command = Command {
            at,
            name,
            block,
            ..Command::default()
        };
        self.command_arguments(&mut command);
        if self.room(self.script.commands.len(), at) {
            self.script.commands.push(command);
        }
        self.depth -= 1;
    }

    fn command_arguments(&mut self, command: &mut Command) {
        loop {
            self.cursor.skip_blanks();
            let start = self.cursor.at;
            let Some(c) = self.cursor.peek() else { return };
            match c {
                '\n' | '\r' | ';' | '}' | ')' | '#' | '|' | '&' => return,
                ',' => {
                    self.cursor.bump();
                    command.joined += 1;
                }
                c if is_dash(c) && self.stops_parsing() => return self.verbatim(),
                c if is_dash(c) && self.cursor.second().is_some_and(is_parameter) => {
                    self.cursor.bump();
                    let name = self
                        .cursor
                        .skip_while(|c| is_name(c) || c == '?' || c == '-');
                    if self.room(command.parameters.len(), start) {
                        command.parameters.push((start, name.to_owned()));
                    }
                    self.cursor.eat(':');
                }
                '@' if self.cursor.second().is_some_and(is_name) => {
                    self.cursor.bump();
                    let name = self.cursor.skip_while(|c| is_name(c) || c == '?');
                    if command.splats.len() < FEW {
                        command.splats.push(name.to_owned());
                    }
                }
                _ => match self.redirection() {
                    Some(true) => command.errors = Some((start, self.cursor.at)),
                    Some(false) => {}
                    None => {
                        command.arguments += 1;
                        if let Some(word) = self.argument()
                            && self.room(command.words.len(), start)
                        {
                            command.words.push((command.parameters.len(), word));
                        }
                    }
                },
            }
            if self.cursor.at == start {
                self.cursor.bump();
            }
        }
    }

    /// One argument; its text where that is fixed.
    pub(super) fn argument(&mut self) -> Option<String> {
        let start = self.cursor.at;
        let c = self.cursor.peek()?;
        let second = self.cursor.second().unwrap_or(' ');
        let quoted = is_double_quote(c) || is_single_quote(c);
        match c {
            '(' => {
                self.cursor.bump();
                self.statements(Some(')'));
            }
            '{' => {
                self.block();
                return None;
            }
            '@' if second == '{' => self.hash(),
            '@' | '$' if second == '(' => {
                self.cursor.at += 2;
                self.statements(Some(')'));
            }
            '@' if is_double_quote(second) || is_single_quote(second) => {
                if !self.string() {
                    self.cursor.bump();
                }
                return None;
            }
            '$' => {
                self.variable();
                // Both take `${a}?.b` and `$a\b` for one word: only `.`, `[` and `::` end a variable there.
                let ends = |c: char| ends_word(c) || matches!(c, '.' | '[' | ':' | '=');
                if self.cursor.peek().is_some_and(|c| !ends(c)) {
                    self.word();
                    return None;
                }
            }
            _ if quoted => {
                self.string();
                let whole = self.cursor.text.get(start..self.cursor.at)?;
                self.postfix(true);
                let fixed = is_single_quote(c) || !whole.contains(['$', '`']);
                let ends = self.cursor.peek().is_none_or(ends_word);
                let inner = whole.get(c.len_utf8()..)?;
                let inner = inner.strip_suffix(|c| is_single_quote(c) || is_double_quote(c))?;
                return (fixed && ends).then(|| inner.to_owned());
            }
            _ => return self.word(),
        }
        self.postfix(true);
        None
    }

    /// A word with what is quoted in it; its text where that is fixed.
    fn word(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut fixed = true;
        while let Some(c) = self.cursor.peek() {
            let merges = c == '&' && self.cursor.before() == Some('>');
            if ends_word(c) && !merges {
                break;
            }
            let second = self.cursor.second().unwrap_or(' ');
            if c == '`' {
                self.cursor.bump();
                text.extend(self.cursor.bump());
            } else if is_single_quote(c) || is_double_quote(c) {
                fixed = false;
                self.string();
            } else if c == '$' && second == '(' {
                fixed = false;
                self.cursor.at += 2;
                self.statements(Some(')'));
            } else if c == '$' && (is_name(second) || second == '{') {
                fixed = false;
                self.variable();
            } else {
                text.push(c);
                self.cursor.bump();
            }
        }
        fixed.then_some(text)
    }

    /// `--%` with a blank or the end behind it.
    fn stops_parsing(&self) -> bool {
        let rest = self.cursor.rest();
        rest.strip_prefix("--%")
            .is_some_and(|r| r.is_empty() || r.starts_with(char::is_whitespace))
    }

    /// After `--%` all is text, up to the end of the line or a pipe or `&&` outside quotes.
    fn verbatim(&mut self) {
        self.cursor.at += 3;
        let mut quoted = false;
        while let Some(c) = self.cursor.peek() {
            let ends = c == '|' || self.cursor.starts("&&");
            if c == '\n' || c == '\r' || (!quoted && ends) {
                return;
            }
            quoted ^= is_double_quote(c);
            self.cursor.bump();
        }
    }

    /// `>`, `2>>`, `*>&1`, `<` with its target: whether it is of errors; none: none here.
    fn redirection(&mut self) -> Option<bool> {
        let rest = self.cursor.rest();
        let sign = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '*');
        if rest.len() - sign.len() > 1 || !sign.starts_with(['>', '<']) {
            return None;
        }
        let errors = rest.starts_with(['2', '*']) && sign.starts_with('>');
        self.cursor.at = self.cursor.text.len() - sign.len();
        self.cursor.skip_while(|c| c == '>' || c == '<');
        if self.cursor.eat('&') {
            self.cursor.skip_while(|c| c.is_ascii_digit());
        } else {
            self.cursor.skip_while(is_blank);
            self.argument();
        }
        Some(errors)
    }

    /// All redirections here; where that of errors begins and ends.
    pub(super) fn redirections(&mut self) -> Option<(usize, usize)> {
        let mut found = None;
        loop {
            self.cursor.skip_blanks();
            let start = self.cursor.at;
            match self.redirection() {
                Some(true) => found = Some((start, self.cursor.at)),
                Some(false) => {}
                None => return found,
            }
        }
    }
}

fn is_parameter(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '?'
}
