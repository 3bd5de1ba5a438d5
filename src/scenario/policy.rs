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

/// Where a monitor's parts stand.
#[derive(Debug, Clone, Default)]
pub struct MonitorPlaces {
    pub monitor: Span,
    /// Its component's key, or what else it looks at.
    pub kind: Span,
    /// Each response.
    pub respond: Vec<Span>,
}
