//! Counts over a run and the summary at its end.

use super::clean::{count, cut, duration, one_line, wrap};
use super::paint::Paint;
use super::tale::Tale;
use crate::rmm::event::Verdict;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Most names listed under one heading.
const MOST_NAMES: usize = 20;
/// Most remarks told with their whole text.
const FULL_NOTES: usize = 4;
/// Most remarks told at all.
const MOST_NOTES: usize = 8;

/// What is told of a run besides its scenarios.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'a> {
    pub seed: u64,
    /// Scenarios in the run, those that were never begun included.
    pub total: usize,
    /// Folder of the record.
    pub record: Option<&'a Path>,
    /// Real milliseconds.
    pub ms: f64,
}

/// What came of the scenarios that ended.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    passed: u64,
    /// Of the passed ones, those with skipped steps.
    partly: u64,
    failed: Vec<String>,
    broken: Vec<String>,
    stopped: u64,
    /// Names by reason.
    skipped: BTreeMap<String, Vec<String>>,
    flaky: Vec<String>,
    /// Scenarios by remark: what it is about, its code, message and help.
    notes: BTreeMap<[String; 4], u64>,
    reduced: BTreeSet<String>,
}

impl Tally {
    /// Counts a scenario that will not be tried again.
    pub fn add(&mut self, tale: &Tale) {
        let name = one_line(&tale.name);
        match &tale.now.verdict {
            Some(Verdict::Passed) => {
                self.passed += 1;
                self.partly += u64::from(tale.steps_skipped().is_some());
                if tale.flaky() {
                    let n = tale.earlier.len() + 1;
                    self.flaky.push(format!("{name} (passed at attempt {n})"));
                }
            }
            Some(Verdict::Failed) => self
                .failed
                .push(format!("{name} ({})", one_line(&tale.file))),
            Some(Verdict::Broken { .. }) => {
                self.broken
                    .push(format!("{name} ({})", one_line(&tale.file)));
            }
            Some(Verdict::Skipped { reason }) => {
                self.skipped.entry(one_line(reason)).or_default().push(name);
            }
            Some(Verdict::Interrupted) | None => self.stopped += 1,
        }
        // Those of a failed step were told with its failure.
        let told = |step: &Option<String>| {
            let mut failed = tale.now.failures.iter();
            step.as_ref().is_some_and(|s| failed.any(|f| f.step == *s))
        };
        for n in tale.now.notes.iter().filter(|n| !told(&n.step)) {
            let note = &n.note;
            let key = [&n.about, &note.code, &note.message, &note.help].map(|t| one_line(t));
            *self.notes.entry(key).or_default() += 1;
        }
        for d in &tale.now.devices {
            if let Some(why) = &d.reduced {
                self.reduced
                    .insert(format!("{}: {}", one_line(&d.engine), one_line(why)));
            }
        }
    }

    fn skips(&self) -> u64 {
        self.skipped.values().map(|v| v.len() as u64).sum()
    }

    fn all(&self) -> u64 {
        self.passed + self.skips() + self.stopped + (self.failed.len() + self.broken.len()) as u64
    }

    /// One line on how far the run is: `12 of 64 done, 1 failed, 2 running`.
    pub fn progress(&self, total: usize, running: usize) -> String {
        let mut text = format!("{} of {total} done", self.all());
        let bad = self.failed.len() + self.broken.len();
        if bad > 0 {
            text.push_str(&format!(", {bad} failed"));
        }
        text.push_str(&format!(", {running} running"));
        text
    }

