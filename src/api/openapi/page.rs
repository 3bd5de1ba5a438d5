//! A page to read the document in, and to try operations out.

/// The page: one HTML text that fetches nothing but the document and what is tried out.
pub fn reader() -> &'static str {
    include_str!("reader.html")
}
