//! Runs scenarios: the world is set up, steps are done one after another, and each is judged.

mod audit;
mod capture;
mod clock;
pub mod crew;
mod exec;
mod explore;
pub mod judge;
pub mod monitoring;
mod needs;
mod outside;
pub mod platform;
mod residue;
mod responses;
mod runner;
mod schedule;
mod scope;
pub mod setup;
mod snapshot;
mod spec;
mod stage;
mod steps;
mod verdict;
pub mod work;

pub use exec::{ExecOptions, ExecReport, exec};
pub use schedule::{begin, run};
pub use stage::skip_reason;
pub use verdict::Stop;

use crate::scenario::model::EngineDemand;
use std::path::PathBuf;

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Scenarios at once; at least 1.
    pub jobs: usize,
    /// Every id, MAC address, stagger and order is derived from it.
    pub seed: u64,
    /// Start no further scenario after one failed.
    pub fail_fast: bool,
    /// How often a failed scenario is tried again; one that then passes is flaky.
    pub retries: u32,
    /// Leave the devices of the last attempt running.
    pub keep: bool,
    /// Write snapshots instead of comparing with them.
    pub bless: bool,
    /// Engine every device must have.
    pub engine: Option<EngineDemand>,
    /// Folder below which each run gets a folder of its own.
    pub record_root: PathBuf,
}

/// How a run went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSummary {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    pub broken: u32,
    /// Of the passed ones, those that needed a retry.
    pub flaky: u32,
    pub interrupted: bool,
    /// Folder of the run's record.
    pub record: PathBuf,
}

/// Why a run could not be made at all.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("cannot write the record in {}: {source}", .path.display())]
    Record {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the engine that was asked for is missing: {0}")]
    EngineMissing(String),
    #[error(transparent)]
    Component(#[from] crate::component::ComponentError),
    #[error(transparent)]
    Engine(#[from] crate::engine::EngineError),
    #[error("{message}")]
    Usage { message: String, help: String },
    /// Real, or skipped with the reason.
    #[error("not run: {0}")]
    Skipped(String),
}
