//! Registry hives as text, in the form that Wine keeps them in and the helper writes on a real Windows:
//! what changed between two of them, and what is written into Wine's before a device boots.

mod data;
mod diff;
mod names;
mod section;
mod write;

pub use diff::{Changed, changes};
pub use names::{Names, Root, root, root_store, told, wines_own};
pub use section::Values;
pub use write::Writer;
