//! Runs many scenarios: which at once, which again, and what they add up to.

use super::explore::{Explored, Tally};
use super::runner::Runner;
use super::stage::{self, Stage};
use super::verdict::Stop;
use super::{ReplayError, RunOptions, RunSummary};
use crate::engine::{Cancel, Engine, EngineKind};
use crate::platform::Ledger;
use crate::platform::desk::{self, Desk, Shared};
use crate::platform::record::{self, LogFile, RunFolder};
use crate::rmm::event::{EventReader, FORMAT, LogId, Readers, Verdict, What};
use crate::scenario::model::{EngineDemand, Explore, Scenario};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Looks whether a run can begin, and makes the folder of its record.
///
/// # Errors
/// An engine demanded by the options is missing here, or the folder cannot be made.
pub fn begin(options: &RunOptions, engine: &dyn Engine) -> Result<RunFolder, ReplayError> {
    demanded(options, engine)?;
    record::new_run(&options.record_root).map_err(|source| ReplayError::Record {
        path: options.record_root.clone(),
        source,
    })
}

/// Runs scenarios and gives every event to `reader`; `dir` is the folder that [`begin`] made.
///
/// An engine demanded by a scenario that is missing here makes that scenario skipped.
pub fn run(
    scenarios: &[Scenario],
    dir: &Path,
    engine: Arc<dyn Engine>,
    options: &RunOptions,
    reader: Arc<dyn EventReader>,
    cancel: &Cancel,
) -> Result<RunSummary, ReplayError> {
    let failed_record = |source| ReplayError::Record {
        path: dir.to_owned(),
        source,
    };
    let log = LogFile::append(&dir.join("run.jsonl")).map_err(failed_record)?;
    let mut run_log = Ledger::new(LogId::Run, Some(log), reader.clone(), 0);
    run_log.emit(What::RunStarted {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        seed: options.seed,
    });

    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let summary = Mutex::new(RunSummary {
        record: dir.to_owned(),
        ..RunSummary::default()
    });
    let record_error: Mutex<Option<ReplayError>> = Mutex::new(None);
    let workers = options.jobs.clamp(1, 256).min(scenarios.len().max(1));
    std::thread::scope(|threads| {
        for _ in 0..workers {
            threads.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(scenario) = scenarios.get(index) else {
                        break;
                    };
                    if cancel.is_cancelled() || stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let one = One {
                        scenario,
                        index,
                        engine: &*engine,
                        options,
                        reader: &reader,
                        cancel,
                        dir,
                    };
                    match one.run() {
                        Ok((verdict, attempt)) => {
                            if options.fail_fast
                                && matches!(verdict, Verdict::Failed | Verdict::Broken { .. })
                            {
                                stop.store(true, Ordering::Relaxed);
                            }
                            count(
                                &mut summary.lock().unwrap_or_else(PoisonError::into_inner),
                                &verdict,
                                attempt,
                            );
                        }
                        Err(e) => {
                            stop.store(true, Ordering::Relaxed);
                            *record_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(e);
                        }
                    }
                }
            });
        }
    });
    if let Some(e) = record_error
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
    {
        return Err(e);
    }
    let mut summary = summary.into_inner().unwrap_or_else(PoisonError::into_inner);
    summary.interrupted |= cancel.is_cancelled();
    let RunSummary {
        passed,
        failed,
        skipped,
        broken,
        flaky,
        ..
    } = summary;
    run_log.emit(What::RunEnded {
        passed,
        failed,
        skipped,
        broken,
        flaky,
    });
    match run_log.write_error() {
        Some(e) => Err(failed_record(e)),
        None => Ok(summary),
    }
}

