//! What a job did, told: to the log, to the platform, to expectations.

use super::job::Ready;
use crate::agent::JobReport;
use crate::platform::Ledger;
use crate::replay::judge::Seen;
use crate::replay::runner::Runner;
use crate::rmm::event::{Note, Origin, Stream, What};
use crate::rmm::observed::{Change, Footprint};

/// Most bytes of one stream that an event carries; the rest is counted.
const EVENT_OUTPUT: usize = 1 << 20;

/// Adds a note for each stream in which the script showed a masked value, in any form.
pub fn remark_secrets(ledger: &Ledger, report: &mut JobReport) {
    let o = &report.outcome;
    for (name, bytes) in [("stdout", &o.stdout), ("stderr", &o.stderr)] {
        let masked = ledger.mask(bytes);
        let Some(at) = masked.iter().zip(bytes).position(|(a, b)| a != b) else {
            continue;
        };
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        report.notes.push(Note {
            code: "secret-in-output".into(),
            message: format!("line {line} of {name} shows the value of a masked variable; here it is hidden, on the platform everybody who sees the job reads it"),
            help: "print that there is a value, never the value itself; mind `set -x` and verbose programs".into(),
        });
    }
}

/// Tells the log what a job did, and the platform what its Agent synced.
pub fn record(
    r: &mut Runner<'_>,
    device: &str,
    ready: &Ready<'_>,
    report: &JobReport,
    started: u64,
) {
    let job = ready.id.clone();
    for secret in ready.resolution.secrets() {
        r.ledger.hide(secret);
    }
    let o = &report.outcome;
    for (stream, bytes, all) in [
        (Stream::Stdout, &o.stdout, o.stdout_bytes),
        (Stream::Stderr, &o.stderr, o.stderr_bytes),
    ] {
        if all > 0 {
            let what = output(&r.ledger, &job, stream, bytes, all);
            r.ledger.caused(started, what);
        }
    }
    r.ledger.caused(
        started,
        What::Observed {
            job: job.clone(),
            observed: o.observed.clone(),
        },
    );
    if ready.context.footprint {
        remember(r, device, &report.footprint);
        r.ledger.caused(
            started,
            What::FootprintTaken {
                job: job.clone(),
                footprint: report.footprint.clone(),
            },
        );
    }
    for (number, value) in &report.udfs {
        r.ledger.caused(
            started,
            What::UdfSet {
                device: device.into(),
                number: *number,
                value: value.clone(),
                origin: Origin::Agent,
            },
        );
    }
    if let Some(text) = &report.description {
        r.memory.undescribed.insert(device.to_owned(), text.clone());
    }
    for note in &report.notes {
        r.ledger.caused(
            started,
            What::Noted {
                job: Some(job.clone()),
                note: note.clone(),
            },
        );
    }
    r.ledger.caused(
        started,
        What::JobEnded {
            job,
            status: report.status,
            exit: report.exit,
        },
    );
}

/// One stream as an event carries it.
pub fn output(ledger: &Ledger, job: &str, stream: Stream, bytes: &[u8], all: u64) -> What {
    use base64::Engine as _;
    // Masked before it is encoded, so that the base64 stays whole.
    let bytes = ledger.mask(bytes);
    let kept = &bytes[..bytes.len().min(EVENT_OUTPUT)];
    let cut = u64::try_from(kept.len()).unwrap_or(u64::MAX) < all;
    // A cut within a character must not turn a text into base64.
    let text = match std::str::from_utf8(kept) {
        Ok(t) => Some(t),
        Err(e) if cut && e.error_len().is_none() => {
            std::str::from_utf8(&kept[..e.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    let base64 = text
        .is_none()
        .then(|| base64::engine::general_purpose::STANDARD.encode(kept));
    What::Output {
        job: job.into(),
        stream,
        text: text.map(str::to_owned),
        base64,
        bytes: all,
        cut,
    }
}

fn remember(r: &mut Runner<'_>, device: &str, footprint: &Footprint) {
    let created = r.memory.created.entry(device.to_owned()).or_default();
    for e in &footprint.entries {
        if e.change == Change::Created {
            created.insert(e.path.clone());
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
