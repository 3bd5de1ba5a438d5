//! Monitors: what is due as platform time goes on, and what comes of a run. `alerts` opens and
//! resolves, `clock` moves time, `component` and `own` do one run, `reach` says on which devices.

pub mod alerts;
pub mod clock;
mod component;
mod conditions;
mod own;
mod reach;
mod software;
mod volumes;

pub use reach::{Misfit, begin, misfits};

use crate::platform::schedule::{Entry, Schedule};
use crate::rmm::event::Note;
use std::collections::{BTreeMap, BTreeSet};

/// What the monitors of policies carry from step to step.
#[derive(Debug, Clone, Default)]
pub struct Monitoring {
    pub schedule: Schedule,
    /// What each entry of the schedule runs.
    pub due: Vec<Due>,
    /// UDFs as monitors find them: those of the last refresh of the policies, by device.
    pub udfs: BTreeMap<String, BTreeMap<u16, String>>,
    /// Platform time of that refresh, milliseconds.
    pub refreshed: Option<i64>,
    /// What Event Log monitors looked at, by place of policy and monitor, and device.
    pub cursors: BTreeMap<(usize, usize, String), own::Cursor>,
    /// Version that software monitors found last, likewise; none: not installed.
    pub software: BTreeMap<(usize, usize, String), Option<String>>,
    /// Remarks on the policies, until the first `advance` takes them for its own.
    pub said: Vec<Note>,
    /// Remarks that were made already: monitor, device, code.
    pub told: BTreeSet<(String, String, String)>,
}

/// A monitor of a policy on one device.
#[derive(Debug, Clone)]
pub struct Due {
    /// Place of the policy in the world, and of the monitor in it.
    pub policy: usize,
    pub monitor: usize,
    /// Key of the device.
    pub device: String,
    /// Runs so far.
    pub runs: u32,
}

impl Monitoring {
    /// Plans a monitor on a device: due first at `first`, then every `every_ms`, platform times in
    /// milliseconds.
    pub fn add(&mut self, due: Due, first: i64, every_ms: i64) {
        self.schedule.add(first, every_ms);
        self.due.push(due);
    }

    /// What is due at the next time that is not after `until`.
    pub fn take(&mut self, until: i64) -> Option<Vec<Entry>> {
        self.schedule.take(until).map(|(_, due)| due)
    }

    /// Counts a run that begins.
    pub fn begin(&mut self, entry: Entry) -> Option<&Due> {
        let due = self.due.get_mut(entry as usize)?;
        due.runs += 1;
        Some(due)
    }
}
