//! The REST API of a scenario's platform: asked by `api:` steps, and by programs on the devices.

mod ask;
mod door;
pub mod hands;
mod lend;
mod names;
mod port;
mod world;

pub use ask::{Answered, Ask, Caller, Tokens};
use door::address;
pub use door::{Answering, gateways, host};
pub use names::unknown;
pub use port::Port;
pub use world::{USER, faults, open, settings, user, users};

use crate::api::auth::TokenSource;
use crate::api::request::Wire;
use crate::api::{Agents, Answer, Api, Fault, Request, Settings};
use crate::engine::GatewayHost;
use crate::platform::desk::{Shared, write};
use crate::rmm::event::What;
use crate::scenario::Scenario;
use crate::scenario::step::{Action, Step};
use crate::scenario::world::World;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most calls of clients that a scenario remembers.
const MOST_CALLS: usize = 100_000;
/// How long the end of a scenario waits for calls that are being answered.
const PATIENCE: Duration = Duration::from_secs(5);

/// A call of the API by a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    pub operation: Option<String>,
    pub method: String,
    /// With its query.
    pub path: String,
    pub status: u16,
    pub user: Option<String>,
    pub body: String,
}

/// The REST API of a scenario's platform.
pub struct Platform {
    pub api: Api,
    crews: Arc<hands::Crews>,
    main: Arc<Shared>,
    /// Ledgers of the branches of a parallel step, by the device that a branch keeps busy.
    branches: Mutex<HashMap<String, Arc<Shared>>>,
    calls: Mutex<Vec<Called>>,
    visits: Mutex<Visits>,
    left: Condvar,
    closed: AtomicBool,
    /// Name by which devices reach it.
    pub host: String,
}

/// How many calls of clients came, and how many of them are answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Visits {
    came: u64,
    left: u64,
}

/// Whether a scenario has a REST API: its world says so, a step asks it, or an expectation does.
pub fn wanted(scenario: &Scenario) -> bool {
    scenario.world.api.given || every_step(scenario).iter().any(|s| asks(s))
}

fn asks(step: &Step) -> bool {
    matches!(step.action, Action::Api(_) | Action::Platform { .. })
        || step.expect.platform.is_some()
}

/// All steps of a scenario, those within others included.
pub fn every_step(scenario: &Scenario) -> Vec<&Step> {
    let mut all: Vec<&Step> = scenario.steps.iter().chain(&scenario.finally).collect();
    let mut at = 0;
    while let Some(step) = all.get(at) {
        if let Action::Parallel(within) | Action::Group { steps: within, .. } = &step.action {
            all.extend(within);
        }
        at += 1;
    }
    all
}

/// A fault of the world or of a step, as the API reads it.
///
/// # Errors
/// What is wrong with it.
pub fn fault(operation: &str, effect: &str) -> Result<Fault, String> {
    let operation = if operation == "all" { "*" } else { operation };
    format!("{operation}={effect}")
        .parse::<Fault>()
        .map_err(|e| e.to_string())
}

impl Platform {
    /// The API in front of a scenario's ledger.
    pub fn new(world: &World, seed: u64, main: Arc<Shared>) -> Platform {
        let crews = Arc::new(hands::Crews::default());
        let api = Api::new(Settings {
            tokens: TokenSource::Seeded(seed),
            ..settings(world, seed)
        })
        .with_agents(Arc::clone(&crews) as Arc<dyn Agents>)
        .started(world.clock_ms);
        faults(world).into_iter().for_each(|f| api.set_fault(f));
        Platform {
            api,
            crews,
            main,
            branches: Mutex::default(),
            calls: Mutex::default(),
            visits: Mutex::default(),
            left: Condvar::new(),
            closed: AtomicBool::new(false),
            host: host(&world.platform),
        }
    }

