//! The crew: the Agents of a world's devices, which run what the API queued for them.
//!
//! Each device has a worker of its own, so that devices work at the same time and one device's jobs
//! run one after another. No lock is held while a job runs.

use super::verdict::Stop;
use super::work::{self, Ground, Order, Ready};
use crate::agent::Scoped;
use crate::api::Agents;
use crate::platform::desk::{Shared, read, write};
use crate::platform::expiry::is_due;
use crate::rmm::event::{Note, What};
use crate::rmm::job::JobStatus;
use crate::rmm::observed::{Change, Exit};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Pause before an event that could not be written is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// What waits for whom. Devices of other accounts than the first are none of a crew's: their jobs
/// stay pending.
pub struct Crew {
    jobs: Mutex<Jobs>,
    changed: Condvar,
    /// Footprints are taken.
    footprint: bool,
    /// Platform time after which a job that waits for its device expires, hours.
    expiry: u32,
}

#[derive(Default)]
struct Jobs {
    /// Queued by the API, nobody looked yet for which device.
    new: Vec<String>,
    /// By device, in their order.
    queues: BTreeMap<String, VecDeque<String>>,
    /// Devices that are offline.
    parked: BTreeSet<String>,
    /// Workers that sort or run.
    busy: usize,
    /// Descriptions that scripts left on their device, until its next audit.
    undescribed: BTreeMap<String, String>,
    /// Paths that jobs created, by device; only where footprints are taken.
    created: BTreeMap<String, BTreeSet<String>>,
    closed: bool,
}

impl Agents for Crew {
    fn queued(&self, account: u16, job: &str) {
        if account == 0 {
            self.lock().new.push(job.to_owned());
            self.changed.notify_all();
        }
    }
}

impl Crew {
    /// A crew without work. With `footprint`, what each job changed on its device is told. A job
    /// that waited for `expiry` hours of platform time is never begun.
    pub fn new(footprint: bool, expiry: u32) -> Crew {
        Crew {
            jobs: Mutex::default(),
            changed: Condvar::new(),
            footprint,
            expiry,
        }
    }

    /// Takes up what waits in the ledger, as after a restart: pending jobs are queued again, and
    /// those that ran when the platform ended are ended as failed, with a note.
    ///
    /// # Errors
    /// The log cannot be written.
    pub fn resume(&self, shared: &Shared) -> std::io::Result<()> {
        let mut ledger = write(shared);
        let with = |status| -> Vec<String> {
            let jobs = ledger.state().jobs.iter();
            let those = jobs.filter(|(_, job)| job.status == status);
            those.map(|(key, _)| key.to_owned()).collect()
        };
        let (running, pending) = (with(JobStatus::Running), with(JobStatus::Pending));
        for job in running {
            let why = format!("{}; nobody saw its end", work::ENDED);
            ledger.commit(0, failed(&job, "job-lost", &why, "queue it again"))?;
        }
        drop(ledger);
        self.lock().new.extend(pending);
        self.changed.notify_all();
        Ok(())
    }

    /// Works for one device until the crew is closed.
    pub fn work(&self, ground: Ground<'_>, shared: &Shared, device: &str) {
        while let Some(job) = self.next(shared, device) {
            self.run(ground, shared, device, &job);
            self.lock().busy -= 1;
            self.changed.notify_all();
        }
    }

    /// A device is reached by the platform, or no longer.
    pub fn set_online(&self, device: &str, online: bool) {
        let mut jobs = self.lock();
        match online {
            true => jobs.parked.remove(device),
            false => jobs.parked.insert(device.to_owned()),
        };
        drop(jobs);
        self.changed.notify_all();
    }

