//! What an alert is about, by the class the platform tells it with.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an alert is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "@class")]
pub enum Context {
    /// A component monitor.
    #[serde(rename = "comp_script_ctx")]
    CompScript { samples: BTreeMap<String, String> },
}
