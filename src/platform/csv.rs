//! Comma-separated values: RFC 4180, with line breaks in quoted fields, and places for errors.

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub text: String,
    /// It stood in double quotes.
    pub quoted: bool,
    /// Where it begins, 1-based, in characters.
    pub line: usize,
    pub column: usize,
}

/// Why a text is no CSV.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}; {help}")]
pub struct LineError {
    /// 1-based; the column counts characters.
    pub line: usize,
    pub column: usize,
    /// What is wrong.
    pub problem: String,
    /// How to mend it.
    pub help: String,
}

/// A record, or what is wrong with it.
pub type Record = Result<Vec<Field>, LineError>;

/// Reads the records of a text one by one; empty lines and a byte order mark count for nothing.
/// After a bad record it goes on with the next line.
pub struct Reader<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    line: usize,
    column: usize,
}

impl<'t> Reader<'t> {
    /// A reader of a text.
    pub fn new(text: &'t str) -> Reader<'t> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Reader {
            rest: text.chars().peekable(),
            line: 1,
            column: 1,
        }
    }

    /// The next character; a line's end is one `\n`, however it is written.
    fn next_char(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(c)
    }

    /// Takes the end of a line, if it stands here.
    fn line_end(&mut self) -> bool {
        if self.rest.peek() == Some(&'\r') {
            let mut ahead = self.rest.clone();
            ahead.next();
            if !matches!(ahead.peek(), None | Some('\n')) {
                return false;
            }
            self.next_char();
            self.next_char();
            return true;
        }
        self.rest.peek() == Some(&'\n') && self.next_char().is_some()
    }

    fn record(&mut self) -> Record {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field()?);
            if self.rest.peek() == Some(&',') {
                self.next_char();
                continue;
            }
            // A field ends at a comma, at the end of its line, or at the end of the text.
            self.line_end();
            return Ok(fields);
        }
    }

    fn field(&mut self) -> Result<Field, LineError> {
        let (line, column) = (self.line, self.column);
        let quoted = self.rest.peek() == Some(&'"');
        let text = match quoted {
            true => self.quoted(line, column)?,
            false => self.bare()?,
        };
        Ok(Field {
            text,
            quoted,
            line,
            column,
        })
    }

    fn at_end(&mut self) -> bool {
        match self.rest.peek() {
            None | Some(',' | '\n') => true,
            Some('\r') => {
                let mut ahead = self.rest.clone();
                ahead.next();
                matches!(ahead.peek(), None | Some('\n'))
            }
            Some(_) => false,
        }
    }

    fn bare(&mut self) -> Result<String, LineError> {
        let mut text = String::new();
        while !self.at_end() {
            if self.rest.peek() == Some(&'"') {
                return Err(self.wrong(
                    "a quote within a field that does not begin with one",
                    "put the whole field in double quotes and write each quote in it twice",
                ));
            }
            text.extend(self.next_char());
        }
        Ok(text)
    }

    fn quoted(&mut self, line: usize, column: usize) -> Result<String, LineError> {
        let mut text = String::new();
        self.next_char();
        loop {
            match self.next_char() {
                None => {
                    return Err(LineError {
                        line,
                        column,
                        problem: "the quote that begins here is not closed".into(),
                        help: "close the field with a double quote".into(),
                    });
                }
                Some('"') if self.rest.peek() == Some(&'"') => text.extend(self.next_char()),
                Some('"') if self.at_end() => return Ok(text),
                Some('"') => {
                    return Err(self.wrong(
                        "text after the closing quote of a field",
                        "write a quote within a quoted field twice",
                    ));
                }
                Some(c) => text.push(c),
            }
        }
    }

    fn wrong(&mut self, problem: &str, help: &str) -> LineError {
        let error = LineError {
            line: self.line,
            column: self.column,
            problem: problem.into(),
            help: help.into(),
        };
        while !matches!(self.next_char(), None | Some('\n')) {}
        error
    }
}

impl Iterator for Reader<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.line_end() {}
        self.rest.peek()?;
        Some(self.record())
    }
}

/// Appends a field, in quotes where it needs them. An empty text is written `""`, so that it can be
/// told from a field with nothing in it.
pub fn push(out: &mut String, text: &str) {
    let plain = !text.is_empty()
        && !text.starts_with([' ', '\u{feff}'])
        && !text.ends_with(' ')
        && !text.contains(['"', ',', '\n', '\r']);
    if plain {
        out.push_str(text);
        return;
    }
    out.push('"');
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<Result<Vec<String>, String>> {
        Reader::new(text)
            .map(|r| {
                r.map(|fields| fields.into_iter().map(|f| f.text).collect())
                    .map_err(|e| e.to_string())
            })
            .collect()
    }

    fn one(text: &str) -> Vec<String> {
        let mut all = texts(text);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0).unwrap()
    }

    #[test]
    fn fields_are_read_as_the_rfc_says() {
        assert_eq!(one(r#"a,"b,""c""",,d"#), ["a", "b,\"c\"", "", "d"]);
        assert_eq!(one("\u{feff}a,b\r\n"), ["a", "b"]);
        assert_eq!(one("a,\"two\r\nlines\"\n"), ["a", "two\r\nlines"]);
        assert_eq!(one("\n\r\na,\r"), ["a", ""]);
    }

    #[test]
    fn errors_tell_their_place_and_the_next_line_is_read() {
        let all = texts("a\"b\nc,d\n\"x\"y\nz");
        assert!(all[0].as_ref().unwrap_err().starts_with("line 1, column 2"));
        assert_eq!(all[1], Ok(vec!["c".to_owned(), "d".to_owned()]));
        assert!(all[2].as_ref().unwrap_err().starts_with("line 3, column 4"));
        assert_eq!(all[3], Ok(vec!["z".to_owned()]));
        let open = texts("a\nb,\"c\n\n");
        assert!(
            open[1]
                .as_ref()
                .unwrap_err()
                .starts_with("line 2, column 3")
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(rows in prop::collection::vec(
            prop::collection::vec("[ -~\\n\\r\u{feff}\u{e9}]{0,8}", 1..4), 0..4,
        )) {
            let mut out = String::new();
            for row in &rows {
                for (n, field) in row.iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    push(&mut out, field);
                }
                out.push_str("\r\n");
            }
            let read: Vec<_> = texts(&out).into_iter().map(Result::unwrap).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn any_text_comes_to_an_end(text in "[a,\"\\n\\r]{0,40}") {
            prop_assert!(Reader::new(&text).count() <= text.len());
        }
    }
}
