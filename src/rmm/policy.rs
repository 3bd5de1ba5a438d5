//! Monitoring policies: which monitors run on which devices, how often, and what is done about
//! their alerts.
//!
//! A policy's own export, PCY, is a format nobody outside knows: it is carried as it is. What a
//! scenario declares is our own form.

use super::alert_context::{AntivirusState, FileSystemObject, OnlineStatus};
use super::filter::Criteria;
use super::job::Priority;
use super::words::platform_words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A monitoring policy.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Policy {
    /// What the scenario calls it by.
    pub key: String,
    pub name: String,
    /// One that is not enabled runs nothing.
    pub enabled: bool,
    pub targets: Targets,
    pub monitors: Vec<Monitor>,
    /// The policy as the platform exported it; carried and listed, never read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
}

/// A file that is carried as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, without folders.
    pub file: String,
    pub bytes: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// The devices of a policy: those that any of its parts names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Targets {
    /// Every device of the account.
    pub account: bool,
    /// Keys of sites.
    pub sites: Vec<String>,
    /// Keys of devices.
    pub devices: Vec<String>,
    /// Devices that are all of this, now: membership is looked at before each run.
    pub filters: Vec<Criteria>,
}

/// One monitor of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Monitor {
    /// What the scenario calls it by, within its policy.
    pub key: String,
    pub kind: MonitorKind,
    /// Platform time between two runs, milliseconds.
    pub every_ms: i64,
    pub priority: Priority,
    /// When its alerts resolve by themselves; the world's knob unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolve: Option<Resolve>,
    /// What is done when it opens an alert.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub respond: Vec<Response>,
}

impl Policy {
    /// Name of one of its monitors on alerts and runs: no component's key holds a `/`.
    pub fn monitor_name(&self, monitor: &Monitor) -> String {
        format!("{}/{}", self.key, monitor.key)
    }
}

/// When alerts of a monitor resolve by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolve {
    /// Never: a person resolves them.
    Never,
    /// With the first run that finds nothing.
    NextHealthyRun,
    /// After so many minutes without an alerting run.
    AfterMinutes(u32),
}

/// A variable of a monitor or of a component as a response.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Value {
    pub value: String,
    pub masked: bool,
}

/// What a monitor looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "monitors", rename_all = "kebab-case")]
pub enum MonitorKind {
    /// A component of the category monitors.
    Component {
        component: String,
        variables: BTreeMap<String, Value>,
        /// Real time; the component's own unless given.
        timeout_ms: Option<u64>,
    },
    /// Entries of an event log.
    EventLog(EventLog),
    /// The Agent is connected or not.
    Online {
        /// State that alerts.
        status: OnlineStatus,
        /// Platform time that it must have lasted.
        minutes: u32,
    },
    /// A process by its name.
    Process {
        name: String,
        /// State that alerts.
        running: bool,
    },
    /// A service of Windows by its name.
    Service { name: String, running: bool },
    /// A file or folder.
    FileSize {
        path: String,
        object: FileSystemObject,
        condition: SizeCondition,
    },
    /// How full the disks are, as the last audit or the scenario told.
    Disk {
        /// Name of the volume: `C:`, `/`; none: any.
        volume: Option<String>,
        condition: DiskCondition,
    },
    /// Whether a host answers.
    Ping { host: String },
    /// An installed software appeared, went or changed its version.
    Software {
        name: String,
        change: SoftwareChange,
    },
    /// A value of Windows' management interface.
    Wmi {
        /// `SELECT Property FROM Class [WHERE ...]`.
        query: String,
        condition: WmiCondition,
    },
    /// What the Agent found of the antivirus product.
    Antivirus { states: Vec<AntivirusState> },
}

