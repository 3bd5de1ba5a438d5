//! Platform state: what the portal would show, folded from events and from nothing else.

pub mod activity;
mod fold;
mod fold_alerts;
pub mod rows;
mod system_sites;
pub mod table;
pub mod tokens;

pub use rows::{
    Acted, Alert, Component, Device, Filter, FleetPlace, Job, Logged, MASK, Mail, Output, Site,
    User, Variable,
};
pub use system_sites::DELETED;
pub use table::{Row, Table};
pub use tokens::{Token, Tokens};

use super::filters;
use crate::rmm::policy::Policy;
use crate::rmm::portal::AccountDetails;
use crate::rmm::psa::Ticket;
use activity::Activities;
use std::collections::BTreeMap;

/// All the platform knows of one account.
#[derive(Debug, Clone)]
pub struct State {
    pub account: AccountDetails,
    pub variables: BTreeMap<String, Variable>,
    pub sites: Table<Site>,
    pub devices: Table<Device>,
    pub components: Table<Component>,
    /// Which release it has of components that came from the ComStore, by their key.
    pub releases: BTreeMap<String, u32>,
    pub jobs: Table<Job>,
    /// In the order they were opened.
    pub alerts: Vec<Alert>,
    /// Entries of event logs by device, oldest first.
    pub logged: BTreeMap<String, Vec<Logged>>,
    /// Monitoring policies by key.
    pub policies: BTreeMap<String, Policy>,
    /// Messages that monitors sent, oldest first.
    pub mails: Vec<Mail>,
    /// The PSA's tickets by id.
    pub tickets: BTreeMap<i64, Ticket>,
    pub users: Table<User>,
    pub tokens: Tokens,
    pub filters: Table<Filter>,
    /// Oldest first, at most [`activity::KEPT`].
    pub activities: Activities,
    /// Platform time, milliseconds since the Unix epoch.
    pub clock_ms: i64,
    next_variable: i64,
    first_id: i64,
}

/// Numbers of one account start this far from those of the one before, so that no number of one is
/// a number of another.
const NUMBERS: i64 = 100_000_000;

impl Default for State {
    fn default() -> Self {
        State::of_account(0, 0)
    }
}

impl State {
    /// An empty account, the n-th of the platform, at a platform time.
    pub fn of_account(n: u16, clock_ms: i64) -> State {
        let first_id = i64::from(n) * NUMBERS + 1;
        State {
            account: AccountDetails::default(),
            variables: BTreeMap::new(),
            sites: Table::starting(first_id),
            devices: Table::starting(first_id),
            components: Table::starting(first_id),
            releases: BTreeMap::new(),
            jobs: Table::starting(first_id),
            alerts: Vec::new(),
            logged: BTreeMap::new(),
            policies: BTreeMap::new(),
            mails: Vec::new(),
            tickets: BTreeMap::new(),
            users: Table::starting(first_id),
            tokens: Tokens::default(),
            filters: filters::defaults(first_id),
            activities: Activities::new(),
            clock_ms,
            next_variable: first_id,
            first_id,
        }
    }

    /// The account's own number.
    pub fn account_id(&self) -> i64 {
        self.first_id
    }

    /// The one open alert of a monitor on a device, if there is one.
    pub fn open_alert(&self, monitor: &str, device: &str) -> Option<&Alert> {
        self.alerts
            .iter()
            .find(|a| a.is_open() && a.monitor == monitor && a.device == device)
    }

    /// Site variables of a device's site.
    pub fn site_of(&self, device: &str) -> Option<&Site> {
        self.sites.get(&self.devices.get(device)?.site)
    }

    /// The name and row of a variable's number, in the account or in one of its sites.
    pub fn variable(&self, site: Option<&str>, id: i64) -> Option<(&str, &Variable)> {
        let map = match site {
            None => &self.variables,
            Some(key) => &self.sites.get(key)?.variables,
        };
        map.iter()
            .find(|(_, v)| v.id == id)
            .map(|(name, v)| (name.as_str(), v))
    }
}
