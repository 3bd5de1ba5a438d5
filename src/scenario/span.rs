//! Where a value stands in its file.

/// Index of a source file within a loaded scenario ([`super::model::Scenario::sources`]):
/// 0 is the scenario file itself, the others are its includes.
pub type FileId = u32;

/// A place in a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub file: FileId,
    /// Byte offset and length.
    pub offset: usize,
    pub len: usize,
    /// 1-based.
    pub line: usize,
    pub column: usize,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}
