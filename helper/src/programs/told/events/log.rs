//! Entries and logs in the stores `events` and `eventLogs`.
//!
//! An entry: `log`, `source`, `id`, `level` or `type`, `time`, `message`, `recordId`, and where known
//! `data` (list, or name to value), `category`, `userId`, `computer`, `processId`, `keywords`. A log
//! that was cleared: `{log, cleared: true, recordId}` under `cleared|LOG`.

use crate::programs::told::clock::Moment;
use crate::programs::told::desk::{Desk, Stop, same};
use crate::programs::told::row::Row;
use serde_json::json;

/// Logs that every Windows has in its registry from the start; "Event Logs in Windows Vista" and
/// "Eventlog Key", Microsoft Learn.
pub const CLASSIC: [&str; 3] = ["Application", "Security", "System"];
/// Channels that every Windows has beside the classic logs.
pub const CHANNELS: [&str; 2] = ["ForwardedEvents", "Setup"];

/// A new entry.
#[derive(Debug, Clone)]
pub struct Entry {
    pub log: String,
    pub source: String,
    pub id: u32,
    /// `Error`, `Warning`, `Information`, `SuccessAudit`, `FailureAudit`.
    pub kind: String,
    pub message: String,
    pub category: u32,
}

/// A log with its settings; what is not known is none.
#[derive(Debug, Clone, Default)]
pub struct Log {
    pub name: String,
    pub classic: bool,
    pub row: Row,
}

/// Writes an entry under the next number of its log; this process writes it, its message is its data.
pub fn add(desk: &Desk<'_, '_>, entry: Entry) -> Result<u64, Stop> {
    let data = [entry.message.clone()];
    add_with(desk, entry, &data, std::process::id())
}

/// Writes an entry of the process `pid` with its texts under the next number of its log.
pub fn add_with(desk: &Desk<'_, '_>, entry: Entry, data: &[String], pid: u32) -> Result<u64, Stop> {
    let all = desk.list("events")?;
    let mut number = last(&all, &entry.log);
    let level = match entry.kind.as_str() {
        "Error" => 2,
        "Warning" => 3,
        "SuccessAudit" | "FailureAudit" => 0,
        _ => 4,
    };
    loop {
        number += 1;
        let value = json!({
            "log": entry.log,
            "source": entry.source,
            "id": entry.id,
            "type": entry.kind,
            "level": level,
            "time": Moment::now().iso(),
            "recordId": number,
            "message": entry.message,
            "data": data,
            "category": entry.category,
            "userId": "S-1-5-18",
            "processId": pid,
        });
        let key = format!("{}|{number}", entry.log);
        if desk.swap("events", &key, serde_json::Value::Null, value)? {
            return Ok(number);
        }
    }
}

/// Highest number a log ever had.
pub fn last(all: &[Row], log: &str) -> u64 {
    let own = all
        .iter()
        .filter(|e| e.text("log").is_some_and(|l| same(&l, log)));
    own.filter_map(|e| e.number("recordId")).max().unwrap_or(0)
}

/// Entries of one log, oldest first, without those that were cleared.
pub fn entries(desk: &Desk<'_, '_>, log: &str) -> Result<Vec<Row>, Stop> {
    let own = desk.list("events")?.into_iter();
    let (cleared, mut entries): (Vec<Row>, Vec<Row>) = own
        .filter(|e| e.text("log").is_some_and(|l| same(&l, log)))
        .partition(|e| e.flag("cleared") == Some(true));
    let from = cleared.iter().filter_map(|e| e.number("recordId")).max();
    entries.retain(|e| e.number("recordId").unwrap_or(0) > from.unwrap_or(0));
    entries.sort_by_key(|e| e.number("recordId").unwrap_or(0));
    Ok(entries)
}

/// Empties a log, and writes down that it was: into Security for Security itself, else into System.
pub fn clear(desk: &Desk<'_, '_>, log: &str) -> Result<(), Stop> {
    empty(desk, log)?;
    let audit = same(log, "Security");
    let (log, id, kind, message) = match audit {
        true => (
            log,
            1102,
            "SuccessAudit",
            "The audit log was cleared.".to_owned(),
        ),
        false => (
            "System",
            104,
            "Information",
            format!("The {log} log file was cleared."),
        ),
    };
    let entry = Entry {
        log: log.to_owned(),
        source: "Microsoft-Windows-Eventlog".to_owned(),
        id,
        kind: kind.to_owned(),
        message,
        // "Log clear".
        category: 104,
    };
    add_with(desk, entry, &[], std::process::id()).map(drop)
}

fn empty(desk: &Desk<'_, '_>, log: &str) -> Result<(), Stop> {
    let all = desk.list("events")?;
    let last = last(&all, log);
    for entry in all
        .iter()
        .filter(|e| e.text("log").is_some_and(|l| same(&l, log)))
    {
        if entry.flag("cleared") != Some(true)
            && let (Some(name), Some(number)) = (entry.text("log"), entry.number("recordId"))
        {
            desk.remove("events", &format!("{name}|{number}"))?;
        }
    }
    let mark = json!({ "log": log, "cleared": true, "recordId": last });
    desk.put("events", &format!("cleared|{log}"), mark)
}

/// Every log of the device, sorted by name: Windows' own, the declared ones, and those with entries.
pub fn logs(desk: &Desk<'_, '_>) -> Result<Vec<Log>, Stop> {
    let mut logs: Vec<Log> = Vec::new();
    let mut add = |name: String, row: Row| match logs.iter_mut().find(|l| same(&l.name, &name)) {
        Some(log) => log.row.0.extend(row.0),
        None => logs.push(Log {
            classic: CLASSIC.iter().any(|c| same(c, &name)) || row.flag("classic") == Some(true),
            name,
            row,
        }),
    };
    for name in CLASSIC.into_iter().chain(CHANNELS) {
        add(name.to_owned(), Row::default());
    }
    for name in super::source::logs() {
        add(name, Row::of(json!({ "classic": true })));
    }
    for row in desk.table("eventLogs", "name")?.unwrap_or_default() {
        if let Some(name) = row.full("name") {
            add(name, row);
        }
    }
    for entry in desk.list("events")? {
        if let Some(name) = entry.full("log") {
            add(name, Row::default());
        }
    }
    logs.sort_by_key(|l| l.name.to_lowercase());
    Ok(logs)
}

/// The log of a name in any case.
pub fn find(desk: &Desk<'_, '_>, name: &str) -> Result<Option<Log>, Stop> {
    Ok(logs(desk)?.into_iter().find(|l| same(&l.name, name)))
}
