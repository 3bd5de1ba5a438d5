//! Making and changing account and site variables.

use super::{Body, FieldProblem, Fields, NAME, VALUE, VARIABLE_NAME_MAX, VARIABLE_VALUE_MAX};
use crate::rmm::portal::{NOT_IN_NAMES, NOT_IN_VALUES};
use schemars::JsonSchema;

/// A variable to make.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub struct VariableCreationRequest {
    /// Its name, unique in the account or site.
    #[schemars(length(min = 1, max = VARIABLE_NAME_MAX), regex(pattern = NAME))]
    pub name: String,
    /// Its value; empty where none is sent.
    #[schemars(length(max = VARIABLE_VALUE_MAX), regex(pattern = VALUE))]
    pub value: Option<String>,
    /// Whether the value is hidden; cannot be changed later.
    pub masked: Option<bool>,
}

/// A change of a variable: what is not sent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub struct VariableUpdateRequest {
    /// Its new name.
    #[schemars(length(min = 1, max = VARIABLE_NAME_MAX), regex(pattern = NAME))]
    pub name: Option<String>,
    /// Its new value.
    #[schemars(length(max = VARIABLE_VALUE_MAX), regex(pattern = VALUE))]
    pub value: Option<String>,
}

impl Body for VariableCreationRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        Ok(VariableCreationRequest {
            name: fields.required_carried("name", 1..=VARIABLE_NAME_MAX, NOT_IN_NAMES)?,
            value: fields.carried("value", 0..=VARIABLE_VALUE_MAX, NOT_IN_VALUES)?,
            masked: fields.flag("masked")?,
        })
    }
}

impl Body for VariableUpdateRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        Ok(VariableUpdateRequest {
            name: fields.carried("name", 1..=VARIABLE_NAME_MAX, NOT_IN_NAMES)?,
            value: fields.carried("value", 0..=VARIABLE_VALUE_MAX, NOT_IN_VALUES)?,
        })
    }
}
