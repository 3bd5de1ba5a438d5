//! What can happen: every kind of event.

use super::{Note, Origin, Place, Stream, Verdict};
use crate::rmm::job::{JobStatus, Priority};
use crate::rmm::observed::{Exit, Footprint, Observed};
use crate::rmm::portal::{
    AccountDetails, ApiKeys, DeviceDetails, ProxySettings, SiteDetails, UserDetails,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum What {
    RunStarted {
        format: u32,
        version: String,
        seed: u64,
    },
    ScenarioStarted {
        name: String,
        file: String,
        tags: Vec<String>,
        seed: u64,
        matrix: BTreeMap<String, String>,
    },
    /// What the account is; its sites, devices and users come after it.
    AccountSet {
        details: AccountDetails,
    },
    /// A plausible fleet, the same for the same seed: `devices` devices with their sites and alerts.
    FleetAdded {
        devices: u32,
        seed: u64,
        /// Version of what makes it: a record is only read by the one that wrote it.
        maker: u32,
    },
    UserAdded {
        user: String,
        details: UserDetails,
        keys: ApiKeys,
    },
    /// The user's API keys were made anew; those before are worth nothing from here on.
    ApiKeysReset {
        user: String,
        keys: ApiKeys,
    },
    /// A token was given out. Only digests of it are kept.
    TokenIssued {
        user: String,
        /// SHA-256 in hexadecimal digits.
        access: String,
        refresh: Option<String>,
        /// Platform time, milliseconds.
        expires: i64,
    },
    /// All details of a site; what is not given is cleared.
    SiteSet {
        site: String,
        details: SiteDetails,
        origin: Origin,
    },
    SiteProxySet {
        site: String,
        proxy: Option<ProxySettings>,
        origin: Origin,
    },
    DeviceMoved {
        device: String,
        site: String,
        origin: Origin,
    },
    /// What the Agent or an audit told of a device.
    DeviceAudited {
        device: String,
        details: Box<DeviceDetails>,
    },
    /// `yyyy-mm-dd`, or none.
    WarrantySet {
        device: String,
        date: Option<String>,
        origin: Origin,
    },
    FilterAdded {
        filter: String,
        name: String,
        description: String,
        criteria: crate::rmm::filter::Criteria,
        kind: crate::rmm::filter::Kind,
    },
    /// A call of the REST API, answered.
    ApiCalled {
        /// The platform's name of the operation; none when the path is none of its.
        operation: Option<String>,
        method: String,
        /// Path with its query.
        path: String,
        status: u16,
        /// Username of the caller, when a token was taken.
        user: Option<String>,
        /// Body of the request where it is text, cut to 64 KiB.
        body: Option<String>,
        /// Fault that was played.
        fault: Option<String>,
    },
    SiteCreated {
        site: String,
        uid: String,
        name: String,
    },
    DeviceCreated {
        device: String,
        uid: String,
        site: String,
        os: String,
        hostname: String,
    },
    DeviceBooted {
        device: String,
        engine: String,
        reduced: Option<String>,
        /// What runs PowerShell scripts where that is not Windows PowerShell 5.1 itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        powershell: Option<String>,
    },
    DeviceRebooted {
        device: String,
    },
    /// A Windows device tells these of its facts otherwise from here on.
    FactsChanged {
        device: String,
        facts: Vec<String>,
    },
    DeviceOnline {
        device: String,
        online: bool,
    },
    /// Scope is `account`, `site:NAME`.
    VariableSet {
        scope: String,
        name: String,
        value: Option<String>,
        masked: bool,
        origin: Origin,
    },
    /// The variable keeps its number and value under another name.
    VariableRenamed {
        scope: String,
        name: String,
        to: String,
        origin: Origin,
    },
    UdfSet {
        device: String,
        number: u16,
        value: Option<String>,
        origin: Origin,
    },
    DescriptionSet {
        device: String,
        text: String,
        origin: Origin,
    },
    ComponentAdded {
        component: String,
        uid: String,
        name: String,
        version: u32,
        source: String,
        /// What the API lists of it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        listed: Option<Box<crate::rmm::component::Metadata>>,
    },
    /// A release of a component stands on the ComStore for every account to take.
    ComponentPublished {
        component: String,
        name: String,
        /// 1, 2, 3 ... in the order they were published.
        release: u32,
        source: String,
    },
    /// The account took a component from the ComStore; what its library has of it follows.
    ComponentDownloaded {
        component: String,
        release: u32,
    },
    /// The account took a newer release of a component that it had.
    ComponentUpdated {
        component: String,
        release: u32,
    },
    /// What the platform's staff told the vendor of a component: numbers, and nobody's name.
    MetricsHandedOver {
        component: String,
        name: String,
        /// First and last day of the time it is told for: `2026-01-01`, `2026-01-31`.
        from: String,
        through: String,
        /// Accounts that downloaded it first in that time.
        downloads: u64,
        /// Accounts that had downloaded it at the end of that time.
        total: u64,
    },
    JobQueued {
        job: String,
        component: String,
        device: String,
        variables: BTreeMap<String, String>,
        /// Its name on the platform; the component's unless given.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        name: Option<String>,
        /// Username of who made it through the API.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        by: Option<String>,
    },
    /// The platform did not take a job: there is none.
    JobRefused {
        component: String,
        device: String,
        why: String,
    },
    JobStarted {
        job: String,
    },
    /// All output of one stream; base64 where it is not UTF-8.
    Output {
        job: String,
        stream: Stream,
        text: Option<String>,
        base64: Option<String>,
        bytes: u64,
        cut: bool,
    },
    Observed {
        job: String,
        observed: Observed,
    },
    FootprintTaken {
        job: String,
        footprint: Footprint,
    },
    Noted {
        job: Option<String>,
        note: Note,
    },
    JobEnded {
        job: String,
        status: JobStatus,
        exit: Exit,
    },
    /// Its device did not come for it in time: it never ran.
    JobExpired {
        job: String,
    },
    /// An entry arrived in a device's event log, `syslog` on Linux and macOS.
    EventLogged {
        device: String,
        log: String,
        source: String,
        /// Event id; entries of syslog have none.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        code: Option<u32>,
        /// In Windows' words: `Error`, `Warning`, `Information`, ...
        level: String,
        text: String,
    },
    /// `job` is empty where no script ran.
    MonitorRan {
        monitor: String,
        device: String,
        job: String,
        run: u32,
        alerting: bool,
    },
    AlertOpened {
        alert: String,
        monitor: String,
        device: String,
        priority: Priority,
        samples: BTreeMap<String, String>,
        text: String,
        diagnostic: String,
        /// What kind of monitor tells it, when it is not a component monitor.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        context: Option<Box<crate::rmm::alert_context::Context>>,
        /// Minutes without another alerting run after which it resolves by itself.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        autoresolve_minutes: Option<u32>,
    },
    AlertResolved {
        alert: String,
        monitor: String,
        device: String,
        by: String,
    },
    /// A monitoring policy of the account.
    PolicySet {
        policy: Box<crate::rmm::policy::Policy>,
    },
    /// A monitor of a policy was due and did not run: its device was offline, or has nothing to look at.
    MonitorSkipped {
        monitor: String,
        device: String,
        reason: String,
    },
    /// Something was done, or tried, because of an alert.
    AlertActed {
        alert: String,
        action: crate::rmm::policy::ResponseActionType,
        /// What it went to or what went wrong.
        description: String,
        /// Number of the ticket, id of the job.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reference: Option<String>,
        /// 1 for the first try.
        attempt: u32,
    },
    /// A message went to these addresses; nothing leaves this machine.
    MailSent {
        alert: String,
        to: Vec<String>,
        subject: String,
        text: String,
    },
    /// The platform called a service of the scenario or the PSA because of an alert.
    ServiceCalled {
        alert: String,
        call: crate::rmm::observed::ServiceCall,
    },
    /// A ticket of the PSA as it is from here on.
    TicketSet {
        ticket: Box<crate::rmm::psa::Ticket>,
    },
    /// Runs of a monitor went on in turn, in an order that the seed decided.
    RunsInterleaved {
        monitor: String,
        device: String,
        /// What each did next: `run 1 opens /var/lib/x for reading`.
        order: Vec<String>,
        /// Runs that were killed, from 1.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        killed: Vec<usize>,
    },
    /// The scenario ran with several seeds; these events are of the last of them.
    Explored {
        /// How many seeds ran.
        seeds: u32,
        /// The run's seed with which these events come again.
        seed: u64,
        /// Points at which runs were held, and kills that struck, with all seeds.
        points: u64,
        kills: u64,
    },
    ClockAdvanced {
        by_ms: i64,
    },
    /// `step` is a path: `1`, `3.2`, `finally.1`.
    StepStarted {
        step: String,
        title: String,
        place: Place,
    },
    /// A try of a retried step that did not hold yet.
    StepRetried {
        step: String,
        attempt: u32,
        why: String,
    },
    StepSkipped {
        step: String,
        reason: String,
    },
    Captured {
        step: String,
        name: String,
        value: String,
    },
    ExpectationMet {
        step: String,
        expectation: String,
    },
    ExpectationFailed {
        step: String,
        expectation: String,
        expected: String,
        actual: String,
        place: Place,
        help: Option<String>,
    },
    SnapshotBlessed {
        step: String,
        file: String,
    },
    StepEnded {
        step: String,
        passed: bool,
    },
    /// An event that masking made unreadable: a secret equals a word of this format.
    Withheld {
        kind: String,
    },
    /// A device kept for `--keep`: how to enter it.
    DeviceKept {
        device: String,
        enter: String,
    },
    ScenarioEnded {
        verdict: Verdict,
        attempt: u32,
    },
    RunEnded {
        passed: u32,
        failed: u32,
        skipped: u32,
        broken: u32,
        flaky: u32,
    },
}
