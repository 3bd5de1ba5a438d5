//! The world outside of the devices, as the platform reaches it: the scenario's services and the PSA,
//! served on this machine's loopback at their real names. Nothing else can be reached.

mod psa;

pub use psa::{LONGEST_DESCRIPTION, LONGEST_TITLE, Psa};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub use linux::Outside;
#[cfg(not(target_os = "linux"))]
pub use other::Outside;

use crate::rmm::policy::Response;
use crate::scenario::world::World;
use std::time::Duration;

/// A request of the platform.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// Real time until an answer must have come.
    pub patience: Duration,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    /// At most 64 KiB of it.
    pub body: String,
}

/// Whether a world's monitors call anything outside.
pub fn wanted(world: &World) -> bool {
    let policies = world.policies.iter().map(|p| &p.policy);
    world.psa.is_some()
        || policies
            .flat_map(|p| p.monitors.iter().flat_map(|m| &m.respond))
            .any(|r| matches!(r, Response::Ticket | Response::Webhook(_)))
}
