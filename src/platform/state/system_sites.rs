//! Sites that the platform makes in every account.

use super::{Site, State};
use crate::rmm::ids::guid;
use crate::rmm::portal::SiteDetails;

/// Key of the site that holds deleted devices.
pub const DELETED: &str = "system:deleted";

/// Keys and names; a scenario's own keys have no colon.
const SITES: [(&str, &str); 3] = [
    ("system:managed", "Managed"),
    ("system:on-demand", "OnDemand"),
    (DELETED, "Deleted Devices"),
];

impl State {
    /// Adds them, once the account has its uid: theirs are made of it. That of the last is no GUID
    /// (facts: seen live).
    pub(super) fn add_system_sites(&mut self) {
        let account = self.account.uid.clone();
        if account.is_empty() {
            return;
        }
        for (key, name) in SITES {
            if self.sites.contains_key(key) {
                continue;
            }
            let uid = match key {
                DELETED => format!("{account}-00000000"),
                _ => guid(0, &format!("{account}/{key}")),
            };
            let site = Site {
                uid,
                name: name.to_owned(),
                details: SiteDetails {
                    name: name.to_owned(),
                    on_demand: name == "OnDemand",
                    ..SiteDetails::default()
                },
                ..Site::default()
            };
            self.sites.insert(key, site);
        }
    }
}
