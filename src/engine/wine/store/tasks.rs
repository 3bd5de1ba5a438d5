//! Starting scheduled tasks on the harness's side: `schtasks /run` and a scenario's step only ask.
//!
//! ```text
//!  note runTask {task} ─► task_action ─► the harness starts it ─► task_started ... task_ended
//!  note endTask {task} ─► the harness kills it                 ─► task_ended(none)
//! ```

use super::{StoreError, Stores};
use jiff::Timestamp;
use serde_json::{Value, json};
use shakedown_helper::programs::told::shutdown::{KEY as PENDING_KEY, PENDING};
pub use shakedown_helper::programs::told::tasks::action::Action;
use shakedown_helper::programs::told::tasks::{action, store};

/// SCHED_S_TASK_TERMINATED.
const TERMINATED: u32 = 0x41306;
/// An HRESULT of Windows' own error.
const WIN32: u32 = 0x8007_0000;

impl Stores {
    /// What a task starts. `task` is its address (`\Folder\Name`, any case), `env` the environment of
    /// the account it runs as.
    ///
    /// # Errors
    /// There is no such task, it is disabled, or its action is not one program: the text says which.
    pub fn task_action(&self, task: &str, env: &[(String, String)]) -> Result<Action, String> {
        let address = store::address(task);
        let stored = self
            .get("tasks", &store::key(&address))
            .and_then(|value| Some((store::Task::of(value.clone())?, value)));
        let Some((read, value)) = stored else {
            return Err(format!("there is no task {address}"));
        };
        if !read.enabled() {
            return Err(format!("task {address} is disabled"));
        }
        let variable = |name: &str| {
            let found = env.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
            found.map(|(_, v)| v.clone())
        };
        action::action(&value, &variable).map_err(|why| format!("task {address}: {why}"))
    }

    /// Writes down that a task runs now.
    ///
    /// # Errors
    /// The stores are full.
    pub fn task_started(&self, task: &str, pid: u32) -> Result<(), StoreError> {
        let now = Timestamp::now().to_string();
        self.change_task(task, |t| {
            t["lastRunTime"] = json!(now);
            t["launcher"] = json!({ "pid": pid });
        })
    }

    /// Writes down how a task ended; none: it was ended by order.
    ///
    /// # Errors
    /// The stores are full.
    pub fn task_ended(&self, task: &str, exit: Option<u32>) -> Result<(), StoreError> {
        self.change_task(task, |t| {
            t["lastTaskResult"] = json!(exit.unwrap_or(TERMINATED));
            if let Some(fields) = t.as_object_mut() {
                fields.remove("launcher");
            }
        })
    }

    /// Writes down that a task's program could not be started; `code` is Windows' error, such as 2 for a
    /// program that is not there and 267 for a folder.
    ///
    /// # Errors
    /// The stores are full.
    pub fn task_not_started(&self, task: &str, code: u32) -> Result<(), StoreError> {
        let now = Timestamp::now().to_string();
        self.change_task(task, |t| {
            t["lastRunTime"] = json!(now);
            t["lastTaskResult"] = json!(WIN32 | (code & 0xffff));
        })
    }

    /// The device has restarted: no shutdown is pending any more, and no task runs.
    pub fn restarted(&self) {
        let mut inner = self.lock();
        inner.started = jiff::Timestamp::now();
        inner.objects.remove(PENDING, PENDING_KEY);
        let running = inner.objects.list("tasks").into_iter();
        let running: Vec<String> = running
            .filter(|(_, t)| t.get("launcher").is_some())
            .map(|(key, _)| key)
            .collect();
        drop(inner);
        for task in running {
            // Full stores keep what they have.
            let _ = self.task_ended(&task, None);
        }
    }

    /// Changes a task that is there; one that was removed meanwhile stays removed.
    fn change_task(&self, task: &str, change: impl FnOnce(&mut Value)) -> Result<(), StoreError> {
        let key = store::key(&store::address(task));
        let mut inner = self.lock();
        let Some(mut value) = inner.objects.get("tasks", &key).cloned() else {
            return Ok(());
        };
        if value["removed"] != Value::Bool(true) {
            change(&mut value);
            inner.objects.put("tasks", &key, value)?;
        }
        Ok(())
    }
}
