//! The devices of a served world and the crew that works on them.

use super::error::ServeError;
use super::front::Front;
use super::options::Options;
use crate::api::Request;
use crate::engine::Cancel;
use crate::platform::desk::{Shared, read, write};
use crate::platform::expiry::expire;
use crate::platform::{Ledger, State};
use crate::replay::crew::Crew;
use crate::replay::platform;
use crate::replay::setup::{SetUp, Setting, set_up};
use crate::replay::work::Ground;
use crate::rmm::event::{Origin, What};
use crate::rmm::job::JobStatus;
use crate::scenario::world::{Device, World};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread::JoinHandle;

/// Platform time between two audits of a device: at least daily.
const AUDIT_MS: i64 = 24 * 3_600_000;

/// The API as the world's devices reach it: they are booted before it answers, and it must not be
/// kept alive by them.
#[derive(Clone, Default)]
pub struct Inside(Arc<OnceLock<Weak<Front>>>);

impl Inside {
    /// Answers devices from here on.
    pub fn answered_by(&self, front: &Arc<Front>) {
        self.0.get_or_init(|| Arc::downgrade(front));
    }

    fn answering(&self) -> platform::Answering {
        let inside = self.clone();
        Arc::new(move |request: &Request| {
            let front = inside.0.get()?.upgrade()?;
            Some(front.api.answer(&front.shared, request))
        })
    }
}

/// A world's devices, each with its worker.
pub struct Staff {
    world: World,
    set: SetUp,
    cancel: Cancel,
    pub crew: Arc<Crew>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    /// How many times the audits came round.
    audits: Mutex<i64>,
    /// Devices that the state has and the world no longer: nothing runs their jobs.
    lost: Vec<String>,
}

impl Staff {
    /// Sets the world of the options up, if they have one: its devices, users and other accounts.
    /// Jobs are not worked on yet.
    pub fn set_up(
        options: &Options,
        ledger: &mut Ledger,
        fresh: bool,
        inside: &Inside,
    ) -> Result<Arc<Staff>, ServeError> {
        let cancel = Cancel::default();
        let seed = options.settings.seed;
        let world = options.laid_over().unwrap_or_default();
        let set = match (&options.world, &options.engine) {
            (None, _) => SetUp::default(),
            (Some(scenario), Some(engine)) => {
                if let Some(reason) = crate::replay::skip_reason(scenario, &**engine, None) {
                    return Err(ServeError::World {
                        message: reason,
                        help: "`shakedown doctor` says what this machine can run".into(),
                    });
                }
                let gateways = |number: usize, _: &Device| {
                    platform::gateways(&world, number, inside.answering())
                };
                let setting = Setting {
                    world: &world,
                    seed,
                    engine: &**engine,
                    cancel: &cancel,
                    cause: None,
                    fresh,
                    gateways: &gateways,
                    demanded: scenario.engine.as_ref().map(|e| e.value),
                    holds: false,
                };
                let set = set_up(&setting, ledger).map_err(stopped)?;
                platform::open(&world, seed, ledger, None);
                set
            }
            (Some(_), None) => {
                return Err(ServeError::Refused {
                    message: "a world has devices, and there is no engine to run them".into(),
                    help: "give `Options::engine`".into(),
                });
            }
        };
        let lost = lost(ledger, &set);
        for device in &lost {
            if ledger.state().devices.get(device).is_some_and(|d| d.online) {
                let device = device.clone();
                ledger.emit(What::DeviceOnline {
                    device,
                    online: false,
                });
            }
        }
        Ok(Arc::new(Staff {
            lost,
            world,
            set,
            cancel,
            crew: Arc::new(Crew::new(false, options.settings.knobs.job_expiry_hours)),
            workers: Mutex::default(),
            audits: Mutex::new(ledger.now_ms().div_euclid(AUDIT_MS)),
        }))
    }

    /// For people: what of the state no longer runs.
    pub fn notes(&self) -> Vec<String> {
        let note = |device: &String| {
            format!(
                "the world has no device {device} any more; it is offline from here on, and its jobs wait until they expire"
            )
        };
        let mut notes: Vec<String> = self.lost.iter().map(note).collect();
        if !self.world.policies.is_empty() {
            notes.push("policies of the world run in scenarios alone, by `advance`: serve runs none of their monitors".to_owned());
        }
        notes
    }

