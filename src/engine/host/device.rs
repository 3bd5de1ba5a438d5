//! The machine as a device.

use super::{ENGINE, files, launch, snapshot, tree};
use crate::engine::{
    Cancel, Device, DeviceSpec, EngineError, EngineLabel, FileStat, Launch, Mark, Outcome,
    OutputSink,
};
use crate::rmm::double::DoubleSpec;
use crate::rmm::observed::{Footprint, LeftProcess, Observed};
use crate::rmm::service::Fault;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// This machine.
pub struct HostDevice {
    name: String,
    jobs: AtomicU32,
}

impl HostDevice {
    /// The machine under a device's name.
    pub fn new(spec: &DeviceSpec) -> HostDevice {
        HostDevice {
            name: spec.name.clone(),
            jobs: AtomicU32::new(1),
        }
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
            engine: format!("{ENGINE} ({})", std::env::consts::OS),
            reduced: (!tree::privileged())
                .then(|| "jobs run as this user, without the rights that the Agent has".into()),
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
        let job = self.jobs.fetch_add(1, Ordering::SeqCst);
        launch::run(launch, job, sink, cancel).map_err(|source| EngineError::Start {
            device: self.name.clone(),
            program: launch.program.clone(),
            source,
        })
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
        Ok(tree::all())
    }

    fn mark(&self) -> Result<Mark, EngineError> {
        Ok(Mark(Box::new(snapshot::take())))
    }

    fn footprint(&self, since: &Mark) -> Result<Footprint, EngineError> {
        let before = since.0.downcast_ref::<snapshot::Snapshot>();
        let before = before.ok_or_else(|| self.refused("comparing with another engine's state"))?;
        Ok(snapshot::compare(before, &snapshot::take()))
    }

    fn stray(&self) -> Observed {
        Observed::default()
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

    fn keep(&self) -> Result<String, EngineError> {
        Ok("it is this machine: nothing is taken down".into())
    }
}
