//! Exit codes: the promise to whoever calls this program from a script.

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything went as expected. Scenarios that were skipped do not change that as long as at
    /// least one passed.
    Ok = 0,
    /// An expectation failed; for `exec`: the job failed or expired.
    Failed = 1,
    /// Bad usage, or a file that cannot be read.
    Usage = 2,
    /// It could not run: an engine broke, or one was demanded and is missing.
    Broken = 3,
    /// Nothing was run: no scenario matched, or every one was skipped.
    Nothing = 4,
    /// Ctrl-C, SIGTERM or SIGHUP; reports were still written.
    Interrupted = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        std::process::ExitCode::from(exit as u8)
    }
}
