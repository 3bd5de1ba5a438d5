//! What the process finds around it: read once in `main`, passed down from there.

use std::ffi::OsString;
use std::path::PathBuf;

/// Arguments, environment and terminal.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// With the program's name first.
    pub arguments: Vec<OsString>,
    /// PATH: where `doctor` looks for programs.
    pub path: Option<OsString>,
    /// SHAKEDOWN_CACHE, else `shakedown` in XDG_CACHE_HOME or `~/.cache`: where `setup` keeps engines.
    pub cache: Option<PathBuf>,
    /// DOCKER_HOST: where a container engine listens.
    pub docker_host: Option<String>,
    /// XDG_RUNTIME_DIR: where a normal user's may.
    pub runtime_dir: Option<PathBuf>,
    /// NO_COLOR is set to anything but nothing.
    pub no_color: bool,
    /// TERM is `dumb`: no escape codes at all.
    pub dumb_terminal: bool,
    /// CI is set: no live lines, whatever the terminal says.
    pub ci: bool,
    pub stdin_terminal: bool,
    pub stdout_terminal: bool,
    pub stderr_terminal: bool,
    /// `--color`, once the arguments are read.
    pub color_choice: ColorChoice,
    /// Width of the terminal on stderr.
    pub columns: Option<usize>,
    /// Cores this process may use.
    pub cores: usize,
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Also into a file or a pipe, whatever NO_COLOR says
    Always,
    /// No escape codes but those of live lines
    Never,
}

/// Width used where there is no terminal.
const PIPED_COLUMNS: usize = 100;

impl Surroundings {
    /// Whether stderr gets colours.
    pub fn color(&self) -> bool {
        match self.color_choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => self.stderr_terminal && !self.no_color && !self.dumb_terminal,
        }
    }

    /// Whether stderr gets live lines.
    pub fn live(&self) -> bool {
        self.stderr_terminal && !self.dumb_terminal && !self.ci
    }

    /// Columns for text on stderr.
    pub fn width(&self) -> usize {
        self.columns
            .filter(|c| *c > 0 && self.stderr_terminal)
            .unwrap_or(PIPED_COLUMNS)
            .clamp(40, 200)
    }
}
