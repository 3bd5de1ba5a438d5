//! Scheduled tasks: those that Windows brings, by client and server, and those that are declared.

use super::declared::Task;
use super::{Making, Table};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// Rows with `taskPath`, `taskName`, and `execute` and `arguments` where the task is no COM handler's.
#[derive(Deserialize)]
struct Data {
    client: Vec<Value>,
    server: Vec<Value>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    serde_json::from_str(include_str!("data/tasks.json")).expect("data/tasks.json is read by tests")
});

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let own = match m.release.is_server() {
        true => &DATA.server,
        false => &DATA.client,
    };
    let declared: Vec<Value> = m.declared.tasks.iter().map(task).collect();
    let is = |a: &Value, b: &Value| {
        ["taskPath", "taskName"]
            .iter()
            .all(|f| match (a[*f].as_str(), b[*f].as_str()) {
                (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
                _ => false,
            })
    };
    let own = own.iter().filter(|o| !declared.iter().any(|d| is(o, d)));
    let all: Vec<Value> = own.chain(&declared).cloned().collect();
    facts.insert("scheduledTasks".into(), Value::Array(all));
}

fn task(t: &Task) -> Value {
    let (folder, name) = t.path.rsplit_once('\\').unwrap_or(("", &t.path));
    let folder = match folder {
        "" => r"\".to_owned(),
        f => format!(r"\{}\", f.trim_matches('\\')),
    };
    json!({ "taskPath": folder, "taskName": name, "execute": t.run, "arguments": t.arguments,
        "userId": t.user.as_deref().unwrap_or("SYSTEM"),
        "state": if t.enabled.unwrap_or(true) { "Ready" } else { "Disabled" } })
}
