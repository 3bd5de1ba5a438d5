//! A Windows device's registry, services, event log, tasks, users and waiting windows.

use super::text::{number, text};
use super::{Findings, Seen, list, set};
use crate::engine::EngineError;
use crate::engine::windows::Windows;
use crate::rmm::registry::{self, KeyContent, KeyPath};
use crate::scenario::expect::SetExpect;
use crate::scenario::windows::{
    EventExpect, EventsExpect, KeyExpect, PresentExpect, ServiceExpect, ValueExpect, WindowsExpect,
};
use crate::scenario::{Span, Spanned};
use serde_json::Value;
use shakedown_helper::programs::told::tasks::action::action;

/// Holds what is expected of a Windows device, and that no window waited.
///
/// # Errors
/// The device does not answer.
pub fn windows(
    out: &mut Findings,
    m: &WindowsExpect,
    seen: &Seen,
    device: Option<&dyn Windows>,
    step: Span,
) -> Result<(), EngineError> {
    waiting(out, m.windows.as_ref(), seen, step);
    if let Some(expected) = &m.events {
        events(out, expected, seen);
    }
    let Some(device) = device else {
        let other = WindowsExpect {
            events: None,
            ..m.clone()
        };
        if let Some(span) = other.span() {
            let help = "give the device `os: windows`, or leave the expectation out".to_owned();
            let actual = format!("{} is none", seen.device);
            out.failed(
                "windows device",
                "a Windows device".into(),
                actual,
                span,
                Some(help),
            );
        }
        return Ok(());
    };
    for (key, expected) in &m.registry {
        self::key(out, key, expected, device.read_key(key)?.as_ref());
    }
    if !m.services.is_empty() {
        let services = device.services()?;
        for (name, expected) in &m.services {
            let found = services.iter().find(|s| s.name.eq_ignore_ascii_case(name));
            service(out, name, expected, found);
        }
    }
    if !m.tasks.is_empty() {
        let tasks = overlaid(device, "scheduledTasks", "tasks")?;
        for (path, expected) in &m.tasks {
            let found = tasks.iter().find(|(k, _)| k.eq_ignore_ascii_case(path));
            let line =
                found.map(|(_, t)| action(t, &|_| None).map_or_else(|why| why, |a| a.command_line));
            present(out, "tasks", path, expected, line.as_deref());
        }
    }
    if !m.users.is_empty() {
        let users = overlaid(device, "localUsers", "localUsers")?;
        for (name, expected) in &m.users {
            let found = users.iter().find(|(k, _)| k.eq_ignore_ascii_case(name));
            let full = found.map(|(_, u)| field(u, "FullName"));
            present(out, "users", name, expected, full.as_deref());
        }
    }
    Ok(())
}

/// Windows that waited; none is held without being written.
fn waiting(out: &mut Findings, m: Option<&SetExpect>, seen: &Seen, step: Span) {
    let titles: Vec<String> = seen
        .observed
        .windows
        .iter()
        .map(|w| {
            if w.title.is_empty() {
                w.class.clone()
            } else {
                w.title.clone()
            }
        })
        .collect();
    if let Some(m) = m {
        return set::set(out, "windows", m, &titles, "windows that waited");
    }
    if !titles.is_empty() {
        let shown: Vec<String> = seen
            .observed
            .windows
            .iter()
            .map(|w| format!("{} (pid {}) shows {:?}: {}", w.name, w.pid, w.title, w.text))
            .collect();
        let help = "jobs run where nobody sees a window: use the program's silent switch (/S, /qn), and print messages";
        let wanted = "no window that waits for somebody".to_owned();
        out.failed("windows", wanted, list(&shown, 4), step, Some(help.into()));
    }
}

fn key(out: &mut Findings, key: &Spanned<KeyPath>, m: &KeyExpect, found: Option<&KeyContent>) {
    let shown = registry::told_key(key);
    let name = format!("registry.{shown}");
    let there = |there: bool| format!("{shown} {}", if there { "there" } else { "absent" });
    match m {
        KeyExpect::Absent | KeyExpect::Present => {
            let wanted = matches!(m, KeyExpect::Present);
            let is = found.is_some();
            out.check(
                is == wanted,
                &name,
                || there(wanted),
                || there(is),
                key.span,
            );
        }
        KeyExpect::Values(values) => {
            for (value_name, expected) in values {
                let value = found.and_then(|k| registry::value(k, value_name));
                let own = match value_name.is_empty() {
                    true => "(default)",
                    false => value_name.value.as_str(),
                };
                let others = || match found {
                    None => there(false),
                    Some(k) => {
                        let names: Vec<String> = k.values.iter().map(|v| v.name.clone()).collect();
                        format!("the key has {}", list(&names, 12))
                    }
                };
                self::value(
                    out,
                    &format!("{name}.{own}"),
                    expected,
                    value.map(|v| &v.data),
                    others,
                );
            }
        }
    }
}

fn value(
    out: &mut Findings,
    name: &str,
    m: &ValueExpect,
    found: Option<&registry::RegistryData>,
    others: impl Fn() -> String,
) {
    let wanted = m.present.unwrap_or(true);
    let word = |there: bool| {
        if there {
            "a value of this name"
        } else {
            "no such value"
        }
    };
    match found {
        None => out.check(!wanted, name, || word(true).into(), others, m.span),
        Some(data) => {
            let told = || format!("{}: {}", registry::kind(data), registry::text(data));
            if m.present.is_some() {
                out.check(wanted, name, || word(false).into(), told, m.span);
            }
            if let Some(kind) = &m.kind {
                let is = registry::kind(data);
                out.check(
                    is == *kind,
                    &format!("{name}.type"),
                    || kind.clone(),
                    told,
                    m.span,
                );
            }
            if let Some(matcher) = &m.data {
                text(out, name, matcher, registry::text(data).as_bytes());
            }
        }
    }
}

