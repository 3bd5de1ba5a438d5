//! Output of commands. A reader that went away (`| head`) ends nothing.

use super::{Exit, Surroundings};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use std::io::{ErrorKind, Write};

/// What was to go to stdout and did not.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to stdout: {0}")]
pub struct StdoutError(#[from] std::io::Error);

impl StdoutError {
    /// The reader went away (`| head`): it has all that it wanted.
    pub fn closed(&self) -> bool {
        self.0.kind() == ErrorKind::BrokenPipe
    }
}

/// Machine output.
///
/// # Errors
/// It could not be written whole.
pub fn stdout(bytes: &[u8]) -> Result<(), StdoutError> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush())?;
    Ok(())
}

/// Output of a command that only tells something. What cannot be written is an error, but a
/// reader that went away is none.
pub fn listing(bytes: &[u8]) -> Exit {
    match stdout(bytes) {
        Err(e) if !e.closed() => {
            error(&e, None);
            Exit::Usage
        }
        _ => Exit::Ok,
    }
}

/// A line for people.
pub fn stderr(line: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{line}");
}

/// A failure of the command itself, with every cause, and how to mend it.
pub fn error(error: &dyn std::error::Error, help: Option<&str>) {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    let mut last = error.to_string();
    while let Some(c) = cause {
        let this = c.to_string();
        // Messages that already tell their source would say it twice.
        if !last.contains(&this) {
            text.push_str(&format!("\n  because {this}"));
        }
        last = this;
        cause = c.source();
    }
    if let Some(help) = help {
        text.push_str(&format!("\n  help: {help}"));
    }
    stderr(&text);
}

/// An error that points into a file: its lines, the place and the help, as wide as the terminal.
pub fn diagnostic(error: &dyn Diagnostic, around: &Surroundings) {
    let theme = match around.color() {
        true => GraphicalTheme::unicode(),
        false => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(around.width())
        .with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, error).is_err() {
        text = format!("error: {error}");
    }
    stderr(text.trim_end());
}