    /// The summary's lines.
    pub fn summary(&self, whole: &Whole<'_>, width: usize, paint: Paint) -> Vec<String> {
        let mut out = vec![String::new()];
        for (reason, names) in &self.skipped {
            let head = format!("{}: {reason}", count(names.len() as u64, "scenario"));
            section(&mut out, "skipped", &head, names, width, paint);
        }
        let list = [
            ("flaky", &self.flaky),
            ("failed", &self.failed),
            ("broken", &self.broken),
        ];
        for (label, names) in list {
            if !names.is_empty() {
                let head = count(names.len() as u64, "scenario");
                section(&mut out, label, &head, names, width, paint);
            }
        }
        self.remarks(&mut out, width, paint);
        for why in &self.reduced {
            section(&mut out, "reduced", why, &[], width, paint);
        }
        if let Some(record) = whole.record {
            let shown = record.display().to_string();
            out.push(format!("{} {}", paint.dim("record "), one_line(&shown)));
        }
        out.push(format!("{} {}", paint.dim("seed   "), whole.seed));
        out.push(self.counts(whole, paint));
        out
    }

    /// Remarks on components: told although everything passed, for on a real device they bite.
    /// A few are told in full, many by their first words.
    fn remarks(&self, out: &mut Vec<String>, width: usize, paint: Paint) {
        let few = self.notes.len() <= FULL_NOTES;
        for ([about, code, message, help], scenarios) in self.notes.iter().take(MOST_NOTES) {
            let about = match (about.is_empty(), scenarios) {
                (true, 1) => String::new(),
                (true, n) => format!(" ({n} scenarios)"),
                (false, 1) => format!(" ({about})"),
                (false, n) => format!(" ({about}, {n} scenarios)"),
            };
            if few {
                let head = format!("{code}: {message}{about}");
                section(out, "note", &head, &[], width, paint);
                if !help.is_empty() {
                    section(out, "", help, &[], width, paint);
                }
            } else {
                let head = format!("{code}{about}: {message}");
                let head = cut(&head, width.saturating_sub(10).max(20));
                section(out, "note", &head, &[], width, paint);
            }
        }
        if !few {
            let more = self.notes.len().saturating_sub(MOST_NOTES);
            let text = match more {
                0 => "in full, with how to mend them: --json, and the record".to_owned(),
                n => {
                    format!("and {n} more; in full, with how to mend them: --json, and the record")
                }
            };
            section(out, "note", &text, &[], width, paint);
        }
    }

    fn counts(&self, whole: &Whole<'_>, paint: Paint) -> String {
        if self.all() == 0 {
            return format!("nothing was run, {}", duration(whole.ms));
        }
        let mut parts = Vec::new();
        let mut part = |n: u64, word: &str, color: fn(Paint, &str) -> String| {
            if n > 0 {
                parts.push(color(paint, &format!("{n} {word}")));
            }
        };
        let passed = match self.partly {
            0 => "passed".to_owned(),
            n => format!("passed ({n} with skipped steps)"),
        };
        part(self.passed, &passed, Paint::green);
        part(self.failed.len() as u64, "failed", Paint::red);
        part(self.broken.len() as u64, "broken", Paint::red);
        part(self.skips(), "skipped", Paint::yellow);
        part(self.flaky.len() as u64, "flaky", Paint::yellow);
        part(self.stopped, "stopped", Paint::yellow);
        let begun = self.all();
        part(
            (whole.total as u64).saturating_sub(begun),
            "not run",
            Paint::yellow,
        );
        let all = count(begun.max(whole.total as u64), "scenario");
        format!(
            "{}: {}, {}",
            paint.bold(&all),
            parts.join(", "),
            duration(whole.ms)
        )
    }
}

fn section(
    out: &mut Vec<String>,
    label: &str,
    head: &str,
    names: &[String],
    width: usize,
    paint: Paint,
) {
    let room = width.saturating_sub(10).max(20);
    for (i, line) in wrap(head, room).iter().enumerate() {
        let label = if i == 0 { label } else { "" };
        out.push(format!("{} {line}", paint.dim(&format!("{label:<7}"))));
    }
    for name in names.iter().take(MOST_NAMES) {
        out.push(format!("          {name}"));
    }
    if names.len() > MOST_NAMES {
        out.push(format!("          and {} more", names.len() - MOST_NAMES));
    }
}
