//! The operations, one file for each subject: its rows of the table and what they do.

pub mod account;
pub mod filters;
pub mod sites;
pub mod system;
pub mod user;
pub mod variables;

use super::table::Operation;

/// Rows of the table, by subject.
pub static ALL: &[&[Operation]] = &[
    account::OPERATIONS,
    sites::OPERATIONS,
    variables::OPERATIONS,
    filters::OPERATIONS,
    system::OPERATIONS,
    user::OPERATIONS,
];
