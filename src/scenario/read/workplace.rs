//! `workplace:` of an expectation: the status report of Datto Workplace, field by field.

use super::matcher::{Count, Matcher, Number, says_nothing};
use crate::rmm::workplace::{
    AgentOnline, BackupSetting, Deployment, Field, Platform, RunMode, SyncError,
};
use crate::scenario::error::Problem;
use crate::scenario::form::cx::list;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, MapOf};
use crate::scenario::form::path::DevicePath;
use crate::scenario::form::scalar::{AnyName, At, Flag, Text};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::{Node, Resolved, Value};
use crate::scenario::workplace::{FieldExpect, ProjectExpect, SyncExpect, WorkplaceExpect};
use crate::yaml::nearest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// Declares one key for each field of the report: name, form of its value, doc.
macro_rules! fields {
    ($($(#[doc = $doc:literal])* $name:literal : $form:ty),* $(,)?) => {
        const FIELDS: &[Key<WorkplaceExpect>] = &[$(
            Key {
                name: $name,
                doc: concat!($($doc, "\n"),*),
                required: false,
                expected: <OrAbsent<$form> as Form>::expected,
                read: |node, cx, draft| {
                    if let Some(value) = <OrAbsent<$form> as Form>::read(node, cx) {
                        draft.fields.push(($name, Spanned { value, span: node.span }));
                    }
                },
                schema: <OrAbsent<$form> as Form>::schema,
            }
        ),*];
    };
}

keys! {
    /// The status report of Datto Workplace on a Windows or macOS device, from Workplace Desktop 7.0 on. Each
    /// field that is named must be there (`absent`: must not); what is not as the vendor's page says fails, unless
    /// `problems` expects it.
    PlaceKeys ("workplace-expectation") => WorkplaceExpect {
        /// Whose report: the folder of the user's profile. Without it, on Windows, that of Workplace Server.
        "user": At<Text> => user,
        /// `TeamName(UserName)`, which macOS' place of version 10 is named after.
        "account": At<Text> => account,
        /// Another place than the documented ones.
        "file": DevicePath => file,
        /// Whether there is one at all.
        "report": At<Presence> => present,
        /// What is not as the page says, a line each with its place; `empty` unless given.
        "problems": Matcher => problems,
    }
}

fields! {
    /// When the file was written, Unix time.
    "now": Numbers,
    /// The system that wrote it.
    "platform": Of<Platform>,
    /// Id of the agent.
    "rcid": Texts,
    /// Name of the product; Windows alone.
    "product": Texts,
    /// Whether the device is the Active Directory integration agent; Windows alone.
    "AD": Flags,
    /// The user's id, a number.
    "agent-account-name": Numbers,
    /// Bytes per second in.
    "agent-bw-inbound": Numbers,
    /// Bytes per second out.
    "agent-bw-outbound": Numbers,
    /// How often it has reconnected since its start.
    "agent-connect-counter": Numbers,
    /// Host of the connection.
    "agent-connection-host": Texts,
    /// Port of the connection.
    "agent-connection-port": Numbers,
    /// Whether the hardware is approved.
    "agent-hw-approved": Flags,
    /// Whether it idles.
    "agent-idle": Flags,
    /// Last login, Unix time.
    "agent-logon-time": Numbers,
    /// State of the connection.
    "agent-online": Of<AgentOnline>,
    /// Whether a policy locks the configuration.
    "agent-policy-configuration-locked": Flags,
    /// As a service or in the user's session; Windows alone.
    "agent-run-mode": Of<RunMode>,
    /// Its last start, Unix time.
    "agent-start": Numbers,
    /// Status of the user; the page lists no words for it.
    "agent-subscription-status": Texts,
    /// Version of Workplace Desktop.
    "agent-version": Texts,
    /// Whether it is backing up.
    "backup-active": Flags,
    /// Bytes yet to back up.
    "backup-bytes-remaining": Numbers,
    /// The folders that are backed up: exactly these, or `none`.
    "backup-configuration": Folders,
    /// Files yet to back up.
    "backup-files-remaining": Numbers,
    /// When the last backup was completed, Unix time, or `Now`.
    "backup-last-complete": TimeOrNow,
    /// Bytes configured to back up.
    "backup-numbytes": Numbers,
    /// Files configured to back up.
    "backup-numfiles": Numbers,
    /// Progress of the backup.
    "backup-percent-complete": Numbers,
    /// Whether policies decide what is backed up.
    "backup-policy": Flags,
    /// What the network connection allows.
    "backup-setting": Of<BackupSetting>,
    /// Seconds left to complete the backup.
    "backup-timeleft": Numbers,
    /// Whether the backup stands still for want of quota.
    "backup-stopped-quota": Flags,
    /// Whether it is restoring.
    "restore-active": Flags,
    /// Bytes of the restore.
    "restore-bytes": Numbers,
    /// Progress of the restore.
    "restore-status": Numbers,
    /// Seconds left of the restore.
    "restore-time": Numbers,
    /// Whether the setup is running.
    "setup-active": Flags,
    /// Errors of the setup.
    "setup-deployment-info": Texts,
    /// The team key of the remote deployment.
    "setup-deployment-key": Texts,
    /// State of the deployment.
    "setup-deployment-status": Of<Deployment>,
    /// Whether it is syncing.
    "sync-active": Flags,
    /// Whether all is synced.
    "sync-complete": Flags,
    /// Bytes yet to come in.
    "sync-incoming-bytes": Numbers,
    /// Files yet to come in.
    "sync-incoming-files": Numbers,
    /// Seconds until all has come in.
    "sync-incoming-timeleft": Numbers,
    /// Path of the user's Workplace folder.
    "sync-mpf-location": Texts,
    /// A sync error, by word or code; `engine_ok` is 0 and 2.
    "sync-mpf-status": Sync,
    /// Bytes yet to go out.
    "sync-outgoing-bytes": Numbers,
    /// Files yet to go out.
    "sync-outgoing-files": Numbers,
    /// Seconds until all has gone out.
    "sync-outgoing-timeleft": Numbers,
    /// Whether a policy decides which projects are synced.
    "sync-policy-active": Flags,
    /// The synced projects by name: exactly these, or `none`.
    "sync-projectlist": Projects,
    /// Number of sync violations.
    "sync-violations": Numbers,
}

/// Keys of the expectation.
pub(crate) struct WorkplaceKeys;

impl Keys for WorkplaceKeys {
    type Draft = WorkplaceExpect;
    type Out = WorkplaceExpect;
    const NAME: &'static str = PlaceKeys::TITLE;
    const DOC: &'static str = PlaceKeys::ABOUT;
    const TABLES: &'static [&'static [Key<WorkplaceExpect>]] = &[PlaceKeys::KEYS, FIELDS];

    fn finish(mut d: WorkplaceExpect, span: Span, cx: &mut Cx) -> Option<WorkplaceExpect> {
        let absent = d.present.as_ref().is_some_and(|p| !p.value);
        if d.fields.is_empty() && d.problems.is_none() && d.present.is_none() {
            return says_nothing(cx, span);
        }
        let clash = match (&d.file, &d.user, &d.account) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
                Some("`file` says where the report is: leave `user` and `account` out")
            }
            (None, None, Some(_)) => Some("`account` is below a user's profile: say `user`, too"),
            _ if absent && (d.problems.is_some() || !d.fields.is_empty()) => {
                Some("a report that is not there has no fields and no problems")
            }
            _ => None,
        };
        if let Some(help) = clash {
            return cx.fail(
                Problem::new(
                    "scenario::contradiction",
                    "these keys of `workplace` contradict each other",
                )
                .at(span)
                .label("contradicts itself")
                .help(help),
            );
        }
        d.span = span;
        Some(d)
    }
}

