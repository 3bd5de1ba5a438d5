//! Lets runs go on in turn. It knows points and numbers of runs, no monitors.

use crate::engine::points::{Held, Points};
use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A run that has slept for so long waits for another one, or for time to pass.
const ASLEEP: Duration = Duration::from_millis(250);
/// Between two looks at it.
const LOOK: Duration = Duration::from_millis(10);
/// How long a run may take to its first point or end, and a killed one to its end.
const LONGEST: Duration = Duration::from_secs(60);
/// One in so many points kills the run that stands at it, where kills are wanted.
const ONE_IN: u32 = 4;

/// What decides.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    /// One run is killed at a point that the seed chooses.
    pub kills: bool,
}

/// How the runs went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Run, from 1, and what it did next, in order.
    pub order: Vec<(usize, String)>,
    /// Runs that were killed, from 1.
    pub killed: Vec<usize>,
}

impl Trace {
    /// The order in words: `run 1 opens /var/lib/x for reading`.
    pub fn words(&self) -> Vec<String> {
        let killed = |n: usize, last: bool| match self.killed.contains(&n) && last {
            true => format!("run {n} is killed before it "),
            false => format!("run {n} "),
        };
        let of = |(at, (n, call)): (usize, &(usize, String))| {
            let last = !self.order[at + 1..].iter().any(|(m, _)| m == n);
            format!("{}{call}", killed(*n, last))
        };
        self.order.iter().enumerate().map(of).collect()
    }
}

enum Told {
    Held(Held),
    Ended(usize),
}

/// A run as it stands.
#[derive(Default)]
struct Run {
    ended: bool,
    /// It went on and has reached no point since: it waits for something else.
    waits: bool,
    held: VecDeque<Held>,
}

struct Conductor<'p> {
    points: &'p dyn Points,
    told: Receiver<Told>,
    runs: Vec<Run>,
    /// Number of the run by that of its job.
    jobs: BTreeMap<u32, usize>,
}

/// Starts every run, each up to its first point, and then lets one after another go on.
pub fn conduct<T: Send>(
    points: &dyn Points,
    plan: Plan,
    launches: Vec<impl FnOnce() -> T + Send>,
) -> (Vec<std::thread::Result<T>>, Trace) {
    let (tell, told) = channel();
    let mut trace = Trace::default();
    let mut results = Vec::new();
    std::thread::scope(|threads| {
        let held = tell.clone();
        points.tell(Some(Box::new(move |h| held.send(Told::Held(h)).is_ok())));
        let mut c = Conductor {
            points,
            told,
            runs: Vec::new(),
            jobs: BTreeMap::new(),
        };
        let mut handles = Vec::new();
        for (n, launch) in launches.into_iter().enumerate() {
            let ended = tell.clone();
            handles.push(threads.spawn(move || {
                let result = launch();
                // Nobody listens any more only when all is over.
                let _ = ended.send(Told::Ended(n));
                result
            }));
            c.runs.push(Run::default());
            c.follow(n);
        }
        c.all(plan, &mut trace);
        points.tell(None);
        results.extend(handles.into_iter().map(std::thread::ScopedJoinHandle::join));
    });
    (results, trace)
}

