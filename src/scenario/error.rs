//! What is wrong with a scenario file, with the place and how to mend it.

use super::hide;
use super::model::Source;
use super::shown::{Shown, floor};
use super::span::Span;
use miette::{Diagnostic, LabeledSpan, SourceCode};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most problems told of one file.
pub const MAX_PROBLEMS: usize = 40;

/// One thing that is wrong. Shown as `path:line:column: message`, as far as the place is known.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}{message}", place(path, *span))]
pub struct Problem {
    /// Stable name of the kind of problem, `scenario::unknown-key`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// Where; none where the file could not be read at all.
    pub span: Option<Span>,
    /// Short text below the place.
    pub label: String,
    /// Another place in the same file that matters, with its text.
    pub related: Option<(String, Span)>,
    /// File of `span`.
    pub path: PathBuf,
    /// Texts of every file of the scenario, the one of `span` first: what is secret in one is so in
    /// all of them.
    texts: Vec<Arc<str>>,
    shown: Option<Shown>,
    /// The `${name}` it is about: amended when that name is captured further down.
    pub(super) about: Option<String>,
}

fn place(path: &Path, span: Option<Span>) -> String {
    match span {
        _ if path.as_os_str().is_empty() => String::new(),
        Some(s) => format!("{}:{}:{}: ", shown_path(path), s.line, s.column),
        None => format!("{}: ", shown_path(path)),
    }
}

/// A path without what would steer a terminal.
fn shown_path(path: &Path) -> String {
    hide::text(&path.display().to_string(), &BTreeSet::new())
}

impl Problem {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Problem {
            code,
            message: message.into(),
            help: None,
            span: None,
            label: "here".to_owned(),
            related: None,
            path: PathBuf::new(),
            texts: Vec::new(),
            shown: None,
            about: None,
        }
    }

    /// A problem of a scenario that is read already: what others than the reader find wrong in it.
    pub fn of(
        scenario: &super::Scenario,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        help: Option<String>,
    ) -> Problem {
        Problem::new(code, message)
            .at(span)
            .maybe_help(help)
            .sourced(&scenario.sources)
    }

    pub(super) fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    pub(super) fn related(mut self, text: impl Into<String>, span: Span) -> Self {
        self.related = Some((text.into(), span));
        self
    }

    /// Attaches the file, so that the problem can be shown with its lines.
    pub(super) fn sourced(mut self, sources: &[Source]) -> Self {
        let file = self.span.map_or(0, |s| s.file);
        if let Some(source) = sources.get(file as usize) {
            self.path.clone_from(&source.path);
            self.texts = std::iter::once(source)
                .chain(sources)
                .map(|s| s.text.clone())
                .collect();
            for span in [self.span.as_mut(), self.related.as_mut().map(|r| &mut r.1)]
                .into_iter()
                .flatten()
            {
                span.len = first_line(&source.text, *span);
            }
        }
        self
    }

    /// Makes the problem fit to be shown: no secret of its files and nothing that steers a
    /// terminal stands in it, and no line of it is endless.
    fn prepare(&mut self, cache: &mut Cache) {
        let texts = std::mem::take(&mut self.texts);
        let secrets = cache.secrets(&texts);
        let clean = |text: &mut String| *text = bounded(&hide::text(text, &secrets));
        clean(&mut self.message);
        clean(&mut self.label);
        if let Some(help) = &mut self.help {
            clean(help);
        }
        if let Some((text, _)) = &mut self.related {
            clean(text);
        }
        if let (Some(span), Some(raw)) = (self.span, texts.first()) {
            let text = cache.hidden(raw, &secrets);
            let related = self.related.as_ref().map(|(_, s)| *s);
            let name = shown_path(&self.path);
            self.shown = Some(Shown::new(&name, text, span, related));
        }
    }
}

/// Files already looked through: the problems of one file share its text.
#[derive(Default)]
struct Cache {
    secrets: HashMap<Vec<*const u8>, Arc<BTreeSet<String>>>,
    hidden: HashMap<*const u8, Arc<str>>,
}

