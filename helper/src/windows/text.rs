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

/// The text at a pointer; empty for null.
///
/// # Safety
/// `at` is null or points at UTF-16 that is ended by NUL.
#[must_use]
pub unsafe fn from_wide(at: *const u16) -> String {
    if at.is_null() {
        return String::new();
    }
    let mut length = 0;
    // SAFETY: the caller promises a NUL at the end, and nothing after it is read.
    unsafe {
        while *at.add(length) != 0 {
            length += 1;
        }
        String::from_utf16_lossy(std::slice::from_raw_parts(at, length))
    }
}
