//! Who reads events as they are written.

use super::Event;

/// Which log of a run an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LogId {
    /// The run's own log: its start and end.
    Run,
    /// The log of the scenario with this index (position in the run's list).
    Scenario(usize),
}

/// Reads events as they are written. Secrets in them are masked already.
///
/// Events of one log come in order; events of several logs may come from several threads at once.
pub trait EventReader: Send + Sync {
    fn read(&self, log: LogId, event: &Event);
}

/// Reads nothing.
pub struct NoReader;

impl EventReader for NoReader {
    fn read(&self, _: LogId, _: &Event) {}
}

/// Gives each event to several readers in turn.
pub struct Readers(pub Vec<std::sync::Arc<dyn EventReader>>);

impl EventReader for Readers {
    fn read(&self, log: LogId, event: &Event) {
        for r in &self.0 {
            r.read(log, event);
        }
    }
}
