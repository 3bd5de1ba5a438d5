//! Jobs and alerts: their states as the platform names them.

use serde::{Deserialize, Serialize};

/// Status of a job on one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobStatus {
    Pending,
    Running,
    Success,
    Warning,
    Failure,
    Expired,
    Retired,
}

impl JobStatus {
    /// The word used in scenario files and results.
    pub fn word(self) -> &'static str {
        match self {
            JobStatus::Pending => "pending",
            JobStatus::Running => "running",
            JobStatus::Success => "success",
            JobStatus::Warning => "warning",
            JobStatus::Failure => "failure",
            JobStatus::Expired => "expired",
            JobStatus::Retired => "retired",
        }
    }
}

/// Priority of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    Critical,
    High,
    #[default]
    Moderate,
    Low,
    Information,
}
