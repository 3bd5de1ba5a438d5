//! The Agents of a scenario's devices, at work on what the REST API queued while the ledger is lent.

use super::{Platform, lock};
use crate::api::Agents;
use crate::platform::State;
use crate::platform::desk::Shared;
use crate::replay::crew::Crew;
use crate::replay::runner::Memory;
use crate::replay::work::Ground;
use crate::rmm::job::JobStatus;
use std::sync::Arc;
use std::time::Duration;

/// Crews that are at work: a job that is queued is told to all of them, and each looks whether it
/// stands in its own ledger.
#[derive(Default)]
pub struct Crews(std::sync::Mutex<Vec<Arc<Crew>>>);

impl Agents for Crews {
    fn queued(&self, account: u16, job: &str) {
        for crew in lock(&self.0).iter() {
            crew.queued(account, job);
        }
    }
}

/// Jobs that the API queued and that wait for their Agent, in their order.
pub fn waiting(state: &State) -> Vec<String> {
    let jobs = state.jobs.iter();
    jobs.filter(|(_, job)| job.status == JobStatus::Pending && job.by.is_some())
        .map(|(id, _)| id.to_owned())
        .collect()
}

/// A crew for as long as the ledger is lent.
pub struct Hands<'g> {
    platform: &'g Platform,
    ground: Ground<'g>,
    crew: Arc<Crew>,
}

impl<'g> Hands<'g> {
    pub fn new(platform: &'g Platform, ground: Ground<'g>) -> Hands<'g> {
        Hands {
            platform,
            ground,
            crew: Arc::new(Crew::new(true, ground.world.knobs.api.job_expiry_hours)),
        }
    }

    /// Runs what is queued while `meanwhile` is at work, and then what is left of it.
    pub fn beside<R>(&self, shared: &Shared, most: Duration, meanwhile: impl FnOnce() -> R) -> R {
        lock(&self.platform.crews.0).push(Arc::clone(&self.crew));
        let done = self.at_work(shared, most, meanwhile);
        lock(&self.platform.crews.0).retain(|c| !Arc::ptr_eq(c, &self.crew));
        done
    }

    /// Runs jobs that wait.
    pub fn work_off(&self, shared: &Shared, most: Duration, waiting: &[String]) {
        for job in waiting {
            self.crew.queued(0, job);
        }
        self.at_work(shared, most, || ());
    }

    fn at_work<R>(&self, shared: &Shared, most: Duration, meanwhile: impl FnOnce() -> R) -> R {
        std::thread::scope(|threads| {
            for device in self.ground.devices.keys() {
                threads.spawn(|| self.crew.work(self.ground, shared, device));
            }
            let closing = Closing(&self.crew);
            let done = meanwhile();
            self.crew.wait_idle(most);
            drop(closing);
            done
        })
    }

    /// Hands over what the jobs left for later steps.
    pub fn remembered(&self, memory: &mut Memory) {
        memory.undescribed.extend(self.crew.take_undescribed());
        for (device, paths) in self.crew.take_created() {
            memory.created.entry(device).or_default().extend(paths);
        }
    }
}

/// Closes a crew also where a panic passes by: its workers would be waited for without end.
struct Closing<'c>(&'c Crew);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
