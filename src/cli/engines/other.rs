//! On Windows and macOS: this machine itself, where that is asked for.

use crate::cli::Surroundings;
use crate::engine::{Engine, Engines};
use std::sync::Arc;

/// The engines that devices run on here.
pub fn of_this_machine(_: &Surroundings) -> Arc<dyn Engine> {
    Arc::new(Engines::default())
}
