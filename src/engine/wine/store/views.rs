//! What the harness reads of a device's stores, as types.

use super::Stores;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// Level of an event as Windows numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventLevel {
    /// 0: audits of the Security log.
    LogAlways,
    Critical,
    Error,
    Warning,
    Information,
    Verbose,
}

impl EventLevel {
    fn of(event: &Value) -> EventLevel {
        match event["level"].as_u64() {
            Some(0) => EventLevel::LogAlways,
            Some(1) => EventLevel::Critical,
            Some(2) => EventLevel::Error,
            Some(3) => EventLevel::Warning,
            Some(5) => EventLevel::Verbose,
            Some(_) => EventLevel::Information,
            None => match event["type"].as_str() {
                Some("Critical") => EventLevel::Critical,
                Some("Error") => EventLevel::Error,
                Some("Warning") => EventLevel::Warning,
                Some("Verbose") => EventLevel::Verbose,
                Some("SuccessAudit" | "FailureAudit") => EventLevel::LogAlways,
                _ => EventLevel::Information,
            },
        }
    }

    /// The word of Event Viewer.
    pub fn word(self) -> &'static str {
        match self {
            EventLevel::Critical => "Critical",
            EventLevel::Error => "Error",
            EventLevel::Warning => "Warning",
            EventLevel::LogAlways | EventLevel::Information => "Information",
            EventLevel::Verbose => "Verbose",
        }
    }
}

/// One entry of the device's event log.
#[derive(Debug, Clone, PartialEq)]
pub struct EventEntry {
    /// `Application`, `System`, `Microsoft-Windows-...`.
    pub log: String,
    pub source: String,
    pub id: u32,
    pub level: EventLevel,
    /// An `EventLogEntryType`: `Error`, `Warning`, `Information`, `SuccessAudit`, `FailureAudit`.
    pub kind: String,
    pub message: String,
    pub time: Timestamp,
    /// Number within its log, from 1.
    pub record: u64,
}

/// One scheduled task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskEntry {
    /// `\Folder\`.
    pub path: String,
    pub name: String,
    /// Its definition; none for a declared task that nobody changed.
    pub xml: Option<String>,
    pub last_run: Option<Timestamp>,
    pub last_result: Option<u32>,
}

/// One local user.
#[derive(Debug, Clone, PartialEq)]
pub struct UserEntry {
    pub name: String,
    pub full_name: String,
    pub enabled: bool,
    /// Local groups it is a member of, sorted.
    pub groups: Vec<String>,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

impl Stores {
    /// Entries of the event log in order of their times; what a program cleared is gone.
    pub fn events(&self) -> Vec<EventEntry> {
        let objects = self.list("events");
        let cleared: BTreeMap<String, u64> = objects
            .iter()
            .filter(|(_, e)| e["cleared"] == Value::Bool(true))
            .map(|(_, e)| {
                (
                    text(e, "log").to_lowercase(),
                    e["recordId"].as_u64().unwrap_or(0),
                )
            })
            .collect();
        let mut entries: Vec<EventEntry> = objects
            .iter()
            .filter(|(_, e)| e["cleared"] != Value::Bool(true))
            .map(|(_, e)| EventEntry {
                log: text(e, "log"),
                source: text(e, "source"),
                id: e["id"]
                    .as_u64()
                    .and_then(|id| id.try_into().ok())
                    .unwrap_or(0),
                level: EventLevel::of(e),
                kind: match e["type"].as_str() {
                    Some(kind) => kind.to_owned(),
                    None => match EventLevel::of(e) {
                        EventLevel::Critical | EventLevel::Error => "Error".to_owned(),
                        EventLevel::Warning => "Warning".to_owned(),
                        _ => "Information".to_owned(),
                    },
                },
                message: text(e, "message"),
                time: time(&e["time"]).unwrap_or(Timestamp::UNIX_EPOCH),
                record: e["recordId"].as_u64().unwrap_or(0),
            })
            .filter(|e| {
                cleared
                    .get(&e.log.to_lowercase())
                    .is_none_or(|c| e.record > *c)
            })
            .collect();
        entries.sort_by_key(|e| (e.time, e.record));
        entries
    }

    /// Scheduled tasks by address; removed ones are left out.
    pub fn tasks(&self) -> Vec<TaskEntry> {
        let objects = self.list("tasks").into_iter();
        objects
            .filter(|(_, t)| t["removed"] != Value::Bool(true))
            .map(|(_, t)| TaskEntry {
                path: text(&t, "path"),
                name: text(&t, "name"),
                xml: t["xml"].as_str().map(str::to_owned),
                last_run: time(&t["lastRunTime"]),
                last_result: t["lastTaskResult"].as_u64().and_then(|r| r.try_into().ok()),
            })
            .collect()
    }

    /// Rows of a table: those of the fact, overlaid by the store of the same name; a stored
    /// `{"~removed": key}` hides a row.
    pub fn table(&self, name: &str, key: &str) -> Vec<Value> {
        let mut rows: Vec<(String, Value)> = Vec::new();
        let id = |row: &Value| text(row, key).to_lowercase();
        for row in self.facts().get(name).as_array().into_iter().flatten() {
            rows.push((id(row), row.clone()));
        }
        for (_, row) in self.list(name) {
            if let Some(gone) = row["~removed"].as_str() {
                let gone = gone.to_lowercase();
                rows.retain(|(id, _)| *id != gone);
                continue;
            }
            let new = id(&row);
            match rows.iter_mut().find(|(id, _)| *id == new) {
                Some((_, old)) => *old = row,
                None => rows.push((new, row)),
            }
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Local users in order of their names.
    pub fn users(&self) -> Vec<UserEntry> {
        let groups = self.table("localGroups", "Name");
        let mut users: Vec<UserEntry> = self
            .table("localUsers", "Name")
            .iter()
            .map(|u| {
                let name = text(u, "Name");
                let has = |g: &&Value| {
                    g["Members"].as_array().into_iter().flatten().any(|m| {
                        m.as_str()
                            .is_some_and(|m| m.to_lowercase() == name.to_lowercase())
                    })
                };
                let mut groups: Vec<String> =
                    groups.iter().filter(has).map(|g| text(g, "Name")).collect();
                groups.sort();
                UserEntry {
                    full_name: text(u, "FullName"),
                    enabled: u["Enabled"].as_bool().unwrap_or(true),
                    groups,
                    name,
                }
            })
            .collect();
        users.sort_by_key(|u| u.name.to_lowercase());
        users
    }
}
