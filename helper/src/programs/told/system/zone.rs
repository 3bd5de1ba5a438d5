//! The device's time zone: what somebody set, else the fact `timeZone`.
//!
//! `Set-TimeZone` and `tzutil /s` write it into the object `machine` of the store `machine` and into the
//! registry, where Wine puts the clock's own zone back when the next program starts; clocks stay in UTC.

use crate::os;
use crate::programs::told::desk::{Desk, Stop, same};
use crate::programs::told::row::Row;
use serde_json::{Value, json};

/// The zones that Windows knows, by `Id`.
pub const ZONES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Time Zones";
/// The zone of the machine.
const OWN: &str = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation";
const STORE: &str = "machine";

/// `Id`, `StandardName` and `Bias`: minutes that local time is behind UTC.
pub fn zone(desk: &Desk<'_, '_>) -> Result<Row, Stop> {
    let fact = desk.facts("timeZone")?;
    let set = Row::of(desk.get(STORE, STORE)?).full("timeZone");
    let Some(id) = set.filter(|id| !fact.full("Id").is_some_and(|own| same(&own, id))) else {
        return Ok(fact);
    };
    let path = format!("{ZONES}\\{id}");
    let name = os::values::text(true, &path, "Std").unwrap_or_else(|| id.clone());
    // A TZI structure begins with the bias.
    let bias = os::values::binary(&path, "TZI")
        .and_then(|bytes| bytes.first_chunk::<4>().copied())
        .map(i32::from_le_bytes);
    Ok(Row::of(
        json!({ "Id": id, "StandardName": name, "Bias": bias }),
    ))
}

/// The row of `Win32_TimeZone`, whose bias counts what local time is ahead of UTC.
pub fn wmi(desk: &Desk<'_, '_>) -> Result<Option<Vec<Row>>, Stop> {
    let mut row = zone(desk)?;
    let Some(id) = row.full("Id") else {
        return Ok(None);
    };
    if let Some(bias) = row.get("Bias").and_then(Value::as_i64) {
        row.set("Bias", -bias);
    }
    let shown = os::values::text(true, &format!("{ZONES}\\{id}"), "Display");
    for name in ["Caption", "Description"] {
        if let Some(shown) = shown.clone().filter(|_| row.get(name).is_none()) {
            row.set(name, shown);
        }
    }
    Ok(Some(vec![row]))
}

/// Sets the zone of an `Id` that Windows knows.
pub fn set(desk: &Desk<'_, '_>, id: &str) -> Result<(), Stop> {
    loop {
        let stored = desk.get(STORE, STORE)?;
        let mut state = Row::of(stored.clone());
        state.set("timeZone", id);
        if desk.swap(STORE, STORE, stored, state.value())? {
            break;
        }
    }
    os::values::set_text(true, OWN, "TimeZoneKeyName", id, false).map_err(|e| Stop::Device {
        what: format!("the registry does not take the zone: {e}"),
    })
}
