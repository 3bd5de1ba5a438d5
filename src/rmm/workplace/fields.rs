//! Every field of the status report, as the page of the RMM integration lists them.

/// What the text of a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// Yes or no.
    Flag,
    /// A whole number from 0 on; bytes, seconds, files or a count.
    Whole,
    /// 0 to 100.
    Percent,
    /// Seconds since 1970 in UTC.
    Time,
    /// A time, or the word `Now`.
    TimeOrNow,
    /// A port, 0 to 65535.
    Port,
    /// `win` or `mac`.
    Platform,
    Online,
    RunMode,
    BackupSetting,
    Deployment,
    /// A code of the sync errors.
    Sync,
    /// A list of texts.
    Texts,
    /// The list of synced projects.
    Projects,
}

/// One field of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// The page has it on Windows alone.
    pub windows_only: bool,
    /// Of the head, which says who wrote the file and when.
    pub head: bool,
}

impl Field {
    /// The field of a name.
    pub fn of(name: &str) -> Option<&'static Field> {
        FIELDS.iter().find(|f| f.name == name)
    }
}

const fn both(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        windows_only: false,
        head: false,
    }
}

const fn win(name: &'static str, kind: Kind) -> Field {
    Field {
        windows_only: true,
        ..both(name, kind)
    }
}

const fn head(field: Field) -> Field {
    Field {
        head: true,
        ..field
    }
}

/// All fields in the page's order. `sync-complete` stands there without a platform: it counts as
/// of both.
pub const FIELDS: &[Field] = &[
    head(both("now", Kind::Time)),
    head(both("platform", Kind::Platform)),
    head(both("rcid", Kind::Text)),
    head(win("product", Kind::Text)),
    win("AD", Kind::Flag),
    both("agent-account-name", Kind::Whole),
    both("agent-bw-inbound", Kind::Whole),
    both("agent-bw-outbound", Kind::Whole),
    both("agent-connect-counter", Kind::Whole),
    both("agent-connection-host", Kind::Text),
    both("agent-connection-port", Kind::Port),
    both("agent-hw-approved", Kind::Flag),
    both("agent-idle", Kind::Flag),
    both("agent-logon-time", Kind::Time),
    both("agent-online", Kind::Online),
    both("agent-policy-configuration-locked", Kind::Flag),
    win("agent-run-mode", Kind::RunMode),
    both("agent-start", Kind::Time),
    both("agent-subscription-status", Kind::Text),
    both("agent-version", Kind::Text),
    both("backup-active", Kind::Flag),
    both("backup-bytes-remaining", Kind::Whole),
    both("backup-configuration", Kind::Texts),
    both("backup-files-remaining", Kind::Whole),
    both("backup-last-complete", Kind::TimeOrNow),
    both("backup-numbytes", Kind::Whole),
    both("backup-numfiles", Kind::Whole),
    both("backup-percent-complete", Kind::Percent),
    both("backup-policy", Kind::Flag),
    both("backup-setting", Kind::BackupSetting),
    both("backup-timeleft", Kind::Whole),
    both("backup-stopped-quota", Kind::Flag),
    both("restore-active", Kind::Flag),
    both("restore-bytes", Kind::Whole),
    both("restore-status", Kind::Percent),
    both("restore-time", Kind::Whole),
    both("setup-active", Kind::Flag),
    both("setup-deployment-info", Kind::Text),
    both("setup-deployment-key", Kind::Text),
    both("setup-deployment-status", Kind::Deployment),
    both("sync-active", Kind::Flag),
    both("sync-complete", Kind::Flag),
    both("sync-incoming-bytes", Kind::Whole),
    both("sync-incoming-files", Kind::Whole),
    both("sync-incoming-timeleft", Kind::Whole),
    both("sync-mpf-location", Kind::Text),
    both("sync-mpf-status", Kind::Sync),
    both("sync-outgoing-bytes", Kind::Whole),
    both("sync-outgoing-files", Kind::Whole),
    both("sync-outgoing-timeleft", Kind::Whole),
    both("sync-policy-active", Kind::Flag),
    both("sync-projectlist", Kind::Projects),
    both("sync-violations", Kind::Whole),
];

/// Makes an enum of a closed list of the page.
macro_rules! closed {
    ($(#[doc = $doc:literal])* $name:ident { $($var:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($var),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$var),+];
            /// Every word, in the order of the page.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The page's word.
            pub fn word(self) -> &'static str { match self { $($name::$var => $word),+ } }

            /// The value of a word, in any case of letters and with either apostrophe.
            pub fn from_word(word: &str) -> Option<$name> {
                let plain = word.replace(['\u{2019}', '\u{2018}'], "'");
                $name::ALL.iter().copied().find(|v| v.word().eq_ignore_ascii_case(&plain))
            }
        }
    };
}

closed! {
    /// The system that the file was written on.
    Platform { Win = "win", Mac = "mac" }
}
closed! {
    /// State of the connection.
    AgentOnline {
        Disconnected = "Disconnected",
        Connecting = "Connecting",
        Authenticating = "Authenticating",
        Online = "Online",
        Retry = "Retry",
        LowDiskSpace = "Low-disk-space",
    }
}
closed! {
    /// How Workplace Desktop runs on Windows.
    RunMode { Service = "service", Unified = "unified" }
}
closed! {
    /// What the network connection allows.
    BackupSetting { Enable = "Enable", Suspended = "Suspended", DontUse = "Don't-use" }
}
closed! {
    /// How far a remote deployment is.
    Deployment {
        Init = "Init",
        Complete = "Complete",
        WaitEmail = "Wait-email",
        WaitAdmin = "Wait-admin",
        WaitUser = "Wait-user",
        Finished = "Finished",
        Failed = "Failed",
    }
}