impl Cache {
    fn secrets(&mut self, texts: &[Arc<str>]) -> Arc<BTreeSet<String>> {
        let key = texts.iter().map(|t| t.as_ptr()).collect();
        let found = || Arc::new(texts.iter().flat_map(|t| hide::secrets(t)).collect());
        self.secrets.entry(key).or_insert_with(found).clone()
    }

    fn hidden(&mut self, raw: &Arc<str>, secrets: &BTreeSet<String>) -> Arc<str> {
        let hidden = || hide::text(raw, secrets).into();
        self.hidden
            .entry(raw.as_ptr())
            .or_insert_with(hidden)
            .clone()
    }
}

/// Most bytes of a message that are told.
const LONGEST_MESSAGE: usize = 2000;

fn bounded(text: &str) -> String {
    let end = floor(text, LONGEST_MESSAGE);
    match end < text.len() {
        true => format!("{}...", &text[..end]),
        false => text.to_owned(),
    }
}

/// Length of a span up to the end of its first line, so that a label never covers a whole block.
fn first_line(text: &str, span: Span) -> usize {
    let end = (span.offset + span.len).min(text.len());
    let slice = text.get(span.offset..end).unwrap_or_default();
    slice.lines().next().unwrap_or_default().len()
}

impl Diagnostic for Problem {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help
            .as_ref()
            .map(|h| Box::new(h) as Box<dyn Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.shown.as_ref().map(|s| s as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let shown = self.shown.as_ref()?;
        let first = LabeledSpan::at(shown.first.clone(), &self.label);
        let related = self.related.as_ref().zip(shown.second.clone());
        let second = related.map(|((text, _), at)| LabeledSpan::at(at, text));
        Some(Box::new(std::iter::once(first).chain(second)))
    }
}

/// All that is wrong with one scenario file.
#[derive(Debug, Clone)]
pub struct ScenarioError {
    /// The scenario file (a problem may stand in a file it includes).
    pub path: PathBuf,
    /// In file order; never empty.
    pub problems: Vec<Problem>,
    /// How many more there are than are told.
    pub left_out: usize,
}

impl ScenarioError {
    /// All that is wrong with the scenario file at `path`.
    pub fn new(path: &Path, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|p| p.span.map_or((0, 0), |s| (s.file, s.offset)));
        problems.dedup_by(|a, b| a.span == b.span && a.message == b.message);
        for problem in problems
            .iter_mut()
            .filter(|p| p.path.as_os_str().is_empty())
        {
            problem.path = path.to_owned();
        }
        let left_out = problems.len().saturating_sub(MAX_PROBLEMS);
        problems.truncate(MAX_PROBLEMS);
        let mut cache = Cache::default();
        problems.iter_mut().for_each(|p| p.prepare(&mut cache));
        ScenarioError {
            path: path.to_owned(),
            problems,
            left_out,
        }
    }

    pub(super) fn one(path: &Path, problem: Problem) -> Self {
        Self::new(path, vec![problem])
    }

    fn only(&self) -> Option<&Problem> {
        match self.problems.as_slice() {
            [one] if self.left_out == 0 => Some(one),
            _ => None,
        }
    }
}

impl Display for ScenarioError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.only() {
            Some(p) => p.fmt(f),
            None => {
                let all = self.problems.len() + self.left_out;
                write!(f, "{}: {all} problems", shown_path(&self.path))?;
                if self.left_out > 0 {
                    write!(f, ", of which the first {} are told", self.problems.len())?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for ScenarioError {}

impl Diagnostic for ScenarioError {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.only().and_then(Diagnostic::code)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.only().and_then(Diagnostic::help)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.only().and_then(Diagnostic::source_code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.only().and_then(Diagnostic::labels)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        if self.only().is_some() {
            return None;
        }
        Some(Box::new(self.problems.iter().map(|p| p as &dyn Diagnostic)))
    }
}
