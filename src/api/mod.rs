//! The platform's REST API.

pub mod types;
