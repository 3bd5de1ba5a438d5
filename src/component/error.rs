//! Why a component cannot be read or written: a stable code, where, what, and how to mend it.

use crate::rmm::event::Note;
use crate::yaml::{Span, YamlError};
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a component cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ComponentError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: &'static str,
    path: PathBuf,
    message: String,
    help: Option<String>,
    text: Option<Text>,
}

/// The text an error points into.
#[derive(Debug)]
struct Text {
    source: NamedSource<String>,
    at: Span,
    also: Option<(&'static str, SourceSpan)>,
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(text) = &self.text {
            write!(f, ":{}:{}", text.at.line, text.at.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl ComponentError {
    /// An error about a whole file or folder.
    pub(crate) fn new(
        code: &'static str,
        path: impl Into<PathBuf>,
        message: impl Into<String>,
    ) -> Self {
        ComponentError(Box::new(Inner {
            code,
            path: path.into(),
            message: printable(&message.into()),
            help: None,
            text: None,
        }))
    }

    pub(super) fn io(path: &Path, doing: &str, error: &io::Error) -> Self {
        Self::new("io", path, format!("cannot {doing}: {error}"))
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Points into a text that was read from the error's path.
    pub(super) fn at(mut self, text: &str, at: Span) -> Self {
        let name = self.0.path.display().to_string();
        self.0.text = Some(Text {
            source: NamedSource::new(name, text.to_owned()),
            at,
            also: None,
        });
        self
    }

    pub(super) fn yaml(path: &Path, text: &str, error: &YamlError) -> Self {
        let mut made = Self::new("yaml", path, error.message.clone()).at(text, error.span);
        made.0.help.clone_from(&error.help);
        if let Some(held) = &mut made.0.text {
            held.also = error.first.map(|span| ("the first one", span.into()));
        }
        made
    }

    /// Stable name of the reason, kebab-case: `path-escape`, `not-a-zip`, `missing-script`, ...
    pub fn reason(&self) -> &'static str {
        self.0.code
    }

    /// The file or folder the error is about; for an entry of a package, the package.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The place in the file, where there is one.
    pub fn span(&self) -> Option<Span> {
        self.0.text.as_ref().map(|t| t.at)
    }
}

impl Diagnostic for ComponentError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("component::{}", self.0.code)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.0.help.as_deref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.text.as_ref().map(|t| &t.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let text = self.0.text.as_ref()?;
        let here = LabeledSpan::new_primary_with_span(Some("here".to_owned()), text.at);
        let also = text
            .also
            .map(|(label, span)| LabeledSpan::new_with_span(Some(label.to_owned()), span));
        Some(Box::new(std::iter::once(here).chain(also)))
    }
}

/// A remark on a component that is no reason to refuse it.
pub(super) fn note(code: &str, message: impl Into<String>, help: impl Into<String>) -> Note {
    Note {
        code: code.to_owned(),
        message: printable(&message.into()),
        help: help.into(),
    }
}

/// Messages quote what packages hold: control characters are escaped, so that none reaches a
/// terminal, and the length is bounded.
fn printable(message: &str) -> String {
    const LONGEST: usize = 1_000;
    let mut out = String::with_capacity(message.len().min(LONGEST));
    for c in message.chars() {
        if out.len() >= LONGEST {
            out.push('…');
            break;
        }
        if c.is_control() && c != '\n' {
            out.extend(c.escape_debug());
        } else {
            out.push(c);
        }
    }
    out
}
