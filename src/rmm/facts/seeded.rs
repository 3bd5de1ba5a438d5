//! Entries of the event log as its store holds them.

use serde_json::{Value, json};

/// One entry: log, source, id, level and type, message.
pub struct Entry(Value);

/// An entry; `Application` and `Information` unless given.
pub fn event(
    log: Option<&str>,
    source: &str,
    id: u32,
    level: Option<&str>,
    message: &str,
) -> Entry {
    let kind = level.unwrap_or("Information");
    let number = match kind {
        "Critical" => 1,
        "Error" => 2,
        "Warning" => 3,
        "SuccessAudit" | "FailureAudit" => 0,
        "Verbose" => 5,
        _ => 4,
    };
    Entry(
        json!({ "log": log.unwrap_or("Application"), "source": source, "id": id, "level": number,
        "type": kind, "message": message, "category": 0 }),
    )
}

impl Entry {
    /// The entry, written so many milliseconds before the device's start.
    pub fn with_age(self, ms: Option<u64>) -> Value {
        let mut value = self.0;
        if let Some(ms) = ms {
            value["minutesAgo"] = json!(ms as f64 / 60_000.0);
        }
        value
    }

    /// The entry with its number in the log and the moment it was written.
    pub fn written(self, record: u64, at: jiff::Timestamp) -> Value {
        let mut value = self.0;
        value["recordId"] = json!(record);
        value["time"] = json!(format!("{at:.7}"));
        value
    }
}
