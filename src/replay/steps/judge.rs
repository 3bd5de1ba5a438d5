//! Holds a step's expectations, and the ones that hold without being written, against what was seen.

use super::comstore as comstore_step;
use super::told;
use crate::replay::judge::text::{number, text};
use crate::replay::judge::{
    Finding, Findings, Seen, alerts, answer, antivirus, calls, comstore, files, footprint,
    processes, responses, set, windows, workplace,
};
use crate::replay::runner::Runner;
use crate::replay::snapshot;
use crate::replay::verdict::Stop;
use crate::rmm::event::{Note, What};
use crate::rmm::job::JobStatus;
use crate::rmm::observed::Exit;
use crate::scenario::expect::Expect;
use crate::scenario::matcher::TextMatcher;
use crate::scenario::step::{Action, DeviceAct, Step};

/// Judges one step on one device.
pub fn step(
    r: &mut Runner<'_>,
    step: &Step,
    e: &Expect,
    seen: &Seen,
    out: &mut Findings,
) -> Result<(), Stop> {
    if let Some(m) = &e.refused {
        match &seen.refused {
            Some(why) => text(out, "refused", m, why.as_bytes()),
            None => out.failed(
                "refused",
                "a job that the platform does not take".into(),
                format!("it was taken; {}", exit_words(seen.exit)),
                m.span,
                None,
            ),
        }
    }
    ending(out, step, e, seen);
    streams(r, e, seen, out)?;
    platform(r, e, seen, out);
    if let Some(m) = &e.footprint {
        let residue = match r.stage.devices.get(&seen.device) {
            Some(d) if m.residue.is_some() => r.residue(&seen.device, &*d.handle)?,
            _ => Vec::new(),
        };
        match &seen.footprint {
            Some(f) => footprint::footprint(out, m, f, &residue),
            None => footprint::footprint(
                out,
                m,
                &crate::rmm::observed::Footprint::default(),
                &residue,
            ),
        }
    }
    let mut seen_now = seen.clone();
    if processes::wants_running(e)
        && let Some(d) = r.stage.devices.get(&seen.device)
    {
        seen_now.running = Some(d.handle.processes()?);
    }
    processes::processes(out, e, &seen_now, step.span);
    for (name, m) in &e.services {
        calls::service(out, name, m, seen);
    }
    for (name, m) in &e.doubles {
        calls::double(out, name, m, seen);
    }
    sets(out, e, seen);
    if let (Some(m), Some(answered)) = (&e.answer, &seen.answer) {
        answer::answer(out, m, answered, step.span);
    }
    if let Some(m) = &e.platform {
        answer::called(out, m, &seen.called);
    }
    let handle = r.stage.devices.get(&seen.device).map(|d| &d.handle);
    let side = handle.and_then(|h| h.windows());
    windows::windows(out, &e.on_windows, seen, side, step.span)?;
    if let Some(d) = r.stage.devices.get(&seen.device) {
        for (path, m) in &e.files {
            files::file(out, path, m, &*d.handle)?;
        }
        if let Some(m) = &e.workplace {
            workplace::workplace(out, m, &*d.handle, d.spec.os)?;
        }
    }
    Ok(())
}