    /// How a device reaches it; `number` is the device's place in the world.
    pub fn gateways(
        self: &Arc<Self>,
        world: &World,
        device: &str,
        number: usize,
    ) -> Vec<GatewayHost> {
        let (platform, device) = (Arc::clone(self), device.to_owned());
        let answering = Arc::new(move |request: &Request| platform.client(&device, request));
        door::gateways(world, number, answering)
    }

    /// Until the value is dropped, what a device asks goes to this ledger.
    pub fn route(self: &Arc<Self>, device: &str, shared: &Arc<Shared>) -> Route {
        lock(&self.branches).insert(device.to_owned(), Arc::clone(shared));
        Route {
            platform: Arc::clone(self),
            device: device.to_owned(),
        }
    }

    /// How many calls of clients there were so far.
    pub fn called(&self) -> usize {
        lock(&self.calls).len()
    }

    /// Calls of clients from the n-th on.
    pub fn calls(&self, from: usize) -> Vec<Called> {
        lock(&self.calls).get(from..).unwrap_or_default().to_vec()
    }

    /// Answers nobody any more, and waits for those that are being answered. The ledger must not be
    /// held.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.wait_for_those_inside();
    }

    /// Whether clients wait for the ledger.
    pub fn awaited(&self) -> bool {
        let visits = lock(&self.visits);
        visits.left < visits.came
    }

    /// Waits until as many calls are answered as came before. The ledger must not be held.
    pub fn wait_for_those_inside(&self) {
        let visits = lock(&self.visits);
        let came = visits.came;
        let waited = self
            .left
            .wait_timeout_while(visits, PATIENCE, |visits| visits.left < came);
        drop(waited);
    }

    /// Whether clients are answered from this ledger, and not from a branch's.
    pub fn is_main(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.main, shared)
    }

    /// Does something for a client; nothing once the platform is closed.
    fn visit<R>(&self, answer: impl FnOnce() -> R) -> Option<R> {
        lock(&self.visits).came += 1;
        let answered = (!self.closed.load(Ordering::SeqCst)).then(answer);
        lock(&self.visits).left += 1;
        self.left.notify_all();
        answered
    }

    /// Answers a request of a client, on a device or outside.
    fn client(&self, device: &str, request: &Request) -> Option<Answer> {
        self.visit(|| {
            let branch = lock(&self.branches).get(device).cloned();
            let shared = branch.unwrap_or_else(|| Arc::clone(&self.main));
            let (answer, call) = self.answer(&shared, request, None);
            let mut calls = lock(&self.calls);
            let room = calls.len() < MOST_CALLS;
            calls.extend(call.filter(|_| room));
            answer
        })
    }

    /// Answers a request and tells the log of it.
    fn answer(
        &self,
        shared: &Shared,
        request: &Request,
        cause: Option<u64>,
    ) -> (Answer, Option<Called>) {
        let (answer, account, told) = self.api.answer_and_tell(shared, request);
        let call = Called::of(&told, &answer);
        let mut ledger = write(shared);
        for secret in world::tokens(request, &answer) {
            ledger.hide(&secret);
        }
        // A call of nobody is told in the scenario's own account.
        ledger.emit_in(account.unwrap_or(0), told, cause);
        drop(ledger);
        (answer, call)
    }
}

impl Called {
    fn of(told: &What, answer: &Answer) -> Option<Called> {
        let What::ApiCalled {
            operation,
            method,
            path,
            status,
            user,
            body,
            ..
        } = told
        else {
            return None;
        };
        Some(Called {
            operation: operation.clone(),
            method: method.clone(),
            path: path.clone(),
            status: match answer.wire {
                Wire::Cut => 0,
                Wire::Whole | Wire::Later(_) => *status,
            },
            user: user.clone(),
            body: body.clone().unwrap_or_default(),
        })
    }
}

/// Sends what a device asks to a branch's ledger until it is dropped.
pub struct Route {
    platform: Arc<Platform>,
    device: String,
}

impl Drop for Route {
    fn drop(&mut self) {
        lock(&self.platform.branches).remove(&self.device);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
