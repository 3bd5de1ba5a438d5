//! Finds the lists of exported names in a manifest: a hash table of PowerShell's restricted language.

use super::Unreadable;

/// The keys whose values are read.
const KEYS: [&str; 3] = ["CmdletsToExport", "FunctionsToExport", "AliasesToExport"];
/// Deepest nesting that is followed.
const DEEPEST: usize = 64;

/// One name in a list, with its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    pub name: String,
    pub start: usize,
    pub end: usize,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// It stands in `@(` and `)`.
    pub bracketed: bool,
    pub names: Vec<Exported>,
}

/// What a reader sees next, blanks and comments passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A newline or `;`.
    Break,
    Comma,
    Equals,
    /// `{`, `(`, `[`, with or without `@` or `$`.
    Open(char),
    Close(char),
    /// Quoted; none where it is not plain text (`"$x"`, a here-string).
    Text(Option<String>),
    /// Anything else, up to the next of these.
    Word(String),
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// The three lists, as far as they are there, in the order of the text.
pub fn lists(text: &str) -> Result<Vec<List>, Unreadable> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader { text, at: start };
    let opening = reader.significant()?;
    if !matches!(opening, Some((Token::Open('{'), at, _)) if text[at..].starts_with("@{")) {
        return Err(reader.wrong("a manifest begins with `@{`"));
    }
    let mut found: Vec<(&str, List)> = Vec::new();
    loop {
        let Some((token, at, _)) = reader.significant()? else {
            return Err(reader.wrong("the manifest has no `}` at its end"));
        };
        let key = match token {
            Token::Close('}') => break,
            Token::Word(key) | Token::Text(Some(key)) => key,
            _ => return Err(reader.wrong_at(at, "a name of a value was expected here")),
        };
        match reader.significant()? {
            Some((Token::Equals, ..)) => {}
            _ => return Err(reader.wrong_at(at, &format!("`{key}` has no `=` behind it"))),
        }
        match KEYS.into_iter().find(|k| k.eq_ignore_ascii_case(&key)) {
            Some(known) if found.iter().any(|(k, _)| *k == known) => {
                return Err(reader.wrong_at(at, &format!("`{key}` stands twice")));
            }
            Some(known) => found.push((known, reader.list()?)),
            None => reader.pass_value()?,
        }
    }
    if let Some((_, at, _)) = reader.significant()? {
        return Err(reader.wrong_at(at, "something stands behind the manifest's end"));
    }
    Ok(found.into_iter().map(|(_, list)| list).collect())
}

