//! Scenario files: syntax -> checked, typed scenario; and their JSON Schema.
//!
//! A file is read into a tree ([`crate::yaml`]); matrix values and parameters are filled into the
//! tree; included worlds are merged below the file's own; then each part is read by its form, a
//! table of keys that also gives the JSON Schema.

pub mod api;
mod assemble;
pub mod comstore;
mod discover;
pub mod error;
pub mod expect;
mod form;
mod group;
pub mod hide;
mod include;
pub mod knob;
mod load;
pub mod matcher;
mod matrix;
mod merge;
pub mod model;
mod param;
pub mod policy;
pub mod psa;
mod read;
mod schema;
mod shown;
pub mod span;
pub mod step;
pub mod text;
mod tree;
pub mod windows;
pub mod workplace;
pub mod world;

pub use discover::discover;
pub use error::{Problem, ScenarioError};
pub use form::time::duration;
pub use load::{load_all, load_path, load_world};
pub use model::Scenario;
pub use schema::schema;
pub use span::{Span, Spanned};

#[cfg(test)]
mod tests;
