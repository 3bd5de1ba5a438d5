//! Steps of a scenario.

use super::expect::Expect;
use super::span::{Span, Spanned};
use super::windows::{EventWrite, RegistrySet};
use super::world::DeviceFile;
use crate::rmm::double::DoubleSpec;
use crate::rmm::facts::Declared;
use crate::rmm::job::Priority;
use crate::rmm::service::Fault;
use std::time::Duration;

/// One step. Its kind is told by its first key (`job:`, `monitor:`, ...).
#[derive(Debug, Clone)]
pub struct Step {
    /// The whole step in the file.
    pub span: Span,
    /// `name:`, else made from the kind: `job deploy on web-01`.
    pub title: String,
    /// `skip: reason`.
    pub skip: Option<Spanned<String>>,
    /// On which engines `skip` applies.
    pub skip_when: SkipWhen,
    /// `retry:` - do the step again until its expectations hold.
    pub retry: Option<Retry>,
    pub action: Action,
    pub expect: Expect,
    /// `capture: { name: source }`, sources as in [`Capture`].
    pub captures: Vec<Capture>,
}

/// `skip: { reason, when }` - on which engines a skip applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SkipWhen {
    /// On every engine.
    #[default]
    Always,
    /// Only where the device's engine is reduced.
    Reduced,
    /// Only where it is not.
    Full,
}

/// `overlapping:` - how runs of a monitor step go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlap {
    /// One after another.
    #[default]
    None,
    /// At once, a drawn time between their starts.
    Staggered,
    /// At once, but one at a time from one system call on a file to the next, in an order that the
    /// seed decides.
    Explored,
}

/// `retry: 3`, `retry: { times: 3, every: 200ms }` or `until: { within: 5s, every: 100ms }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// Most tries, the first included; none when only time ends it.
    pub times: Option<u32>,
    /// Real time after which no further try begins.
    pub within: Option<Duration>,
    /// Real time between tries.
    pub every: Duration,
}

/// `capture: { console: udf.5 }`. Sources: `stdout`, `stderr`, `exit`, `status`, `udf.N`,
/// `sample.KEY`, `diagnostic`, `alert.id`, `file:/path`, of an `api:` step `status`, `json:PATH` and
/// `header:NAME`; with `{ from: stdout, matches: 'id=(\w+)' }`
/// the first group.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    pub name: Spanned<String>,
    pub from: Spanned<String>,
    pub matches: Option<String>,
}

/// A job variable. In YAML `NAME: value` or `NAME: { value, masked }`.
#[derive(Debug, Clone, PartialEq)]
pub struct JobVariable {
    pub name: Spanned<String>,
    pub value: String,
    pub masked: bool,
}