impl MonitorKind {
    /// The key of a scenario file that declares it.
    pub fn word(&self) -> &'static str {
        match self {
            MonitorKind::Component { .. } => "component",
            MonitorKind::EventLog(_) => "event-log",
            MonitorKind::Online { .. } => "online",
            MonitorKind::Process { .. } => "process",
            MonitorKind::Service { .. } => "service",
            MonitorKind::FileSize { .. } => "file-size",
            MonitorKind::Disk { .. } => "disk",
            MonitorKind::Ping { .. } => "ping",
            MonitorKind::Software { .. } => "software",
            MonitorKind::Wmi { .. } => "wmi",
            MonitorKind::Antivirus { .. } => "antivirus",
        }
    }
}

/// Which entries of an event log alert.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventLog {
    /// `Application`, `System`; on Linux and macOS `syslog`.
    pub log: String,
    /// Programs that wrote the entry; empty: any.
    pub sources: Vec<String>,
    /// Event ids; empty: any.
    pub codes: Vec<u32>,
    /// Levels in Windows' words, lower case; empty: any.
    pub levels: Vec<String>,
    /// A part of the text, without regard to case.
    pub text: Option<String>,
    /// How many entries within the window alert; at least 1.
    pub times: u32,
    /// The window, minutes of platform time.
    pub minutes: u32,
}

/// What of a file or folder alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SizeCondition {
    /// Larger than so many bytes.
    Above(u64),
    /// Smaller than so many bytes.
    Below(u64),
    /// It is there.
    Created,
    /// It is not there.
    Removed,
}

/// What of a volume alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiskCondition {
    /// More than so many percent used.
    UsedPercent(u8),
    /// Fewer bytes free than these.
    FreeBelow(u64),
    /// More bytes used than these.
    UsedAbove(u64),
}

/// What of a software alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SoftwareChange {
    Installed,
    Uninstalled,
    VersionChanged,
}

/// What of a WMI value alerts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WmiCondition {
    Equals(String),
    NotEquals(String),
    Above(f64),
    Below(f64),
    /// The query gives no row.
    Empty,
}

/// What is done about an alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "response", rename_all = "kebab-case")]
pub enum Response {
    /// A component of another category runs on the device as a job.
    Component {
        component: String,
        variables: BTreeMap<String, Value>,
    },
    /// A ticket in the PSA.
    Ticket,
    /// A message; without addresses to the site's recipients of alerts.
    Email { to: Vec<String> },
    /// A call of an address.
    Webhook(Box<Webhook>),
}

impl Response {
    /// Every key of a scenario file that declares one.
    pub const WORDS: &'static [&'static str] = &["component", "ticket", "email", "webhook"];

    /// The key of a scenario file that declares it.
    pub fn word(&self) -> &'static str {
        match self {
            Response::Component { .. } => "component",
            Response::Ticket => "ticket",
            Response::Email { .. } => "email",
            Response::Webhook(_) => "webhook",
        }
    }
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Webhook {
    /// `https://...` of one of the scenario's services or of the PSA.
    pub url: String,
    /// `POST`, `PUT`.
    pub method: String,
    pub headers: Vec<(String, String)>,
    /// With placeholders `[alert_uid]` and their like.
    pub body: String,
    /// Body of a second call when the alert resolves; none unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<String>,
}

platform_words! {
    /// What was done because of an alert.
    ResponseActionType {
        /// `EMAIL_SENT`.
        EmailSent = "EMAIL_SENT",
        /// `EMAIL_SEND_ERROR`.
        EmailSendError = "EMAIL_SEND_ERROR",
        /// `TICKET_PENDING`.
        TicketPending = "TICKET_PENDING",
        /// `TICKET_CREATED`.
        TicketCreated = "TICKET_CREATED",
        /// `TICKET_CREATION_ERROR`.
        TicketCreationError = "TICKET_CREATION_ERROR",
        /// `TICKET_CLOSED_CALL`.
        TicketClosedCall = "TICKET_CLOSED_CALL",
        /// `COMPONENT`: a component was run.
        Component = "COMPONENT",
        /// `WEBHOOK_EXECUTED`.
        WebhookExecuted = "WEBHOOK_EXECUTED",
        /// `WEBHOOK_EXECUTION_ERROR`.
        WebhookExecutionError = "WEBHOOK_EXECUTION_ERROR",
    }
}
