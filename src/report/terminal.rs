//! The report for people, on stderr: one line for each scenario that ended, failures in full,
//! and, on a terminal, live lines for what runs now.

use super::clean::{columns, cut, duration, one_line};
use super::failure::Telling;
use super::live::{Live, Running};
use super::paint::Paint;
use super::summary::{Tally, Whole};
use super::tale::Tale;
use crate::engine::Cancel;
use crate::rmm::event::{Event, EventReader, LogId, Verdict, What};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How often live lines are drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Hides secrets in a text that did not come through the event log.
pub type Mask = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// Path of a scenario's log, from its index and name.
pub type LogPath = Arc<dyn Fn(usize, &str) -> Option<String> + Send + Sync>;

/// How the terminal report behaves.
#[derive(Clone)]
pub struct TerminalOptions {
    /// Columns of the terminal.
    pub width: usize,
    pub color: bool,
    /// Draw live lines: only on a real terminal.
    pub live: bool,
    /// Only failures and the summary.
    pub quiet: bool,
    /// Scenarios in the run.
    pub total: usize,
    /// How often a failed scenario is tried again.
    pub retries: u32,
    /// Hides secrets in lines of scenario files.
    pub mask: Mask,
    /// Tells where the record of a failed scenario is, if that is known.
    pub log_path: LogPath,
}

/// The reader that prints. Call [`Terminal::finish`] when the run is over.
pub struct Terminal {
    inner: Arc<Mutex<State>>,
}

struct State {
    options: TerminalOptions,
    paint: Paint,
    out: Box<dyn Write + Send>,
    live: Live,
    tales: BTreeMap<usize, Tale>,
    running: BTreeMap<usize, Running>,
    tally: Tally,
    seed: u64,
    began: Instant,
    finished: bool,
    stopping: bool,
}

impl Terminal {
    /// A reader that prints to `out`; `cancel` is only watched, to say that the run is being stopped.
    pub fn new(options: TerminalOptions, out: Box<dyn Write + Send>, cancel: &Cancel) -> Terminal {
        let inner = Arc::new(Mutex::new(State {
            paint: Paint::new(options.color),
            out,
            live: Live::default(),
            tales: BTreeMap::new(),
            running: BTreeMap::new(),
            tally: Tally::default(),
            seed: 0,
            began: Instant::now(),
            finished: false,
            stopping: false,
            options,
        }));
        let weak = Arc::downgrade(&inner);
        let cancel = cancel.clone();
        // Without the thread the report still comes, only the live lines stand still.
        let _ = std::thread::Builder::new()
            .name("live-lines".to_owned())
            .spawn(move || tick(&weak, &cancel));
        Terminal { inner }
    }

    /// Prints what is still owed and the summary. `record` is the folder of the run's record.
    pub fn finish(&self, record: Option<&Path>) {
        let mut state = lock(&self.inner);
        let erase = state.live.erase();
        state.put(&erase);
        state.finished = true;
        for (index, tale) in std::mem::take(&mut state.tales) {
            state.conclude(index, &tale);
        }
        let ms = state.began.elapsed().as_secs_f64() * 1000.0;
        let whole = Whole {
            seed: state.seed,
            total: state.options.total,
            record,
            ms,
        };
        let lines = state
            .tally
            .summary(&whole, state.options.width, state.paint);
        for line in lines {
            state.line(&line);
        }
        let _ = state.out.flush();
    }
}

fn lock(inner: &Mutex<State>) -> MutexGuard<'_, State> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tick(weak: &Weak<Mutex<State>>, cancel: &Cancel) {
    loop {
        std::thread::sleep(TICK);
        let Some(inner) = weak.upgrade() else { return };
        let mut state = lock(&inner);
        if state.finished {
            return;
        }
        if cancel.is_cancelled() && !state.stopping {
            state.stopping = true;
            let erase = state.live.erase();
            state.put(&erase);
            state.line("stopping: taking the devices down; once more (Ctrl-C) ends at once");
        }
        state.redraw();
    }
}

impl EventReader for Terminal {
    fn read(&self, log: LogId, event: &Event) {
        let mut state = lock(&self.inner);
        match log {
            LogId::Run => {
                if let What::RunStarted { seed, .. } = &event.what {
                    state.seed = *seed;
                }
            }
            LogId::Scenario(index) => state.scenario(index, event),
        }
    }
}

impl State {
    fn scenario(&mut self, index: usize, event: &Event) {
        let tale = self.tales.entry(index).or_default();
        tale.take(event);
        match &event.what {
            What::ScenarioStarted { name, .. } => {
                let name = name.clone();
                self.running.insert(
                    index,
                    Running {
                        name,
                        step: String::new(),
                        since: Instant::now(),
                    },
                );
            }
            What::StepStarted { .. } | What::StepEnded { .. } => {
                let step = tale.now.running_step().map_or("", |s| s.title.as_str());
                let step = step.to_owned();
                if let Some(r) = self.running.get_mut(&index) {
                    r.step = step;
                }
            }
            What::ScenarioEnded { verdict, attempt } => self.ended(index, verdict, *attempt),
            _ => {}
        }
    }

