//! UTF-16 as Windows takes it.

use super::SysError;

/// `ERROR_INVALID_PARAMETER`
const INVALID_PARAMETER: u32 = 87;

/// A text with the NUL that ends it.
///
/// # Errors
/// The text has a NUL within.
pub fn wide(text: &str) -> Result<Vec<u16>, SysError> {
    if text.contains('\0') {
        return Err(SysError::of(
            format!("a text with a NUL in it: {text:?}"),
            INVALID_PARAMETER,
        ));
    }
    Ok(text.encode_utf16().chain([0]).collect())
}

/// Text up to the first NUL; what is no Unicode becomes U+FFFD.
#[must_use]
pub fn narrow(wide: &[u16]) -> String {
    let end = wide.iter().position(|c| *c == 0).unwrap_or(wide.len());
    String::from_utf16_lossy(&wide[..end])
}
