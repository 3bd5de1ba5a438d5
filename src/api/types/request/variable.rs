//! Making and changing account and site variables.

use super::{Body, FieldProblem, Fields, VARIABLE_VALUE_MAX};
use schemars::JsonSchema;

/// A variable to make.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub struct VariableCreationRequest {
    /// Its name, unique in the account or site.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Its value; empty where none is sent.
    #[schemars(length(max = VARIABLE_VALUE_MAX))]
    pub value: Option<String>,
    /// Whether the value is hidden; cannot be changed later.
    pub masked: Option<bool>,
}

/// A change of a variable: what is not sent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub struct VariableUpdateRequest {
    /// Its new name.
    #[schemars(length(min = 1))]
    pub name: Option<String>,
    /// Its new value.
    #[schemars(length(max = VARIABLE_VALUE_MAX))]
    pub value: Option<String>,
}

impl Body for VariableCreationRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        Ok(VariableCreationRequest {
            name: fields.required_text("name", 1..=usize::MAX)?,
            value: fields.text("value", 0..=VARIABLE_VALUE_MAX)?,
            masked: fields.flag("masked")?,
        })
    }
}

impl Body for VariableUpdateRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        Ok(VariableUpdateRequest {
            name: fields.text("name", 1..=usize::MAX)?,
            value: fields.text("value", 0..=VARIABLE_VALUE_MAX)?,
        })
    }
}
