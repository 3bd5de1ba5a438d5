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

/// The table of exit codes, for help texts.
pub const HELP: &str = "Exit codes:
  0    all went as expected
  1    an expectation failed (exec: the job failed)
  2    bad usage, or a file that cannot be read
  3    could not run: an engine broke, or a demanded one is missing
  4    nothing was run: nothing matched, or everything was skipped
  130  interrupted; reports are still written";
