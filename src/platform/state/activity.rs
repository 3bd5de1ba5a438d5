//! The account's activity log, folded from the events that the portal would show in it.

use super::State;
use crate::rmm::event::{Event, Origin, What};
use std::collections::{BTreeMap, VecDeque};

/// Most activities kept; the platform keeps them about 180 days.
pub const KEPT: usize = 10_000;

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
    /// Key of the user who did it.
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
        let Some(activity) = self.activity_of(event) else {
            return;
        };
        if self.activities.len() == KEPT {
            self.activities.pop_front();
        }
        self.activities.push_back(activity);
    }

    fn activity_of(&self, event: &Event) -> Option<Activity> {
        let of = |about, category, action| Activity {
            seq: event.seq,
            at: event.at,
            about,
            category,
            action,
            site: None,
            user: None,
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
                let mut a = of(About::Device(device.clone()), "device", "move");
                a.site = Some(site.clone());
                a.details = BTreeMap::from([
                    ("device.uid", d.uid.clone()),
                    ("device.hostname", d.hostname.clone()),
                    ("data.from_site_id", from.id.to_string()),
                    ("data.from_site_uid", from.uid.clone()),
                    ("data.from_site_name", from.name.clone()),
                    ("data.to_site_id", to.id.to_string()),
                    ("data.to_site_uid", to.uid.clone()),
                    ("data.to_site_name", to.name.clone()),
                ]);
                Some(a)
            }
            What::SiteSet { site, origin, .. } if *origin != Origin::World => {
                // Details that come with another event are those of a site just made.
                let action = match event.cause {
                    Some(_) => "create",
                    None => "update",
                };
                let mut a = of(About::User, "site", action);
                a.site = Some(site.clone());
                a.details = BTreeMap::from([("site.name", self.sites.get(site)?.name.clone())]);
                Some(a)
            }
            What::ApiKeysReset { user, .. } => {
                let mut a = of(About::User, "user", "reset_api_keys");
                a.user = Some(user.clone());
                Some(a)
            }
            _ => None,
        }
    }

    fn of_job(
        &self,
        key: &str,
        of: impl Fn(About, &'static str, &'static str) -> Activity,
        action: &'static str,
    ) -> Option<Activity> {
        let job = self.jobs.get(key)?;
        let device = self.devices.get(&job.device)?;
        let mut a = of(About::Device(job.device.clone()), "job", action);
        a.site = Some(device.site.clone());
        a.user = job.by.clone();
        a.job = Some(key.to_owned());
        a.details = BTreeMap::from([
            ("device.uid", device.uid.clone()),
            ("device.hostname", device.hostname.clone()),
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
