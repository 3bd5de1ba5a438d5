//! What accounts begin with: each its own uid, users and fleet.

use super::fleet;
use crate::rmm::event::What;
use crate::rmm::ids::account_uid;
use crate::rmm::portal::{AccountDetails, ApiKeys, UserDetails};

/// Key and name of the user that an account begins with.
pub const USER: &str = "admin";

/// The n-th account of a seed.
pub fn details(seed: u64, n: u16, name: &str) -> AccountDetails {
    AccountDetails {
        uid: account_uid(seed, n),
        name: name.to_owned(),
        currency: "USD".into(),
        billing_email: None,
        device_limit: None,
        time_zone: "UTC".into(),
    }
}

/// The user that the n-th account begins with, made at a platform time.
pub fn user(n: u16, keys: ApiKeys, now: i64) -> What {
    What::UserAdded {
        user: USER.to_owned(),
        details: UserDetails {
            username: USER.to_owned(),
            first_name: "Account".into(),
            last_name: "Administrator".into(),
            email: format!("admin@account-{n}.example"),
            created: now,
            ..UserDetails::default()
        },
        keys,
    }
}

/// A fleet of the n-th account; that of every account is another one.
pub fn fleet(seed: u64, n: u16, devices: u32) -> What {
    What::FleetAdded {
        devices,
        seed: seed.wrapping_add(u64::from(n)),
        maker: fleet::MAKER,
    }
}
