//! What a job did, told: to the log, to the scenario's memory, to expectations.

use crate::agent::JobReport;
use crate::replay::judge::Seen;
use crate::replay::runner::Runner;
use crate::replay::work::{self, Ready};
use crate::rmm::event::Note;
use crate::rmm::observed::{Change, Footprint, Observed};

/// Tells the log what a job did, and the platform what its Agent synced.
pub fn record(
    r: &mut Runner<'_>,
    device: &str,
    ready: &Ready<'_>,
    report: &JobReport,
    started: u64,
) {
    if ready.context.footprint {
        remember(r, device, &report.footprint);
    }
    if let Some(text) = &report.description {
        r.memory.undescribed.insert(device.to_owned(), text.clone());
    }
    for what in work::told(&mut r.ledger, device, ready, report) {
        r.ledger.caused(started, what);
    }
}

/// Tells the log of entries in the device's event log that no job of its own wrote.
pub fn logged(r: &mut Runner<'_>, cause: u64, device: &str, observed: &Observed) {
    for what in work::logged(device, observed) {
        r.ledger.caused(cause, what);
    }
}

fn remember(r: &mut Runner<'_>, device: &str, footprint: &Footprint) {
    let created = r.memory.created.entry(device.to_owned()).or_default();
    for e in &footprint.entries {
        if e.change == Change::Created {
            created.insert(e.path.clone());
        }
    }
    let keys = r.memory.created_keys.entry(device.to_owned()).or_default();
    for e in &footprint.registry {
        if e.change == Change::Created {
            keys.insert((e.key.clone(), e.value.clone()));
        }
    }
}

/// What expectations can ask of a job.
pub fn seen(device: &str, id: &str, report: &JobReport) -> Seen {
    let o = &report.outcome;
    let monitor = report.monitor.as_ref();
    Seen {
        device: device.to_owned(),
        job: id.to_owned(),
        status: Some(report.status),
        exit: Some(report.exit),
        stdout: o.stdout.clone(),
        stderr: o.stderr.clone(),
        duration: o.duration,
        observed: o.observed.clone(),
        footprint: Some(report.footprint.clone()),
        notes: report.notes.clone(),
        samples: monitor.map(|m| m.samples.clone()).unwrap_or_default(),
        diagnostic: monitor.and_then(|m| m.diagnostic.clone()),
        ..Seen::default()
    }
}

/// Notes of an outcome by code, each once.
pub fn codes(notes: &[Note]) -> Vec<String> {
    let mut codes: Vec<String> = notes.iter().map(|n| n.code.clone()).collect();
    codes.sort();
    codes.dedup();
    codes
}