#[derive(Debug, Clone)]
pub enum Action {
    /// `job: COMPONENT` - a quick job on each device of `on`, one after another.
    Job {
        component: Spanned<String>,
        on: Vec<Spanned<String>>,
        variables: Vec<JobVariable>,
        timeout: Option<Duration>,
        stdin: Option<crate::rmm::knobs::Stdin>,
    },
    /// `monitor: COMPONENT` - a component monitor, `runs` times.
    Monitor {
        component: Spanned<String>,
        on: Vec<Spanned<String>>,
        variables: Vec<JobVariable>,
        /// Platform time between two runs.
        every: Duration,
        runs: u32,
        /// Run n+1 starts although run n still runs. Between two starts is a real time drawn from the
        /// seed: at least half of `stagger`, at most all of it.
        overlapping: Overlap,
        stagger: Duration,
        priority: Priority,
        timeout: Option<Duration>,
    },
    /// `device: NAME` with one of `shell`, `reboot`, `online`, `write`, `remove`, `kill`, `double`,
    /// `registry`, `task`, `event`, `facts`.
    Device {
        on: Vec<Spanned<String>>,
        act: DeviceAct,
    },
    /// `portal: ACTION` - what a person does in the web portal.
    Portal(PortalAct),
    /// `service: NAME` with `fault: ...` or `fault: none`.
    Service {
        service: Spanned<String>,
        on: Vec<Spanned<String>>,
        fault: Option<Fault>,
        /// It strikes after the PSA did what it was asked.
        taken: bool,
    },
    /// `advance: 100h` of platform time.
    Advance(Duration),
    /// `check: DEVICE` - nothing is done, only expectations looked at.
    Check { on: Vec<Spanned<String>> },
    /// `audit: DEVICE` - the Agent looks at its device and tells the platform, as it does every day.
    Audit { on: Vec<Spanned<String>> },
    /// `parallel: [steps]` - all at once; their start order and stagger are drawn from the seed.
    Parallel(Vec<Step>),
    /// `group: NAME, with: {...}` - steps of a named group with its parameters filled in.
    Group {
        name: Spanned<String>,
        steps: Vec<Step>,
    },
    /// `api: GET /v2/account` - a request to the REST API.
    Api(Box<super::api::ApiCall>),
    /// `platform: OPERATION, fault: ...` - an operation of the REST API (or `all`) begins to fail,
    /// or recovers; the fault is text as `world.api.faults` has it.
    Platform {
        operation: Spanned<String>,
        fault: Option<Spanned<String>>,
    },
}

#[derive(Debug, Clone)]
pub enum DeviceAct {
    /// `shell: command line` run by /bin/sh as root, no agent variables; `timeout:` 60 s unless given.
    /// On Windows by cmd.exe as SYSTEM.
    Shell { command: String, timeout: Duration },
    /// `reboot: true` - somebody rebooted it.
    Reboot,
    /// `online: true|false`.
    Online(bool),
    /// `write: { PATH: text }`.
    Write(Vec<DeviceFile>),
    /// `remove: [PATH]`.
    Remove(Vec<Spanned<String>>),
    /// `kill: NAME` - ends every process of that name (SIGKILL).
    Kill(Spanned<String>),
    /// `double: { COMMAND: ... }` - replaces doubles from here on.
    Double(Vec<DoubleSpec>),
    /// `registry: { KEY: { NAME: text } }` - writes and deletes values of a Windows device.
    Registry(Vec<RegistrySet>),
    /// `task: PATH` - runs a scheduled task of a Windows device now and waits for its end.
    Task {
        path: Spanned<String>,
        timeout: Duration,
    },
    /// `facts: { antivirus: [...] }` - a Windows device tells something else of itself from here on.
    Facts(Box<Declared>),
    /// `event: { source, id, message }` - writes an entry into a Windows device's event log.
    Event(EventWrite),
}

#[derive(Debug, Clone)]
pub enum PortalAct {
    /// `portal: set-udf, on: DEVICE, udf: { 5: text }`; an empty text clears.
    SetUdf {
        on: Vec<Spanned<String>>,
        udfs: Vec<(u16, String)>,
    },
    /// `portal: set-variable, scope: account | SITE, variables: {...}`.
    SetVariable {
        scope: Spanned<String>,
        variables: Vec<JobVariable>,
    },
    /// `portal: delete-variable, scope:, names: [...]`.
    DeleteVariable {
        scope: Spanned<String>,
        names: Vec<Spanned<String>>,
    },
    /// `portal: resolve-alert, monitor: COMPONENT, on: DEVICE` - every open alert of it.
    ResolveAlert {
        monitor: Option<Spanned<String>>,
        on: Vec<Spanned<String>>,
    },
    /// `portal: set-description, on:, text:`.
    SetDescription {
        on: Vec<Spanned<String>>,
        text: String,
    },
    /// `portal: upload-variables, csv: text` or `file: path` - columns site,name,value,masked (ours: the real ones are not public).
    UploadVariables { csv: Spanned<String> },
    /// `portal: publish`, `download`, `update` or `metrics`.
    ComStore(super::comstore::ComStoreAct),
}
