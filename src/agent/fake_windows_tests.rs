//! A Windows side in memory, for tests of the Agent.

use crate::engine::windows::{ServiceInfo, Windows};
use crate::engine::{EngineError, Launch};
use crate::rmm::facts::Facts;
use crate::rmm::observed::RegistryEntry;
use crate::rmm::registry::{self, KeyContent, KeyPath, NamedValue, RegistryData};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A registry in memory: values by key as footprints name it.
#[derive(Default)]
pub(crate) struct FakeWindows {
    pub keys: Mutex<BTreeMap<String, Vec<NamedValue>>>,
    pub changed: Mutex<Vec<RegistryEntry>>,
    pub facts: Facts,
    pub powershell: bool,
    /// Command lines that were told to come next.
    pub expected: Mutex<Vec<String>>,
    pub wine: bool,
    pub environment: Option<Vec<(String, String)>>,
}

impl FakeWindows {
    pub(crate) fn set(&self, key: &str, value: &str, data: RegistryData) {
        let key = registry::parse_key(key).unwrap();
        let named = NamedValue {
            name: value.into(),
            data,
        };
        self.write_values(&key, &[named]).unwrap();
    }
}

impl Windows for FakeWindows {
    fn read_key(&self, key: &KeyPath) -> Result<Option<KeyContent>, EngineError> {
        let keys = self.keys.lock().unwrap();
        Ok(keys.get(&registry::told_key(key)).map(|values| KeyContent {
            keys: Vec::new(),
            values: values.clone(),
        }))
    }
    fn write_values(&self, key: &KeyPath, values: &[NamedValue]) -> Result<(), EngineError> {
        let mut keys = self.keys.lock().unwrap();
        let there = keys.entry(registry::told_key(key)).or_default();
        for value in values {
            there.retain(|v| !registry::same(&v.name, &value.name));
            there.push(value.clone());
        }
        Ok(())
    }
    fn delete_key(&self, key: &KeyPath, value: Option<&str>) -> Result<(), EngineError> {
        let mut keys = self.keys.lock().unwrap();
        let name = registry::told_key(key);
        match value {
            Some(value) => {
                if let Some(there) = keys.get_mut(&name) {
                    there.retain(|v| !registry::same(&v.name, value));
                }
            }
            None => {
                keys.remove(&name);
            }
        }
        Ok(())
    }
    fn services(&self) -> Result<Vec<ServiceInfo>, EngineError> {
        Ok(Vec::new())
    }
    fn facts(&self) -> &Facts {
        &self.facts
    }
    fn environment(&self) -> Option<&[(String, String)]> {
        self.environment.as_deref()
    }
    fn by_wine(&self) -> bool {
        self.wine
    }
    fn has_powershell(&self) -> bool {
        self.powershell
    }
    fn get_ready(&self, launch: &Launch) {
        let line = launch.command_line.clone().unwrap_or_default();
        self.expected.lock().unwrap().push(line);
    }
    fn list(&self, _: &str) -> Result<Vec<(String, serde_json::Value)>, EngineError> {
        Ok(Vec::new())
    }
    fn put(&self, _: &str, _: &str, _: Option<serde_json::Value>) -> Result<(), EngineError> {
        Ok(())
    }
}
