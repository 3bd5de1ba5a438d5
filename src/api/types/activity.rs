//! The activity log.

use super::{ActivityDate, ActivityEntity, SiteBasicDto, Text};
use schemars::JsonSchema;
use serde::Serialize;

/// One activity.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityLog<'a> {
    /// Id of the activity.
    pub id: Text<'a>,
    /// What it is about.
    pub entity: ActivityEntity,
    /// Its category.
    pub category: Text<'a>,
    /// What was done.
    pub action: Text<'a>,
    /// When.
    pub date: ActivityDate,
    /// The site.
    pub site: Option<SiteBasicDto<'a>>,
    /// Number of the device.
    pub device_id: Option<i64>,
    /// Host name of the device.
    pub hostname: Option<Text<'a>>,
    /// Who did it.
    pub user: Option<UserDto<'a>>,
    /// A text that holds JSON: flat, with dotted keys.
    pub details: Option<Text<'a>>,
    /// It has output.
    pub has_std_out: bool,
    /// It has error output.
    pub has_std_err: bool,
}

/// A user, in short.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserDto<'a> {
    /// Number of the user.
    pub id: i64,
    /// Name to log in with.
    pub user_name: Option<Text<'a>>,
    /// First name.
    pub first_name: Option<Text<'a>>,
    /// Last name.
    pub last_name: Option<Text<'a>>,
}
