//! Forms of what the report's fields are held against.

use crate::rmm::workplace::{AgentOnline, BackupSetting, Deployment, Platform, RunMode, SyncError};
use crate::scenario::error::Problem;
use crate::scenario::form::cx::list;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, MapOf};
use crate::scenario::form::scalar::{AnyName, At, Flag, Text};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::read::matcher::{Count, Matcher, Number, says_nothing};
use crate::scenario::tree::{Node, Resolved, Value};
use crate::scenario::workplace::{FieldExpect, ProjectExpect, SyncExpect};
use crate::yaml::nearest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// `present` or `absent`.
pub(super) struct Presence;

impl Form for Presence {
    type Out = bool;
    fn expected() -> Cow<'static, str> {
        "`present` or `absent`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<bool> {
        match node.text() {
            Some("present") => Some(true),
            Some("absent") => Some(false),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "enum": ["present", "absent"] })
    }
}

/// The value of a field, or that there is none, or that it cannot be read.
pub(super) struct OrAbsent<F>(PhantomData<F>);

impl<F: Form<Out = FieldExpect>> Form for OrAbsent<F> {
    type Out = FieldExpect;
    fn expected() -> Cow<'static, str> {
        format!("{}, `absent` or `unreadable`", F::expected()).into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<FieldExpect> {
        match node.text() {
            Some("absent") => Some(FieldExpect::Absent),
            Some("unreadable") => Some(FieldExpect::Unreadable),
            _ => F::read(node, cx),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let field = F::schema(g);
        json!({ "anyOf": [
            { "const": "absent", "description": "The report does not have it." },
            { "const": "unreadable", "description": "It is there and not as the page says." },
            field,
        ] })
    }
}

/// Makes the form of a field's value from the form of what it is held against.
macro_rules! held {
    ($($(#[doc = $doc:literal])* $name:ident: $form:ty => $make:expr),+ $(,)?) => {$(
        $(#[doc = $doc])*
        pub(super) struct $name;

        impl Form for $name {
            type Out = FieldExpect;
            fn expected() -> Cow<'static, str> {
                <$form>::expected()
            }
            fn read(node: &Node, cx: &mut Cx) -> Option<FieldExpect> {
                <$form>::read(node, cx).map($make)
            }
            fn schema(g: &mut Gen) -> Json {
                <$form>::schema(g)
            }
        }
    )+};
}

held! {
    /// A text.
    Texts: Matcher => |m| FieldExpect::Text(Box::new(m)),
    /// A number from 0 on.
    Numbers: Count => FieldExpect::Number,
    /// Yes or no.
    Flags: Flag => FieldExpect::Flag,
    /// A sync error.
    Sync: SyncForm => FieldExpect::Sync,
}

/// A word of a closed list of the page.
pub(super) struct Of<E>(PhantomData<E>);

impl<E: Listed> Form for Of<E> {
    type Out = FieldExpect;
    fn expected() -> Cow<'static, str> {
        Word::<E>::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<FieldExpect> {
        Word::<E>::read(node, cx).map(|w| FieldExpect::Word(w.told()))
    }
    fn schema(g: &mut Gen) -> Json {
        Word::<E>::schema(g)
    }
}

pub(super) trait Listed: Words {
    /// The page's word.
    fn told(self) -> &'static str;
}

macro_rules! listed {
    ($($name:ident: $what:literal { $($word:literal = $var:ident),+ $(,)? }),+ $(,)?) => {$(
        impl Words for $name {
            const WHAT: &'static str = $what;
            const ALL: &'static [(&'static str, $name, &'static str)] =
                &[$(($word, $name::$var, "")),+];
        }
        impl Listed for $name {
            fn told(self) -> &'static str {
                self.word()
            }
        }
    )+};
}

listed! {
    Platform: "a platform of Workplace" { "win" = Win, "mac" = Mac },
    AgentOnline: "a state of Workplace's connection" {
        "Disconnected" = Disconnected,
        "Connecting" = Connecting,
        "Authenticating" = Authenticating,
        "Online" = Online,
        "Retry" = Retry,
        "Low-disk-space" = LowDiskSpace,
    },
    RunMode: "a run mode of Workplace" { "service" = Service, "unified" = Unified },
    BackupSetting: "what a network connection allows Workplace" {
        "Enable" = Enable,
        "Suspended" = Suspended,
        "Don't-use" = DontUse,
    },
    Deployment: "a state of Workplace's deployment" {
        "Init" = Init,
        "Complete" = Complete,
        "Wait-email" = WaitEmail,
        "Wait-admin" = WaitAdmin,
        "Wait-user" = WaitUser,
        "Finished" = Finished,
        "Failed" = Failed,
    },
}

/// A time, or the word `Now`.
pub(super) struct TimeOrNow;

impl Form for TimeOrNow {
    type Out = FieldExpect;
    fn expected() -> Cow<'static, str> {
        format!("`Now`, or {}", Number::expected()).into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<FieldExpect> {
        match node.text() {
            Some("Now") => Some(FieldExpect::Now),
            _ if node.mapping().is_some() => Count::read(node, cx).map(FieldExpect::Number),
            _ if matches!(node.scalar().map(|s| s.resolve()), Some(Resolved::Int(_))) => {
                Count::read(node, cx).map(FieldExpect::Number)
            }
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let number = Count::schema(g);
        json!({ "anyOf": [{ "const": "Now" }, number] })
    }
}

/// A sync error by its word, or a code.
pub(super) struct SyncForm;

impl Form for SyncForm {
    type Out = SyncExpect;
    fn expected() -> Cow<'static, str> {
        "a sync error such as `engine_ok`, or its code".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<SyncExpect> {
        if let Some(Resolved::Int(code)) = node.scalar().map(|s| s.resolve()) {
            return match code {
                0.. => Some(SyncExpect::Code(code)),
                _ => cx.wrong(node, "a code from 0 on"),
            };
        }
        let Some(word) = node.text().filter(|t| !t.is_empty()) else {
            return cx.wrong(node, &Self::expected());
        };
        if let Some(known) = SyncError::from_word(word) {
            return Some(SyncExpect::Known(known));
        }
        let words: Vec<&str> = SyncError::ALL.iter().map(|e| e.word).collect();
        let near = nearest(word, words.iter().copied())
            .map(|n| format!("did you mean `{n}`? "))
            .unwrap_or_default();
        cx.fail(
            Problem::new(
                "scenario::unknown-word",
                format!("{} is not a sync error of Workplace", node.shown()),
            )
            .at(node.span)
            .label("unknown word")
            .help(format!("{near}known: {}", list(&words))),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("workplace-sync-error", |_| {
            let mut all: Vec<Json> = SyncError::ALL
                .iter()
                .map(|e| json!({ "const": e.word, "description": e.meaning }))
                .collect();
            all.push(json!({ "type": "integer", "minimum": 0 }));
            json!({ "description": "A sync error by its word, or by its code.", "anyOf": all })
        })
    }
}

/// `none`, a folder or a list of folders.
pub(super) struct Folders;

impl Form for Folders {
    type Out = FieldExpect;
    fn expected() -> Cow<'static, str> {
        "`none`, or the folders".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<FieldExpect> {
        match &node.value {
            Value::Sequence(items) if !items.is_empty() => {
                let all: Vec<_> = items.iter().map(|i| Text::read(i, cx)).collect();
                all.into_iter()
                    .collect::<Option<_>>()
                    .map(FieldExpect::Texts)
            }
            Value::Scalar(_) if node.text() == Some("none") => Some(FieldExpect::Texts(vec![])),
            Value::Scalar(_) => Text::read(node, cx).map(|t| FieldExpect::Texts(vec![t])),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "anyOf": [
            { "const": "none", "description": "No folder." },
            { "type": "string" },
            { "type": "array", "items": { "type": "string" }, "minItems": 1 },
        ] })
    }
}

keys! {
    /// A synced project.
    ProjectKeys ("workplace-project") => ProjectExpect {
        /// Its FileID.
        "id": Matcher => id,
        /// Its folder.
        "path": Matcher => path,
        /// Bytes synced.
        "bytes": Count => bytes,
        /// Files synced.
        "files": Count => files,
        /// Its error status: a sync error by word or code.
        "error": At<SyncForm> => error,
    }
}
plain!(ProjectKeys => ProjectExpect, |mut p: ProjectExpect, span, cx: &mut Cx| {
    let some = p.id.is_some() || p.path.is_some() || p.bytes.is_some() || p.files.is_some();
    if !some && p.error.is_none() {
        return says_nothing(cx, span);
    }
    p.span = span;
    Some(p)
});

type ByName = Filled<MapOf<AnyName, Map<ProjectKeys>>>;

/// `none`, or projects by name.
pub(super) struct Projects;

impl Form for Projects {
    type Out = FieldExpect;
    fn expected() -> Cow<'static, str> {
        "`none`, or projects by name: `{ Plans: { error: engine_ok } }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<FieldExpect> {
        match node.text() {
            Some("none") => Some(FieldExpect::Projects(Vec::new())),
            Some(_) => cx.wrong(node, &Self::expected()),
            None => ByName::read(node, cx).map(FieldExpect::Projects),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let by_name = ByName::schema(g);
        json!({ "anyOf": [{ "const": "none", "description": "No project." }, by_name] })
    }
}