fn demanded(options: &RunOptions, engine: &dyn Engine) -> Result<(), ReplayError> {
    let missing = |what: &str| Err(ReplayError::EngineMissing(what.to_owned()));
    let (kind, full) = match options.engine {
        None => return Ok(()),
        Some(EngineDemand::Sandbox) => (EngineKind::Sandbox, false),
        Some(EngineDemand::SandboxFull) => (EngineKind::Sandbox, true),
        Some(EngineDemand::Host) => (EngineKind::Host, false),
        Some(EngineDemand::Wine) => (EngineKind::Wine, false),
        Some(EngineDemand::Container) => (EngineKind::Container, false),
    };
    match engine.probe_of(kind).state {
        Err(u) => missing(&format!("{}\n{}", u.why, u.ways_out.join("\n"))),
        Ok(Some(why)) if full => missing(&format!("the sandbox is reduced here: {why}")),
        Ok(_) => Ok(()),
    }
}

fn count(summary: &mut RunSummary, verdict: &Verdict, attempt: u32) {
    match verdict {
        Verdict::Passed => {
            summary.passed += 1;
            summary.flaky += u32::from(attempt > 1);
        }
        Verdict::Failed => summary.failed += 1,
        Verdict::Skipped { .. } => summary.skipped += 1,
        Verdict::Broken { .. } => summary.broken += 1,
        Verdict::Interrupted => summary.interrupted = true,
    }
}

/// One scenario of a run.
struct One<'a> {
    scenario: &'a Scenario,
    index: usize,
    engine: &'a dyn Engine,
    options: &'a RunOptions,
    reader: &'a Arc<dyn EventReader>,
    cancel: &'a Cancel,
    dir: &'a Path,
}

