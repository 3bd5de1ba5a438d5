//! Users.

use super::{PlatformDate, Text};
use schemars::JsonSchema;
use serde::Serialize;

/// A user of the account.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthUser<'a> {
    /// First name.
    pub first_name: Option<Text<'a>>,
    /// Last name.
    pub last_name: Option<Text<'a>>,
    /// Name to log in with.
    pub username: Text<'a>,
    /// Address.
    pub email: Option<Text<'a>>,
    /// Telephone number.
    pub telephone: Option<Text<'a>>,
    /// State of the user.
    pub status: Option<Text<'a>>,
    /// When the user was made.
    pub created: Option<PlatformDate>,
    /// When the user was here last.
    pub last_access: Option<PlatformDate>,
    /// The user cannot log in.
    pub disabled: bool,
}

/// Keys of a user for the API.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthUserKey<'a> {
    /// The key.
    pub api_access_key: Option<Text<'a>>,
    /// Its secret.
    pub api_secret_key: Option<Text<'a>>,
    /// Name of the user.
    pub user_name: Text<'a>,
}
