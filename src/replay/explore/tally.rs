//! What an exploration adds up to.

use crate::platform::Ledger;
use crate::rmm::event::{Event, EventReader, LogId, Note, Place, Verdict, What};
use crate::scenario::model::Scenario;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts what the runs of one seed did.
#[derive(Debug, Default)]
pub struct Tally {
    pub points: AtomicU64,
    pub kills: AtomicU64,
}

impl EventReader for Tally {
    fn read(&self, _: LogId, event: &Event) {
        if let What::RunsInterleaved { order, killed, .. } = &event.what {
            self.points.fetch_add(order.len() as u64, Ordering::SeqCst);
            self.kills.fetch_add(killed.len() as u64, Ordering::SeqCst);
        }
    }
}

/// The seeds so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Explored {
    /// How many ran.
    pub seeds: u32,
    /// The run's seed for the last of them.
    pub seed: u64,
    pub points: u64,
    pub kills: u64,
    pub kills_wanted: bool,
    /// An expectation failed with the last one; it ran once more.
    pub failed: bool,
}

impl Explored {
    /// Tells the log, and gives the verdict over all seeds.
    pub fn tell(&self, ledger: &mut Ledger, scenario: &Scenario, last: Verdict) -> Verdict {
        ledger.emit(What::Explored {
            seeds: self.seeds,
            seed: self.seed,
            points: self.points,
            kills: self.kills,
        });
        if last != Verdict::Passed {
            return last;
        }
        let (expected, actual, help) = if self.failed {
            (
                "the same with the same seed",
                format!(
                    "an expectation failed with seed {}, and held when it ran once more",
                    self.seed
                ),
                "something besides the calls on files decides how this monitor ends: time, the load of the machine, a value drawn by the script",
            )
        } else if self.points == 0 {
            (
                "runs that share something",
                "no run made a call on a file outside of the system's folders".to_owned(),
                "there is nothing to explore; leave `explore` out",
            )
        } else if self.kills_wanted && self.kills == 0 {
            (
                "a kill that strikes",
                format!("none with {} seeds", self.seeds),
                "give it more `seeds`",
            )
        } else {
            let note = Note {
                code: "order-explored".into(),
                message: format!(
                    "{} seeds, {} points at which runs were held, {} killed",
                    self.seeds, self.points, self.kills
                ),
                help: "`explore: { seeds }` says how many".into(),
            };
            ledger.emit(What::Noted { job: None, note });
            return last;
        };
        let span = scenario.explore.map_or(scenario.whole(), |e| e.span);
        ledger.emit(What::ExpectationFailed {
            step: "explore".into(),
            expectation: "explore".into(),
            expected: expected.into(),
            actual,
            place: Place {
                file: scenario
                    .source(span.file)
                    .map(|s| s.path.display().to_string())
                    .unwrap_or_default(),
                line: span.line,
                column: span.column,
                length: span.len,
                offset: span.offset,
            },
            help: Some(help.into()),
        });
        Verdict::Failed
    }
}