impl Reader<'_> {
    fn wrong(&self, what: &str) -> Unreadable {
        self.wrong_at(self.at, what)
    }

    fn wrong_at(&self, at: usize, what: &str) -> Unreadable {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        Unreadable {
            line: 1 + before.iter().filter(|b| **b == b'\n').count(),
            what: what.to_owned(),
        }
    }

    /// The value of one of the keys.
    fn list(&mut self) -> Result<List, Unreadable> {
        let no_list = "the value is not a list of quoted names";
        let mut list = List {
            bracketed: false,
            names: Vec::new(),
        };
        let first = self.significant()?;
        let Some((token, at, end)) = first else {
            return Err(self.wrong(no_list));
        };
        match token {
            Token::Open('(') if self.text[at..].starts_with("@(") => list.bracketed = true,
            Token::Text(Some(name)) => list.names.push(Exported {
                name,
                start: at,
                end,
            }),
            _ => return Err(self.wrong_at(at, no_list)),
        }
        // Within brackets a newline parts names as a comma does; without them it ends the list.
        let mut wanted = list.bracketed;
        loop {
            let before = self.at;
            let Some((token, start, end)) = self.token()? else {
                return Err(self.wrong(no_list));
            };
            match token {
                Token::Close(')') if list.bracketed => return Ok(list),
                Token::Break if list.bracketed => wanted = true,
                Token::Break if wanted => {}
                Token::Break => return Ok(list),
                Token::Close('}') if !list.bracketed && !wanted => {
                    self.at = before;
                    return Ok(list);
                }
                Token::Comma if !list.names.is_empty() => wanted = true,
                Token::Text(Some(name)) if wanted => {
                    list.names.push(Exported { name, start, end });
                    wanted = false;
                }
                _ => return Err(self.wrong_at(start, no_list)),
            }
        }
    }

    /// Passes over a value that stays as it is.
    fn pass_value(&mut self) -> Result<(), Unreadable> {
        let mut open: Vec<char> = Vec::new();
        let mut wanted = true;
        loop {
            let before = self.at;
            let Some((token, at, _)) = self.token()? else {
                return Err(self.wrong("the manifest has no `}` at its end"));
            };
            match token {
                Token::Break if open.is_empty() && !wanted => return Ok(()),
                Token::Break => continue,
                Token::Open(bracket) => {
                    if open.len() == DEEPEST {
                        return Err(self.wrong_at(at, "it is nested too deeply"));
                    }
                    open.push(bracket);
                }
                Token::Close('}') if open.is_empty() && !wanted => {
                    self.at = before;
                    return Ok(());
                }
                Token::Close(bracket) => {
                    let fits = matches!(
                        (open.pop(), bracket),
                        (Some('{'), '}') | (Some('('), ')') | (Some('['), ']')
                    );
                    if !fits {
                        let what = format!("`{bracket}` closes nothing");
                        return Err(self.wrong_at(at, &what));
                    }
                }
                Token::Comma => {
                    wanted = true;
                    continue;
                }
                Token::Equals | Token::Text(_) | Token::Word(_) => {}
            }
            wanted = false;
        }
    }

    /// The next token that is no break.
    fn significant(&mut self) -> Result<Option<(Token, usize, usize)>, Unreadable> {
        loop {
            match self.token()? {
                Some((Token::Break, ..)) => {}
                other => return Ok(other),
            }
        }
    }

    /// The next token with its place; none at the end.
    fn token(&mut self) -> Result<Option<(Token, usize, usize)>, Unreadable> {
        self.pass_blanks()?;
        let start = self.at;
        let rest = &self.text[start..];
        let mut chars = rest.chars();
        let Some(first) = chars.next() else {
            return Ok(None);
        };
        let second = chars.next();
        let (token, length) = match (first, second) {
            ('\n' | ';', _) => (Token::Break, 1),
            (',', _) => (Token::Comma, 1),
            ('=', _) => (Token::Equals, 1),
            ('@', Some(quote @ ('\'' | '"'))) => (Token::Text(None), self.here_string(quote)?),
            ('@' | '$', Some(bracket @ ('{' | '('))) => (Token::Open(bracket), 2),
            ('{' | '(' | '[', _) => (Token::Open(first), 1),
            ('}' | ')' | ']', _) => (Token::Close(first), 1),
            ('\'' | '"', _) => self.quoted(first)?,
            _ => {
                let ends = |c: char| c.is_whitespace() || ";,={}()[]'\"#".contains(c);
                let end = rest.find(ends).unwrap_or(rest.len()).max(first.len_utf8());
                (Token::Word(rest[..end].to_owned()), end)
            }
        };
        self.at = start + length;
        Ok(Some((token, start, self.at)))
    }

    /// Blanks, comments and line continuations.
    fn pass_blanks(&mut self) -> Result<(), Unreadable> {
        loop {
            let rest = &self.text[self.at..];
            if let Some(comment) = rest.strip_prefix("<#") {
                let end = comment
                    .find("#>")
                    .ok_or_else(|| self.wrong("a comment has no end"))?;
                self.at += end + 4;
            } else if rest.starts_with('#') {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("`\n") || rest.starts_with("`\r\n") {
                self.at += rest.find('\n').unwrap_or(0) + 1;
            } else {
                match rest.chars().next() {
                    Some(c) if c != '\n' && (c.is_whitespace() || c == '\u{feff}') => {
                        self.at += c.len_utf8();
                    }
                    _ => return Ok(()),
                }
            }
        }
    }

    /// A text in quotes, whose doubled quotes stand for one; none where PowerShell would expand it.
    fn quoted(&self, quote: char) -> Result<(Token, usize), Unreadable> {
        let rest = &self.text[self.at..];
        let (mut name, mut plain) = (String::new(), true);
        let mut chars = rest.char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                match chars.peek() {
                    Some((_, next)) if *next == quote => {
                        chars.next();
                        name.push(quote);
                    }
                    _ => return Ok((Token::Text(plain.then_some(name)), at + 1)),
                }
            } else {
                if quote == '"' && c == '`' {
                    chars.next();
                }
                plain &= quote == '\'' || !matches!(c, '$' | '`');
                name.push(c);
            }
        }
        Err(self.wrong("a text has no closing quote"))
    }

    /// Length of a here-string: its end stands at the beginning of a line.
    fn here_string(&self, quote: char) -> Result<usize, Unreadable> {
        let rest = &self.text[self.at..];
        let end = rest
            .find(&format!("\n{quote}@"))
            .ok_or_else(|| self.wrong("a here-string has no end"))?;
        Ok(end + 3)
    }
}
