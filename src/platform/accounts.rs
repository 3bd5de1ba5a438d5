//! What accounts begin with: each its own uid, users and fleet.

use super::fleet;
use crate::rmm::event::What;
use crate::rmm::ids::account_uid;
use crate::rmm::portal::{AccountDetails, ApiKeys, UserDetails};
use sha2::{Digest, Sha256};

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

/// API key and secret of a user: the same seed, account and user always give the same.
pub fn keys(seed: u64, account: u16, user: &str) -> ApiKeys {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let text = |what: &str| -> String {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update(format!("{what}:{account}:{user}"));
        let letter = |b: u8| char::from(LETTERS[usize::from(b % 32)]);
        hash.finalize().into_iter().map(letter).collect()
    };
    ApiKeys {
        key: text("api-key"),
        secret: text("api-secret"),
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