/// Status, exit code, time.
fn ending(out: &mut Findings, step: &Step, e: &Expect, seen: &Seen) {
    if let Some(status) = seen.status {
        let (wanted, span) = match &e.status {
            Some(s) => (s.value.clone(), s.span),
            // A monitor's exit code says healthy or alert; only a job succeeds or fails by it.
            None if seen.monitor.is_none() && e.exit.is_none() && e.timed_out.is_none() => {
                (vec![JobStatus::Success], step.span)
            }
            None => (vec![status], step.span),
        };
        if e.status.is_some() || !wanted.contains(&status) {
            let words: Vec<&str> = wanted.iter().map(|s| s.word()).collect();
            let help = why(seen);
            if wanted.contains(&status) {
                out.met("status");
            } else {
                out.failed(
                    "status",
                    words.join(" or "),
                    format!("{} ({})", status.word(), ending_words(seen)),
                    span,
                    help,
                );
            }
        }
    }
    let code = match seen.exit {
        Some(Exit::Code(c)) => Some(i64::from(c)),
        _ => None,
    };
    let shell = matches!(
        &step.action,
        Action::Device {
            act: DeviceAct::Shell { .. },
            ..
        }
    );
    match (&e.exit, code) {
        (Some(m), Some(code)) => number(out, "exit", m, code, ""),
        (Some(m), None) => out.failed(
            "exit",
            "an exit code".into(),
            exit_words(seen.exit),
            m.span,
            None,
        ),
        (None, _) if shell && e.timed_out.is_none() && code != Some(0) => {
            let last = String::from_utf8_lossy(&seen.stderr)
                .trim_end()
                .lines()
                .last()
                .map(str::to_owned);
            out.failed(
                "exit",
                "exit code 0 (what a shell step without `exit:` expects)".into(),
                exit_words(seen.exit),
                step.span,
                last,
            );
        }
        _ => {}
    }
    // A monitor that crashes alerts too: without a word of it this would look like a finding.
    let told = e.exit.is_some()
        || e.timed_out.is_some()
        || e.runs.as_ref().is_some_and(|r| r.crashed.is_some());
    if let Some((run, exit)) = seen.crashed.first().filter(|_| !told) {
        out.failed(
            "runs.ended",
            "every run of the monitor to end by itself, with an exit code of its own".into(),
            format!("run {run}: {}", exit_words(Some(*exit))),
            step.span,
            Some(
                "say `exit:` or `timed-out: true` where that is what the scenario rehearses".into(),
            ),
        );
    }
    if let Some(m) = &e.timed_out {
        let was = seen.exit == Some(Exit::TimedOut);
        let word = |t: bool| {
            if t {
                "timed out".to_owned()
            } else {
                "ended by itself".to_owned()
            }
        };
        out.check(
            m.value == was,
            "timed-out",
            || word(m.value),
            || word(was),
            m.span,
        );
    }
    if let Some(d) = &e.duration {
        let shown = || format!("{} ms", seen.duration.as_millis());
        if let Some(most) = d.at_most {
            out.check(
                seen.duration <= most,
                "duration.at-most",
                || format!("at most {} ms", most.as_millis()),
                shown,
                d.span,
            );
        }
        if let Some(least) = d.at_least {
            out.check(
                seen.duration >= least,
                "duration.at-least",
                || format!("at least {} ms", least.as_millis()),
                shown,
                d.span,
            );
        }
    }
}

/// As [`exit_words`], and that it was not its timeout that ended it.
fn ending_words(seen: &Seen) -> String {
    let early = seen.notes.iter().any(Note::ended_early);
    match (seen.exit, early) {
        (Some(Exit::TimedOut), true) => "ended early, for it waits".to_owned(),
        (exit, _) => exit_words(exit),
    }
}

fn exit_words(exit: Option<Exit>) -> String {
    match exit {
        None => "it has not run".into(),
        Some(Exit::Code(c)) => format!("exit code {c}"),
        Some(Exit::Signal(s)) => format!("killed by signal {s}"),
        Some(Exit::TimedOut) => "timed out, its whole tree killed".into(),
        Some(Exit::Interrupted) => "interrupted".into(),
        Some(Exit::DeviceDown) => "the device went down under it".into(),
    }
}

/// The first note that explains a status.
fn why(seen: &Seen) -> Option<String> {
    seen.notes
        .first()
        .map(|n| format!("{}: {} {}", n.code, n.message, n.help))
}

fn streams(r: &mut Runner<'_>, e: &Expect, seen: &Seen, out: &mut Findings) -> Result<(), Stop> {
    let pairs: [(&str, &Option<TextMatcher>, &[u8]); 2] = [
        ("stdout", &e.stdout, &seen.stdout),
        ("stderr", &e.stderr, &seen.stderr),
    ];
    for (name, m, bytes) in pairs {
        let Some(m) = m else { continue };
        text(out, name, m, bytes);
        if m.snapshot.is_some() {
            let blessed = snapshot::compare(
                out,
                name,
                m,
                bytes,
                r.stage.options.bless,
                r.ledger.masker(),
            );
            let blessed = blessed.map_err(|e| Stop::Broken {
                reason: format!("snapshot of {name}: {e}"),
                help: None,
            })?;
            if let Some(path) = blessed {
                r.ledger.emit(What::SnapshotBlessed {
                    step: seen.job.clone(),
                    file: path.display().to_string(),
                });
            }
        }
    }
    Ok(())
}

