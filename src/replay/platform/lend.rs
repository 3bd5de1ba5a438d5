//! The ledger lent while something runs, with the REST API at work on it.

use super::Platform;
use super::hands::{self, Hands};
use crate::replay::judge::Seen;
use crate::replay::runner::{Runner, sleep};
use crate::replay::verdict::Stop;
use crate::scenario::step::{Action, Step};
use std::time::Duration;

impl Runner<'_> {
    /// Lends the ledger while something runs on a device. What the device asks of the REST API is
    /// answered meanwhile, and jobs that it queued have run when this ends.
    pub fn lend<R>(&mut self, device: &str, meanwhile: impl FnOnce() -> R) -> R {
        let stage = self.stage;
        let Some(platform) = &stage.platform else {
            return self.ledger.lend(meanwhile);
        };
        let route = platform.route(device, &self.shared);
        let (shared, left) = (&*self.shared, self.time_left());
        let hands = Hands::new(platform, stage.ground());
        let done = self.ledger.lend(|| hands.beside(shared, left, meanwhile));
        drop(route);
        hands.remembered(&mut self.memory);
        done
    }

    /// Waits, but not past an interrupt. Clients are answered meanwhile, and jobs that they queued
    /// have run when this ends; those of a branch's devices wait.
    pub fn pause(&mut self, how_long: Duration) {
        let cancel = self.stage.cancel;
        self.let_in(|_| sleep(how_long, cancel));
    }

    /// Answers clients that wait for the ledger: what runs in the background of a device, or outside.
    pub fn between_steps(&mut self) {
        let platform = self.stage.platform.as_deref();
        if platform.is_some_and(Platform::awaited) {
            self.let_in(|platform| platform.iter().for_each(|p| p.wait_for_those_inside()));
        }
    }

    /// Lends the ledger to clients while something else is done.
    fn let_in(&mut self, meanwhile: impl FnOnce(Option<&Platform>)) {
        let stage = self.stage;
        let platform = stage.platform.as_deref();
        // Nobody reaches a branch's ledger but the device it is lent to.
        let Some(platform) = platform.filter(|p| p.is_main(&self.shared)) else {
            return meanwhile(None);
        };
        let (shared, left) = (&*self.shared, self.time_left());
        let hands = Hands::new(platform, stage.ground());
        let lent = || hands.beside(shared, left, || meanwhile(Some(platform)));
        self.ledger.lend(lent);
        hands.remembered(&mut self.memory);
    }

    /// Waits until the Agents have done what the REST API queued for devices that are online.
    pub fn work_off(&mut self) -> Result<(), Stop> {
        let stage = self.stage;
        let Some(platform) = &stage.platform else {
            return Ok(());
        };
        let waiting = hands::waiting(self.ledger.state());
        if waiting.is_empty() {
            return Ok(());
        }
        let (shared, left) = (&*self.shared, self.time_left());
        let hands = Hands::new(platform, stage.ground());
        self.ledger.lend(|| hands.work_off(shared, left, &waiting));
        hands.remembered(&mut self.memory);
        match stage.cancel.is_cancelled() {
            true => Err(Stop::Interrupted),
            false => Ok(()),
        }
    }

    /// Adds the calls of clients that a step is judged by: those made during it; for one that only
    /// looks, all of them.
    pub(in crate::replay) fn called(&self, step: &Step, before: usize, seen: &mut [Seen]) {
        let Some(platform) = &self.stage.platform else {
            return;
        };
        let from = match step.action {
            Action::Check { .. } => 0,
            _ => before,
        };
        for s in seen {
            s.called = platform.calls(from);
        }
    }
}
