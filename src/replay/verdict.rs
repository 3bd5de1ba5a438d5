//! Why the steps of a scenario ended early.

use crate::agent::JobError;
use crate::engine::EngineError;
use crate::replay::scope::ScopeError;
use crate::rmm::event::Verdict;
use crate::scenario::Span;

/// Why no further step is done.
#[derive(Debug)]
pub enum Stop {
    /// An expectation failed; it is in the log.
    Failed,
    /// It cannot be judged here, and why.
    Skip(String),
    /// The harness or an engine could not do its part.
    Broken {
        reason: String,
        help: Option<String>,
    },
    /// The scenario itself is at fault: shown as a failure with its place.
    Mistake {
        message: String,
        span: Span,
        help: String,
    },
    Interrupted,
}

impl Stop {
    /// The verdict over a scenario that ended so.
    pub fn verdict(&self) -> Verdict {
        match self {
            Stop::Failed | Stop::Mistake { .. } => Verdict::Failed,
            Stop::Skip(reason) => Verdict::Skipped {
                reason: reason.clone(),
            },
            Stop::Broken { reason, help } => Verdict::Broken {
                reason: reason.clone(),
                help: help.clone(),
            },
            Stop::Interrupted => Verdict::Interrupted,
        }
    }
}

impl From<EngineError> for Stop {
    fn from(e: EngineError) -> Stop {
        let help = match &e {
            EngineError::Unavailable { unavailable, .. } => Some(unavailable.ways_out.join("\n")),
            _ => None,
        };
        Stop::Broken {
            reason: e.to_string(),
            help,
        }
    }
}

impl From<ScopeError> for Stop {
    fn from(e: ScopeError) -> Stop {
        Stop::Mistake {
            message: e.message,
            span: e.span,
            help: "a value must be captured, or be one of the world's, before it is used".into(),
        }
    }
}

impl From<JobError> for Stop {
    fn from(e: JobError) -> Stop {
        match e {
            JobError::Skip(skip) => Stop::Skip(skip.reason),
            JobError::Engine(e) => e.into(),
            other => Stop::Broken {
                reason: other.to_string(),
                help: None,
            },
        }
    }
}
