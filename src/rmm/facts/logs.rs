//! Event logs that every Windows has with their sizes and sources, and the entries that a start writes
//! (Microsoft Learn, "Eventlog Key", "Event Logs"; names as `wevtutil el` and `wevtutil ep` list them).

use super::declared::LogEvent;
use super::{Making, Table};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Bytes that a channel holds unless it was set.
const CHANNEL_SIZE: u64 = 1_052_672;
/// What names of a device without Defender have not in them.
const DEFENDER: &str = "Windows Defender";

#[derive(Deserialize)]
struct Data {
    /// Logs of before Windows Vista with their sizes in bytes.
    classic: BTreeMap<String, u64>,
    channels: Vec<String>,
    /// Channels that are off unless somebody turns them on.
    disabled: Vec<String>,
    providers: Vec<String>,
    /// Entries of each start; `sinceBoot` is seconds after it.
    boot: Vec<Value>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    serde_json::from_str(include_str!("data/events.json"))
        .expect("data/events.json is read by tests")
});

/// To be called when it is known whether there is a Defender.
pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let defender = facts.contains_key("defender");
    let here = |name: &&String| defender || !name.contains(DEFENDER);
    let row = |name: &String, classic: bool, enabled: bool, size: u64| json!({ "name": name, "classic": classic, "enabled": enabled, "mode": "Circular", "maximumSize": size });
    let classic = DATA
        .classic
        .iter()
        .map(|(name, size)| row(name, true, true, *size));
    let on = DATA
        .channels
        .iter()
        .filter(here)
        .map(|name| row(name, false, true, CHANNEL_SIZE));
    let off = DATA
        .disabled
        .iter()
        .map(|name| row(name, false, false, CHANNEL_SIZE));
    facts.insert("eventLogs".into(), classic.chain(on).chain(off).collect());
    let providers = DATA.providers.iter().filter(here);
    facts.insert(
        "eventProviders".into(),
        providers.cloned().map(Value::from).collect(),
    );
    let declared = m.declared.events.iter().map(event);
    facts.insert(
        "events".into(),
        DATA.boot.iter().cloned().chain(declared).collect(),
    );
}

fn event(e: &LogEvent) -> Value {
    super::seeded::event(
        e.log.as_deref(),
        &e.source,
        e.id,
        e.level.as_deref(),
        &e.message,
    )
    .with_age(e.ago_ms)
}