impl Conductor<'_> {
    /// Takes what is told; the run it is about.
    fn take(&mut self, told: Told) -> usize {
        match told {
            Told::Ended(n) => {
                self.runs[n].ended = true;
                self.runs[n].held.clear();
                n
            }
            Told::Held(held) => {
                let newest = self.runs.len() - 1;
                let n = *self.jobs.entry(held.job).or_insert(newest);
                self.runs[n].held.push_back(held);
                n
            }
        }
    }

    /// Waits until a run that goes on stands at a point, has ended, or waits for something else.
    fn follow(&mut self, n: usize) {
        self.runs[n].waits = false;
        let begun = Instant::now();
        let mut asleep = None;
        while !self.runs[n].ended && self.runs[n].held.is_empty() {
            match self.told.recv_timeout(LOOK) {
                Ok(told) => {
                    self.take(told);
                    asleep = None;
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    let job = self
                        .jobs
                        .iter()
                        .find(|(_, run)| **run == n)
                        .map(|(job, _)| *job);
                    // Before its first point nothing is known of its processes.
                    let busy = job.is_none_or(|job| self.points.busy(job));
                    let since = *asleep.get_or_insert_with(Instant::now);
                    if busy {
                        asleep = None;
                    } else if since.elapsed() >= ASLEEP {
                        self.runs[n].waits = true;
                        return;
                    }
                    if begun.elapsed() >= LONGEST {
                        self.runs[n].waits = true;
                        return;
                    }
                }
            }
        }
    }

    fn all(&mut self, plan: Plan, trace: &mut Trace) {
        let mut rng = fastrand::Rng::with_seed(plan.seed);
        loop {
            // What waited may have come on meanwhile.
            while let Ok(told) = self.told.try_recv() {
                self.take(told);
            }
            let ready: Vec<usize> = (0..self.runs.len())
                .filter(|n| !self.runs[*n].held.is_empty())
                .collect();
            if ready.is_empty() {
                if self.runs.iter().all(|r| r.ended) {
                    return;
                }
                // All that are left wait: for time to pass, or for each other until their timeout.
                match self.told.recv() {
                    Ok(told) => self.take(told),
                    Err(_) => return,
                };
                continue;
            }
            let n = ready[rng.usize(0..ready.len())];
            let Some(held) = self.runs[n].held.pop_front() else {
                continue;
            };
            trace.order.push((n + 1, held.call.clone()));
            if plan.kills && trace.killed.is_empty() && rng.u32(0..ONE_IN) == 0 {
                trace.killed.push(n + 1);
                self.runs[n].held.clear();
                self.points.kill(held.job);
                self.until_ended(n);
            } else {
                self.points.release(&held);
                self.follow(n);
            }
        }
    }

    fn until_ended(&mut self, n: usize) {
        let begun = Instant::now();
        while !self.runs[n].ended && begun.elapsed() < LONGEST {
            if let Ok(told) = self.told.recv_timeout(LOOK) {
                self.take(told);
                // What a dying run still asks for is never answered.
                self.runs[n].held.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Condvar, Mutex};

    type Tell = Box<dyn Fn(Held) -> bool + Send + Sync>;

    /// Points of runs that are threads of this test.
    #[derive(Default)]
    struct Gate {
        tell: Mutex<Option<Tell>>,
        open: Mutex<Vec<u64>>,
        bell: Condvar,
        next: AtomicU32,
    }

    impl Gate {
        fn point(&self, job: u32, call: &str) {
            let id = u64::from(self.next.fetch_add(1, Ordering::SeqCst));
            let held = Held {
                id,
                job,
                call: call.into(),
            };
            if !self.tell.lock().unwrap().as_ref().is_some_and(|t| t(held)) {
                return;
            }
            let mut open = self.open.lock().unwrap();
            while !open.contains(&id) {
                open = self.bell.wait(open).unwrap();
            }
        }
    }

    impl Points for Gate {
        fn tell(&self, to: Option<Tell>) {
            *self.tell.lock().unwrap() = to;
        }
        fn release(&self, held: &Held) {
            self.open.lock().unwrap().push(held.id);
            self.bell.notify_all();
        }
        fn kill(&self, _: u32) {}
        fn busy(&self, _: u32) -> bool {
            true
        }
    }

    /// Two runs that add one to a number by reading and writing it apart.
    fn counted(seed: u64) -> (u32, Trace) {
        let gate = Gate::default();
        let number = Arc::new(AtomicU32::new(0));
        let add = |job: u32| {
            let (gate, number) = (&gate, Arc::clone(&number));
            move || {
                gate.point(job, "reads");
                let read = number.load(Ordering::SeqCst);
                gate.point(job, "writes");
                number.store(read + 1, Ordering::SeqCst);
            }
        };
        let plan = Plan { seed, kills: false };
        let (done, trace) = conduct(&gate, plan, vec![add(1), add(2)]);
        assert!(done.iter().all(Result::is_ok));
        (number.load(Ordering::SeqCst), trace)
    }

    #[test]
    fn some_seed_loses_a_count_and_loses_it_again() {
        let lost = (0..50).find(|seed| counted(*seed).0 == 1);
        let lost = lost.expect("one order in three loses no count");
        let first = counted(lost);
        assert_eq!(first.0, 1);
        for _ in 0..20 {
            assert_eq!(counted(lost), first);
        }
        assert!((0..50).any(|seed| counted(seed).0 == 2));
    }
}
