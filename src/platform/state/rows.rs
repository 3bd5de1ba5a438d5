//! What the platform keeps: sites, devices, components, jobs, alerts, users.

use super::table::Row;
use crate::rmm::alert_context::Context;
use crate::rmm::api_knobs::ApiMaskedValues;
use crate::rmm::component::Metadata;
use crate::rmm::filter::{Criteria, Kind};
use crate::rmm::job::{JobStatus, Priority};
use crate::rmm::observed::Exit;
use crate::rmm::policy::ResponseActionType;
use crate::rmm::portal::{ApiKeys, DeviceDetails, ProxySettings, SiteDetails, UserDetails};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A site or account variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its number on the platform.
    pub id: i64,
    pub value: String,
    /// Write-only in the portal; scripts get the value.
    pub masked: bool,
}

/// What is shown instead of a masked value. The platform's own text is not known.
pub const MASK: &str = "********";

impl Variable {
    /// Its value as the portal shows it.
    pub fn shown(&self, masked: ApiMaskedValues) -> &str {
        match masked {
            ApiMaskedValues::Stars if self.masked => MASK,
            ApiMaskedValues::Stars | ApiMaskedValues::Readable => &self.value,
        }
    }
}

/// A site of the account.
#[derive(Debug, Clone, Default)]
pub struct Site {
    pub id: i64,
    pub uid: String,
    pub name: String,
    pub variables: BTreeMap<String, Variable>,
    /// `name` in it is not kept: [`Site::name`] is the one.
    pub details: SiteDetails,
    pub proxy: Option<ProxySettings>,
}

/// A device record.
#[derive(Debug, Clone, Default)]
pub struct Device {
    pub id: i64,
    pub uid: String,
    /// Key of its site.
    pub site: String,
    pub os: String,
    pub hostname: String,
    pub description: String,
    /// Only fields that have a value.
    pub udfs: BTreeMap<u16, String>,
    /// The platform reaches its Agent.
    pub online: bool,
    /// Platform time at which that changed last, milliseconds.
    pub reach_changed: i64,
    /// Engine that runs it; empty before its boot, and for devices of a made-up fleet.
    pub engine: String,
    pub details: Arc<DeviceDetails>,
    /// `yyyy-mm-dd`.
    pub warranty: Option<String>,
    /// Place in a made-up fleet, whose audits are worked out when they are asked for.
    pub fleet: Option<FleetPlace>,
    /// JSON that a reader made of [`Device::udfs`]; gone with every change of them.
    pub udf_json: OnceLock<Arc<RawValue>>,
}

/// Where a device of a made-up fleet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetPlace {
    pub seed: u64,
    pub index: u32,
}

/// A component in the account's library.
#[derive(Debug, Clone, Default)]
pub struct Component {
    pub id: i64,
    pub uid: String,
    pub name: String,
    pub version: u32,
    /// It is of a made-up fleet: there is no script that a device could run.
    pub made_up: bool,
    /// What the API lists of it; none where nobody told.
    pub listed: Option<Arc<Metadata>>,
}

/// An entry of a device's event log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Platform time, milliseconds.
    pub at: i64,
    pub log: String,
    pub source: String,
    pub code: Option<u32>,
    pub level: String,
    pub text: String,
}

/// A job on one device.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: i64,
    pub uid: String,
    pub name: String,
    /// Key of its component.
    pub component: String,
    /// Key of its device.
    pub device: String,
    pub variables: BTreeMap<String, String>,
    /// Username of who made it through the API.
    pub by: Option<String>,
    /// Platform times, milliseconds.
    pub created: i64,
    pub started: Option<i64>,
    pub ended: Option<i64>,
    pub status: JobStatus,
    pub exit: Option<Exit>,
    pub stdout: Option<Output>,
    pub stderr: Option<Output>,
    /// Warnings the Agent made of post-conditions: 1 for the status Warning, else 0.
    pub warnings: u32,
}

/// What a script wrote to one stream, as the platform keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Bytes that are no UTF-8 are replaced.
    pub text: Arc<str>,
}

/// An alert of a monitor on a device.
#[derive(Debug, Clone)]
pub struct Alert {
    pub id: String,
    pub monitor: String,
    pub device: String,
    pub priority: Priority,
    pub samples: BTreeMap<String, String>,
    pub text: String,
    pub diagnostic: String,
    /// Who resolved it; none while it is open.
    pub resolved_by: Option<String>,
    /// Platform time of the last run that alerted, milliseconds.
    pub last_alerting: i64,
    /// Platform times, milliseconds.
    pub opened: i64,
    pub resolved: Option<i64>,
    /// None for a component monitor: its samples tell.
    pub context: Option<Arc<Context>>,
    /// Minutes without another alerting run after which it resolves by itself.
    pub autoresolve_minutes: Option<u32>,
    /// Number of its ticket in the PSA.
    pub ticket: Option<String>,
    /// What was done because of it, oldest first.
    pub acted: Vec<Acted>,
}

/// Something that was done, or tried, because of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// Platform time, milliseconds.
    pub at: i64,
    pub action: ResponseActionType,
    /// What it went to or what went wrong.
    pub description: String,
    /// Number of the ticket, id of the job.
    pub reference: Option<String>,
}

/// A message that a monitor sent; nothing left this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Id of the alert.
    pub alert: String,
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
}

impl Alert {
    /// Not resolved yet.
    pub fn is_open(&self) -> bool {
        self.resolved_by.is_none()
    }

    /// It is of one entry of an event log: later runs of its monitor say nothing of it.
    pub fn stands_alone(&self) -> bool {
        matches!(self.context.as_deref(), Some(Context::Eventlog(_)))
    }
}

/// A user of the account.
#[derive(Debug, Clone, Default)]
pub struct User {
    pub id: i64,
    pub details: UserDetails,
    pub keys: ApiKeys,
}

/// A device filter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub id: i64,
    pub name: String,
    pub description: String,
    pub criteria: Criteria,
    pub kind: Kind,
    /// Platform time, milliseconds.
    pub created: i64,
}

macro_rules! rows {
    ($($row:ident by $uid:ident),+) => {
        $(impl Row for $row {
            fn uid(&self) -> &str {
                &self.$uid
            }
            fn id(&self) -> i64 {
                self.id
            }
            fn number(&mut self, id: i64) {
                self.id = id;
            }
        })+
    };
}
rows!(Site by uid, Device by uid, Component by uid, Job by uid, Filter by name);

impl Row for User {
    fn uid(&self) -> &str {
        &self.details.username
    }
    fn id(&self) -> i64 {
        self.id
    }
    fn number(&mut self, id: i64) {
        self.id = id;
    }
}
