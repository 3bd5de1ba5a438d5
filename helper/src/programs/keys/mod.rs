//! `reg`: `query` is done here, with its searches and all types of data; the rest is Wine's own.
//!
//! Source: Microsoft Learn, "reg query" (Windows commands).

mod data;
mod order;
mod query;

use super::{Call, Ended, Program};
use crate::os;

/// Programs of this file.
pub(super) const PROGRAMS: &[Program] = &[Program {
    name: NAME,
    folder: "system32",
    run,
}];

const NAME: &str = "reg";

/// What a key holds: names of the keys below it, and name, type and bytes of each value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    pub keys: Vec<String>,
    pub values: Vec<(String, u32, Vec<u8>)>,
}

fn run(call: &mut Call<'_>) -> Ended {
    let queries = call
        .args
        .first()
        .is_some_and(|a| a.eq_ignore_ascii_case("query"));
    let help = call
        .args
        .iter()
        .any(|a| matches!(a.as_str(), "/?" | "-?" | "/h" | "-h" | "/H" | "-H"));
    if queries && !help {
        return query::run(call);
    }
    match os::own::run(NAME, call.line) {
        Ok((_, exit)) => Ended::done(exit),
        Err(what) => call.refuse(format_args!("Wine's own cannot be started: {what}")),
    }
}
