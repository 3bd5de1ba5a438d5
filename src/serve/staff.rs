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
        Ok(Arc::new(Staff {
            world,
            set,
            cancel,
            crew: Arc::new(Crew::new(false, options.settings.knobs.job_expiry_hours)),
            workers: Mutex::default(),
            audits: Mutex::new(ledger.now_ms().div_euclid(AUDIT_MS)),
        }))
    }

    /// Lets every device's worker begin.
    ///
    /// # Errors
    /// The log cannot be written, or the system gives no threads.
    pub fn begin(self: &Arc<Staff>, shared: &Arc<Shared>) -> std::io::Result<()> {
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
        if std::mem::replace(&mut *audits, round) == round {
            return Ok(());
        }
        let set = |(device, text)| What::DescriptionSet {
            device,
            text,
            origin: Origin::Agent,
        };
        let events: Vec<What> = self.crew.take_undescribed().into_iter().map(set).collect();
        if !events.is_empty() {
            write(shared).commit(0, events)?;
        }
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
