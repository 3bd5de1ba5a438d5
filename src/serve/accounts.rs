//! The accounts a server begins with: each with its own uid, user, keys and fleet.

use crate::platform::fleet;
use crate::rmm::event::What;
use crate::rmm::ids::{account_uid, guid};
use crate::rmm::portal::{AccountDetails, ApiKeys, UserDetails};
use sha2::{Digest, Sha256};

/// Key of the user every account begins with.
pub const USER: &str = "admin";

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

/// Events that open the n-th account, before anything else of it.
pub fn open(seed: u64, n: u16, name: &str, now: i64) -> Vec<What> {
    vec![
        What::AccountSet {
            details: AccountDetails {
                uid: account_uid(seed, n),
                name: name.to_owned(),
                currency: "USD".into(),
                billing_email: None,
                device_limit: None,
                time_zone: "UTC".into(),
            },
        },
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
            keys: keys(seed, n, USER),
        },
    ]
}

/// The site of an account that has no other.
pub fn only_site(seed: u64, n: u16) -> What {
    What::SiteCreated {
        site: "default".into(),
        uid: guid(seed, &format!("site:{n}:default")),
        name: "Default Site".into(),
    }
}

/// A fleet of the n-th account; every account's is another one.
pub fn fleet(seed: u64, n: u16, devices: u32) -> What {
    What::FleetAdded {
        devices,
        seed: seed.wrapping_add(u64::from(n)),
        maker: fleet::MAKER,
    }
}
