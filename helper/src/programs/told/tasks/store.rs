//! Tasks in the store.

use super::{definition, file};
use crate::programs::told::desk::{Desk, Stop, same};
use crate::programs::told::row::Row;
use crate::programs::told::xml::{self, Element};
use serde_json::{Value, json};

/// SCHED_S_TASK_HAS_NOT_RUN.
pub const NEVER_RUN: u64 = 0x41303;
/// SCHED_S_TASK_RUNNING.
pub const RUNNING: u64 = 0x41301;
/// SCHED_S_TASK_TERMINATED.
pub const TERMINATED: u64 = 0x41306;

/// A task as it is stored.
#[derive(Debug, Clone)]
pub struct Task {
    /// `\Folder\`.
    pub path: String,
    pub name: String,
    /// The stored object.
    pub row: Row,
    /// Its definition.
    pub definition: Element,
}

impl Task {
    /// The task of a stored object; `None` for one that was removed or has no readable definition.
    pub fn of(value: Value) -> Option<Task> {
        let row = Row::of(value);
        if row.flag("removed") == Some(true) {
            return None;
        }
        let (path, name) = (row.full("path")?, row.full("name")?);
        let definition = match (row.text("xml"), row.get("declared")) {
            (Some(text), _) => xml::read(&text).ok()?,
            (None, Some(declared)) => {
                definition::of_declared(&Row::of(declared.clone()), &format!("{path}{name}"))
            }
            (None, None) => return None,
        };
        Some(Task {
            path,
            name,
            row,
            definition,
        })
    }

    /// `\Folder\Name`.
    pub fn address(&self) -> String {
        format!("{}{}", self.path, self.name)
    }

    /// Its setting `Enabled`, true unless it says otherwise.
    pub fn enabled(&self) -> bool {
        let text = self.definition.at(&["Settings", "Enabled"]);
        !text.is_some_and(|t| matches!(t, "false" | "0"))
    }

    /// It runs at the moment.
    pub fn running(&self) -> bool {
        self.row.get("launcher").is_some()
    }

    /// `Ready`, `Running`, `Disabled`.
    pub fn status(&self) -> &'static str {
        match (self.running(), self.enabled()) {
            (true, _) => "Running",
            (false, true) => "Ready",
            (false, false) => "Disabled",
        }
    }

    /// Its last result, or that it has none or runs.
    pub fn result(&self) -> u64 {
        match self.running() {
            true => RUNNING,
            false => self.row.number("lastTaskResult").unwrap_or(NEVER_RUN),
        }
    }

    /// Stores it with its definition as it is now.
    pub fn save(&self, desk: &Desk<'_, '_>) -> Result<(), Stop> {
        let mut row = self.row.clone();
        row.0.remove("declared");
        row.set("path", self.path.clone());
        row.set("name", self.name.clone());
        row.set("xml", definition::document(&self.definition));
        desk.put("tasks", &key(&self.address()), row.value())?;
        file::write(&self.address(), &definition::document(&self.definition)).map_err(|e| {
            Stop::Device {
                what: format!("the task's file cannot be written: {e}"),
            }
        })
    }

    /// Marks it as removed.
    pub fn remove(&self, desk: &Desk<'_, '_>) -> Result<(), Stop> {
        let row = json!({ "path": self.path, "name": self.name, "removed": true });
        desk.put("tasks", &key(&self.address()), row)?;
        file::remove(&self.address());
        Ok(())
    }
}

/// Key of an address.
pub fn key(address: &str) -> String {
    address.to_lowercase()
}

/// `\Folder\Name` of what `/tn` says.
pub fn address(name: &str) -> String {
    let parts: Vec<&str> = name.split('\\').filter(|p| !p.is_empty()).collect();
    format!("\\{}", parts.join("\\"))
}

/// Folder (`\Folder\`) and name of an address.
pub fn split(address: &str) -> (&str, &str) {
    address.split_at(address.rfind('\\').map_or(0, |at| at + 1))
}

/// Every task, in order of folder and name.
pub fn all(desk: &Desk<'_, '_>) -> Result<Vec<Task>, Stop> {
    let mut tasks: Vec<Task> = desk
        .list("tasks")?
        .into_iter()
        .filter_map(|row| Task::of(row.value()))
        .collect();
    tasks.sort_by_key(|t| (t.path.to_lowercase(), t.name.to_lowercase()));
    Ok(tasks)
}

/// The task of an address.
pub fn find(desk: &Desk<'_, '_>, address: &str) -> Result<Option<Task>, Stop> {
    Ok(Task::of(desk.get("tasks", &key(address))?).filter(|t| same(&t.address(), address)))
}
