//! A failed scenario, told so that the reader need not open the record.

use super::clean::{self, cut, fold, one_line, visible, wrap};
use super::paint::Paint;
use super::snippet;
use super::tail::Tail;
use super::tale::{Attempt, Failure, JobTale, Tale};
use crate::rmm::event::{Note, Verdict};
use crate::rmm::observed::Exit;

/// Most lines shown of a value that was expected or came.
const VALUE_LINES: usize = 20;

/// How a failure is told.
pub struct Telling<'a> {
    pub width: usize,
    pub paint: Paint,
    /// Hides secrets in lines of the scenario file.
    pub mask: &'a dyn Fn(&str) -> String,
    /// Seed of the run, for the line that runs just this scenario again.
    pub seed: u64,
    /// File of the record, if it is known.
    pub record: Option<String>,
}

impl Telling<'_> {
    /// Every line of the report on a scenario that failed, broke or was interrupted.
    pub fn tell(&self, tale: &Tale) -> Vec<String> {
        let mut out = Vec::new();
        let attempt = &tale.now;
        if let Some(Verdict::Broken { reason, help }) = &attempt.verdict {
            self.field(&mut out, "broke", reason);
            if let Some(help) = help {
                self.field(&mut out, "help", help);
            }
        }
        let mut step_before = None;
        for (i, failure) in attempt.failures.iter().enumerate() {
            let first = step_before != Some(&failure.step);
            if first {
                self.step_line(&mut out, attempt, &failure.step);
            }
            step_before = Some(&failure.step);
            self.failure(&mut out, attempt, failure, first);
            let last_of_step = attempt
                .failures
                .get(i + 1)
                .is_none_or(|next| next.step != failure.step);
            if last_of_step {
                self.jobs(&mut out, attempt, &failure.step);
            }
        }
        let engines = attempt.engines();
        if !engines.is_empty() {
            self.field(&mut out, "engine", &engines.join("; "));
        }
        if let Some(record) = &self.record {
            self.field(&mut out, "record", record);
        }
        self.again(&mut out, tale);
        out
    }

    fn step_line(&self, out: &mut Vec<String>, attempt: &Attempt, step: &str) {
        let found = attempt.step(step);
        let title = found.map_or("", |s| s.title.as_str());
        let tries = found.map_or(0, |s| s.retried);
        let mut line = format!("step {step}: {}", one_line(title));
        if tries > 0 {
            line.push_str(&format!(" (tried {} times)", tries + 1));
        }
        out.push(format!(
            "  {}",
            self.paint.bold(&cut(&line, self.width.saturating_sub(2)))
        ));
    }

    /// The step's lines are shown with its first failure, then only the one each is about.
    fn failure(&self, out: &mut Vec<String>, attempt: &Attempt, failure: &Failure, first: bool) {
        let place = &failure.place;
        let at = format!("{}:{}:{}", one_line(&place.file), place.line, place.column);
        out.push(format!("  {}", self.paint.cyan(&at)));
        let from = attempt
            .step(&failure.step)
            .and_then(|s| s.place.as_ref())
            .filter(|p| first && p.file == place.file && p.line <= place.line)
            .map_or(place.line, |p| p.line);
        let room = self.width.saturating_sub(2);
        for line in snippet::render(place, from, room, self.paint, self.mask) {
            out.push(format!("  {line}"));
        }
        self.field(
            out,
            "expected",
            &format!("{}: {}", failure.expectation, failure.expected),
        );
        self.field(out, "came", &failure.actual);
        if let Some(help) = &failure.help {
            self.field(out, "help", help);
        }
    }

    fn jobs(&self, out: &mut Vec<String>, attempt: &Attempt, step: &str) {
        for job in attempt
            .jobs
            .iter()
            .filter(|j| j.step.as_deref() == Some(step))
        {
            let head = format!(
                "{} on {}{}",
                one_line(&job.component),
                one_line(&job.device),
                ending(job)
            );
            self.tail(out, "stdout", &head, &job.stdout);
            self.tail(out, "stderr", &head, &job.stderr);
            if job.stdout.is_empty() && job.stderr.is_empty() {
                self.field(out, "output", &format!("none, of {head}"));
            }
            for note in &job.notes {
                self.field(out, "note", &format!("{}: {}", note.code, note.message));
                if !note.help.is_empty() {
                    self.field(out, "", &note.help);
                }
            }
        }
    }

    fn tail(&self, out: &mut Vec<String>, stream: &str, head: &str, tail: &Tail) {
        if tail.is_empty() {
            return;
        }
        let share = if tail.of > tail.lines.len() {
            format!(", last {} of {} lines", tail.lines.len(), tail.of)
        } else {
            String::new()
        };
        self.field(out, stream, &format!("of {head}{share}"));
        let room = self.width.saturating_sub(6).max(20);
        for line in &tail.lines {
            for part in fold(&visible(line).replace('\t', "    "), room) {
                out.push(
                    format!("    {} {part}", self.paint.dim("│"))
                        .trim_end()
                        .to_owned(),
                );
            }
        }
    }

    fn again(&self, out: &mut Vec<String>, tale: &Tale) {
        // A name or path that is shown changed cannot be copied.
        let as_it_is = |text: &str| one_line(text) == text && !text.contains("***");
        if tale.file.is_empty() || !as_it_is(&tale.file) {
            return;
        }
        let filter = if as_it_is(&tale.name) {
            let name = clean::shell_word(&format!("={}", tale.name));
            format!(" --filter {name}")
        } else {
            String::new()
        };
        let line = format!(
            "shakedown run {}{filter} --seed {}",
            clean::shell_word(&tale.file),
            tale.explored.unwrap_or(self.seed)
        );
        // Never wrapped: it is there to be copied.
        out.push(format!(
            "  {} {line}",
            self.paint.dim(&format!("{:<8}", "again"))
        ));
    }

    /// A labelled text, wrapped to the width, its further lines indented under the first.
    pub fn field(&self, out: &mut Vec<String>, label: &str, text: &str) {
        let room = self.width.saturating_sub(11).max(20);
        let text = visible(text.trim_end_matches('\n')).replace('\t', "    ");
        let mut lines = wrap(&text, room);
        if lines.len() > VALUE_LINES {
            let more = lines.len() - VALUE_LINES;
            lines.truncate(VALUE_LINES);
            lines.push(format!(
                "... ({} in the record)",
                clean::count(more as u64, "more line")
            ));
        }
        for (i, line) in lines.iter().enumerate() {
            let label = if i == 0 { label } else { "" };
            let painted = self.paint.dim(&format!("{label:<8}"));
            out.push(format!("  {painted} {line}").trim_end().to_owned());
        }
    }
}

/// How a job ended, for the head of its output: `, failure, exit 1`.
fn ending(job: &JobTale) -> String {
    let mut text = String::new();
    if let Some(status) = job.status {
        text.push_str(&format!(", {}", status.word()));
    }
    if let Some(exit) = job.exit {
        text.push_str(&format!(", {}", ending_words(exit, &job.notes)));
    }
    text
}

/// How a job ended, in words: as [`exit_words`], and that it was not its timeout that ended it.
pub fn ending_words(exit: Exit, notes: &[Note]) -> String {
    match exit {
        Exit::TimedOut if notes.iter().any(Note::ended_early) => {
            "ended early, for it waits".to_owned()
        }
        _ => exit_words(exit),
    }
}

/// How a program ended, in words: `exit 1`, `signal 9`, `timed out`.
pub fn exit_words(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit {code}"),
        Exit::Signal(signal) => format!("signal {signal}"),
        Exit::TimedOut => "timed out".to_owned(),
        Exit::Interrupted => "interrupted".to_owned(),
        Exit::DeviceDown => "device went down".to_owned(),
    }
}
