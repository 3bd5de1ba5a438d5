//! Sources of event logs in the registry. A source belongs to one log; `eventcreate` registers those that
//! it is given first.
//!
//! Source: Microsoft Learn, "Event Sources", "Eventlog Key", "eventcreate".

use crate::os;
use crate::os::SysError;
use crate::programs::told::desk::same;

/// Logs are its keys, their sources the keys below them.
pub const ROOT: &str = r"SYSTEM\CurrentControlSet\Services\EventLog";
/// What `eventcreate` writes for a source that it makes.
const MESSAGES: &str = r"%SystemRoot%\System32\EventCreate.exe";
/// Error, warning, information.
const TYPES: u32 = 7;

/// A source's registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub log: String,
    /// `eventcreate` made it, and alone may write under its name.
    pub custom: bool,
}

/// Logs that the registry knows; one key beside them is the service's own.
pub fn logs() -> Vec<String> {
    let mut keys = os::values::keys(ROOT);
    keys.retain(|key| !same(key, "Parameters"));
    keys
}

/// The registration of a source, in any case of letters.
pub fn find(source: &str) -> Option<Registered> {
    logs().into_iter().find_map(|log| {
        let path = format!("{ROOT}\\{log}");
        let key = os::values::keys(&path)
            .into_iter()
            .find(|k| same(k, source))?;
        let custom = os::values::number(true, &format!("{path}\\{key}"), "CustomSource");
        Some(Registered {
            log,
            custom: custom == Some(1),
        })
    })
}

/// Registers a source of a log as `eventcreate` does.
///
/// # Errors
/// Windows refuses.
pub fn register(log: &str, source: &str) -> Result<(), SysError> {
    let path = format!("{ROOT}\\{log}\\{source}");
    os::values::set_number(true, &path, "CustomSource", 1)?;
    os::values::set_text(true, &path, "EventMessageFile", MESSAGES, true)?;
    os::values::set_number(true, &path, "TypesSupported", TYPES)
}
