//! Programs that reach over the device's own network: truly.

mod ping;

use super::Program;
use std::net::Ipv4Addr;

/// The answer to an echo request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Echo {
    /// 0, or Windows' code of what went wrong on the way.
    pub status: u32,
    pub from: Ipv4Addr,
    pub milliseconds: u32,
    /// TTL of the answer.
    pub hops: u8,
}

pub const PROGRAMS: &[Program] = &[Program {
    name: "ping",
    folder: "system32",
    run: ping::run,
}];
