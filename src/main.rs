//! The binary: arguments, environment, terminal and exit code. Nothing else reads them.

use shakedown::cli::{self, ColorChoice, Surroundings};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Devices are this same binary: their processes must turn off before anything else is done.
    #[cfg(target_os = "linux")]
    shakedown::engine::sandbox::maybe_become_device_process();
    #[cfg(windows)]
    shakedown::engine::host::maybe_become_helper();
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let docker_host = std::env::var("DOCKER_HOST").ok().filter(|h| !h.is_empty());
    let runtime_dir = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    #[cfg(all(target_os = "linux", feature = "container"))]
    shakedown::engine::container::address::tell_testcontainers(
        docker_host.as_deref(),
        runtime_dir.as_deref(),
    );
    let surroundings = Surroundings {
        arguments: std::env::args_os().collect(),
        path: std::env::var_os("PATH"),
        cache: cache(),
        docker_host,
        runtime_dir,
        no_color: set("NO_COLOR"),
        dumb_terminal: std::env::var_os("TERM").is_some_and(|t| t == "dumb"),
        ci: set("CI"),
        stdin_terminal: std::io::stdin().is_terminal(),
        stdout_terminal: std::io::stdout().is_terminal(),
        stderr_terminal: std::io::stderr().is_terminal(),
        color_choice: ColorChoice::Auto,
        columns: terminal_size::terminal_size_of(std::io::stderr())
            .map(|(terminal_size::Width(columns), _)| usize::from(columns)),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
    };
    cli::main(&surroundings).into()
}

/// Where engines are kept: SHAKEDOWN_CACHE, else the user's cache folder.
fn cache() -> Option<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    set("SHAKEDOWN_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|c| c.join("shakedown")))
        .or_else(|| set("HOME").map(|h| h.join(".cache/shakedown")))
}
