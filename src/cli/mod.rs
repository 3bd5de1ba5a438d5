//! The command line: one file for each command. `main` reads the surroundings, these act on them.

mod check;
mod completions;
mod doctor;
mod engines;
mod exec;
mod exec_json;
mod exit;
mod list;
mod load;
mod machine;
mod new;
mod pack;
mod port_file;
mod print;
mod run;
mod schema;
mod secrets;
mod select;
mod serve;
#[cfg(target_os = "linux")]
mod setup;
#[cfg(target_os = "linux")]
mod setup_progress;
mod signals;
mod surroundings;
mod words;

pub use exit::Exit;
pub use surroundings::{ColorChoice, Surroundings};

use clap::{Parser, Subcommand};

/// A dress rehearsal for Datto RMM components.
///
/// Plays the platform, the Agent and the devices on this machine and replays scenario files
/// against real components: it installs, monitors and removes for real, on devices of its own
/// that are gone afterwards, and says with evidence whether everything went as written.
///
/// Not affiliated with Datto or Kaseya.
#[derive(Debug, Parser)]
#[command(name = "shakedown", version, after_help = AFTER_HELP)]
struct Cli {
    /// Colours for people, on stderr
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", global = true)]
    color: ColorChoice,

    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "Begin here:
  shakedown doctor                      what this machine can run
  shakedown run                         replay every scenario under scenarios/

Exit codes:
  0    all went as expected
  1    an expectation failed (exec: the job failed)
  2    bad usage, or a file that cannot be read
  3    could not run: an engine broke, or a demanded one is missing
  4    nothing was run: nothing matched, or everything was skipped
  130  interrupted; reports are still written";

#[derive(Debug, Subcommand)]
enum Command {
    /// Replay scenarios and say what went otherwise
    Run(run::RunArgs),
    /// Run one component as one job on a fresh device and say what it changed
    Exec(exec::ExecArgs),
    /// Be the platform on a port: its REST API, with devices that run what it queues
    Serve(serve::ServeArgs),
    /// Write a component or a scenario to start from
    New(new::NewArgs),
    /// Pack a component's folder into a .cpt
    Pack(pack::PackArgs),
    /// Unpack an exported .cpt into a folder
    Unpack(pack::UnpackArgs),
    /// Print the JSON Schema of scenario files, for editors
    Schema(schema::SchemaArgs),
    /// Say what this machine can run, what is missing and how to get it
    Doctor(doctor::DoctorArgs),
    /// Make what Windows devices need, once, in the user's cache
    #[cfg(target_os = "linux")]
    Setup(setup::SetupArgs),
    /// Print shell completions
    Completions(completions::CompletionsArgs),
}

/// Runs the program.
pub fn main(surroundings: &Surroundings) -> Exit {
    let cli = match Cli::try_parse_from(&surroundings.arguments) {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are no errors and go to stdout.
            let lost = match e.print() {
                Err(lost) => lost.kind() != std::io::ErrorKind::BrokenPipe,
                Ok(()) => false,
            };
            return if e.use_stderr() || lost {
                Exit::Usage
            } else {
                Exit::Ok
            };
        }
    };
    let around = Surroundings {
        color_choice: cli.color,
        ..surroundings.clone()
    };
    match &cli.command {
        Command::Run(args) => run::main(args, &around),
        Command::Exec(args) => exec::main(args, &around),
        Command::Serve(args) => serve::main(args, &around),
        Command::New(args) => new::main(args, &around),
        Command::Pack(args) => pack::pack(args, &around),
        Command::Unpack(args) => pack::unpack(args, &around),
        Command::Schema(args) => schema::main(args),
        Command::Doctor(args) => doctor::main(args, &around),
        #[cfg(target_os = "linux")]
        Command::Setup(args) => setup::main(args, &around),
        Command::Completions(args) => completions::main(args),
    }
}
