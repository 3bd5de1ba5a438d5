//! The machine as a device.

use super::machine::{Machine, RegistryMark, lacking_rights};
use super::{ENGINE, files, snapshot};
use crate::engine::windows::Windows;
use crate::engine::{
    Cancel, Device, DeviceSpec, EngineError, EngineLabel, FileStat, Launch, Mark, Outcome,
    OutputSink,
};
use crate::rmm::double::DoubleSpec;
use crate::rmm::observed::{Footprint, LeftProcess, Observed};
use crate::rmm::service::Fault;
use std::io;
use std::path::Path;

/// This machine.
pub struct HostDevice {
    name: String,
    machine: Machine,
}

/// A remembered state of it.
struct HostMark {
    files: snapshot::Snapshot,
    registry: RegistryMark,
}

impl HostDevice {
    /// The machine under a device's name.
    ///
    /// # Errors
    /// The helper cannot be started, where jobs need one.
    pub fn new(spec: &DeviceSpec) -> Result<HostDevice, EngineError> {
        Ok(HostDevice {
            name: spec.name.clone(),
            machine: Machine::start(&spec.name)?,
        })
    }

    fn refused(&self, what: &str) -> EngineError {
        EngineError::Other(format!(
            "{}: {what} is not done to a real machine (host engine)",
            self.name
        ))
    }

    fn failed(&self, what: &'static str, path: &str, source: io::Error) -> EngineError {
        EngineError::File {
            device: self.name.clone(),
            what,
            path: path.to_owned(),
            source,
        }
    }
}

impl Device for HostDevice {
    fn label(&self) -> EngineLabel {
        EngineLabel {
            engine: format!("{ENGINE} ({})", self.machine.kind()),
            reduced: lacking_rights(),
            powershell: None,
        }
    }

    fn trust(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn launch(
        &self,
        launch: &Launch,
        sink: &dyn OutputSink,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError> {
        self.machine.launch(launch, sink, cancel)
    }

    fn read_file(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, EngineError> {
        files::read(Path::new(path), limit).map_err(|e| self.failed("read", path, e))
    }

    fn write_file(&self, path: &str, content: &[u8], mode: u32) -> Result<(), EngineError> {
        files::write(Path::new(path), content, mode).map_err(|e| self.failed("write", path, e))
    }

    fn remove(&self, path: &str) -> Result<(), EngineError> {
        files::remove(Path::new(path)).map_err(|e| self.failed("remove", path, e))
    }

    fn stat(&self, path: &str) -> Result<Option<FileStat>, EngineError> {
        files::stat(Path::new(path)).map_err(|e| self.failed("look at", path, e))
    }

    fn processes(&self) -> Result<Vec<LeftProcess>, EngineError> {
        self.machine.processes()
    }

    fn mark(&self) -> Result<Mark, EngineError> {
        let registry = self.machine.mark_registry()?;
        let files = snapshot::take(None);
        Ok(Mark(Box::new(HostMark { files, registry })))
    }

    fn footprint(&self, since: &Mark) -> Result<Footprint, EngineError> {
        let before = since.0.downcast_ref::<HostMark>();
        let before = before.ok_or_else(|| self.refused("comparing with another engine's state"))?;
        let after = snapshot::take(Some(&before.files));
        Ok(Footprint {
            entries: snapshot::compare(&before.files, &after),
            registry: self.machine.registry_since(&before.registry)?,
        })
    }

    fn stray(&self) -> Observed {
        self.machine.stray()
    }

    fn set_double(&self, _: &DoubleSpec) -> Result<(), EngineError> {
        Err(self.refused("replacing a command by a double"))
    }

    fn set_service_fault(&self, _: &str, _: Option<Fault>) -> Result<(), EngineError> {
        Err(self.refused("a fault of a service"))
    }

    fn set_online(&self, _: bool) -> Result<(), EngineError> {
        Err(self.refused("taking the network away"))
    }

    fn reboot(&self) -> Result<(), EngineError> {
        Err(self.refused("a reboot"))
    }

    fn windows(&self) -> Option<&dyn Windows> {
        self.machine.windows()
    }

    fn keep(&self) -> Result<String, EngineError> {
        Ok("it is this machine: nothing is taken down".into())
    }
}
