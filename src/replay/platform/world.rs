//! What the platform of a world is before anything happens on it: how it behaves, its accounts,
//! users and fleets.

use super::fault;
use crate::api::auth;
use crate::api::{Answer, Fault, Request, Settings};
use crate::platform::{Ledger, accounts};
use crate::rmm::event::{Origin, What};
use crate::rmm::portal::UserDetails;
use crate::scenario::api::ApiUser;
use crate::scenario::world::World;
use std::collections::BTreeMap;

/// Key of the user that every account has.
pub use crate::platform::accounts::USER;

/// Number and key of the user whom a scenario calls by this name: of its own account, or the only
/// one of another account.
pub fn user(world: &World, name: &str) -> (u16, String) {
    let numbered = (1u16..).zip(&world.api.accounts);
    let mut of_others = numbered.filter(|(_, account)| account.key.value == name);
    match of_others.next() {
        Some((number, _)) => (number, USER.to_owned()),
        None => (0, name.to_owned()),
    }
}

/// Account and key of each user, by the scenario's name of it.
pub fn users(world: &World) -> BTreeMap<String, (u16, String)> {
    let own = world.api.users.iter().map(|u| u.key.value.as_str());
    let others = world.api.accounts.iter().map(|a| a.key.value.as_str());
    std::iter::once(USER)
        .chain(own)
        .chain(others)
        .map(|name| (name.to_owned(), user(world, name)))
        .collect()
}

/// How the API of a world behaves; tokens are random.
pub fn settings(world: &World, seed: u64) -> Settings {
    Settings {
        knobs: world.knobs.api.clone(),
        platform: world.platform.clone(),
        seed,
        rate_limits: !world.api.unlimited,
        ..Settings::default()
    }
}

/// Faults of a world that can be read; the others are told before anything is set up.
pub fn faults(world: &World) -> Vec<Fault> {
    let faults = world.api.faults.iter();
    faults
        .filter_map(|(operation, effect)| fault(&operation.value, &effect.value).ok())
        .collect()
}

/// Users and fleet of a world's own account, and its other accounts with theirs. What stands in
/// the ledger already is not written again; an account that was opened before gets no fleet.
pub fn open(world: &World, seed: u64, ledger: &mut Ledger, cause: Option<u64>) {
    let now = ledger.now_ms();
    let there = |ledger: &Ledger, n: u16, user: &str| {
        let state = ledger.account(n);
        state.is_some_and(|s| s.users.contains_key(user))
    };
    let first = |n| accounts::user(n, auth::keys(seed, n, USER), now);
    let opened = there(ledger, 0, USER);
    if !opened {
        ledger.emit_in(0, first(0), cause);
    }
    for u in &world.api.users {
        if !there(ledger, 0, &u.key.value) {
            ledger.emit_in(0, added(seed, u, now), cause);
        }
    }
    if !opened && world.api.fleet > 0 {
        ledger.emit_in(0, accounts::fleet(seed, 0, world.api.fleet), cause);
    }
    for (n, neighbour) in (1u16..).zip(&world.api.accounts) {
        if there(ledger, n, USER) {
            continue;
        }
        let name = match neighbour.name.as_str() {
            "" => &neighbour.key.value,
            name => name,
        };
        let details = accounts::details(seed, n, name);
        ledger.emit_in(n, What::AccountSet { details }, cause);
        ledger.emit_in(n, first(n), cause);
        for v in &neighbour.variables {
            if v.masked {
                ledger.hide(&v.value);
            }
            let set = What::VariableSet {
                scope: "account".into(),
                name: v.name.value.clone(),
                value: Some(v.value.clone()),
                masked: v.masked,
                origin: Origin::World,
            };
            ledger.emit_in(n, set, cause);
        }
        if neighbour.fleet > 0 {
            ledger.emit_in(n, accounts::fleet(seed, n, neighbour.fleet), cause);
        }
    }
}

fn added(seed: u64, user: &ApiUser, now: i64) -> What {
    let key = user.key.value.as_str();
    let or = |given: &str, other: String| match given {
        "" => other,
        given => given.to_owned(),
    };
    What::UserAdded {
        user: key.to_owned(),
        details: UserDetails {
            username: key.to_owned(),
            first_name: or(&user.first_name, key.to_owned()),
            last_name: user.last_name.clone(),
            email: or(&user.email, format!("{key}@account-0.example")),
            disabled: user.disabled,
            created: now,
            ..UserDetails::default()
        },
        keys: auth::keys(seed, 0, key),
    }
}

/// Tokens that an answer of the token endpoint gives out: secrets from here on.
pub fn tokens(request: &Request, answer: &Answer) -> Vec<String> {
    if !request.path.starts_with("/auth/oauth/") || answer.status != 200 {
        return Vec::new();
    }
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    ["access_token", "refresh_token"]
        .iter()
        .filter_map(|key| told.get(key)?.as_str().map(str::to_owned))
        .collect()
}
