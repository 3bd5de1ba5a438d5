//! The operations, one file for each subject: its rows of the table and what they do.

pub mod account;
pub mod activity;
pub mod alerts;
mod audit_rows;
pub mod audits;
mod device_rows;
pub mod devices;
pub mod filters;
mod job_variables;
pub mod jobs;
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
    devices::OPERATIONS,
    alerts::OPERATIONS,
    audits::OPERATIONS,
    activity::OPERATIONS,
    jobs::OPERATIONS,
];
