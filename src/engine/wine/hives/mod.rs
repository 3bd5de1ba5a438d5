//! Wine's registry hives as text: what changed between two of them, and what is written into them
//! before a device boots.

mod data;
mod diff;
mod names;
mod section;
mod write;

pub use diff::{Changed, changes};
pub use names::{Root, root, root_store, told, wines_own};
pub use section::Values;
pub use write::Writer;
