//! Places in a text: byte offsets for editors and diagnostics, lines and columns for people.

use crate::rmm::event::Place;

/// A range of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Bytes from the start of the text as given (a byte-order mark counts).
    pub start: usize,
    /// Length in bytes.
    pub len: usize,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
}

impl Span {
    /// The place with a file's name, as events carry it.
    pub fn place(&self, file: &str) -> Place {
        Place {
            file: file.to_owned(),
            line: self.line,
            column: self.column,
            length: self.len,
            offset: self.start,
        }
    }
}

impl From<Span> for miette::SourceSpan {
    fn from(span: Span) -> Self {
        (span.start, span.len).into()
    }
}

const STRIDE: usize = 64;

/// Turns the scanner's character indices into byte offsets.
pub(super) struct Offsets<'t> {
    text: &'t str,
    /// Bytes of a byte-order mark taken off before scanning.
    base: usize,
    /// Byte offset of every `STRIDE`th character; empty for ASCII text, where both are the same.
    steps: Vec<usize>,
}

impl<'t> Offsets<'t> {
    pub(super) fn new(text: &'t str, base: usize) -> Self {
        let steps = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices()
                .step_by(STRIDE)
                .map(|(at, _)| at)
                .collect()
        };
        Offsets { text, base, steps }
    }

    /// Byte offset within the scanned text; past the end it is the end.
    pub(super) fn inner(&self, index: usize) -> usize {
        if self.steps.is_empty() {
            return index.min(self.text.len());
        }
        let Some(&from) = self.steps.get(index / STRIDE) else {
            return self.text.len();
        };
        let rest = self.text.get(from..).unwrap_or_default();
        rest.char_indices()
            .nth(index % STRIDE)
            .map_or(self.text.len(), |(at, _)| from + at)
    }

    /// The span from one character index to another, without trailing white space.
    pub(super) fn span(&self, from: usize, to: usize, line: usize, column: usize) -> Span {
        let start = self.inner(from);
        let end = self.inner(to.max(from));
        let mut slice = self.text.get(start..end).unwrap_or_default();
        let mut skipped = "";
        // The scanner counts an anchor or a tag before a scalar as part of it.
        while slice.starts_with(['&', '!']) {
            let Some(gap) = slice.find([' ', '\n']) else {
                break;
            };
            let rest = slice.get(gap..).unwrap_or_default();
            let value = rest.trim_start_matches(' ');
            if value.is_empty() || value.starts_with(['\n', '\r', '#']) {
                break;
            }
            let at = slice.len() - value.len();
            skipped = self
                .text
                .get(start..end - slice.len() + at)
                .unwrap_or_default();
            slice = value;
        }
        Span {
            start: start + skipped.len() + self.base,
            len: quoted_len(slice).unwrap_or(slice.trim_end().len()),
            line,
            column: column + skipped.chars().count(),
        }
    }

    /// The line (without its end) around a byte offset of the scanned text.
    pub(super) fn line_at(&self, inner: usize) -> &'t str {
        let before = self.text.get(..inner).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }

    /// Whether a span holds a collection in brackets.
    pub(super) fn is_flow(&self, span: &Span) -> bool {
        let start = span.start.saturating_sub(self.base);
        let slice = self.text.get(start..start + span.len).unwrap_or_default();
        slice.ends_with([']', '}']) && slice.starts_with(['[', '{'])
    }

    pub(super) fn base(&self) -> usize {
        self.base
    }
}

/// Length of the quoted scalar a slice starts with: the scanner's spans reach over remarks after it.
fn quoted_len(slice: &str) -> Option<usize> {
    let quote = slice.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut chars = slice.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|(_, c)| *c == quote) {
                chars.next();
            } else {
                return Some(at + 1);
            }
        }
    }
    None
}
