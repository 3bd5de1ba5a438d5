//! Launches on a device that Wine plays.

use super::WineDevice;
use crate::engine::windows::launch;
use crate::engine::{Cancel, EngineError, Launch, Outcome, OutputSink};

impl WineDevice {
    /// Runs one launch to its end.
    pub(super) fn run(
        &self,
        launch: &Launch,
        sink: &dyn OutputSink,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError> {
        let link = self.link()?;
        let job = self.sandbox.begin_job();
        let ran = launch::run(&self.name, &link, job, launch, sink, cancel);
        self.hear();
        let seen = self.sandbox.end_job(job);
        Ok(launch::with_seen(ran?, seen))
    }
}
