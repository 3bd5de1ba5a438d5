//! Scheduled tasks that somebody starts: run beside the jobs, their ends written into the store.

use super::doubles::{FIRST_JOB, environment};
use super::questions::Questions;
use crate::engine::lock;
use crate::engine::windows::link::{JobEvent, Link, LinkError};
use shakedown_helper::protocol::message::{StartOrder, Stdin};
use shakedown_helper::protocol::{Answer, Reply, Request};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread::Builder;

/// Notes by which programs start and end a task.
pub const RUN: &str = "runTask";
pub const END: &str = "endTask";

/// Tasks that run now: their jobs by address in lower case.
#[derive(Debug, Default)]
pub struct Running(Mutex<HashMap<String, Vec<u32>>>);

impl Questions {
    /// Starts a task and answers the call by which it was asked for.
    pub(super) fn run_task(self: &Arc<Self>, task: &str, link: &Arc<Link>, call: u64) {
        let failed = |what: String| link.answer(call, Answer::Failed { what });
        let action = match self.stores.task_action(task, &environment()) {
            Ok(action) => action,
            Err(why) => return failed(why),
        };
        let job = FIRST_JOB | (call as u32 & (FIRST_JOB - 1));
        let order = StartOrder {
            job,
            program: None,
            command_line: action.command_line,
            env: environment(),
            cwd: action.cwd,
            stdin: Stdin::Null,
            code_page: 65_001,
            stop_on_wait: false,
        };
        let (all, of, name) = (Arc::clone(self), Arc::clone(link), task.to_owned());
        let started = Builder::new()
            .name("task".into())
            .spawn(move || all.follow_task(&name, order, &of, call));
        if let Err(e) = started {
            failed(format!("the task could not be started: {e}"));
        }
    }

    fn follow_task(&self, task: &str, order: StartOrder, link: &Link, call: u64) {
        let job = order.job;
        let events = link.follow(job);
        let started = match link.request(Request::Start(Box::new(order))) {
            Ok(Reply::Started { pid }) => self
                .stores
                .task_started(task, pid)
                .map_err(|e| e.to_string()),
            Ok(other) => Err(format!("the helper answers {other:?}")),
            // The service has taken the order; that nothing starts is the task's last result.
            Err(LinkError::Refused {
                code: Some(code), ..
            }) => {
                link.forget(job);
                let written = self.stores.task_not_started(task, code);
                let answer = written.map_or_else(
                    |e| Answer::Failed {
                        what: e.to_string(),
                    },
                    |()| Answer::Done,
                );
                return link.answer(call, answer);
            }
            Err(e) => Err(e.to_string()),
        };
        let answer = match started {
            Ok(()) => Answer::Done,
            Err(what) => {
                link.forget(job);
                return link.answer(call, Answer::Failed { what });
            }
        };
        let folded = task.to_lowercase();
        lock(&self.tasks.0)
            .entry(folded.clone())
            .or_default()
            .push(job);
        link.answer(call, answer);
        let mut exit = None;
        // Its output goes nowhere, as that of Windows' own tasks.
        while let Ok(event) = events.recv() {
            if let JobEvent::Ended {
                exit: code, killed, ..
            } = event
            {
                exit = (!killed).then_some(code);
                break;
            }
        }
        link.forget(job);
        let mut running = lock(&self.tasks.0);
        if let Some(jobs) = running.get_mut(&folded) {
            jobs.retain(|j| *j != job);
        }
        running.retain(|_, jobs| !jobs.is_empty());
        drop(running);
        // Full stores keep what they have.
        let _ = self.stores.task_ended(task, exit);
    }

    /// Ends a task's processes, if it runs.
    pub(super) fn end_task(&self, task: &str, link: &Link) {
        let running = lock(&self.tasks.0);
        for job in running.get(&task.to_lowercase()).into_iter().flatten() {
            // A helper that is gone took it with it.
            let _ = link.tell(Request::Kill { job: *job });
        }
    }
}