    fn ended(&mut self, index: usize, verdict: &Verdict, attempt: u32) {
        self.running.remove(&index);
        let may_come_again = matches!(verdict, Verdict::Failed | Verdict::Broken { .. })
            && attempt <= self.options.retries;
        let erase = self.live.erase();
        self.put(&erase);
        if may_come_again {
            let line = self.tales.get(&index).map(|tale| {
                let why = match (verdict, tale.now.failures.first()) {
                    (Verdict::Broken { reason, .. }, _) => reason.clone(),
                    (_, Some(f)) => format!("{}: came {}", f.expectation, f.actual),
                    _ => "failed".to_owned(),
                };
                let text = format!(
                    "{} (attempt {attempt} of at most {}: {})",
                    one_line(&tale.name),
                    self.options.retries + 1,
                    one_line(&why)
                );
                self.status("again", Paint::yellow, tale.now.ms, &text)
            });
            if let Some(line) = line.filter(|_| !self.options.quiet) {
                self.line(&line);
            }
        } else if let Some(tale) = self.tales.remove(&index) {
            self.conclude(index, &tale);
        }
        self.redraw();
    }

    /// The line, and the failure, of a scenario that will not be tried again.
    fn conclude(&mut self, index: usize, tale: &Tale) {
        self.tally.add(tale);
        let mut name = one_line(&tale.name);
        if tale.now.verdict == Some(Verdict::Passed)
            && let Some(skipped) = tale.steps_skipped()
        {
            name.push_str(&format!(" ({})", one_line(&skipped)));
        }
        let (word, color, loud): (&str, fn(Paint, &str) -> String, bool) = match &tale.now.verdict {
            Some(Verdict::Passed) if tale.flaky() => ("flaky", Paint::yellow, false),
            Some(Verdict::Passed) => ("passed", Paint::green, false),
            Some(Verdict::Failed) => ("FAILED", Paint::red, true),
            Some(Verdict::Broken { .. }) => ("BROKEN", Paint::red, true),
            Some(Verdict::Skipped { .. }) => ("skipped", Paint::dim, false),
            Some(Verdict::Interrupted) | None => ("stopped", Paint::yellow, false),
        };
        if !self.options.quiet || loud {
            let line = self.status(word, color, tale.now.ms, &name);
            self.line(&line);
        }
        if loud {
            let mask = self.options.mask.clone();
            let telling = Telling {
                width: self.options.width,
                paint: self.paint,
                mask: &move |s: &str| mask(s),
                seed: self.seed,
                record: (self.options.log_path)(index, &tale.name),
            };
            for line in telling.tell(tale) {
                self.line(&line);
            }
        }
        self.extras(tale);
    }

    /// What has to be said of a scenario whatever its verdict.
    fn extras(&mut self, tale: &Tale) {
        for file in &tale.now.blessed {
            let line = format!("  {:<8} {}", "blessed", one_line(file));
            self.line(&line);
        }
        for d in &tale.now.devices {
            if let Some(enter) = &d.enter {
                // Lines to be copied: each is shown on one of its own.
                for line in enter.lines() {
                    let line = format!("  {:<8} {}: {}", "kept", one_line(&d.name), one_line(line));
                    self.line(&line);
                }
            }
        }
    }

    fn status(&self, word: &str, color: fn(Paint, &str) -> String, ms: f64, text: &str) -> String {
        let time = duration(ms);
        let pad = " ".repeat(9usize.saturating_sub(columns(&time)));
        let word = color(self.paint, &format!("{word:<7}"));
        let room = self.options.width.saturating_sub(19).max(20);
        let text = if self.options.live {
            cut(text, room)
        } else {
            text.to_owned()
        };
        format!("{word} {pad}{time}  {text}")
    }

    fn redraw(&mut self) {
        if !self.options.live || self.finished {
            return;
        }
        let mut text = self.live.erase();
        if !self.running.is_empty() {
            let head = self.tally.progress(self.options.total, self.running.len());
            let running: Vec<&Running> = self.running.values().collect();
            let now = Instant::now();
            text.push_str(
                &self
                    .live
                    .draw(&head, &running, now, self.options.width, self.paint),
            );
        }
        self.put(&text);
        let _ = self.out.flush();
    }

    fn line(&mut self, line: &str) {
        self.put(&format!("{line}\n"));
    }

    fn put(&mut self, text: &str) {
        // A reader that went away must not end the run: the reports are still to be written.
        let _ = self.out.write_all(text.as_bytes());
    }
}

#[cfg(test)]
#[path = "tests/terminal.rs"]
mod tests;
