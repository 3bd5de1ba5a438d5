//! A scenario as it was read and checked.

use super::expect::Expect;
use super::span::{FileId, Span, Spanned};
use super::step::{SkipWhen, Step};
use super::world::World;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A source file of a scenario, kept for error messages.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: PathBuf,
    pub text: Arc<str>,
}

/// One entry of `needs:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A command, or an absolute path, that every device has.
    OnDevice(String),
    /// A file beside the scenario, such as one that is built: the path as it is written, and resolved
    /// against the folder of the file it stands in.
    Here { written: String, path: PathBuf },
}

/// One runnable scenario: a file, or one combination of its matrix.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// `scenario:`, with the matrix values filled in.
    pub name: Spanned<String>,
    pub description: Option<String>,
    pub tags: Vec<Spanned<String>>,
    /// `skip:`, why it is not run.
    pub skip: Option<Spanned<String>>,
    /// On which engines `skip` applies.
    pub skip_when: SkipWhen,
    /// `engine:` that every device must have; elsewhere the scenario is skipped with the reason.
    pub engine: Option<Spanned<EngineDemand>>,
    /// `needs:` - what every device, or this project, must have; where something is missing the
    /// scenario is skipped with the reason.
    pub needs: Vec<Spanned<Need>>,
    /// `seed:` fixed by the file.
    pub seed: Option<u64>,
    /// `explore:` - with how many seeds it runs.
    pub explore: Option<Explore>,
    /// A step explores how its runs overlap: its devices must be able to hold them.
    pub holds: bool,
    /// `timeout:` of the whole scenario, real time; 10 minutes unless given.
    pub timeout: Duration,
    /// The combination of `matrix:` this is; empty without one.
    pub matrix: BTreeMap<String, String>,
    pub world: World,
    pub steps: Vec<Step>,
    /// `finally:`, run whatever happened before.
    pub finally: Vec<Step>,
    /// File 0 is the scenario file.
    pub sources: Vec<Source>,
}

/// `explore: { seeds, kills }` - the scenario runs again and again until an expectation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explore {
    /// How many seeds, from the run's on.
    pub seeds: u32,
    /// With each seed one of the explored runs may be killed.
    pub kills: bool,
    pub span: Span,
}

/// An engine a scenario demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineDemand {
    /// `sandbox`: the sandbox, reduced or not.
    Sandbox,
    /// `sandbox-full`: the sandbox as root, not reduced.
    SandboxFull,
    /// `host`, `wine`, `container`: not part of this version, skipped with the reason.
    Host,
    Wine,
    Container,
}

/// Checked expectations with their place, shared by several steps.
pub type SharedExpect = Arc<Expect>;

impl Scenario {
    /// The source a span points into.
    pub fn source(&self, file: FileId) -> Option<&Source> {
        self.sources.get(file as usize)
    }

    /// The folder that relative paths of this scenario's own file are relative to.
    pub fn path(&self) -> Option<&PathBuf> {
        self.sources.first().map(|s| &s.path)
    }

    /// A span of the first line, for messages about the whole file.
    pub fn whole(&self) -> Span {
        self.name.span
    }
}
