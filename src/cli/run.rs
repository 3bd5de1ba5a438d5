//! `run`: replays scenarios.

use super::select::{Filter, Selection, TagRule};
use super::{Exit, Surroundings, check, engines, list, load, print, signals, words};
use crate::engine::Cancel;
use crate::replay::{self, ReplayError, RunOptions, RunSummary};
use crate::report::terminal::Mask;
use crate::report::{Gather, Terminal, TerminalOptions, file, json, junit};
use crate::rmm::event::{EventReader, Readers};
use crate::scenario::model::{EngineDemand, Scenario};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const HELP: &str = "Examples:
  shakedown run                                   every scenario under scenarios/
  shakedown run scenarios/bright-antivirus/linux/whole-life.yaml
                                                  one file
  shakedown run --filter licence                  those with `licence` in their name or path
  shakedown run --filter '/^A Mac .* told/'       those whose name matches a regular expression
  shakedown run --filter '=Bright deploys'        the one whose name is exactly this
  shakedown run --tag deploy --tag '!macos'       tagged deploy, but not macos
  shakedown run --list --tag deploy               only say which these are
  shakedown run --dry-run                         read and check every file, run nothing
  shakedown run --junit report.xml --json -       reports for a pipeline, JSON on stdout
  shakedown run x.yaml --keep                     leave its devices running, to look around

A failed scenario says how to run just that one again, with the same seed.

Exit codes: 0 all as expected, 1 an expectation failed, 2 bad usage or an unreadable file,
3 could not run, 4 nothing was run (also when everything was skipped), 130 interrupted.";

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct RunArgs {
    /// Scenario files, or folders that are searched for them
    #[arg(value_name = "PATH", default_value = "scenarios")]
    paths: Vec<PathBuf>,

    /// Only scenarios whose name or path has this text in it, or matches /REGEX/, or whose name
    /// is, as '=NAME', exactly this one (several: any)
    #[arg(long, value_name = "TEXT", help_heading = "Which")]
    filter: Vec<Filter>,

    /// Only scenarios with this tag (several: any), or, as '!TAG', without it
    #[arg(long = "tag", value_name = "TAG", help_heading = "Which")]
    tags: Vec<TagRule>,

    /// Print name, tags and file of the scenarios and run nothing; with --json, as JSON
    #[arg(long, help_heading = "Which")]
    list: bool,

    /// Read and check scenarios and their components, boot nothing; exit 0 or 2
    #[arg(long, conflicts_with = "list", help_heading = "Which")]
    dry_run: bool,

    /// With --dry-run: notes on components, such as newer-than-5.1, make it exit 2 too
    #[arg(long, requires = "dry_run", help_heading = "Which")]
    deny_notes: bool,

    /// Scenarios at once [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "How")]
    jobs: Option<u16>,

    /// Start no further scenario after one failed
    #[arg(long, help_heading = "How")]
    fail_fast: bool,

    /// Try a failed scenario up to N times again; one that then passes is shown as flaky
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100), help_heading = "How")]
    retries: u32,

    /// Derive every id, stagger and order from N, to repeat a run [default: drawn and printed]
    #[arg(long, value_name = "N", help_heading = "How")]
    seed: Option<u64>,

    /// Run every device on this engine, or exit 3 where it is missing
    #[arg(long, value_name = "ENGINE", value_parser = engines::demand, help_heading = "How")]
    engine: Option<EngineDemand>,

    /// With --engine container: image of the Linux devices that name none, as `debian:12`
    #[arg(long, value_name = "IMAGE", requires = "engine", help_heading = "How")]
    image: Option<String>,

    /// With --engine host: jobs run on this very machine, as they would on a customer's, and what they change stays
    #[arg(long, requires = "engine", help_heading = "How")]
    yes_change_this_machine: bool,

    /// Leave the devices running afterwards and say how to enter them
    #[arg(long, help_heading = "How")]
    keep: bool,

    /// Write what came into the scenarios' snapshots instead of comparing with them
    #[arg(long, help_heading = "How")]
    bless: bool,

    /// Write a JUnit report
    #[arg(long, value_name = "FILE", value_parser = words::report, help_heading = "Reports")]
    junit: Option<PathBuf>,

    /// Write a JSON report; `-`, or no FILE, is stdout
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-", value_parser = words::report, help_heading = "Reports")]
    json: Option<PathBuf>,

    /// Where the records of runs are kept; the newest 20 stay
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".shakedown/runs",
        help_heading = "Reports"
    )]
    record: PathBuf,

    /// Print only failures and the summary
    #[arg(long, short, help_heading = "Reports")]
    quiet: bool,
}