/// What the platform knows after the step.
fn platform(r: &Runner<'_>, e: &Expect, seen: &Seen, out: &mut Findings) {
    let state = r.ledger.state();
    let device = state.devices.get(&seen.device);
    for (number, m) in &e.udf {
        let value = device
            .and_then(|d| d.udfs.get(&number.value))
            .map_or("", String::as_str);
        text(out, &format!("udf.{}", number.value), m, value.as_bytes());
    }
    if let Some(m) = &e.description {
        text(
            out,
            "description",
            m,
            device.map_or("", |d| d.description.as_str()).as_bytes(),
        );
    }
    if let Some(m) = &e.antivirus {
        antivirus::antivirus(out, m, device.and_then(|d| d.details.antivirus.as_ref()));
    }
    if let (Some(m), Some(d)) = (&e.online, device) {
        let word = |o: bool| {
            if o {
                "online".to_owned()
            } else {
                "offline".to_owned()
            }
        };
        out.check(
            d.online == m.value,
            "online",
            || word(m.value),
            || word(d.online),
            m.span,
        );
    }
    for (scope, name, m) in &e.variables {
        let map = if scope.value == "account" {
            Some(&state.variables)
        } else {
            state.sites.get(&scope.value).map(|s| &s.variables)
        };
        let value = map
            .and_then(|v| v.get(&name.value))
            .map_or("", |v| v.value.as_str());
        text(
            out,
            &format!("variables.{}.{}", scope.value, name.value),
            m,
            value.as_bytes(),
        );
    }
    for (key, m) in &e.comstore {
        let number = |account: &str| comstore_step::account_number(r, account);
        comstore::comstore(out, key, m, r.ledger.comstore(), number);
    }
    if let Some(m) = &e.alerts {
        alerts::alerts(out, m, seen, state);
    }
    if let Some(m) = &e.alert {
        alerts::alert(out, m, seen, state);
    }
    responses::responses(out, &e.responses, state);
    if let Some(m) = &e.runs {
        alerts::runs(out, m, seen);
    }
    for (key, m) in &e.samples {
        match seen.samples.iter().find(|(k, _)| *k == key.value) {
            Some((_, v)) => text(out, &format!("samples.{}", key.value), m, v.as_bytes()),
            None => {
                let keys: Vec<String> = seen.samples.iter().map(|(k, _)| k.clone()).collect();
                let seen = format!("samples: {}", crate::replay::judge::list(&keys, 12));
                out.failed(
                    &format!("samples.{}", key.value),
                    format!("a sample {}", key.value),
                    seen,
                    key.span,
                    None,
                );
            }
        }
    }
}

fn sets(out: &mut Findings, e: &Expect, seen: &Seen) {
    let unique = |mut words: Vec<String>| {
        words.sort();
        words.dedup();
        words
    };
    if let Some(m) = &e.names {
        set::set(
            out,
            "names",
            m,
            &unique(
                seen.observed
                    .lookups
                    .iter()
                    .map(|l| l.name.clone())
                    .collect(),
            ),
            "names looked up",
        );
    }
    if let Some(m) = &e.connections {
        set::set(
            out,
            "connections",
            m,
            &unique(
                seen.observed
                    .connections
                    .iter()
                    .map(|c| c.to.clone())
                    .collect(),
            ),
            "connections attempted",
        );
    }
    if let Some(m) = &e.notes {
        let before = out.0.len();
        set::set(out, "notes", m, &told::codes(&seen.notes), "notes");
        tell_notes(&mut out.0[before..], &seen.notes);
    }
}

/// A note that must not be there is told with what it says and how to mend it, not by its code alone.
fn tell_notes(findings: &mut [Finding], notes: &[Note]) {
    for finding in findings {
        let Finding::Failed(failure) = finding else {
            continue;
        };
        if failure.expectation == "notes.contains" {
            continue;
        }
        let codes: Vec<&str> = failure.actual.split(", ").collect();
        let told: Vec<&Note> = notes
            .iter()
            .filter(|n| codes.contains(&n.code.as_str()))
            .collect();
        let lines: Vec<String> = told
            .iter()
            .map(|n| format!("{}: {}", n.code, n.message))
            .collect();
        if !lines.is_empty() {
            failure.actual = lines.join("\n");
            failure.help = told.first().map(|n| n.help.clone());
        }
    }
}
