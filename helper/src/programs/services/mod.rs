//! Services as `sc` knows them: Wine's own has no `qc`, `queryex`, `config` or list.

pub mod always;
mod order;
mod print;
mod sc;

use super::Program;

/// A service as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    pub name: String,
    pub display: String,
    /// `SERVICE_*` type bits.
    pub kind: u32,
    /// 1 stopped ... 7 paused.
    pub state: u32,
    /// `SERVICE_ACCEPT_*` bits.
    pub accepts: u32,
    pub exit: u32,
    pub own_exit: u32,
    pub checkpoint: u32,
    pub wait_hint: u32,
    pub pid: u32,
    pub flags: u32,
}

/// How a service is set up; none: left as it is, or Windows' default for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    pub kind: Option<u32>,
    /// 0 boot ... 4 disabled.
    pub start: Option<u32>,
    /// With `start` 2: some time after the others.
    pub delayed: Option<bool>,
    pub error: Option<u32>,
    pub binary: Option<String>,
    pub group: Option<String>,
    pub tag: Option<u32>,
    pub display: Option<String>,
    pub depends: Option<Vec<String>>,
    pub account: Option<String>,
    pub password: Option<String>,
}

pub const PROGRAMS: &[Program] = &[Program {
    name: "sc",
    folder: "system32",
    run: sc::run,
}];
