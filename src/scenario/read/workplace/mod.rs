//! `workplace:` of an expectation: the status report of Datto Workplace, field by field.

mod forms;

use forms::{Flags, Folders, Numbers, Of, OrAbsent, Presence, Projects, Sync, Texts, TimeOrNow};

use super::matcher::{Matcher, says_nothing};
use crate::rmm::workplace::{AgentOnline, BackupSetting, Deployment, Field, Platform, RunMode};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::path::DevicePath;
use crate::scenario::form::scalar::{At, Text};
use crate::scenario::form::{Cx, Form, Key, Keys};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::workplace::{FieldExpect, WorkplaceExpect};

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
        /// `TeamName(UserName)`, which macOS' place of version 10 is named after: always said there, but with `file`.
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
    if let (Some(user), None, None) = (&expect.user, &expect.account, &expect.file) {
        say(
            user.span,
            format!("`workplace` does not say whose account of `{name}`"),
            "say `account: Team(user)` too: the place of version 10 is named after it, and a report there comes first",
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
