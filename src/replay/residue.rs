//! What earlier jobs created in a registry and is still there.

use crate::engine::EngineError;
use crate::engine::windows::Windows;
use crate::rmm::registry;

/// Keys, and values as `KEY\\VALUE`, that are still there.
///
/// # Errors
/// The device does not answer.
pub fn of_registry<'c>(
    windows: &dyn Windows,
    created: impl Iterator<Item = &'c (String, Option<String>)>,
) -> Result<Vec<String>, EngineError> {
    let mut left = Vec::new();
    for (key, value) in created {
        let Some(path) = registry::parse_key(key) else {
            continue;
        };
        let Some(content) = windows.read_key(&path)? else {
            continue;
        };
        match value {
            None => left.push(key.clone()),
            Some(name) if registry::value(&content, name).is_some() => {
                let shown = if name.is_empty() { "(default)" } else { name };
                left.push(format!(r"{key}\{shown}"));
            }
            Some(_) => {}
        }
    }
    Ok(left)
}
