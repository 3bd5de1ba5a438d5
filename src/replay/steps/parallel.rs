//! `parallel:` - branches at once, told in an order that the seed decides.

use super::At;
use crate::platform::Desk;
use crate::platform::desk;
use crate::platform::ledger::Forked;
use crate::replay::judge::Seen;
use crate::replay::responses::Responding;
use crate::replay::runner::{Memory, Runner, sleep};
use crate::replay::verdict::Stop;
use crate::scenario::step::Step;
use std::sync::{Arc, RwLock};
use std::time::Duration;

/// Longest drawn delay of a branch.
const STAGGER_MICROS: u64 = 2_000;

/// Runs every branch in a thread of its own. Each sees the platform as it was when the step began
/// and what it did itself; at the end the branches are joined in the order they were started.
pub fn step(r: &mut Runner<'_>, at: &At<'_>, branches: &[Step]) -> Result<Vec<Seen>, Stop> {
    // Each branch would find them waiting.
    r.work_off()?;
    let mut rng = fastrand::Rng::with_seed(r.stage.seed ^ at.started.rotate_left(32));
    let mut order: Vec<usize> = (0..branches.len()).collect();
    rng.shuffle(&mut order);
    let plan: Vec<(usize, Duration)> = order
        .into_iter()
        .map(|n| (n, Duration::from_micros(rng.u64(0..=STAGGER_MICROS))))
        .collect();
    let stage = r.stage;
    type Branch = (Result<(), Stop>, Forked, Memory);
    let ended: Vec<Option<Branch>> = std::thread::scope(|threads| {
        let handles: Vec<_> = plan
            .iter()
            .map(|(n, delay)| {
                let fork = Arc::new(RwLock::new(r.ledger.fork()));
                let (step, delay) = (&branches[*n], *delay);
                let memory = Memory {
                    responding: Responding::of_branch(),
                    ..r.memory.clone()
                };
                let path = format!("{}.{}", at.path, n + 1);
                threads.spawn(move || {
                    sleep(delay, stage.cancel);
                    let (done, memory) = {
                        let mut branch = Runner {
                            stage,
                            shared: Arc::clone(&fork),
                            ledger: Desk::take(&fork),
                            memory,
                        };
                        let done = branch.branch(step, &path);
                        (done, branch.memory)
                    };
                    let forked = desk::write(&fork).take_forked();
                    (done, forked, memory)
                })
            })
            .collect();
        handles.into_iter().map(|h| h.join().ok()).collect()
    });
    let mut outcome = Ok(());
    for branch in ended {
        let Some((done, forked, memory)) = branch else {
            outcome = Err(Stop::Broken {
                reason: "the thread of a parallel step panicked".into(),
                help: None,
            });
            continue;
        };
        r.ledger.join(forked);
        merge(&mut r.memory, memory);
        if outcome.is_ok() {
            outcome = done;
        }
    }
    outcome.map(|()| Vec::new())
}

fn merge(all: &mut Memory, branch: Memory) {
    for (name, value) in branch.scope.captures() {
        all.scope.capture(name, value.clone());
    }
    for (device, paths) in branch.created {
        all.created.entry(device).or_default().extend(paths);
    }
    all.undescribed.extend(branch.undescribed);
    all.clocks.join(&branch.clocks);
    all.noted.extend(branch.noted);
    for w in branch.waiting {
        if !all
            .waiting
            .iter()
            .any(|x| x.queued == w.queued && x.device == w.device)
        {
            all.waiting.push(w);
        }
    }
}
