//! What the API sends and takes, with JSON Schema. Names and spelling are the platform's.
//!
//! What is sent borrows from the state, so that a page is served without copying a text; every
//! field is always sent, null where the platform has nothing. What is taken is read and checked
//! in [`request`] against the rules that its schema states.

mod account;
mod activity;
mod alert;
mod audit;
mod component;
mod date;
mod device;
mod esxi;
mod filter;
mod job;
mod page;
mod printer;
pub mod request;
mod site;
mod system;
mod udf;
mod user;
mod variable;
mod words;

pub use account::*;
pub use activity::*;
pub use alert::*;
pub use audit::*;
pub use component::*;
pub use date::*;
pub use device::*;
pub use esxi::*;
pub use filter::*;
pub use job::*;
pub use page::*;
pub use printer::*;
pub use site::*;
pub use system::*;
pub use udf::*;
pub use user::*;
pub use variable::*;
pub use words::*;

use std::borrow::Cow;

/// A text that is sent: borrowed from the state, or made for this answer.
pub type Text<'a> = Cow<'a, str>;

#[cfg(test)]
mod tests;