/// Runs, lists or checks scenarios.
pub fn main(args: &RunArgs, around: &Surroundings) -> Exit {
    let Ok(found) = load::scenarios(&args.paths, around) else {
        return Exit::Usage;
    };
    let selection = Selection {
        filters: args.filter.clone(),
        tags: args.tags.clone(),
    };
    let all = found.len();
    let chosen: Vec<Scenario> = found
        .into_iter()
        .filter(|s| selection.takes_scenario(s))
        .collect();
    if chosen.is_empty() {
        print::stderr(&nothing(all, &args.paths));
        return Exit::Nothing;
    }
    if args.list {
        return list::main(&chosen, args.json.as_deref());
    }
    if args.dry_run {
        return check::main(&chosen, args.deny_notes, around);
    }
    // A report that has nowhere to go is told before the run, not after it.
    for path in args.junit.iter().chain(&args.json) {
        if let Err(error) = file::has_folder(path) {
            print::error(&error, Some("make the folder first, or name another one"));
            return Exit::Usage;
        }
    }
    replay(args, around, chosen)
}

fn nothing(all: usize, paths: &[PathBuf]) -> String {
    let places: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    let places = places.join(", ");
    if all == 0 {
        format!(
            "nothing was run: no scenario file under {places}\n  help: `shakedown new scenario FILE` makes one that passes"
        )
    } else {
        format!(
            "nothing was run: none of the {all} scenarios under {places} is chosen\n  help: `shakedown run --list` shows names, tags and files"
        )
    }
}

fn replay(args: &RunArgs, around: &Surroundings, scenarios: Vec<Scenario>) -> Exit {
    let cancel = signals::watch();
    let options = RunOptions {
        jobs: match args.engine {
            // One machine is one device: scenarios would see each other's changes.
            Some(EngineDemand::Host) => 1,
            _ => args.jobs.map_or(around.cores, usize::from),
        },
        // A seed people can copy: all of it is printed.
        seed: args.seed.unwrap_or_else(|| u64::from(fastrand::u32(..))),
        fail_fast: args.fail_fast,
        retries: args.retries,
        keep: args.keep,
        bless: args.bless,
        engine: args.engine,
        record_root: args.record.clone(),
    };
    let wanted = engines::Wanted {
        host: args.yes_change_this_machine,
        image: args.image.as_deref(),
    };
    let engine = engines::of_this_machine(around, &wanted);
    let folder = match replay::begin(&options, &*engine) {
        Ok(folder) => folder,
        Err(error) => return refused(&error),
    };
    let terminal = Arc::new(terminal(args, around, &scenarios, folder.path(), &cancel));
    let gather = Arc::new(Gather::new(scenarios.len()));
    let readers: Vec<Arc<dyn EventReader>> = vec![terminal.clone(), gather.clone()];
    let ran = replay::run(
        &scenarios,
        folder.path(),
        engine,
        &options,
        Arc::new(Readers(readers)),
        &cancel,
    );
    terminal.finish(ran.as_ref().ok().map(|s| s.record.as_path()));
    let written = reports(args, &gather);
    let exit = match &ran {
        Ok(summary) => verdict(summary),
        Err(error) => refused(error),
    };
    match written {
        // What was asked for and is not there must not look like success.
        Err(()) if exit == Exit::Ok => Exit::Usage,
        _ => exit,
    }
}

