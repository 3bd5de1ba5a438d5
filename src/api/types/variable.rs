//! Account and site variables.

use super::Text;
use schemars::JsonSchema;
use serde::Serialize;

/// A variable of the account or of a site.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Variable<'a> {
    /// Number of the variable.
    pub id: i64,
    /// Its name.
    pub name: Text<'a>,
    /// Its value; stars where it is masked.
    pub value: Option<Text<'a>>,
    /// Its value is not shown.
    pub masked: bool,
}