    /// Waits until every job that can run has run: those of offline devices wait on. False when
    /// the time was over before.
    pub fn wait_idle(&self, most: Duration) -> bool {
        let until = Instant::now() + most;
        let mut jobs = self.lock();
        loop {
            if jobs.idle() || jobs.closed {
                return jobs.idle();
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(jobs, left);
            jobs = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// No further job is begun; workers end with the job they are at.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Descriptions that scripts left since the last call: the platform shows them with the next
    /// audit of their devices.
    pub fn take_undescribed(&self) -> BTreeMap<String, String> {
        std::mem::take(&mut self.lock().undescribed)
    }

    /// Gives back descriptions that could not be written; newer ones of their devices win.
    pub fn put_back_undescribed(&self, found: BTreeMap<String, String>) {
        let mut jobs = self.lock();
        for (device, text) in found {
            jobs.undescribed.entry(device).or_insert(text);
        }
    }

    /// Paths that jobs created since the last call, by device.
    pub fn take_created(&self) -> BTreeMap<String, BTreeSet<String>> {
        std::mem::take(&mut self.lock().created)
    }

    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job of a device, for which the caller counts as busy; none once it is closed.
    fn next(&self, shared: &Shared, device: &str) -> Option<String> {
        let mut jobs = self.lock();
        loop {
            if jobs.closed {
                return None;
            }
            if !jobs.new.is_empty() {
                jobs = self.sort(jobs, shared);
                continue;
            }
            let ready = !jobs.parked.contains(device);
            let job = jobs
                .queues
                .get_mut(device)
                .filter(|_| ready)
                .and_then(VecDeque::pop_front);
            let Some(job) = job else {
                jobs = self
                    .changed
                    .wait(jobs)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            jobs.busy += 1;
            drop(jobs);
            let state = Stands::of(shared, &job);
            if matches!(state, Stands::Ready) {
                return Some(job);
            }
            jobs = self.lock();
            jobs.busy -= 1;
            if matches!(state, Stands::Offline) {
                jobs.queues
                    .entry(device.to_owned())
                    .or_default()
                    .push_front(job);
                jobs.parked.insert(device.to_owned());
            }
            self.changed.notify_all();
        }
    }

    /// Puts new jobs to their devices.
    fn sort<'c>(&'c self, mut jobs: MutexGuard<'c, Jobs>, shared: &Shared) -> MutexGuard<'c, Jobs> {
        let new = std::mem::take(&mut jobs.new);
        jobs.busy += 1;
        // The ledger may be held by one who waits for this crew.
        drop(jobs);
        let of_devices: Vec<(String, String)> = {
            let ledger = read(shared);
            let device = |job: &String| Some(ledger.state().jobs.get(job)?.device.clone());
            new.into_iter()
                .filter_map(|job| Some((device(&job)?, job)))
                .filter(|(device, _)| is_real(&ledger, device))
                .collect()
        };
        let mut jobs = self.lock();
        for (device, job) in of_devices {
            jobs.queues.entry(device).or_default().push_back(job);
        }
        jobs.busy -= 1;
        self.changed.notify_all();
        jobs
    }

    /// Runs a job to its end, whatever that is.
    fn run(&self, ground: Ground<'_>, shared: &Shared, device: &str, job: &str) {
        let begun = self.begin(ground, shared, device, job);
        let (ready, started) = match begun {
            Ok(Some(begun)) => begun,
            Ok(None) => return,
            Err(Reason {
                code,
                message,
                help,
            }) => {
                let events = |_: &mut _| failed(job, code, &message, &help);
                return self.end(shared, None, events);
            }
        };
        match work::launch(ground, device, &ready) {
            Ok(mut report) => {
                work::remark_secrets(&read(shared), &mut report);
                if report.exit == Exit::Interrupted {
                    work::remark_end(&mut report);
                }
                if let Some(text) = &report.description {
                    let text = text.clone();
                    self.lock().undescribed.insert(device.to_owned(), text);
                }
                let made = report.footprint.entries.iter();
                let made = made.filter(|e| e.change == Change::Created);
                let made: Vec<String> = made.map(|e| e.path.clone()).collect();
                if self.footprint {
                    let mut jobs = self.lock();
                    jobs.created
                        .entry(device.to_owned())
                        .or_default()
                        .extend(made);
                }
                self.end(shared, Some(started), |ledger| {
                    work::told(ledger, device, &ready, &report)
                });
            }
            Err(stop) => {
                let Reason {
                    code,
                    message,
                    help,
                } = Reason::of(stop);
                self.end(shared, Some(started), |_| {
                    failed(job, code, &message, &help)
                });
            }
        }
    }

    /// Makes a job ready and tells that it runs; none where it is no longer to be run.
    fn begin<'g>(
        &self,
        ground: Ground<'g>,
        shared: &Shared,
        device: &str,
        job: &str,
    ) -> Result<Option<(Ready<'g>, u64)>, Reason> {
        loop {
            let mut ledger = write(shared);
            let Some(row) = ledger.state().jobs.get(job) else {
                return Ok(None);
            };
            // Whoever moves the clock lets it expire.
            if row.status != JobStatus::Pending || is_due(row, ledger.now_ms(), self.expiry) {
                return Ok(None);
            }
            let plain = |(name, value): (&String, &String)| {
                let scoped = Scoped {
                    value: value.clone(),
                    masked: false,
                };
                (name.clone(), scoped)
            };
            let variables = row.variables.iter().map(plain).collect();
            let order = Order {
                component: &row.component,
                device,
                variables: &variables,
                timeout: None,
                most: None,
                stdin: None,
                footprint: self.footprint,
            };
            let ready =
                work::prepare(ground, ledger.state(), &order, job.to_owned()).map_err(|e| {
                    Reason {
                        code: "job-refused",
                        message: e.to_string(),
                        help: "see the component's variables".into(),
                    }
                })?;
            let started = What::JobStarted {
                job: job.to_owned(),
            };
            match ledger.commit(0, vec![started]) {
                Ok(seq) => return Ok(Some((ready, seq))),
                Err(_) if self.lock().closed => return Ok(None),
                Err(_) => {
                    drop(ledger);
                    std::thread::sleep(AGAIN);
                }
            }
        }
    }

    /// Writes how a job ended, again and again until the log takes it or the crew is closed.
    fn end(
        &self,
        shared: &Shared,
        cause: Option<u64>,
        events: impl Fn(&mut crate::platform::Ledger) -> Vec<What>,
    ) {
        loop {
            let mut ledger = write(shared);
            let events = events(&mut ledger);
            if ledger.commit_as(0, events, cause, None).is_ok() || self.lock().closed {
                return;
            }
            drop(ledger);
            std::thread::sleep(AGAIN);
        }
    }
}

impl Jobs {
    fn idle(&self) -> bool {
        let waits = |(device, queue): (&String, &VecDeque<String>)| {
            queue.is_empty() || self.parked.contains(device)
        };
        self.new.is_empty() && self.busy == 0 && self.queues.iter().all(waits)
    }
}

/// How a job stands that is next for its device.
enum Stands {
    Ready,
    Offline,
    /// It expired, or is no longer there.
    Over,
}

impl Stands {
    fn of(shared: &Shared, job: &str) -> Stands {
        let ledger = read(shared);
        let state = ledger.state();
        match state.jobs.get(job) {
            Some(row) if row.status == JobStatus::Pending => {
                match state.devices.get(&row.device).is_some_and(|d| d.online) {
                    true => Stands::Ready,
                    false => Stands::Offline,
                }
            }
            _ => Stands::Over,
        }
    }
}

/// Whether a device runs on an engine; those of a made-up fleet do not.
fn is_real(ledger: &crate::platform::Ledger, device: &str) -> bool {
    let row = ledger.state().devices.get(device);
    row.is_some_and(|d| !d.engine.is_empty())
}

/// Why a job could not be run to its end.
struct Reason {
    code: &'static str,
    message: String,
    help: String,
}

impl Reason {
    fn of(stop: Stop) -> Reason {
        let (code, message, help) = match stop {
            Stop::Skip(reason) => ("job-not-run", reason, None),
            Stop::Broken { reason, help } => ("job-not-run", reason, help),
            Stop::Mistake { message, help, .. } => ("job-refused", message, Some(help)),
            Stop::Failed | Stop::Interrupted => ("job-not-run", work::ENDED.to_owned(), None),
        };
        let help = help.unwrap_or_else(|| "run the component with `shakedown exec`".to_owned());
        Reason {
            code,
            message,
            help,
        }
    }
}

/// Events of a job that failed without the script's doing: why stands in its stderr and in a note.
fn failed(job: &str, code: &str, message: &str, help: &str) -> Vec<What> {
    let text = format!("shakedown: {message}\n");
    vec![
        What::Output {
            job: job.to_owned(),
            stream: crate::rmm::event::Stream::Stderr,
            bytes: text.len() as u64,
            text: Some(text),
            base64: None,
            cut: false,
        },
        What::Noted {
            job: Some(job.to_owned()),
            note: Note {
                code: code.to_owned(),
                message: message.to_owned(),
                help: help.to_owned(),
            },
        },
        What::JobEnded {
            job: job.to_owned(),
            status: JobStatus::Failure,
            exit: Exit::Interrupted,
        },
    ]
}
