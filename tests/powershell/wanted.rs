//! What a script has to give.

use regex::Regex;
use std::fmt;

/// What an output has to be.
#[derive(Debug)]
pub enum Wanted {
    Text(String),
    Matches(Regex),
    /// Each is one line.
    Lines(Vec<Wanted>),
}

impl Wanted {
    /// Line ends as on Linux, without those at the end.
    pub fn is(&self, output: &str) -> bool {
        let output = output.replace("\r\n", "\n");
        self.fits(output.trim_end_matches('\n'))
    }

    /// The same of errors that 5.1 broke at its console's width, wherever that is: a pattern may hold for
    /// the lines put together again, a text is compared without its line ends.
    pub fn is_when_joined(&self, output: &str) -> bool {
        let joined = |text: &str| text.replace(['\r', '\n'], "");
        self.is(output)
            || match self {
                Wanted::Text(text) => joined(text) == joined(output),
                Wanted::Matches(pattern) => pattern.is_match(&joined(output)),
                Wanted::Lines(_) => false,
            }
    }

    fn fits(&self, output: &str) -> bool {
        match self {
            Wanted::Text(text) => text == output,
            Wanted::Matches(pattern) => pattern.is_match(output),
            Wanted::Lines(wanted) => {
                // No output is no line, or an empty one.
                let lines: Vec<&str> = match output {
                    "" if wanted.is_empty() => Vec::new(),
                    _ => output.split('\n').collect(),
                };
                let pairs = wanted.iter().zip(&lines);
                wanted.len() == lines.len() && pairs.into_iter().all(|(w, l)| w.fits(l))
            }
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Text(text) => write!(f, "{text:?}"),
            Wanted::Matches(pattern) => write!(f, "/{pattern}/"),
            Wanted::Lines(lines) => {
                let shown: Vec<String> = lines.iter().map(Wanted::to_string).collect();
                write!(f, "{}", shown.join(" | "))
            }
        }
    }
}

/// All that a script has to give.
#[derive(Debug)]
pub struct Expected {
    pub stdout: Wanted,
    /// None: not held against anything.
    pub stderr: Option<Wanted>,
    pub exit: i32,
    /// Restarts that it asked for; none: not counted.
    pub reboots: Option<usize>,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, exit code {}", self.stdout, self.exit)?;
        if let Some(stderr) = &self.stderr {
            write!(f, ", stderr {stderr}")?;
        }
        match self.reboots {
            Some(reboots) => write!(f, ", restarts {reboots}"),
            None => Ok(()),
        }
    }
}
