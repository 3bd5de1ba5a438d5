//! Text as Windows takes and gives it: UTF-16 ended by NUL.

/// For a call that takes a wide string.
#[must_use]
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// What stands before the first NUL.
#[must_use]
pub fn until_nul(wide: &[u16]) -> String {
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