/// Tells of what can never be judged on a device of a system.
pub(crate) fn fits(expect: &WorkplaceExpect, device: &Spanned<String>, cx: &mut Cx) {
    let name = &device.value;
    let windows = cx.names.windows.contains(name);
    let macos = cx.names.macos.contains(name);
    let mut say = |span: Span, what: String, help: &str| {
        cx.say(
            Problem::new("scenario::misplaced-expectation", what)
                .at(span)
                .label("never judged")
                .help(help),
        );
    };
    if !windows && !macos {
        say(
            expect.span,
            format!("`workplace` cannot be judged on `{name}`"),
            "Workplace Desktop is for Windows and macOS: expect it of such a device",
        );
        return;
    }
    if windows && let Some(account) = &expect.account {
        say(
            account.span,
            format!("`account` says nothing on `{name}`"),
            "only macOS' place is named after the account: leave it out",
        );
    }
    if !macos {
        return;
    }
    if expect.user.is_none() && expect.file.is_none() {
        say(
            expect.span,
            format!("`workplace` does not say whose report of `{name}`"),
            "say `user: ann`, for on macOS each user has one",
        );
    }
    for (field, wanted) in &expect.fields {
        let only_windows = Field::of(field).is_some_and(|f| f.windows_only);
        if only_windows && !matches!(wanted.value, FieldExpect::Absent) {
            say(
                wanted.span,
                format!("`{field}` cannot be judged on `{name}`"),
                "the page has it on Windows alone; on macOS it can only be `absent`",
            );
        }
    }
}

/// `present` or `absent`.
struct Presence;

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
struct OrAbsent<F>(PhantomData<F>);

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
        struct $name;

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
struct Of<E>(PhantomData<E>);

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

trait Listed: Words {
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
struct TimeOrNow;

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
struct SyncForm;

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
struct Folders;

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
struct Projects;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_page_has_a_key_and_no_other() {
        let keys: Vec<&str> = FIELDS.iter().map(|k| k.name).collect();
        let fields = crate::rmm::workplace::FIELDS.iter().map(|f| f.name);
        assert_eq!(keys, fields.collect::<Vec<_>>());
    }
}
