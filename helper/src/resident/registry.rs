//! The harness's requests of the registry.

use super::data;
use crate::protocol::message::{KeyContent, KeyPath, NamedValue};
use crate::windows::SysError;
use crate::windows::registry::{self, Key};

/// A key's keys and values; none: it is not there.
pub fn read(key: &KeyPath) -> Result<Option<KeyContent>, SysError> {
    let Some(open) = Key::open(key)? else {
        return Ok(None);
    };
    let values = open
        .values()?
        .into_iter()
        .map(|(name, kind, bytes)| NamedValue {
            name,
            data: data::read(kind, bytes),
        })
        .collect();
    Ok(Some(KeyContent {
        keys: open.keys()?,
        values,
    }))
}

/// Writes values into a key, made if it is missing.
pub fn write(key: &KeyPath, values: &[NamedValue]) -> Result<(), SysError> {
    let open = Key::create(key)?;
    for value in values {
        let (kind, bytes) = data::write(&value.data);
        open.set(&value.name, kind, &bytes)?;
    }
    Ok(())
}

/// Deletes a value, or a key with all below it; nothing there is no error.
pub fn delete(key: &KeyPath, value: Option<&str>) -> Result<(), SysError> {
    if value.is_none() && key.path.trim_matches('\\').is_empty() {
        return Err(SysError::of("a whole hive is not deleted", 0));
    }
    match value {
        Some(name) => registry::delete_value(key, name)?,
        None => registry::delete_tree(key)?,
    };
    Ok(())
}
