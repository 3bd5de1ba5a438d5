//! What events are made of.

use serde::{Deserialize, Serialize};

/// A place in a scenario file, 1-based.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// Length in bytes, for underlining.
    pub length: usize,
    /// Offset in bytes from the start of the file.
    pub offset: usize,
}

/// One stream of a script's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    Stdout,
    Stderr,
}

/// Verdict over a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "verdict")]
pub enum Verdict {
    Passed,
    /// At least one expectation failed.
    Failed,
    /// Not run, and why.
    Skipped {
        reason: String,
    },
    /// It could not run: an engine broke, a file vanished.
    Broken {
        reason: String,
        help: Option<String>,
    },
    /// Ctrl-C.
    Interrupted,
}

/// Who set a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The scenario's world, before the first step.
    World,
    Portal,
    Agent,
    Api,
}

/// A remark of the Agent or the platform on what a component did: a trap, a near-miss, an oddity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Stable name, kebab-case: `empty-component-value`, `near-miss-marker`, `udf-overlong`.
    pub code: String,
    /// What was seen.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl Note {
    /// Code of the note that a job was ended before its timeout, because something of it waits.
    pub const ENDED_EARLY: &str = "ended-early";
    /// It says that.
    pub fn ended_early(&self) -> bool {
        self.code == Note::ENDED_EARLY
    }
}
