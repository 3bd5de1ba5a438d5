//! The environment block of a new process.

use super::SysError;

/// `ERROR_BAD_ENVIRONMENT`
const BAD_ENVIRONMENT: u32 = 10;

/// The block: `NAME=value`, each with a NUL, sorted by upper-case name as Windows keeps it, with one
/// more NUL at its end. Empty values stay.
///
/// # Errors
/// A name that is empty, or a NUL, or `=` within a name after its first character (`=C:` is a name).
pub fn block(variables: &[(String, String)]) -> Result<Vec<u16>, SysError> {
    let mut sorted: Vec<(Vec<u16>, &(String, String))> = Vec::with_capacity(variables.len());
    for variable in variables {
        let (name, value) = variable;
        let after_first = name.chars().next().map_or(0, char::len_utf8);
        let bad = name.is_empty()
            || name[after_first..].contains('=')
            || name.contains('\0')
            || value.contains('\0');
        if bad {
            return Err(SysError::of(
                format!("a variable that no process can have: {name:?}"),
                BAD_ENVIRONMENT,
            ));
        }
        sorted.push((name.to_uppercase().encode_utf16().collect(), variable));
    }
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let mut block = Vec::new();
    for (_, (name, value)) in sorted {
        block.extend(name.encode_utf16());
        block.push(u16::from(b'='));
        block.extend(value.encode_utf16());
        block.push(0);
    }
    if block.is_empty() {
        block.push(0);
    }
    block.push(0);
    Ok(block)
}
