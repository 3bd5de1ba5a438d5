//! The helper EXE that this binary carries.

/// The helper's bytes; none where this binary was built without the Windows target.
pub fn embedded() -> Option<&'static [u8]> {
    let bytes: &'static [u8] = include_bytes!(env!("SHAKEDOWN_HELPER"));
    (!bytes.is_empty()).then_some(bytes)
}
