//! The operations, one file for each subject: its rows of the table and what they do.

use super::table::Operation;

/// Rows of the table, by subject.
pub static ALL: &[&[Operation]] = &[];
