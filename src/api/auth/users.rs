//! API keys of all users, for those who run the platform.

use crate::platform::desk::{Shared, read};
use crate::rmm::portal::ApiKeys;
use serde::Serialize;

/// The API keys of one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserKeys {
    /// Number of the account; 0 is the first.
    pub account: u16,
    /// Name of the account.
    pub account_name: String,
    /// Uid of the account, eight hexadecimal digits.
    pub account_uid: String,
    pub user: String,
    #[serde(flatten)]
    pub keys: ApiKeys,
}

/// API keys of every user of every account.
pub fn user_keys(shared: &Shared) -> Vec<UserKeys> {
    let ledger = read(shared);
    (0u16..)
        .zip(ledger.accounts())
        .flat_map(|(account, state)| {
            state.users.iter().map(move |(_, user)| UserKeys {
                account,
                account_name: state.account.name.clone(),
                account_uid: state.account.uid.clone(),
                user: user.details.username.clone(),
                keys: user.keys.clone(),
            })
        })
        .collect()
}