fn terminal(
    args: &RunArgs,
    around: &Surroundings,
    scenarios: &[Scenario],
    dir: &Path,
    cancel: &Cancel,
) -> Terminal {
    let dir = dir.to_owned();
    Terminal::new(
        TerminalOptions {
            width: around.width(),
            color: around.color(),
            live: around.live(),
            quiet: args.quiet,
            total: scenarios.len(),
            retries: args.retries,
            mask: mask(scenarios),
            log_path: Arc::new(move |index, name| log_path(&dir, index, name)),
        },
        Box::new(std::io::stderr()),
        cancel,
    )
}

/// Hides the masked values that stand in the scenario files themselves.
fn mask(scenarios: &[Scenario]) -> Mask {
    let secrets = super::secrets::of(scenarios);
    // The warnings come as notes of the scenarios: they are told once.
    let (masker, _) = crate::mask::Masker::new(secrets.iter().map(String::as_str));
    Arc::new(move |text: &str| masker.mask_str(text).into_owned())
}

/// The log of a scenario below the run's folder.
fn log_path(dir: &Path, index: usize, name: &str) -> Option<String> {
    let path = dir.join(crate::platform::record::log_name(index, name));
    path.is_file().then(|| path.display().to_string())
}

/// Writes the reports that were asked for; errors are printed.
fn reports(args: &RunArgs, gather: &Gather) -> Result<(), ()> {
    let gathered = gather.snapshot();
    let mut result = Ok(());
    let mut fail = |error: &dyn std::error::Error| {
        print::error(error, None);
        result = Err(());
    };
    if let Some(path) = &args.junit {
        match junit::document(&gathered) {
            Ok(text) => {
                if let Err(e) = file::write_whole(path, text.as_bytes()) {
                    fail(&e);
                }
            }
            Err(e) => fail(&e),
        }
    }
    if let Some(path) = &args.json {
        match json::document(&gathered) {
            Ok(text) if path.as_os_str() == "-" => {
                if let Err(e) = print::stdout(text.as_bytes()) {
                    fail(&e);
                }
            }
            Ok(text) => {
                if let Err(e) = file::write_whole(path, text.as_bytes()) {
                    fail(&e);
                }
            }
            Err(e) => fail(&e),
        }
    }
    result
}

fn verdict(summary: &RunSummary) -> Exit {
    if summary.interrupted {
        Exit::Interrupted
    } else if summary.broken > 0 {
        Exit::Broken
    } else if summary.failed > 0 {
        Exit::Failed
    } else if summary.passed == 0 {
        Exit::Nothing
    } else {
        Exit::Ok
    }
}

/// Says why no run could be made.
fn refused(error: &ReplayError) -> Exit {
    print::error(error, help(error));
    match error {
        ReplayError::Record { .. } => Exit::Usage,
        _ => Exit::Broken,
    }
}

fn help(error: &ReplayError) -> Option<&str> {
    match error {
        ReplayError::Record { .. } => Some("name a folder that can be written: `--record DIR`"),
        ReplayError::Usage { help, .. } => Some(help),
        ReplayError::EngineMissing(_) => {
            Some("`shakedown doctor` says what is here and how to get the rest")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_run_weighs_more_than_what_failed() {
        let summary = |passed, failed, skipped, broken, interrupted| {
            verdict(&RunSummary {
                passed,
                failed,
                skipped,
                broken,
                interrupted,
                ..RunSummary::default()
            })
        };
        assert_eq!(summary(3, 0, 1, 0, false), Exit::Ok);
        assert_eq!(summary(3, 1, 0, 0, false), Exit::Failed);
        assert_eq!(summary(3, 1, 0, 1, false), Exit::Broken);
        assert_eq!(summary(0, 0, 9, 0, false), Exit::Nothing);
        assert_eq!(summary(0, 0, 0, 0, false), Exit::Nothing);
        assert_eq!(summary(3, 1, 0, 1, true), Exit::Interrupted);
    }
}
