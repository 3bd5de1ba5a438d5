//! Programs that fetch over HTTP: truly, through WinHTTP, which trusts what the device trusts.

mod curl;
mod hello;
mod http;
mod order;
mod print;
mod save;

pub use http::{Failed, Head, Request};
pub use save::save;

use super::Program;

pub const PROGRAMS: &[Program] = &[Program {
    name: "curl",
    folder: "system32",
    run: curl::run,
}];
