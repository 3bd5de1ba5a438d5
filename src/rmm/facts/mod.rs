//! What a Windows device tells of itself: WMI, `systeminfo`, the registry and their like answer from
//! one set of facts, so that what can be asked in several ways answers the same in each.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Facts by name (`os`, `computerSystem`, `disks`), each as the JSON that programs are answered with.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(pub BTreeMap<String, Value>);

impl Facts {
    /// One fact; null when there is none of that name.
    pub fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }
}
