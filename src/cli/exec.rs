//! `exec`: one job on a fresh device, its output as it comes, then what it changed.

use super::print::StdoutError;
use super::{Exit, Surroundings, engines, exec_json, print, signals, words};
use crate::engine::host::HostEngine;
use crate::engine::{EngineError, EngineKind, OutputSink};
use crate::mask::{MaskStream, Masker};
use crate::replay::{self, ExecOptions, ExecReport, ReplayError};
use crate::report::changes::{self, heading};
use crate::report::clean::{duration, one_line};
use crate::report::failure::ending_words;
use crate::report::paint::Paint;
use crate::rmm::event::Stream;
use crate::rmm::job::JobStatus;
use crate::rmm::knobs::{Knobs, Stdin};
use crate::rmm::observed as rmm;
use crate::rmm::os::{Os, WindowsRelease};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Most bytes kept of each stream for the JSON document.
const KEPT_OUTPUT: usize = 16 << 20;

const HELP: &str =
    "The script's stdout goes to stdout and its stderr to stderr, as they come. What it changed on
the device follows on stderr. The device is gone afterwards.

Examples:
  shakedown exec fixtures/bright-antivirus/monitor-linux
  shakedown exec deploy.cpt --var usrUDF=5 --udf 5=before --os macos
  sudo shakedown exec fixtures/bright-antivirus/monitor-windows --os windows
  shakedown exec deploy.cpt --secret licence=BRGT-2025-OSAK-0001
  shakedown exec deploy.cpt --json > result.json
  shakedown exec deploy.cpt --keep                the device stays, to look around
  shakedown exec deploy.cpt --engine host --yes-change-this-machine
                                                  on a machine that may be thrown away

Exit codes: 0 the job's status is Success or Warning, 1 it is Failure or Expired, 2 bad usage or
an unreadable component, 3 could not run, 4 nothing was run, 130 interrupted.";

/// Arguments of `exec`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct ExecArgs {
    /// A component: a folder or an exported .cpt
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,

    /// Value of a user variable of the component (repeatable)
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = words::pair)]
    variables: Vec<(String, String)>,

    /// The same for a value that is hidden in all that is written here (repeatable)
    #[arg(long = "secret", value_name = "NAME=VALUE", value_parser = words::pair)]
    secrets: Vec<(String, String)>,

    /// UDF of the device before the job (repeatable)
    #[arg(long = "udf", value_name = "N=TEXT", value_parser = words::udf)]
    udfs: Vec<(u16, String)>,

    /// System of the device: `linux`, `macos` (played over a Linux kernel), `windows` (11, by Wine) or a release of it, as `windows-server-2022` [default: windows for PowerShell and Batch, else linux; with --engine host this machine's]
    #[arg(long, value_name = "OS", value_parser = words::os)]
    os: Option<(Os, Option<WindowsRelease>)>,

    /// `host`: the device is this machine itself
    #[arg(long, value_name = "ENGINE", value_parser = ["host"])]
    engine: Option<String>,

    /// With --engine host: the job runs on this very machine, and what it changes stays
    #[arg(long, requires = "engine")]
    yes_change_this_machine: bool,

    /// Run a Linux job in a container of this image instead, as `debian:12`
    #[arg(long, value_name = "IMAGE", conflicts_with_all = ["os", "engine"])]
    image: Option<String>,

    /// What the script finds on its stdin: `null`, nothing; `open`, a pipe that never ends
    #[arg(long, value_name = "KIND", default_value = "null", value_parser = words::stdin)]
    stdin: Stdin,

    /// End the job after this time, as `90s`, `10m`, `1h` [default: the component's own]
    #[arg(long, value_name = "TIME", value_parser = words::time)]
    timeout: Option<Duration>,

    /// Leave the device running and say how to enter it
    #[arg(long)]
    keep: bool,

    /// Print one JSON document on stdout at the end instead of streaming the output
    #[arg(long)]
    json: bool,
}

/// Streams output through with secrets hidden, or keeps it for the JSON document.
struct Through {
    kept: Option<Mutex<(Vec<u8>, Vec<u8>)>>,
    masks: Mutex<(MaskStream, MaskStream)>,
    /// The first output that could not be written; nothing more is written then.
    lost: OnceLock<StdoutError>,
}

impl OutputSink for Through {
    fn chunk(&self, stream: Stream, bytes: &[u8]) {
        let mut masks = self.masks.lock().unwrap_or_else(PoisonError::into_inner);
        let masked = match stream {
            Stream::Stdout => masks.0.push(bytes),
            Stream::Stderr => masks.1.push(bytes),
        };
        self.masked(stream, &masked);
    }
}

impl Through {
    /// Gives out what the masks still held back.
    fn finish(&self) {
        let mut masks = self.masks.lock().unwrap_or_else(PoisonError::into_inner);
        self.masked(Stream::Stdout, &masks.0.finish());
        self.masked(Stream::Stderr, &masks.1.finish());
    }

    fn masked(&self, stream: Stream, bytes: &[u8]) {
        match (&self.kept, stream) {
            (Some(kept), stream) => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let into = match stream {
                    Stream::Stdout => &mut kept.0,
                    Stream::Stderr => &mut kept.1,
                };
                // The engine's own limit on output; a flood must not fill the memory.
                let room = KEPT_OUTPUT.saturating_sub(into.len());
                into.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            (None, Stream::Stdout) if self.lost.get().is_some() => {}
            (None, Stream::Stdout) => {
                if let Err(e) = print::stdout(bytes) {
                    let _ = self.lost.set(e);
                }
            }
            (None, Stream::Stderr) => {
                let mut err = std::io::stderr().lock();
                let _ = err.write_all(bytes).and_then(|()| err.flush());
            }
        }
    }
}

