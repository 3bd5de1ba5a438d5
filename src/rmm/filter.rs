//! Device filters: which devices a list is cut down to.

use super::portal::DeviceClass;
use serde::{Deserialize, Serialize};

/// Who made a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Shipped with the platform.
    RmmDefault,
    /// Made by a user of the account.
    #[default]
    Custom,
    /// Belongs to one site.
    Site,
}

/// What a device must be; everything given must hold, texts are looked for without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Criteria {
    /// Key of the site.
    pub site: Option<String>,
    pub class: Option<DeviceClass>,
    pub category: Option<String>,
    pub operating_system: Option<String>,
    pub hostname: Option<String>,
    pub online: Option<bool>,
    pub reboot_required: Option<bool>,
}
