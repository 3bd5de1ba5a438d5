//! Overlapping runs, explored: they go on one at a time, from one system call on a file to the
//! next, in an order that the seed decides, so that the order that broke something comes again.

mod conductor;
mod tally;

pub use conductor::{Plan, conduct};
pub use tally::{Explored, Tally};
