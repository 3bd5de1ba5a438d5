//! `expect:` - what must be true after a step. Everything given must hold.
//!
//! Held without being written, unless the step says otherwise: a job's `status: success`, a shell
//! step's exit code 0, that every run of a monitor ends by itself, and for all of them
//! `reboot: none`, `input: none` and `processes: { holding: none }`.

use super::api::{AnswerExpect, PlatformExpect};
use super::matcher::{NumberMatcher, TextMatcher};
use super::psa::ActionsExpect;
use super::span::{Span, Spanned};
use crate::rmm::job::{JobStatus, Priority};
use crate::rmm::observed::Change;
use crate::rmm::portal::{AntivirusSource, AntivirusStatus};
use std::time::Duration;

#[derive(Debug, Clone, Default)]
pub struct Expect {
    pub span: Span,
    /// `status: success | warning | failure | expired`, or a list of allowed ones.
    pub status: Option<Spanned<Vec<JobStatus>>>,
    /// `refused: matcher` - why the platform did not take the job; nothing of it ran.
    pub refused: Option<TextMatcher>,
    /// Exit code of the script (job, monitor: last run; shell: the command).
    pub exit: Option<NumberMatcher>,
    /// `timed-out: true`.
    pub timed_out: Option<Spanned<bool>>,
    pub stdout: Option<TextMatcher>,
    pub stderr: Option<TextMatcher>,
    /// `udf: { 5: matcher }`; `empty` for a UDF without a value. The platform's value after sync.
    pub udf: Vec<(Spanned<u16>, TextMatcher)>,
    /// The device's description on the platform.
    pub description: Option<TextMatcher>,
    /// The device's antivirus on the platform, as its last audit found it.
    pub antivirus: Option<AntivirusExpect>,
    /// Status report of Datto Workplace on the device.
    pub workplace: Option<Box<super::workplace::WorkplaceExpect>>,
    pub footprint: Option<FootprintExpect>,
    pub processes: Option<ProcessExpect>,
    /// `services: { licensing: { calls: 1 } }`, calls since the step began.
    pub services: Vec<(Spanned<String>, CallsExpect)>,
    /// `doubles: { osascript: { calls: 1, args: matcher } }`.
    pub doubles: Vec<(Spanned<String>, CallsExpect)>,
    /// `reboot: none` (held by default) or `reboot: attempted`.
    pub reboot: Option<Spanned<RebootExpect>>,
    /// `input: none` (held by default) or `input: awaited` - a process waited for input.
    pub input: Option<Spanned<InputExpect>>,
    /// `names: { contains: [..], only: [..] }` or `none`: names looked up (globs).
    pub names: Option<SetExpect>,
    /// `connections:` likewise, as `address:port`.
    pub connections: Option<SetExpect>,
    /// `notes:` likewise, by code; `none` for no note at all.
    pub notes: Option<SetExpect>,
    /// `files: { /path: matcher | absent | present | {...} }` on the device after the step.
    pub files: Vec<(Spanned<String>, FileExpect)>,
    /// `duration: { at-most: 5s }`, real time of the job.
    pub duration: Option<DurationExpect>,
    /// `alerts: none`, `alerts: { opened: 1, resolved: 0, open: 1 }`; opened and resolved count within this step.
    pub alerts: Option<AlertsExpect>,
    /// The newest alert of this step's monitor and device (or of the device, for other steps).
    pub alert: Option<AlertExpect>,
    /// `runs: { alerting: 2, healthy: 1 }` of a monitor step.
    pub runs: Option<RunsExpect>,
    /// `samples: { Output: matcher }` of the last monitor run, alerting or not.
    pub samples: Vec<(Spanned<String>, TextMatcher)>,
    /// `variables: { account: { NAME: matcher } }`, scope `account` or a site's key.
    pub variables: Vec<(Spanned<String>, Spanned<String>, TextMatcher)>,
    /// `online: true` of the device on the platform.
    pub online: Option<Spanned<bool>>,
    /// Of an `api:` step: what was answered.
    pub answer: Option<Box<AnswerExpect>>,
    /// `platform: { calls: 2 }` - calls of the REST API by clients, since the step began; in a
    /// `check:` since the scenario began.
    /// The PSA's queue and messages.
    pub responses: Box<super::psa::ResponsesExpect>,
    pub platform: Option<Box<PlatformExpect>>,
    /// `comstore: { scan: { downloads: 2 } }` - components of the ComStore after the step.
    pub comstore: Vec<(Spanned<String>, super::comstore::ComStoreExpect)>,
    /// What only Windows devices have.
    pub on_windows: Box<super::windows::WindowsExpect>,
}

