//! UDF write-back on Windows: values `Custom1` ... below `HKLM\SOFTWARE\CentraStage` become UDFs.

use crate::agent::note;
use crate::agent::udf::{Synced, take};
use crate::engine::windows::Windows;
use crate::engine::{Device, EngineError};
use crate::rmm::event::Note;
use crate::rmm::knobs::{Knobs, UdfAfterSync, UdfRegistryView};
use crate::rmm::observed::{Change, Footprint, RegistryEntry};
use crate::rmm::registry::{self, Hive, KeyPath, NamedValue, RegistryData, View};
use std::collections::BTreeMap;

/// The key that scripts write UDFs to `[O]`, as footprints name it.
pub const KEY: &str = r"HKLM\SOFTWARE\CentraStage";

fn key(view: View) -> KeyPath {
    KeyPath {
        hive: Hive::Hklm,
        path: r"SOFTWARE\CentraStage".into(),
        view,
    }
}

/// The Windows side of a device; an engine that has none cannot run Windows jobs.
fn side(device: &dyn Device) -> Result<&dyn Windows, EngineError> {
    device
        .windows()
        .ok_or_else(|| EngineError::Other("the device has no Windows side".into()))
}

/// Puts the key where a running Agent has it, with the values scripts read: `DeviceID`, `Uri`,
/// `AgentFolderLocation` `[A]`.
pub fn seed(device: &dyn Device, device_uid: &str) -> Result<(), EngineError> {
    let text = |name: &str, data: &str| NamedValue {
        name: name.into(),
        data: RegistryData::Sz(data.into()),
    };
    side(device)?.write_values(
        &key(View::Bits64),
        &[
            text("DeviceID", device_uid),
            text("AgentFolderLocation", r"C:\Program Files (x86)\CentraStage"),
        ],
    )
}

/// Reads what a script left in the registry, and consumes it unless the knob says otherwise.
///
/// Arguments as of [`crate::agent::udf::sync`]. Values that only 32-bit programs see are told, and
/// taken where the knob says so.
pub fn sync(
    device: &dyn Device,
    knobs: &Knobs,
    current: &BTreeMap<u16, String>,
    secrets: &[&str],
) -> Result<Synced, EngineError> {
    let windows = side(device)?;
    let mut out = Synced::default();
    let keep = knobs.udf_after_sync == UdfAfterSync::Keep;
    let mut taken = BTreeMap::new();
    for view in [View::Bits64, View::Bits32] {
        let key = key(view);
        let Some(content) = windows.read_key(&key)? else {
            if view == View::Bits64 {
                out.notes.push(note(
                    "centrastage-key-missing",
                    format!("{KEY} is gone: no UDF can be read, and scripts that write one fail"),
                    "leave the key alone: delete the value you wrote, not the key",
                ));
            }
            continue;
        };
        let mut consumed = Vec::new();
        for value in &content.values {
            let number = custom(&value.name, knobs.udf_count);
            let description = value.name.eq_ignore_ascii_case("DeviceDescription");
            if number.is_none() && !description {
                continue;
            }
            if view == View::Bits32 {
                let read = knobs.udf_registry_view == UdfRegistryView::Both;
                out.notes.push(note(
                    "udf-32-bit-view",
                    format!(r"{} was written below HKLM\SOFTWARE\WOW6432Node\CentraStage, where the registry of 32-bit programs is: the Agent reads {}", value.name, if read { "it by the knob udf-registry-view" } else { KEY }),
                    "write it from a 64-bit program, or with `reg add ... /reg:64`",
                ));
                if !read {
                    continue;
                }
            }
            let (RegistryData::Sz(text) | RegistryData::ExpandSz(text)) = &value.data else {
                out.notes.push(note(
                    "udf-type",
                    format!(
                        "{} is {} in the registry; the Agent takes texts (REG_SZ)",
                        value.name,
                        registry::kind(&value.data)
                    ),
                    "write it as REG_SZ: `reg add ... /t REG_SZ`",
                ));
                continue;
            };
            consumed.push(value.name.clone());
            match number {
                Some(n) => {
                    taken.entry(n).or_insert_with(|| text.clone());
                }
                None => out.description = out.description.take().or_else(|| Some(text.clone())),
            }
        }
        if !keep {
            for name in &consumed {
                windows.delete_key(&key, Some(name))?;
            }
        }
    }
    for (number, text) in taken {
        let now = current.get(&number).map_or("", String::as_str);
        if keep && now == text {
            continue;
        }
        take(number, text, knobs, secrets, &mut out);
    }
    Ok(out)
}

/// Values that scripts read and only the Agent writes `[A]`.
const AGENTS: [&str; 3] = ["DeviceID", "AgentFolderLocation", "Uri"];

/// Whether an entry of a footprint is the Agent's affair: its key as such, and the texts in it that
/// it takes as UDFs or as the device's description. All else that a script leaves there stays there.
pub fn is_own(entry: &RegistryEntry, knobs: &Knobs) -> bool {
    if !registry::same(&entry.key, KEY) {
        return false;
    }
    let Some(name) = &entry.value else {
        return entry.change != Change::Deleted;
    };
    let read =
        custom(name, knobs.udf_count).is_some() || name.eq_ignore_ascii_case("DeviceDescription");
    let text = |data: &str| data.starts_with("REG_SZ") || data.starts_with("REG_EXPAND_SZ");
    read && entry.after.as_deref().is_none_or(text)
}

/// Remarks on the Agent's own values that a script changed.
pub fn remarks(footprint: &Footprint) -> impl Iterator<Item = Note> {
    let changed = footprint.registry.iter().filter(|e| {
        let name = e.value.as_deref().unwrap_or_default();
        registry::same(&e.key, KEY) && AGENTS.iter().any(|a| a.eq_ignore_ascii_case(name))
    });
    changed.map(|e| {
        let name = e.value.as_deref().unwrap_or_default();
        note(
            "agent-value-changed",
            format!(
                r"{KEY}\{name} is the Agent's own and was {}",
                match e.change {
                    Change::Deleted => "deleted",
                    _ => "written",
                }
            ),
            "leave it alone: scripts only read it",
        )
    })
}

/// Number of a `CustomN` value, in any case of letters `[A]`.
fn custom(name: &str, most: u16) -> Option<u16> {
    let digits = name
        .get(..6)
        .filter(|front| front.eq_ignore_ascii_case("custom"))
        .and(name.get(6..))?;
    let plain = !digits.starts_with(['0', '+']);
    let number = digits.parse().ok().filter(|_| plain)?;
    (1..=most).contains(&number).then_some(number)
}

#[cfg(test)]
#[path = "udf_tests.rs"]
mod tests;
