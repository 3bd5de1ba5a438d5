//! A plausible fleet, the same for the same seed: sites, devices, audits, software, alerts.
//!
//! Nothing of it is real: addresses are of RFC 5737 and RFC 1918, MAC addresses are locally
//! administered, names are put together from lists. No engine runs its devices.

mod alerts;
pub mod audit;
mod device;
mod dice;
mod library;
mod names;
mod sites;

pub use audit::{audit, nics, software};

use super::state::{FleetPlace, State};
use dice::Dice;

/// Version of what is made here. It changes with every change of it.
pub const MAKER: u32 = 1;

/// Most devices of one fleet; whoever takes a number from a person refuses more.
pub const MOST: u32 = 100_000;

/// Adds a fleet to an account at a platform time, milliseconds: at most [`MOST`] devices. A fleet
/// that the account has already is not added again.
pub fn add(state: &mut State, devices: u32, seed: u64, at: i64) {
    let prefix = format!("fleet-{seed}");
    let own = of_account(seed, state.account_id());
    if state.users.contains_key(&format!("{prefix}-u0")) {
        return;
    }
    library::users(state, &prefix, own, at);
    library::components(state, &prefix, own);
    library::filters(state, &prefix, at);
    let sites = sites::plan(&prefix, own, devices.min(MOST));
    let mut keys = Vec::with_capacity(sites.len());
    let mut raised = Vec::new();
    for (place, site) in sites {
        state.sites.insert(place.key.clone(), site);
        for index in place.first..place.first + place.devices {
            let at_place = FleetPlace { seed: own, index };
            let device = device::device(at_place, &place, at);
            let key = format!("{prefix}-d{index}");
            raised.extend(alerts::alerts(at_place, &key, &device, at));
            state.devices.insert(key, device);
        }
        keys.push(place.key);
    }
    library::variables(state, &keys);
    state.alerts.extend(raised);
    state.alerts.sort_by_key(|a| a.opened);
}

/// Fleets of one seed in two accounts have no uid and no key in common.
fn of_account(seed: u64, account: i64) -> u64 {
    match account {
        1 => seed,
        n => Dice::of(seed, n.unsigned_abs(), "account").next(),
    }
}

#[cfg(test)]
mod tests;
