//! Gathers what happened for the reports that are written at the end of a run.

use super::tale::Tale;
use crate::rmm::event::{Event, EventReader, LogId, What};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Everything the JSON and JUnit reports need, complete at any moment: after Ctrl-C too.
#[derive(Default)]
pub struct Gather {
    inner: Mutex<Gathered>,
}

/// What was gathered so far.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// Scenarios in the run, those not begun yet included.
    pub total: usize,
    pub seed: u64,
    pub version: String,
    /// By their position in the run's list.
    pub tales: BTreeMap<usize, Tale>,
    /// Whether the run's own log has its end.
    pub ended: bool,
}

impl Gather {
    /// For a run of so many scenarios.
    pub fn new(total: usize) -> Gather {
        let gather = Gather::default();
        gather.lock().total = total;
        gather
    }

    /// A copy of what is known now.
    pub fn snapshot(&self) -> Gathered {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventReader for Gather {
    fn read(&self, log: LogId, event: &Event) {
        let mut g = self.lock();
        match log {
            LogId::Run => match &event.what {
                What::RunStarted { version, seed, .. } => {
                    g.seed = *seed;
                    g.version.clone_from(version);
                }
                What::RunEnded { .. } => g.ended = true,
                _ => {}
            },
            LogId::Scenario(index) => g.tales.entry(index).or_default().take(event),
        }
    }
}
