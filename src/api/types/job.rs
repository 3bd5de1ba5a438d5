//! Jobs and what came of them.

use super::{ComponentStatus, JobDate, JobDeploymentStatus, JobState, Text};
use schemars::JsonSchema;
use serde::Serialize;

/// A job.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Job<'a> {
    /// Number of the job.
    pub id: i64,
    /// When it was made.
    pub date_created: Option<JobDate>,
    /// Its name.
    pub name: Text<'a>,
    /// Its uid.
    pub uid: Text<'a>,
    /// Where it stands.
    pub status: JobState,
}

/// A quick job that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateQuickJobResponse<'a> {
    /// The job.
    pub job: Job<'a>,
    /// What it runs.
    pub job_components: Vec<JobComponent<'a>>,
}

/// A component of a job.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobComponent<'a> {
    /// Uid of the component.
    pub uid: Text<'a>,
    /// Name of the component.
    pub name: Text<'a>,
    /// Values given for its variables.
    pub variables: Vec<JobComponentVariable<'a>>,
}

/// A value for a variable of a component.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobComponentVariable<'a> {
    /// Name of the variable.
    pub name: Text<'a>,
    /// Its value.
    pub value: Option<Text<'a>>,
}

/// What came of a job on one device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobResults<'a> {
    /// Uid of the job.
    pub job_uid: Text<'a>,
    /// Uid of the device.
    pub device_uid: Text<'a>,
    /// When it began; null before.
    pub ran_on: Option<JobDate>,
    /// Where it stands on this device.
    pub job_deployment_status: JobDeploymentStatus,
    /// How each component ended.
    pub component_results: Vec<JobComponentResult<'a>>,
}

/// How a component of a job ended on one device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobComponentResult<'a> {
    /// Uid of the component.
    pub component_uid: Text<'a>,
    /// Name of the component.
    pub component_name: Text<'a>,
    /// How it ended; null before.
    pub component_status: Option<ComponentStatus>,
    /// Warnings.
    pub number_of_warnings: i32,
    /// It wrote to stdout.
    pub has_std_out: bool,
    /// It wrote to stderr.
    pub has_std_err: bool,
}

/// What a component wrote to one stream.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobStdData<'a> {
    /// Uid of the component.
    pub component_uid: Text<'a>,
    /// Name of the component.
    pub component_name: Text<'a>,
    /// The text.
    pub std_data: Option<Text<'a>>,
}
