//! What only Windows devices have: a registry, services, and the stores behind the programs that are
//! played on them (event log, scheduled tasks, users).
//!
//! Below stands the harness's side of a helper, the same for a device that Wine plays and for a real
//! machine: the [`link`] to it, what it says of the registry, launches by it.

pub mod command_line;
pub mod hives;
pub mod launch;
pub mod link;
pub mod registry;

use super::{EngineError, Launch};
use crate::rmm::facts::Facts;
use serde_json::Value;
pub use shakedown_helper::protocol::message::{
    Hive, KeyContent, KeyPath, NamedValue, RegistryData, ServiceInfo, View,
};

/// A Batch script as a device's command interpreter takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FittedBatch {
    /// With as many lines as before.
    pub body: Vec<u8>,
    /// What is still taken otherwise than on a real Windows.
    pub remarks: Vec<Remark>,
}

/// A Batch script that lies beside the one that is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedBatch {
    /// As in the package: `helper.cmd`.
    pub name: String,
    pub body: Vec<u8>,
}

/// Something that a device does otherwise than a real Windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Line of the script, from 1; none where it was seen in the output.
    pub line: Option<usize>,
    /// Where the line ran, the result proves nothing.
    pub unjudged: bool,
    pub what: String,
    pub help: String,
}

/// The Windows side of a device; every method may be called from several threads.
pub trait Windows: Send + Sync {
    /// One key; none: it is not there.
    fn read_key(&self, key: &KeyPath) -> Result<Option<KeyContent>, EngineError>;

    /// Writes values, counted in no footprint; missing keys are made.
    fn write_values(&self, key: &KeyPath, values: &[NamedValue]) -> Result<(), EngineError>;

    /// Deletes a value, or without a name the key with all below it; counted in no footprint.
    fn delete_key(&self, key: &KeyPath, value: Option<&str>) -> Result<(), EngineError>;

    /// Services as the service manager tells them.
    fn services(&self) -> Result<Vec<ServiceInfo>, EngineError>;

    /// What it tells of itself, as it did when it was booted.
    fn facts(&self) -> &Facts;

    /// A fact as it tells it now.
    fn fact(&self, name: &str) -> Value {
        self.facts().get(name).clone()
    }

    /// From here on it tells something else; `false`: a real machine, whose facts are its own.
    fn change_fact(&self, name: &str, value: Value) -> bool {
        let _ = (name, value);
        false
    }

    /// The environment that its jobs begin with, as the machine gives it; none: that of SYSTEM on
    /// every Windows, made of the facts.
    fn environment(&self) -> Option<&[(String, String)]> {
        None
    }

    /// Wine stands for Windows.
    fn by_wine(&self) -> bool {
        false
    }

    /// PowerShell scripts run on it: in Windows PowerShell 5.1, or in what [`Windows::powershell`] names.
    fn has_powershell(&self) -> bool {
        false
    }

    /// What runs PowerShell scripts where that is not Windows PowerShell 5.1 itself:
    /// `PowerShell 7.6 on Wine 10, as 5.1`.
    fn powershell(&self) -> Option<String> {
        None
    }

    /// This launch may come next: an engine that can start something of it ahead does, at once and
    /// beside everything else. A launch that does not come, or comes changed, is no matter.
    fn get_ready(&self, launch: &Launch) {
        let _ = launch;
    }

    /// A Batch script as this device's command interpreter takes it; as it is unless the interpreter
    /// is not Windows' own. `attached` are scripts it may call, which are taken as they are.
    fn fit_batch(&self, body: &[u8], attached: &[AttachedBatch]) -> FittedBatch {
        let _ = attached;
        FittedBatch {
            body: body.to_vec(),
            remarks: Vec::new(),
        }
    }

    /// What the output of a Batch script shows to have gone otherwise than on a real Windows.
    fn remarks_on_batch(&self, output: &[u8]) -> Vec<Remark> {
        let _ = output;
        Vec::new()
    }

    /// Objects of a store in order of their keys: `events`, `tasks`, `localUsers`. A real machine has
    /// no such stores of ours and gives an error.
    fn list(&self, store: &str) -> Result<Vec<(String, Value)>, EngineError>;

    /// Puts an object into a store; none removes it.
    fn put(&self, store: &str, key: &str, value: Option<Value>) -> Result<(), EngineError>;
}