fn service(
    out: &mut Findings,
    name: &str,
    m: &ServiceExpect,
    found: Option<&crate::engine::windows::ServiceInfo>,
) {
    let key = format!("windows-services.{name}");
    let is = found.map_or("absent", |s| s.state.as_str());
    let holds = match m.state.as_deref() {
        Some("present") | None => found.is_some(),
        Some(state) => state == is,
    };
    let wanted = || m.state.clone().unwrap_or_else(|| "present".into());
    out.check(holds, &key, wanted, || is.to_owned(), m.span);
    let Some(found) = found else { return };
    if let Some(start) = &m.start {
        let holds = found.start == *start;
        out.check(
            holds,
            &format!("{key}.start"),
            || start.clone(),
            || found.start.clone(),
            m.span,
        );
    }
    for (part, matcher, is) in [
        ("binary", &m.binary, &found.binary),
        ("account", &m.account, &found.account),
    ] {
        if let Some(matcher) = matcher {
            text(out, &format!("{key}.{part}"), matcher, is.as_bytes());
        }
    }
}

/// Entries of the event log that the step's job wrote.
fn events(out: &mut Findings, m: &EventsExpect, seen: &Seen) {
    let written: Vec<&Value> = seen
        .observed
        .stores
        .iter()
        .filter(|s| s.store == "events")
        .filter_map(|s| s.value.as_ref())
        .filter(|e| e["cleared"] != Value::Bool(true))
        .collect();
    let shown = || {
        let lines: Vec<String> = written.iter().map(|e| event_line(e)).collect();
        list(&lines, 8)
    };
    if m.none {
        let wanted = || "no entry written into the event log".to_owned();
        out.check(written.is_empty(), "eventlog", wanted, shown, m.span);
    }
    for expected in &m.entries {
        let met = written.iter().filter(|e| meets(expected, e)).count();
        match &expected.count {
            Some(n) => number(
                out,
                "eventlog",
                n,
                i64::try_from(met).unwrap_or(i64::MAX),
                "such entries",
            ),
            None => {
                let wanted = || format!("an entry with {}", wanted_event(expected));
                out.check(met > 0, "eventlog", wanted, shown, expected.span);
            }
        }
    }
}

fn meets(m: &EventExpect, e: &Value) -> bool {
    let same = |m: &Option<String>, key: &str| {
        m.as_ref()
            .is_none_or(|want| field(e, key).eq_ignore_ascii_case(want))
    };
    let mut quiet = Findings::default();
    if let Some(id) = &m.id {
        number(&mut quiet, "id", id, e["id"].as_i64().unwrap_or(-1), "");
    }
    if let Some(message) = &m.message {
        text(
            &mut quiet,
            "message",
            message,
            field(e, "message").as_bytes(),
        );
    }
    same(&m.log, "log")
        && same(&m.source, "source")
        && same(&m.level, "type")
        && quiet.failures().next().is_none()
}

fn wanted_event(m: &EventExpect) -> String {
    let mut parts = Vec::new();
    for (key, value) in [("log", &m.log), ("source", &m.source), ("level", &m.level)] {
        parts.extend(value.as_ref().map(|v| format!("{key} {v}")));
    }
    parts.extend(
        m.id.as_ref()
            .and_then(|id| id.equals)
            .map(|id| format!("id {id}")),
    );
    if m.message.is_some() {
        parts.push("such a message".into());
    }
    parts.join(", ")
}

/// `Application Bright 26108 Error: message`, cut.
pub fn event_line(e: &Value) -> String {
    let message: String = field(e, "message").chars().take(120).collect();
    format!(
        "{} {} {} {}: {message}",
        field(e, "log"),
        field(e, "source"),
        e["id"],
        field(e, "type")
    )
}

fn present(out: &mut Findings, kind: &str, name: &str, m: &PresentExpect, found: Option<&str>) {
    let key = format!("{kind}.{name}");
    let wanted = m.present.unwrap_or(true);
    let word = |there: bool| if there { "present" } else { "absent" }.to_owned();
    let is = found.is_some();
    out.check(is == wanted, &key, || word(wanted), || word(is), m.span);
    if let (Some(matcher), Some(found)) = (&m.text, found) {
        text(out, &key, matcher, found.as_bytes());
    }
}

/// Objects of a fact's rows with those of a store laid over them, by the name people know them by.
///
/// # Errors
/// The device does not answer.
pub fn overlaid(
    device: &dyn Windows,
    fact: &str,
    store: &str,
) -> Result<Vec<(String, Value)>, EngineError> {
    let mut out: Vec<(String, Value)> = Vec::new();
    for row in device.facts().get(fact).as_array().into_iter().flatten() {
        out.push((name_of(row), row.clone()));
    }
    for (key, row) in device.list(store)? {
        let removed = row["~removed"]
            .as_str()
            .or_else(|| (row["removed"] == Value::Bool(true)).then_some(key.as_str()));
        let name = removed.map_or_else(|| name_of(&row), str::to_owned);
        out.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
        if removed.is_none() {
            out.push((name, row));
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(out)
}

/// `\Folder\Task`, or the row's own name.
fn name_of(row: &Value) -> String {
    let task = match field(row, "taskName") {
        name if name.is_empty() => (field(row, "path"), field(row, "name")),
        name => (field(row, "taskPath"), name),
    };
    match task {
        (folder, name) if !name.is_empty() => {
            let folder = folder.trim_matches('\\');
            match folder.is_empty() {
                true => format!(r"\{name}"),
                false => format!(r"\{folder}\{name}"),
            }
        }
        _ => field(row, "Name"),
    }
}

fn field(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "windows_tests.rs"]
mod tests;
