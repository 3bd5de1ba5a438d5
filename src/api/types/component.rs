//! Components in the account's library.

use super::Text;
use schemars::JsonSchema;
use serde::Serialize;

/// A component.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Component<'a> {
    /// Number of the component.
    pub id: i64,
    /// It wants credentials.
    pub credentials_required: bool,
    /// Its uid.
    pub uid: Text<'a>,
    /// Its name.
    pub name: Text<'a>,
    /// Its description.
    pub description: Option<Text<'a>>,
    /// Its category.
    pub category_code: Option<Text<'a>>,
    /// Its variables.
    pub variables: Vec<ComponentVariable<'a>>,
}

/// A variable of a component.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComponentVariable<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// Value where a job gives none.
    pub default_val: Option<Text<'a>>,
    /// Kind of its value.
    pub r#type: Option<Text<'a>>,
    /// True for what goes in.
    pub direction: bool,
    /// Its description.
    pub description: Option<Text<'a>>,
    /// Its place among the others.
    pub variables_idx: Option<i32>,
}
