//! Device filters.

use super::{FilterType, SystemDate, Text};
use schemars::JsonSchema;
use serde::Serialize;

/// A device filter.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Filter<'a> {
    /// Number of the filter.
    pub id: i64,
    /// Its name.
    pub name: Text<'a>,
    /// Its description.
    pub description: Option<Text<'a>>,
    /// Who made it.
    pub r#type: FilterType,
    /// When it was made.
    pub date_create: Option<SystemDate>,
    /// When it was changed last.
    pub last_updated: Option<SystemDate>,
}
