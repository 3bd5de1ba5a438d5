//! Expectations on what changed on a device, on its files and processes.

use super::matcher::{Count, Matcher, TextKeys, never, says_nothing};
use super::registry::expect::Changes;
use super::set::Set;
use crate::rmm::observed::EntryKind;
use crate::scenario::expect::{FileExpect, FootprintExpect, Only, ProcessExpect, SetExpect};
use crate::scenario::form::generator::or_placeholder;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::Many;
use crate::scenario::form::path::Mode;
use crate::scenario::form::pattern::{Glob, LeftGlob, PathGlob};
use crate::scenario::form::scalar::{At, Flag};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Keys, Map};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::{Node, Resolved, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;

keys! {
    /// What the step changed on the device; patterns are globs of absolute paths, `**` crosses folders.
    FootprintKeys ("footprint") => FootprintExpect {
        /// Each of these matches at least one path that was created.
        "created": PathGlobs => created,
        /// Each of these matches at least one file whose content changed.
        "changed": PathGlobs => changed,
        /// Each of these matches at least one path of which only mode, owner, times or attributes changed.
        "metadata": PathGlobs => metadata,
        /// Each of these matches at least one path that was deleted.
        "deleted": PathGlobs => deleted,
        /// `true`: nothing changed but what is listed here; with patterns, nothing outside of these changed.
        "only": At<OnlyForm<PathGlobs>> => only,
        /// None of these matches any path that changed in whatever way.
        "untouched": PathGlobs => untouched,
        /// `none`: of what this scenario's jobs created, nothing is left on the device, in files or registry; with patterns, only these may stay.
        "residue": At<Residue> => residue,
        /// What changed in the registry of a Windows device; `none` for nothing.
        "registry": Changes => registry,
    }
}
plain!(FootprintKeys => FootprintExpect, possible);

fn possible(mut f: FootprintExpect, span: Span, cx: &mut Cx) -> Option<FootprintExpect> {
    let listed = || {
        [&f.created, &f.changed, &f.metadata, &f.deleted]
            .into_iter()
            .flatten()
    };
    let nothing = listed().next().is_none()
        && f.only.is_none()
        && f.untouched.is_empty()
        && f.registry.is_none()
        && f.residue.is_none();
    if nothing {
        return says_nothing(cx, span);
    }
    if let Some(both) = listed().find(|g| f.untouched.iter().any(|u| u.value == g.value)) {
        return never(
            cx,
            both.span,
            format!("`{}` is also to be untouched", both.value),
        );
    }
    f.span = span;
    Some(f)
}

/// `none`, or a mapping.
pub(crate) struct Footprint;

impl Form for Footprint {
    type Out = FootprintExpect;
    fn expected() -> Cow<'static, str> {
        "`none`, or a mapping such as `{ created: [/opt/bright/**], only: true }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<FootprintExpect> {
        match node.text() {
            Some("none") => Some(FootprintExpect {
                span: node.span,
                none: true,
                ..FootprintExpect::default()
            }),
            Some(_) => cx.wrong(node, &Self::expected()),
            None => Map::<FootprintKeys>::read(node, cx),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<FootprintKeys>();
        or_placeholder(
            g,
            json!({ "anyOf": [{ "const": "none", "description": "Nothing changed." }, keys] }),
        )
    }
}

/// One glob of paths on the device, or a list.
struct PathGlobs;

impl Form for PathGlobs {
    type Out = Vec<Spanned<String>>;
    fn expected() -> Cow<'static, str> {
        Many::<PathGlob>::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        Many::<PathGlob>::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("path-globs", Many::<PathGlob>::schema)
    }
}

/// `true`, or what `G` reads.
pub(crate) struct OnlyForm<G>(PhantomData<G>);

