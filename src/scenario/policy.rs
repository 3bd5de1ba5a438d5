//! Monitoring policies of a world, with their places in the file.

use super::span::{Span, Spanned};
use crate::rmm::policy::Policy;
use std::path::PathBuf;

/// A policy of `world.policies`.
#[derive(Debug, Clone)]
pub struct WorldPolicy {
    pub key: Spanned<String>,
    pub policy: Policy,
    /// Where each monitor stands, in the order of [`Policy::monitors`].
    pub places: Vec<MonitorPlaces>,
    /// `pcy:` - the policy's export, resolved against the file that named it.
    pub pcy: Option<Spanned<PathBuf>>,
}

impl WorldPolicy {
    /// Its monitors with the devices they run on, where these are told by name alone: a device
    /// can move to another site, and what a filter finds changes.
    pub fn bound(&self) -> Vec<(String, Vec<String>)> {
        let targets = &self.policy.targets;
        if targets.account || !targets.sites.is_empty() || !targets.filters.is_empty() {
            return Vec::new();
        }
        let name = |monitor| (self.policy.monitor_name(monitor), targets.devices.clone());
        self.policy.monitors.iter().map(name).collect()
    }
}

/// Where a monitor's parts stand.
#[derive(Debug, Clone, Default)]
pub struct MonitorPlaces {
    pub monitor: Span,
    /// Its component's key, or what else it looks at.
    pub kind: Span,
    /// Each response.
    pub respond: Vec<Span>,
}
