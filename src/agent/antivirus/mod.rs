//! What antivirus a device has, as the Agent sees it by itself: by `antivirus.json`, by
//! SecurityCenter2 on Windows clients, by the checks that vendors gave to Universal Antivirus.
//!
//! The file comes first, for it overrides what is detected `[A]`; then SecurityCenter2, which is how
//! workstations are known `[O]`; then the vendors' checks, without which servers are not `[O]`. That
//! a check counts on a workstation too, where SecurityCenter2 lists nothing, is inference `[I]`.

mod check;
mod file;

pub use file::{Reading, read};

use crate::engine::{Cancel, Device, EngineError};
use crate::rmm::event::Note;
use crate::rmm::observed::Observed;
use crate::rmm::os::Os;
use crate::rmm::portal::{Antivirus, AntivirusSource, AntivirusStatus};
use crate::rmm::uav::UavProduct;
use serde_json::Value;

/// Where the Agent looks for the file on Windows `[A]`.
const ON_WINDOWS: &str = r"C:\ProgramData\CentraStage\AEMAgent\antivirus.json";

/// The file's place on a device: elsewhere than on Windows the knob `antivirus-json` says it.
pub fn place(os: Os, elsewhere: &str) -> &str {
    match os {
        Os::Windows => ON_WINDOWS,
        Os::Linux | Os::Macos => elsewhere,
    }
}

/// What the Agent looks by.
pub struct Look<'l> {
    pub os: Os,
    /// Place of `antivirus.json`.
    pub file: &'l str,
    /// Products whose vendors gave their checks.
    pub products: &'l [UavProduct],
    /// Environment of the vendors' commands.
    pub env: Vec<(String, String)>,
    /// How long ago a Unix date was, in milliseconds; less than 0: it lies ahead.
    pub age_ms: &'l dyn Fn(i64) -> i64,
    pub cancel: &'l Cancel,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub antivirus: Antivirus,
    pub notes: Vec<Note>,
    /// What vendors' commands did; none where none was run.
    pub observed: Option<Observed>,
}

/// Looks for a device's antivirus. What is wrong on the device is told in notes.
///
/// # Errors
/// The engine broke.
pub fn find(device: &dyn Device, look: &Look<'_>) -> Result<Found, EngineError> {
    let mut found = Found {
        antivirus: Antivirus::none(),
        notes: Vec::new(),
        observed: None,
    };
    if let Some(told) = by_file(device, look.file, &mut found.notes)? {
        found.antivirus = told;
    } else if let Some(told) = device
        .windows()
        // Servers have no SecurityCenter2, whatever they are declared to have.
        .filter(|w| w.fact("os")["ProductType"] == CLIENT)
        .and_then(|w| by_center(&w.fact("antivirusProducts")))
    {
        found.antivirus = told;
    } else {
        check::products(device, look, &mut found)?;
    }
    Ok(found)
}

/// `ProductType` of a client, `Win32_OperatingSystem` (Microsoft Learn).
const CLIENT: u64 = 1;

/// By `antivirus.json`; none: there is none.
fn by_file(
    device: &dyn Device,
    path: &str,
    notes: &mut Vec<Note>,
) -> Result<Option<Antivirus>, EngineError> {
    let bytes = match device.read_file(path, file::LARGEST + 1) {
        // What stands in its place is the component's affair, not the engine's.
        Err(EngineError::File { source, .. }) => {
            notes.push(super::note(
                "antivirus-json-unreadable",
                format!(
                    "{path} cannot be read ({source}): the device counts as without an antivirus"
                ),
                "write a regular file there, or remove what stands in its place",
            ));
            return Ok(Some(Antivirus::by(AntivirusSource::File)));
        }
        other => other?,
    };
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let reading = read(&bytes, path);
    notes.extend(reading.notes);
    Ok(Some(reading.antivirus))
}

/// The antivirus that SecurityCenter2 tells of: another than Windows' own before it.
fn by_center(products: &Value) -> Option<Antivirus> {
    let products = products.as_array()?;
    let name = |p: &Value| p["displayName"].as_str().unwrap_or_default().to_owned();
    let other = products.iter().find(|p| name(p) != "Windows Defender");
    let product = other.or(products.first())?;
    let state = product["productState"].as_u64().unwrap_or_default();
    Some(Antivirus {
        product: name(product),
        // The second byte says whether it is on, the third whether its signatures are old.
        status: AntivirusStatus::of(state & 0x1000 != 0, state & 0x10 == 0),
        source: Some(AntivirusSource::SecurityCenter),
    })
}

#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod tests;