impl<G: Form<Out = Vec<Spanned<String>>>> Form for OnlyForm<G> {
    type Out = Only;
    fn expected() -> Cow<'static, str> {
        "`true`, or a list of globs".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Only> {
        match node.scalar().map(|s| s.resolve()) {
            Some(Resolved::Bool(true)) => Some(Only::Listed),
            Some(Resolved::Text) | None => G::read(node, cx).map(Only::Within),
            Some(_) => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let globs = G::schema(g);
        json!({ "anyOf": [{ "const": true }, globs] })
    }
}

struct Residue;

impl Form for Residue {
    type Out = Vec<String>;
    fn expected() -> Cow<'static, str> {
        "`none`, or the globs of what may stay".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<String>> {
        if node.text() == Some("none") {
            return Some(Vec::new());
        }
        let globs = Many::<LeftGlob>::read(node, cx)?;
        Some(globs.into_iter().map(|g| g.value).collect())
    }
    fn schema(g: &mut Gen) -> Json {
        let globs = Many::<LeftGlob>::schema(g);
        json!({ "anyOf": [{ "const": "none" }, globs] })
    }
}

/// Processes as they are read.
#[derive(Debug, Default)]
pub(crate) struct ProcessDraft {
    running: Vec<Spanned<String>>,
    not_running: Vec<Spanned<String>>,
    left: Option<SetExpect>,
    holding: Option<SetExpect>,
}

keys! {
    /// Processes on the device after the step, by their short name (`comm`).
    ProcessKeys ("processes") => ProcessDraft {
        /// Each of these is running.
        "running": Many<Glob> => running,
        /// None of these is running.
        "not-running": Many<Glob> => not_running,
        /// Those the job left running.
        "left": Set => left,
        /// Those that still hold the script's output; `none` is held without being written.
        "holding": Set => holding,
    }
}

impl Keys for ProcessKeys {
    type Draft = ProcessDraft;
    type Out = ProcessExpect;
    const NAME: &'static str = ProcessKeys::TITLE;
    const DOC: &'static str = ProcessKeys::ABOUT;
    const TABLES: &'static [&'static [crate::scenario::form::Key<ProcessDraft>]] =
        &[ProcessKeys::KEYS];

    fn finish(d: ProcessDraft, span: Span, cx: &mut Cx) -> Option<ProcessExpect> {
        if let Some(both) = d
            .running
            .iter()
            .find(|r| d.not_running.iter().any(|n| n.value == r.value))
        {
            return never(
                cx,
                both.span,
                format!("`{}` is to run and not to run", both.value),
            );
        }
        if d.running.is_empty()
            && d.not_running.is_empty()
            && d.left.is_none()
            && d.holding.is_none()
        {
            return says_nothing(cx, span);
        }
        Some(ProcessExpect {
            span,
            running: d.running,
            not_running: d.not_running,
            left: d.left,
            holding: d.holding,
        })
    }
}

impl Words for EntryKind {
    const WHAT: &'static str = "a kind of file";
    const ALL: &'static [(&'static str, EntryKind, &'static str)] = &[
        ("file", EntryKind::File, ""),
        ("folder", EntryKind::Folder, ""),
        ("symlink", EntryKind::Symlink, ""),
        (
            "special",
            EntryKind::Special,
            "A socket, FIFO or device node.",
        ),
    ];
}

keys! {
    /// A file on the device after the step.
    FileExpectKeys ("file-expectation") => FileExpect {
        /// `false`: it is not there.
        "present": Flag => present,
        /// Its text.
        "text": Matcher => text,
        /// Its permission bits in octal.
        "mode": Mode => mode,
        /// What it is.
        "kind": Word<EntryKind> => kind,
        /// Its size in bytes.
        "size": Count => size,
    }
}
plain!(FileExpectKeys => FileExpect, possible_file);

fn possible_file(mut f: FileExpect, span: Span, cx: &mut Cx) -> Option<FileExpect> {
    let more = f.text.is_some() || f.mode.is_some() || f.kind.is_some() || f.size.is_some();
    match f.present {
        None if !more => return says_nothing(cx, span),
        Some(false) if more => {
            return never(
                cx,
                span,
                "a file that is not there has no text, mode, kind or size",
            );
        }
        _ => {}
    }
    f.span = span;
    Some(f)
}

/// `absent`, `present`, a text matcher, or a mapping.
pub(crate) struct File;

impl Form for File {
    type Out = FileExpect;
    fn expected() -> Cow<'static, str> {
        "`absent`, `present`, a text, or a mapping such as `{ contains: licensed }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<FileExpect> {
        let mut out = FileExpect {
            span: node.span,
            ..FileExpect::default()
        };
        match (&node.value, node.text()) {
            (Value::Scalar(_), Some("absent")) => out.present = Some(false),
            (Value::Scalar(_), Some("present")) => out.present = Some(true),
            (Value::Mapping(entries), _)
                if !entries.is_empty()
                    && entries
                        .iter()
                        .all(|(k, _)| is_text_key(k.text().unwrap_or_default())) =>
            {
                out.text = Some(Map::<TextKeys>::read(node, cx)?);
            }
            (Value::Mapping(_), _) => return Map::<FileExpectKeys>::read(node, cx),
            (Value::Scalar(_), _) => out.text = Some(Matcher::read(node, cx)?),
            (Value::Sequence(_), _) => return cx.wrong(node, &Self::expected()),
        }
        Some(out)
    }
    fn schema(g: &mut Gen) -> Json {
        let text = Matcher::schema(g);
        let keys = g.object::<FileExpectKeys>();
        json!({ "anyOf": [
            { "enum": ["absent", "present"] },
            text,
            keys
        ] })
    }
}

pub(crate) fn is_text_key(name: &str) -> bool {
    TextKeys::KEYS.iter().any(|k| k.name == name)
}
