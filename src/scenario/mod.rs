//! Scenario files: syntax -> checked, typed scenario; and their JSON Schema.

pub mod expect;
pub mod matcher;
pub mod model;
pub mod span;
pub mod step;
pub mod world;

pub use span::{Span, Spanned};
