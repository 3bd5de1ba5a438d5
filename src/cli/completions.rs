//! `completions`: what a shell needs to complete this program's arguments.

use super::exit::Exit;
use super::{Cli, print};
use clap::CommandFactory;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  shakedown completions bash > ~/.local/share/bash-completion/completions/shakedown
  shakedown completions zsh > ~/.zfunc/_shakedown
  shakedown completions fish > ~/.config/fish/completions/shakedown.fish")]
pub struct CompletionsArgs {
    /// The shell to complete for
    shell: clap_complete::Shell,
}

/// Prints the completions on stdout.
pub fn main(args: &CompletionsArgs) -> Exit {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "shakedown", &mut out);
    print::listing(&out)
}
