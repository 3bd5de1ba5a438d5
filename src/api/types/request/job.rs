//! Making a quick job.

use super::fields::ANY;
use super::{Body, FieldProblem, Fields, VALUE};
use crate::rmm::portal::NOT_IN_VALUES;
use schemars::JsonSchema;

/// A quick job to make.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateQuickJobRequest {
    /// Name of the job.
    #[schemars(length(min = 1))]
    pub job_name: String,
    /// What it runs.
    pub job_component: JobComponentRequest,
}

/// A component to run.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobComponentRequest {
    /// Uid of the component.
    #[schemars(length(min = 1))]
    pub component_uid: String,
    /// Values for its variables.
    pub variables: Option<Vec<JobComponentVariableRequest>>,
}

/// A value for a variable of a component.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobComponentVariableRequest {
    /// Name of the variable.
    pub name: String,
    /// Its value.
    #[schemars(regex(pattern = VALUE))]
    pub value: Option<String>,
}

impl Body for CreateQuickJobRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        let component = fields.required_object("jobComponent")?;
        let variables = component
            .objects("variables")?
            .map(|rows| {
                rows.iter()
                    .map(|row| {
                        Ok(JobComponentVariableRequest {
                            name: row.required_text("name", ANY)?,
                            value: row.carried("value", ANY, NOT_IN_VALUES)?,
                        })
                    })
                    .collect()
            })
            .transpose()?;
        Ok(CreateQuickJobRequest {
            job_name: fields.required_text("jobName", 1..=usize::MAX)?,
            job_component: JobComponentRequest {
                component_uid: component.required_text("componentUid", 1..=usize::MAX)?,
                variables,
            },
        })
    }
}