/// Runs the job.
pub fn main(args: &ExecArgs, around: &Surroundings) -> Exit {
    let cancel = signals::watch();
    let (masker, weak) = Masker::new(args.secrets.iter().map(|(_, value)| value.as_str()));
    for warning in weak {
        print::stderr(&warning.message);
    }
    // The one word it takes.
    let host = args.engine.is_some();
    let here = HostEngine::os().filter(|_| host);
    let os = args.os.map(|(os, _)| os);
    let options = ExecOptions {
        component: args.component.clone(),
        variables: [&args.variables[..], &args.secrets].concat(),
        udfs: args.udfs.iter().cloned().collect(),
        os: os.or(here),
        release: args.os.and_then(|(_, release)| release),
        image: args.image.clone(),
        engine: host.then_some(EngineKind::Host),
        timeout: args.timeout,
        keep: args.keep,
        knobs: Knobs {
            stdin: args.stdin,
            ..Knobs::default()
        },
        seed: u64::from(fastrand::u32(..)),
    };
    let sink = Through {
        kept: args.json.then(Mutex::default),
        masks: Mutex::new((masker.stream(), masker.stream())),
        lost: OnceLock::new(),
    };
    let wanted = engines::Wanted {
        host: args.yes_change_this_machine,
        image: None,
    };
    let report = match replay::exec(
        &options,
        &*engines::of_this_machine(around, &wanted),
        &sink,
        &cancel,
    ) {
        Ok(report) => report,
        Err(error) => return refused(error, around),
    };
    sink.finish();
    let mut written = true;
    match sink.kept {
        Some(kept) => {
            let (stdout, stderr) = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
            let document = exec_json::document(&report, &stdout, &stderr, &masker);
            let told = match document {
                Ok(text) => print::stdout(text.as_bytes()).map_err(|e| Box::new(e) as _),
                Err(e) => Err(Box::new(e) as Box<dyn std::error::Error>),
            };
            if let Err(e) = told {
                print::error(&*e, None);
                written = false;
            }
        }
        None => {
            let paint = Paint::new(around.color());
            let told = told(&report, around.width(), paint).join("\n");
            print::stderr(&masker.mask_str(&told));
        }
    }
    if let Some(e) = sink.lost.get().filter(|e| !e.closed()) {
        print::error(e, None);
        written = false;
    }
    match (report.exit, report.status) {
        (rmm::Exit::Interrupted, _) => Exit::Interrupted,
        // What was asked for and is not there must not look like success.
        (_, JobStatus::Success | JobStatus::Warning) if !written => Exit::Usage,
        (_, JobStatus::Success | JobStatus::Warning) => Exit::Ok,
        _ => Exit::Failed,
    }
}

fn refused(error: ReplayError, around: &Surroundings) -> Exit {
    match &error {
        ReplayError::Component(e) => {
            print::diagnostic(e, around);
            Exit::Usage
        }
        ReplayError::Usage { help, .. } => {
            print::error(&error, Some(help));
            Exit::Usage
        }
        ReplayError::Skipped(_) => {
            print::error(&error, None);
            Exit::Nothing
        }
        ReplayError::Engine(EngineError::Unavailable { unavailable, .. }) => {
            print::error(&error, Some(&unavailable.ways_out.join("\n        or: ")));
            Exit::Broken
        }
        _ => {
            print::error(&error, None);
            Exit::Broken
        }
    }
}

/// What the job did, for people.
fn told(report: &ExecReport, width: usize, paint: Paint) -> Vec<String> {
    let mut engine = report.label.engine.clone();
    if let Some(powershell) = &report.label.powershell {
        engine = format!("{engine}, {powershell}");
    }
    if let Some(why) = &report.label.reduced {
        engine = format!("{engine} (reduced: {why})");
    }
    let status = match report.status {
        JobStatus::Success => paint.green("success"),
        JobStatus::Warning => paint.yellow("warning"),
        other => paint.red(other.word()),
    };
    let mut out = vec![
        String::new(),
        paint.bold(&one_line(&report.component)),
        heading(
            "status",
            &format!("{status}, {}", ending_words(report.exit, &report.notes)),
            paint,
        ),
        heading(
            "time",
            &duration(report.duration.as_secs_f64() * 1000.0),
            paint,
        ),
        heading("engine", &one_line(&engine), paint),
    ];
    if let Some(m) = &report.monitor {
        let word = if m.alerting {
            paint.red("alert")
        } else {
            paint.green("healthy")
        };
        out.push(heading("monitor", &word, paint));
        for (key, value) in &m.samples {
            out.push(heading(
                "sample",
                &one_line(&format!("{key}={value}")),
                paint,
            ));
        }
        if let Some(text) = &m.diagnostic {
            out.push(heading("diagnostic", &one_line(text.trim_end()), paint));
        }
    }
    for (number, value) in &report.udfs {
        let value = value.as_ref().map_or("cleared".to_owned(), |v| one_line(v));
        out.push(heading(&format!("udf {number}"), &value, paint));
    }
    if let Some(text) = &report.description {
        out.push(heading("description", &one_line(text), paint));
    }
    out.extend(changes::footprint(&report.footprint, width, paint));
    out.extend(changes::observed(&report.observed, width, paint));
    out.extend(changes::notes(&report.notes, width, paint));
    if let Some(enter) = &report.enter {
        // Lines to be copied: each is shown on one of its own.
        for line in enter.lines() {
            out.push(heading("kept", &one_line(line), paint));
        }
    }
    out
}
