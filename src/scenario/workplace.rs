//! What is expected of a device's Workplace status report.

use super::matcher::{NumberMatcher, TextMatcher};
use super::span::{Span, Spanned};
use crate::rmm::workplace::SyncError;

/// `workplace:` of an expectation. Everything given must hold, and what is not as the page says
/// fails unless `problems` expects it.
#[derive(Debug, Clone, Default)]
pub struct WorkplaceExpect {
    pub span: Span,
    /// Whose report; none on Windows: that of Workplace Server.
    pub user: Option<Spanned<String>>,
    /// `TeamName(UserName)` of macOS' place.
    pub account: Option<Spanned<String>>,
    /// Another place than the vendor's.
    pub file: Option<Spanned<String>>,
    /// `report: absent` is `Some(false)`.
    pub present: Option<Spanned<bool>>,
    /// What is not as the page says, a line each.
    pub problems: Option<TextMatcher>,
    /// Fields by name.
    pub fields: Vec<(&'static str, Spanned<FieldExpect>)>,
}

/// What a field must be.
#[derive(Debug, Clone)]
pub enum FieldExpect {
    /// The report does not have it.
    Absent,
    /// It is there and says nothing that could be read.
    Unreadable,
    Text(Box<TextMatcher>),
    Number(NumberMatcher),
    Flag(bool),
    /// `Now` instead of a time.
    Now,
    /// A word of a closed list.
    Word(&'static str),
    Sync(SyncExpect),
    /// Exactly these, in any order.
    Texts(Vec<String>),
    /// Exactly these, by name.
    Projects(Vec<(Spanned<String>, ProjectExpect)>),
}

/// A sync status: by the word of the page, or by its code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SyncExpect {
    Known(&'static SyncError),
    Code(i64),
}

impl SyncExpect {
    /// Whether a code is the one.
    pub fn takes(self, code: i64) -> bool {
        match self {
            SyncExpect::Known(e) => e.codes.contains(&code),
            SyncExpect::Code(c) => c == code,
        }
    }

    /// For people.
    pub fn shown(self) -> String {
        match self {
            SyncExpect::Known(e) => e.word.to_owned(),
            SyncExpect::Code(c) => c.to_string(),
        }
    }
}

/// A project of the list.
#[derive(Debug, Clone, Default)]
pub struct ProjectExpect {
    pub span: Span,
    pub id: Option<TextMatcher>,
    pub path: Option<TextMatcher>,
    pub bytes: Option<NumberMatcher>,
    pub files: Option<NumberMatcher>,
    pub error: Option<Spanned<SyncExpect>>,
}