impl One<'_> {
    /// Runs it until it passes or the retries are used up.
    fn run(&self) -> Result<(Verdict, u32), ReplayError> {
        if let Some(explore) = self.scenario.explore {
            return Ok((self.explore(explore)?, 1));
        }
        let mut attempt = 1;
        loop {
            let last = attempt > self.options.retries;
            let verdict = self.attempt(attempt, last, None)?;
            if last || !matches!(verdict, Verdict::Failed | Verdict::Broken { .. }) {
                return Ok((verdict, attempt));
            }
            attempt += 1;
        }
    }

    /// Runs it with one seed after another. Only the last is told and recorded: the one that
    /// failed, done once more, or the last of all.
    fn explore(&self, explore: Explore) -> Result<Verdict, ReplayError> {
        let mut explored = Explored::default();
        for n in 0..explore.seeds {
            let last = n + 1 == explore.seeds;
            let seed = self.options.seed.wrapping_add(u64::from(n));
            explored.seeds = n + 1;
            explored.seed = seed;
            if last {
                break;
            }
            let tally = Arc::new(Tally::default());
            let ledger = Ledger::new(
                LogId::Scenario(self.index),
                None,
                tally.clone(),
                self.scenario.world.clock_ms,
            );
            let verdict = self.played(&Arc::new(RwLock::new(ledger)), seed, false);
            if verdict != Verdict::Passed {
                explored.failed = verdict == Verdict::Failed;
                break;
            }
            explored.points += tally.points.load(Ordering::SeqCst);
            explored.kills += tally.kills.load(Ordering::SeqCst);
        }
        explored.kills_wanted = explore.kills;
        self.attempt(1, true, Some(explored))
    }

    /// `explored`: with which seed it runs, and what came before.
    fn attempt(
        &self,
        attempt: u32,
        last: bool,
        explored: Option<Explored>,
    ) -> Result<Verdict, ReplayError> {
        let path = self
            .dir
            .join(record::log_name(self.index, &self.scenario.name));
        let failed = |source| ReplayError::Record {
            path: path.clone(),
            source,
        };
        let log = LogFile::append(&path).map_err(failed)?;
        let tally = Arc::new(Tally::default());
        let readers = Readers(vec![self.reader.clone(), tally.clone()]);
        let shared = Arc::new(RwLock::new(Ledger::new(
            LogId::Scenario(self.index),
            Some(log),
            Arc::new(readers),
            self.scenario.world.clock_ms,
        )));
        let seed = explored.map_or(self.options.seed, |e| e.seed);
        let mut verdict = self.played(&shared, seed, last);
        let mut ledger = Desk::take(&shared);
        if let Some(mut e) = explored {
            e.points += tally.points.load(Ordering::SeqCst);
            e.kills += tally.kills.load(Ordering::SeqCst);
            verdict = e.tell(&mut ledger, self.scenario, verdict);
        }
        ledger.emit(What::ScenarioEnded {
            verdict: verdict.clone(),
            attempt,
        });
        match ledger.write_error() {
            Some(e) => Err(failed(e)),
            None => Ok(verdict),
        }
    }

    /// One attempt with a seed of the run, all but its end told.
    fn played(&self, shared: &Arc<Shared>, run_seed: u64, last: bool) -> Verdict {
        let seed = self.seed(run_seed);
        let started = Desk::take(shared).emit(What::ScenarioStarted {
            name: self.scenario.name.value.clone(),
            file: self
                .scenario
                .path()
                .map(|p| p.display().to_string())
                .unwrap_or_default(),
            tags: self.scenario.tags.iter().map(|t| t.value.clone()).collect(),
            seed,
            matrix: self.scenario.matrix.clone(),
        });
        self.play(shared, seed, started, last)
    }

    /// The seed of a scenario: its own, or one derived from the run's and from its place. A retry
    /// repeats the first attempt's; an exploration goes on from its own.
    fn seed(&self, run_seed: u64) -> u64 {
        let gone_on = run_seed.wrapping_sub(self.options.seed);
        if let Some(own) = self.scenario.seed {
            return own.wrapping_add(gone_on);
        }
        {
            let file = self
                .scenario
                .path()
                .and_then(|p| p.file_name())
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default();
            let id =
                crate::rmm::ids::guid(run_seed, &format!("{file}:{}", self.scenario.name.value))
                    .replace('-', "");
            u64::from_str_radix(&id[16..], 16).unwrap_or(run_seed)
        }
    }

    fn play(&self, shared: &Arc<Shared>, seed: u64, started: u64, last: bool) -> Verdict {
        if let Some(reason) = stage::skip_reason(self.scenario, self.engine, self.options.engine) {
            return Verdict::Skipped { reason };
        }
        let stage = match stage::set(
            self.scenario,
            seed,
            self.engine,
            self.options,
            self.cancel,
            shared,
            started,
        ) {
            Ok(stage) => stage,
            Err(stop) => {
                return match stop {
                    Stop::Mistake { message, help, .. } => Verdict::Broken {
                        reason: message,
                        help: Some(help),
                    },
                    other => other.verdict(),
                };
            }
        };
        let verdict = Runner::new(&stage, shared).scenario();
        if let Some(platform) = &stage.platform {
            platform.close();
        }
        if self.options.keep && last {
            for (name, d) in &stage.devices {
                let enter = d
                    .handle
                    .keep()
                    .unwrap_or_else(|e| format!("could not be kept: {e}"));
                desk::write(shared).emit(What::DeviceKept {
                    device: name.clone(),
                    enter,
                });
            }
        }
        verdict
    }
}

/// Fixed values of `${...}` for a scenario.
pub(super) fn fixed(stage: &Stage<'_>) -> BTreeMap<String, String> {
    let (scenario, seed) = (stage.scenario, stage.seed);
    let dir = scenario
        .path()
        .and_then(|p| p.parent())
        .map(PathBuf::from)
        .unwrap_or_default();
    let host = super::platform::host(&scenario.world.platform);
    let port = stage.port.as_ref();
    let url = port.map_or_else(|| format!("https://{host}"), |port| port.url());
    BTreeMap::from([
        ("seed".to_owned(), seed.to_string()),
        (
            "account.uid".to_owned(),
            crate::rmm::ids::account_uid(seed, 0),
        ),
        (
            "account.name".to_owned(),
            scenario.world.account.name.clone(),
        ),
        ("platform.url".to_owned(), url),
        ("platform.host".to_owned(), host),
        ("scenario.name".to_owned(), scenario.name.value.clone()),
        ("scenario.dir".to_owned(), dir.display().to_string()),
    ])
}
