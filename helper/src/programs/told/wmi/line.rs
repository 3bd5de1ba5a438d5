//! The command line of `wmic`, which it takes apart itself: quotes within a condition count.

/// A word as it stands: outside of quotes and parentheses spaces end it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// With its quotes.
    pub raw: String,
}

impl Word {
    /// Without quotes around it.
    pub fn plain(&self) -> String {
        let text = self.raw.trim();
        match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
            Some(inner) => inner.replace("\\\"", "\""),
            None => text.to_owned(),
        }
    }

    /// It is this keyword.
    pub fn is(&self, keyword: &str) -> bool {
        self.raw.eq_ignore_ascii_case(keyword)
    }
}

/// Takes a command line apart.
pub fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut raw = String::new();
    let mut quote: Option<char> = None;
    let mut depth = 0usize;
    let mut before = ' ';
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q && before != '\\' => quote = None,
            (None, '"') => quote = Some('"'),
            (None, '\'') => quote = Some('\''),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && quote.is_none() && depth == 0 {
            if !raw.is_empty() {
                words.push(Word {
                    raw: std::mem::take(&mut raw),
                });
            }
        } else {
            raw.push(c);
        }
        before = c;
    }
    if !raw.is_empty() {
        words.push(Word { raw });
    }
    words
}
