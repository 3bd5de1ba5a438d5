//! The account's activity log, folded from the events that the portal would show in it.

use super::{State, Variable};
use crate::rmm::event::{Event, Origin, What};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

/// Most activities kept; the platform keeps them about 180 days.
pub const KEPT: usize = 10_000;

/// Who resolves an alert in the portal, as its event says.
const PORTAL: &str = "portal";

/// Detail with the numbers of the UDFs that were set.
const UDFS: &str = "data.udfs";

/// One line of the activity log.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Sequence number of its event.
    pub seq: u64,
    /// Platform time, milliseconds.
    pub at: i64,
    pub about: About,
    /// `job`, `device`, `site`, ...
    pub category: &'static str,
    /// `create`, `update`, `move`, ...
    pub action: &'static str,
    /// Key of the site, where it is about one.
    pub site: Option<String>,
    /// Who did it: key of the user, or a job's user name.
    pub user: Option<String>,
    /// Flat dotted keys, as the platform's details have them.
    pub details: BTreeMap<&'static str, String>,
    /// Key of the job whose output it has.
    pub job: Option<String>,
}

/// What an activity is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Key of the device.
    Device(String),
    User,
}

impl State {
    pub(super) fn note_activity(&mut self, event: &Event) {
        if self.goes_on(event) {
            return;
        }
        let Some(activity) = self.activity_of(event) else {
            return;
        };
        if self.activities.len() == KEPT {
            self.activities.pop_front();
        }
        self.activities.push_back(activity);
    }

    /// Whether an event belongs to the activity that its request began. The fields of one request
    /// are one activity, which tells the numbers of them all.
    fn goes_on(&mut self, event: &Event) -> bool {
        let (Some(cause), Some(_)) = (event.cause, &event.by) else {
            return false;
        };
        let Some(last) = self.activities.back_mut().filter(|a| a.seq == cause) else {
            return false;
        };
        if let (What::UdfSet { number, .. }, Some(told)) = (&event.what, last.details.get_mut(UDFS))
        {
            let _ = write!(told, ",{number}");
        }
        true
    }

    fn activity_of(&self, event: &Event) -> Option<Activity> {
        let of = |about, category, action| Activity {
            seq: event.seq,
            at: event.at,
            about,
            category,
            action,
            site: None,
            user: event.by.clone(),
            details: BTreeMap::new(),
            job: None,
        };
        match &event.what {
            What::JobQueued { job, .. } => self.of_job(job, of, "create"),
            What::JobEnded { job, .. } => self.of_job(job, of, "run"),
            What::JobExpired { job } => self.of_job(job, of, "expire"),
            What::DeviceMoved { device, site, .. } => {
                let d = self.devices.get(device)?;
                let (from, to) = (self.sites.get(&d.site)?, self.sites.get(site)?);
                let mut a = self.of_device(device, of, "device", "move")?;
                a.site = Some(site.clone());
                a.details.extend([
                    ("data.from_site_id", from.id.to_string()),
                    ("data.from_site_uid", from.uid.clone()),
                    ("data.from_site_name", from.name.clone()),
                    ("data.to_site_id", to.id.to_string()),
                    ("data.to_site_uid", to.uid.clone()),
                    ("data.to_site_name", to.name.clone()),
                ]);
                Some(a)
            }
            What::UdfSet {
                device,
                number,
                origin: Origin::Api | Origin::Portal,
                ..
            } => {
                let mut a = self.of_device(device, of, "device", "update")?;
                a.details.insert(UDFS, number.to_string());
                Some(a)
            }
            What::WarrantySet { device, origin, .. } if *origin != Origin::World => {
                self.of_device(device, of, "device", "update")
            }
            What::AlertResolved {
                alert, device, by, ..
            } if event.by.is_some() || by == PORTAL => {
                let mut a = self.of_device(device, of, "alert", "resolve")?;
                a.details.insert("alert.uid", alert.clone());
                Some(a)
            }
            What::SiteCreated { site, .. } if event.by.is_some() => {
                self.of_site(site, of, "create")
            }
            What::SiteSet { site, origin, .. } | What::SiteProxySet { site, origin, .. }
                if *origin != Origin::World =>
            {
                self.of_site(site, of, "update")
            }
            What::VariableSet {
                scope,
                name,
                value,
                origin,
                ..
            } if *origin != Origin::World => {
                let there = self.variables_in(scope)?.contains_key(name);
                let action = match (there, value) {
                    (false, None) => return None,
                    (false, Some(_)) => "create",
                    (true, None) => "delete",
                    (true, Some(_)) => "update",
                };
                self.of_variable(scope, name, of, action)
            }
            What::VariableRenamed { scope, to, .. } => self.of_variable(scope, to, of, "update"),
            What::ApiKeysReset { user, .. } => {
                let mut a = of(About::User, "user", "reset_api_keys");
                a.user = Some(user.clone());
                Some(a)
            }
            _ => None,
        }
    }

    fn of_device(
        &self,
        key: &str,
        of: impl Fn(About, &'static str, &'static str) -> Activity,
        category: &'static str,
        action: &'static str,
    ) -> Option<Activity> {
        let device = self.devices.get(key)?;
        let mut a = of(About::Device(key.to_owned()), category, action);
        a.site = Some(device.site.clone());
        a.details = BTreeMap::from([
            ("device.uid", device.uid.clone()),
            ("device.hostname", device.hostname.clone()),
        ]);
        Some(a)
    }

    fn of_site(
        &self,
        key: &str,
        of: impl Fn(About, &'static str, &'static str) -> Activity,
        action: &'static str,
    ) -> Option<Activity> {
        let mut a = of(About::User, "site", action);
        a.site = Some(key.to_owned());
        a.details = BTreeMap::from([("site.name", self.sites.get(key)?.name.clone())]);
        Some(a)
    }

    /// Variables of a scope, as events name it.
    fn variables_in(&self, scope: &str) -> Option<&BTreeMap<String, Variable>> {
        match scope.strip_prefix("site:") {
            None => Some(&self.variables),
            Some(site) => self.sites.get(site).map(|s| &s.variables),
        }
    }

    /// Its value is not told: it may be a secret.
    fn of_variable(
        &self,
        scope: &str,
        name: &str,
        of: impl Fn(About, &'static str, &'static str) -> Activity,
        action: &'static str,
    ) -> Option<Activity> {
        let mut a = of(About::User, "variable", action);
        a.site = scope.strip_prefix("site:").map(str::to_owned);
        a.details = BTreeMap::from([("variable.name", name.to_owned())]);
        Some(a)
    }

    fn of_job(
        &self,
        key: &str,
        of: impl Fn(About, &'static str, &'static str) -> Activity,
        action: &'static str,
    ) -> Option<Activity> {
        let job = self.jobs.get(key)?;
        let mut a = self.of_device(&job.device, of, "job", action)?;
        a.user = job.by.clone();
        a.job = Some(key.to_owned());
        a.details.extend([
            ("job.id", job.id.to_string()),
            ("job.uid", job.uid.clone()),
            ("job.name", job.name.clone()),
            ("job.status", job.status.word().to_owned()),
            ("job.date_created", job.created.to_string()),
        ]);
        Some(a)
    }
}

/// The activities an account keeps, oldest first.
pub type Activities = VecDeque<Activity>;
