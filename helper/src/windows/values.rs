//! Single values of the registry, as programs read and write them.

use super::SysError;
use super::registry::{Key, delete_value};
use crate::programs::keys::Content;
use crate::protocol::message::{Hive, KeyPath, View};
use windows_sys::Win32::System::Registry::{REG_BINARY, REG_DWORD, REG_EXPAND_SZ, REG_SZ};

fn key(machine: bool, path: &str) -> KeyPath {
    KeyPath {
        hive: if machine { Hive::Hklm } else { Hive::Hkcu },
        path: path.to_owned(),
        view: View::Bits64,
    }
}

fn raw(machine: bool, path: &str, name: &str) -> Option<(u32, Vec<u8>)> {
    let values = Key::open(&key(machine, path)).ok()??.values().ok()?;
    values
        .into_iter()
        .find(|(n, _, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, kind, bytes)| (kind, bytes))
}

/// A text value of HKLM or HKCU, 64-bit view; none: not there, or no text.
#[must_use]
pub fn text(machine: bool, path: &str, name: &str) -> Option<String> {
    let (kind, bytes) = raw(machine, path, name)?;
    let wide: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|c| u16::from_le_bytes([c[0], c[1]]))
        .collect();
    matches!(kind, REG_SZ | REG_EXPAND_SZ).then(|| super::text::narrow(&wide))
}

/// A number of HKLM or HKCU.
#[must_use]
pub fn number(machine: bool, path: &str, name: &str) -> Option<u32> {
    let (kind, bytes) = raw(machine, path, name)?;
    let bytes: [u8; 4] = bytes.try_into().ok()?;
    (kind == REG_DWORD).then(|| u32::from_le_bytes(bytes))
}

/// Bytes of HKLM; none: not there, or no bytes.
#[must_use]
pub fn binary(path: &str, name: &str) -> Option<Vec<u8>> {
    let (kind, bytes) = raw(true, path, name)?;
    (kind == REG_BINARY).then_some(bytes)
}

/// Names of the keys below a key of HKLM.
#[must_use]
pub fn keys(path: &str) -> Vec<String> {
    Key::open(&key(true, path))
        .ok()
        .flatten()
        .and_then(|k| k.keys().ok())
        .unwrap_or_default()
}

/// Writes text; `expands` where it names variables.
///
/// # Errors
/// Windows refuses.
pub fn set_text(
    machine: bool,
    path: &str,
    name: &str,
    value: &str,
    expands: bool,
) -> Result<(), SysError> {
    let bytes: Vec<u8> = value
        .encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect();
    let kind = if expands { REG_EXPAND_SZ } else { REG_SZ };
    Key::create(&key(machine, path))?.set(name, kind, &bytes)
}

/// Writes bytes below HKLM.
///
/// # Errors
/// Windows refuses.
pub fn set_binary(path: &str, name: &str, bytes: &[u8]) -> Result<(), SysError> {
    Key::create(&key(true, path))?.set(name, REG_BINARY, bytes)
}

/// Writes a number below HKLM or HKCU.
///
/// # Errors
/// Windows refuses.
pub fn set_number(machine: bool, path: &str, name: &str, value: u32) -> Result<(), SysError> {
    Key::create(&key(machine, path))?.set(name, REG_DWORD, &value.to_le_bytes())
}

/// Deletes a value; whether it was there.
///
/// # Errors
/// Windows refuses.
pub fn remove(machine: bool, path: &str, name: &str) -> Result<bool, SysError> {
    delete_value(&key(machine, path), name)
}

/// All that a key holds; none: it is not there.
///
/// # Errors
/// Windows refuses.
pub fn content(key: &KeyPath) -> Result<Option<Content>, SysError> {
    let Some(open) = Key::open(key)? else {
        return Ok(None);
    };
    Ok(Some(Content {
        keys: open.keys()?,
        values: open.values()?,
    }))
}
