//! What the API takes: bodies of requests, read and checked against the rules of their schemas.
//!
//! Unknown fields are ignored, and null stands for a field that is not there, as clients of the
//! platform send it. A body is taken if and only if its schema says so (`tests.rs` holds them
//! against each other).

mod fields;
mod job;
mod site;
mod udf;
mod variable;
mod warranty;

pub use job::{CreateQuickJobRequest, JobComponentRequest, JobComponentVariableRequest};
pub use site::{CreateSiteRequest, ProxySettingsRequest, SiteRequest};
pub use udf::UdfRequest;
pub use variable::{VariableCreationRequest, VariableUpdateRequest};
pub use warranty::Warranty;

use fields::Fields;
use schemars::JsonSchema;
use serde_json::Value;

/// Longest name of a site, in characters (help page of the platform on creating a site).
pub const SITE_NAME_MAX: usize = 255;

pub use crate::rmm::portal::{VARIABLE_NAME_MAX, VARIABLE_VALUE_MAX};

/// The schema's word for [`NOT_IN_NAMES`](crate::rmm::portal::NOT_IN_NAMES).
const NAME: &str = r"^[^=\x00]*$";

/// The schema's word for [`NOT_IN_VALUES`](crate::rmm::portal::NOT_IN_VALUES).
const VALUE: &str = r"^[^\x00]*$";

/// Why a body is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}; {mend}", if field.is_empty() { String::new() } else { format!("{field}: ") })]
pub struct FieldProblem {
    /// The field, `jobComponent.variables[2].name`; empty for the body itself.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to send instead.
    pub mend: String,
}

/// The body of a request.
pub trait Body: JsonSchema + Sized {
    /// Reads and checks it.
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem>;
}

/// Reads a body from JSON text.
///
/// # Errors
/// A body that is no JSON or breaks a rule of its schema; the first problem found is told.
pub fn parse<T: Body>(body: &[u8]) -> Result<T, FieldProblem> {
    let value: Value = serde_json::from_slice(body).map_err(|e| FieldProblem {
        field: String::new(),
        problem: if body.is_empty() {
            "the request has no body".to_owned()
        } else {
            format!("the body is no JSON: {e}")
        },
        mend: "send a JSON object".to_owned(),
    })?;
    read(&value)
}

/// Reads a body from a JSON value.
///
/// # Errors
/// As [`parse`].
pub fn read<T: Body>(value: &Value) -> Result<T, FieldProblem> {
    T::read(&Fields::of(value, String::new())?)
}

#[cfg(test)]
mod tests;
