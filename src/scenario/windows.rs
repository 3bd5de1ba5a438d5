//! What scenarios say of Windows devices alone: their registry, services, event log, tasks.

use super::expect::SetExpect;
use super::matcher::{NumberMatcher, TextMatcher};
use super::span::{Span, Spanned};
use crate::rmm::registry::{KeyPath, RegistryData};

/// Values of one key to be written, or what is to be deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct RegistrySet {
    pub key: Spanned<KeyPath>,
    /// By name, empty for the default value; no data: the value is deleted. None: the whole key is.
    pub values: Option<Vec<(Spanned<String>, Option<RegistryData>)>>,
}

/// `event:` of a device step: an entry written into the event log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventWrite {
    pub log: Option<String>,
    pub source: String,
    pub id: u32,
    pub level: Option<String>,
    pub message: String,
}

/// What is expected of a Windows device after a step.
#[derive(Debug, Clone, Default)]
pub struct WindowsExpect {
    /// `registry: { KEY: absent | present | { VALUE: ... } }`.
    pub registry: Vec<(Spanned<KeyPath>, KeyExpect)>,
    /// `windows-services: { BvAntiSrv: running }`.
    pub services: Vec<(Spanned<String>, ServiceExpect)>,
    /// `eventlog: none` or entries that the step wrote.
    pub events: Option<EventsExpect>,
    /// `tasks: { '\Bright\Scan': present }`, each held against its command line.
    pub tasks: Vec<(Spanned<String>, PresentExpect)>,
    /// `users: { bob: absent }`, held against the user's full name.
    pub users: Vec<(Spanned<String>, PresentExpect)>,
    /// `windows: none` (held by default): titles of windows that waited for somebody.
    pub windows: Option<SetExpect>,
}

impl WindowsExpect {
    /// Where the first expectation stands that only a Windows device can meet.
    pub fn span(&self) -> Option<Span> {
        let keys = self.registry.first().map(|k| k.0.span);
        keys.or_else(|| self.services.first().map(|s| s.0.span))
            .or_else(|| self.events.as_ref().map(|e| e.span))
            .or_else(|| self.tasks.first().map(|t| t.0.span))
            .or_else(|| self.users.first().map(|u| u.0.span))
            .or_else(|| self.windows.as_ref().map(|w| w.span))
    }
}

/// What is expected of one key.
#[derive(Debug, Clone)]
pub enum KeyExpect {
    Absent,
    Present,
    /// By name, empty for the default value.
    Values(Vec<(Spanned<String>, ValueExpect)>),
}

/// What is expected of one value.
#[derive(Debug, Clone, Default)]
pub struct ValueExpect {
    pub span: Span,
    /// `false` for `absent`.
    pub present: Option<bool>,
    /// `REG_SZ`, `REG_DWORD` ...
    pub kind: Option<String>,
    /// Its data as text.
    pub data: Option<TextMatcher>,
}

/// `absent`, `present`, or a text that must be met.
#[derive(Debug, Clone, Default)]
pub struct PresentExpect {
    pub span: Span,
    pub present: Option<bool>,
    pub text: Option<TextMatcher>,
}

/// What is expected of a Windows service.
#[derive(Debug, Clone, Default)]
pub struct ServiceExpect {
    pub span: Span,
    /// A state, `present` or `absent`.
    pub state: Option<String>,
    /// `auto`, `demand`, `disabled` ...
    pub start: Option<String>,
    pub binary: Option<TextMatcher>,
    pub account: Option<TextMatcher>,
}

/// What is expected of the entries that a step wrote into the event log.
#[derive(Debug, Clone, Default)]
pub struct EventsExpect {
    pub span: Span,
    pub none: bool,
    /// Each is met by at least one entry, or by as many as it says.
    pub entries: Vec<EventExpect>,
}

/// One expected entry of the event log.
#[derive(Debug, Clone, Default)]
pub struct EventExpect {
    pub span: Span,
    pub log: Option<String>,
    pub source: Option<String>,
    pub id: Option<NumberMatcher>,
    /// `Error`, `Warning`, `Information`.
    pub level: Option<String>,
    pub message: Option<TextMatcher>,
    pub count: Option<NumberMatcher>,
}

/// `registry:` of a footprint; globs of keys, or of values as `KEY\VALUE`.
#[derive(Debug, Clone, Default)]
pub struct RegistryChanges {
    pub span: Span,
    pub none: bool,
    pub created: Vec<Spanned<String>>,
    pub changed: Vec<Spanned<String>>,
    pub deleted: Vec<Spanned<String>>,
    pub untouched: Vec<Spanned<String>>,
    pub only: Option<Spanned<super::expect::Only>>,
}