#[derive(Debug, Clone, Default)]
pub struct FootprintExpect {
    pub span: Span,
    /// Globs that each must match at least one such path (`**` crosses folders).
    pub created: Vec<Spanned<String>>,
    pub changed: Vec<Spanned<String>>,
    pub metadata: Vec<Spanned<String>>,
    pub deleted: Vec<Spanned<String>>,
    /// `only: true`: nothing else changed. With globs, `only: [..]`: nothing outside of these changed.
    pub only: Option<Spanned<Only>>,
    /// Globs no path may match, however it changed.
    pub untouched: Vec<Spanned<String>>,
    /// `footprint: none`.
    pub none: bool,
    /// `residue: none` - what this scenario's earlier jobs created on the device and is still there;
    /// with globs, what may stay.
    pub residue: Option<Spanned<Vec<String>>>,
    /// Of a Windows device's registry.
    pub registry: Option<super::windows::RegistryChanges>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Only {
    Listed,
    Within(Vec<Spanned<String>>),
}

#[derive(Debug, Clone, Default)]
pub struct ProcessExpect {
    pub span: Span,
    /// Names (`comm`) running on the device after the step.
    pub running: Vec<Spanned<String>>,
    pub not_running: Vec<Spanned<String>>,
    /// Names the job left running; `left: none`.
    pub left: Option<SetExpect>,
    /// Names that still hold the script's output; `holding: none` is held by default.
    pub holding: Option<SetExpect>,
}

/// Expectation on calls of a service or a double.
#[derive(Debug, Clone, Default)]
pub struct CallsExpect {
    pub span: Span,
    pub calls: Option<NumberMatcher>,
    /// Requests no route took (services).
    pub unmatched: Option<NumberMatcher>,
    /// Each must be met by at least one call.
    pub requests: Vec<RequestExpect>,
    /// Arguments joined by a space, of at least one call (doubles).
    pub args: Option<TextMatcher>,
    /// Stdin of at least one call (doubles).
    pub stdin: Option<TextMatcher>,
}

/// One expected request to a service.
#[derive(Debug, Clone, Default)]
pub struct RequestExpect {
    pub span: Span,
    /// `post: /activate` or `method:` with `path:`.
    pub method: Option<String>,
    pub path: Option<TextMatcher>,
    pub body: Option<TextMatcher>,
    pub headers: Vec<(String, TextMatcher)>,
    /// JSON path -> matcher over the body.
    pub json: Vec<(Spanned<String>, TextMatcher)>,
    pub status: Option<NumberMatcher>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RebootExpect {
    None,
    Attempted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputExpect {
    None,
    Awaited,
    /// `any`: not judged.
    Any,
}

/// Expectation on a set of words; patterns are globs. In YAML `none`, `any`, a list (contains), or a mapping.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SetExpect {
    pub span: Span,
    pub none: bool,
    pub contains: Vec<Spanned<String>>,
    pub not_contains: Vec<Spanned<String>>,
    /// Nothing outside of these.
    pub only: Option<Vec<Spanned<String>>>,
}

/// In YAML `absent`, `present`, a text matcher, or a mapping.
#[derive(Debug, Clone, Default)]
pub struct FileExpect {
    pub span: Span,
    /// `Some(false)` for `absent`.
    pub present: Option<bool>,
    pub text: Option<TextMatcher>,
    /// `mode: "0755"`.
    pub mode: Option<u32>,
    pub kind: Option<crate::rmm::observed::EntryKind>,
    pub size: Option<NumberMatcher>,
}

#[derive(Debug, Clone, Default)]
pub struct DurationExpect {
    pub span: Span,
    pub at_most: Option<Duration>,
    pub at_least: Option<Duration>,
}

/// Which monitor and device of several an expectation is about; none: all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Of {
    /// `policy/monitor`.
    pub monitor: Option<Spanned<String>>,
    /// Key of a device.
    pub device: Option<Spanned<String>>,
}

impl Of {
    /// Whether it is about these.
    pub fn takes(&self, monitor: &str, device: &str) -> bool {
        self.monitor.as_ref().is_none_or(|m| m.value == monitor)
            && self.device.as_ref().is_none_or(|d| d.value == device)
    }
}

#[derive(Debug, Clone, Default)]
pub struct AntivirusExpect {
    pub span: Span,
    pub product: Option<TextMatcher>,
    pub status: Option<Spanned<AntivirusStatus>>,
    /// What told of it.
    pub by: Option<Spanned<AntivirusSource>>,
}

#[derive(Debug, Clone, Default)]
pub struct AlertsExpect {
    pub span: Span,
    pub of: Of,
    /// `alerts: none`: none was opened in this step and none is open.
    pub none: bool,
    pub opened: Option<NumberMatcher>,
    pub resolved: Option<NumberMatcher>,
    /// Open now, on the step's devices.
    pub open: Option<NumberMatcher>,
}

#[derive(Debug, Clone, Default)]
pub struct AlertExpect {
    pub span: Span,
    pub of: Of,
    /// Class of what it is about: `eventlog_ctx`.
    pub context: Option<TextMatcher>,
    /// Fields of what it is about, by the API's names.
    pub fields: Vec<(Spanned<String>, TextMatcher)>,
    /// Number of its ticket; empty: it has none.
    pub ticket: Option<TextMatcher>,
    pub actions: Option<ActionsExpect>,
    pub samples: Vec<(Spanned<String>, TextMatcher)>,
    pub text: Option<TextMatcher>,
    pub diagnostic: Option<TextMatcher>,
    pub priority: Option<Spanned<Priority>>,
    /// `open` or `resolved`.
    pub open: Option<Spanned<bool>>,
}

#[derive(Debug, Clone, Default)]
pub struct RunsExpect {
    pub span: Span,
    pub of: Of,
    /// That did not end by themselves, or could not start; none are allowed unless given.
    pub crashed: Option<NumberMatcher>,
    /// That were due and did not run, because their device was offline.
    pub skipped: Option<NumberMatcher>,
    pub alerting: Option<NumberMatcher>,
    pub healthy: Option<NumberMatcher>,
}

/// Words for [`Change`] in messages.
pub fn change_word(c: Change) -> &'static str {
    match c {
        Change::Created => "created",
        Change::Changed => "changed",
        Change::Metadata => "metadata",
        Change::Deleted => "deleted",
    }
}