    /// Lets every device's worker begin.
    ///
    /// # Errors
    /// The log cannot be written, or the system gives no threads.
    pub fn begin(self: &Arc<Staff>, shared: &Arc<Shared>) -> std::io::Result<()> {
        // Nobody works for them, and whoever waits for jobs must not wait for theirs.
        self.lost
            .iter()
            .for_each(|d| self.crew.set_online(d, false));
        self.crew.resume(shared)?;
        for device in self.set.devices.keys() {
            let (staff, shared, device) = (Arc::clone(self), Arc::clone(shared), device.clone());
            let worker = std::thread::Builder::new()
                .name("crew".into())
                .spawn(move || staff.crew.work(staff.ground(), &shared, &device))?;
            self.workers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(worker);
        }
        Ok(())
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            world: &self.world,
            devices: &self.set.devices,
            components: &self.set.components,
            cancel: &self.cancel,
        }
    }

    /// Takes a device off the platform or brings it back.
    ///
    /// # Errors
    /// The engine or the log does not do it.
    pub fn set_online(
        &self,
        shared: &Shared,
        account: u16,
        device: &str,
        online: bool,
    ) -> Result<(), Box<dyn std::error::Error>> {
        if online && account == 0 && self.lost.iter().any(|d| d == device) {
            return Err("the world has no such device any more, so that nothing could run".into());
        }
        let real = self.set.devices.get(device).filter(|_| account == 0);
        if let Some(booted) = real {
            booted.handle.set_online(online)?;
        }
        let told = What::DeviceOnline {
            device: device.to_owned(),
            online,
        };
        write(shared).commit(account, vec![told])?;
        if real.is_some() {
            self.crew.set_online(device, online);
        }
        Ok(())
    }

    /// Lets happen what the platform's clock made due: jobs that waited longer than these hours
    /// expire, and audits bring descriptions that scripts left.
    ///
    /// # Errors
    /// The log cannot be written.
    pub fn tick(&self, shared: &Shared, expiry: u32) -> std::io::Result<()> {
        let (now, due) = {
            let ledger = read(shared);
            let now = ledger.now_ms();
            let due = |(n, state)| (n, expire(state, now, expiry));
            let due: Vec<_> = (0u16..).zip(ledger.accounts()).map(due).collect();
            (now, due)
        };
        for (account, events) in due {
            for what in events {
                let mut ledger = write(shared);
                // Its device may have come for it meanwhile.
                if waits(ledger.account(account), &what) {
                    ledger.commit(account, vec![what])?;
                }
            }
        }
        let round = now.div_euclid(AUDIT_MS);
        let mut audits = self.audits.lock().unwrap_or_else(PoisonError::into_inner);
        if *audits == round {
            return Ok(());
        }
        let set = |(device, text)| What::DescriptionSet {
            device,
            text,
            origin: Origin::Agent,
        };
        let found = self.crew.take_undescribed();
        let events: Vec<What> = found.clone().into_iter().map(set).collect();
        if !events.is_empty() {
            // The next tick tries again.
            write(shared)
                .commit(0, events)
                .inspect_err(|_| self.crew.put_back_undescribed(found))?;
        }
        *audits = round;
        Ok(())
    }

    /// Ends the jobs that run; no further one is begun.
    pub fn interrupt(&self) {
        self.cancel.cancel();
        self.crew.close();
    }

    /// Waits until every worker has ended.
    pub fn join(&self) {
        let workers =
            std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            // A panic in it has been told; its device goes down all the same.
            let _ = worker.join();
        }
    }
}

/// Devices that ran on an engine when the state was written, and that the world no longer has.
fn lost(ledger: &Ledger, set: &SetUp) -> Vec<String> {
    let devices = ledger.state().devices.iter();
    let real = devices.filter(|(_, d)| !d.engine.is_empty());
    real.map(|(key, _)| key.to_owned())
        .filter(|key| !set.devices.contains_key(key))
        .collect()
}

/// Whether the job that is to expire still waits.
fn waits(state: Option<&State>, what: &What) -> bool {
    let What::JobExpired { job } = what else {
        return false;
    };
    state
        .and_then(|s| s.jobs.get(job))
        .is_some_and(|j| j.status == JobStatus::Pending)
}

fn stopped(stop: crate::replay::Stop) -> ServeError {
    use crate::replay::Stop;
    let (message, help) = match stop {
        Stop::Skip(reason) => (reason, None),
        Stop::Broken { reason, help } => (reason, help),
        Stop::Mistake { message, help, .. } => (message, Some(help)),
        Stop::Failed | Stop::Interrupted => ("it was interrupted".to_owned(), None),
    };
    ServeError::World {
        message,
        help: help.unwrap_or_else(|| "`shakedown doctor` says what this machine can run".into()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::platform::record::LogFile;
    use crate::rmm::event::{LogId, NoReader};
    use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat, open};
    use std::collections::BTreeMap;
    use std::sync::RwLock;

    #[test]
    fn descriptions_wait_for_a_log_that_can_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        // A pipe whose reader is gone refuses what is written.
        mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        let flags = OFlags::RDONLY | OFlags::NONBLOCK;
        let reader = open(&path, flags, Mode::empty()).unwrap();
        let log = LogFile::append(&path).unwrap();
        drop(reader);
        let mut ledger = Ledger::new(LogId::Run, Some(log), Arc::new(NoReader), 0);
        let inside = Inside::default();
        let staff = Staff::set_up(&Options::default(), &mut ledger, true, &inside).unwrap();
        let shared: Shared = RwLock::new(ledger);
        let text = BTreeMap::from([("pc".to_owned(), "new".to_owned())]);
        staff.crew.put_back_undescribed(text.clone());
        *staff.audits.lock().unwrap() = -1;
        assert!(staff.tick(&shared, 1).is_err());

        let _reader = open(&path, flags, Mode::empty()).unwrap();
        let before = read(&shared).seq();
        staff.tick(&shared, 1).unwrap();
        assert_eq!(read(&shared).seq(), before + 1, "it is told after all");
        assert!(staff.crew.take_undescribed().is_empty());
    }
}
