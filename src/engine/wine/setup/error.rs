//! Why `setup` could not do its work.

use std::io;
use std::path::Path;

/// What went wrong and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Ctrl-C, SIGTERM or SIGHUP; what was downloaded is kept.
    #[error("interrupted; what was made so far is used by the next run")]
    Interrupted,
    #[error("{what}")]
    Failed {
        what: String,
        /// What the user can do.
        mend: String,
    },
}

/// Result of this module.
pub type Outcome<T> = Result<T, SetupError>;

impl SetupError {
    /// A failure with its way out.
    pub fn new(what: impl Into<String>, mend: impl Into<String>) -> SetupError {
        SetupError::Failed {
            what: what.into(),
            mend: mend.into(),
        }
    }

    /// What the user can do; none where there is nothing to say.
    pub fn mend(&self) -> Option<&str> {
        match self {
            SetupError::Interrupted => None,
            SetupError::Failed { mend, .. } => Some(mend),
        }
    }
}

/// Puts what was done, and where, before an error of the system.
pub fn at<'a>(what: &'a str, path: &'a Path) -> impl FnOnce(io::Error) -> SetupError + 'a {
    move |e| {
        let mend = match e.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "make room there, or set SHAKEDOWN_CACHE to a folder on another disk, and run it again"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "run it as a user that may write there, or set SHAKEDOWN_CACHE to another folder"
            }
            _ => "run it again; `shakedown setup --remove wine` begins anew",
        };
        SetupError::new(format!("cannot {what} {}: {e}", path.display()), mend)
    }
}
