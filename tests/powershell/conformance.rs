//! Runs the cases as the Agent runs a component.

use crate::case::Case;
use crate::device::{self, HOSTNAME};
use crate::trial::{needing, set};
use crate::verdict::{Verdict, give};
use libtest_mimic::{Failed, Trial};
use shakedown::agent::windows::{environment, launch::POWERSHELL_SCRIPT};
use shakedown::component::powershell;
use shakedown::engine::{Cancel, Launch, NoSink};
use shakedown::rmm::observed::{Exit, Observed};
use std::sync::Arc;
use std::time::Duration;

const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
const FOLDER: &str = r"C:\ProgramData\CentraStage\Packages\00000000-0000-4000-8000-000000000001#";

/// Where cases write.
const WRITES: &str = r"C:\w\.here";

pub fn trials(cases: &[Arc<Case>]) -> Vec<Trial> {
    let missing = device::missing();
    let demanded = set("SHAKEDOWN_REQUIRE_POWERSHELL");
    let of_case = |case: &Arc<Case>| {
        let name = format!("conformance: {}: {}", case.subject, case.name);
        let case = Arc::clone(case);
        let what = "it was not run";
        needing(&name, what, missing.as_deref(), demanded, move || {
            run(&case)
        })
    };
    cases.iter().map(of_case).collect()
}

/// What a script gave.
struct Seen {
    stdout: String,
    stderr: String,
    exit: Exit,
    observed: Observed,
}

fn run(case: &Case) -> Result<(), Failed> {
    let seen = play(&case.script).inspect_err(|_| give(&case.subject, Verdict::Wrong))?;
    let right = case.stdout.is(&seen.stdout)
        && case.stderr.as_ref().is_none_or(|w| w.is(&seen.stderr))
        && matches!(seen.exit, Exit::Code(code) if code == case.exit)
        && case
            .reboots
            .is_none_or(|n| n == seen.observed.reboots.len());
    let refused = seen.observed.told.iter().any(|t| t.name == "unavailable");
    let verdict = match (right, &case.known_difference) {
        (true, None) => Verdict::Right,
        (false, Some(_)) => Verdict::KnownDifference,
        (false, None) if refused => Verdict::Refused,
        _ => Verdict::Wrong,
    };
    give(&case.subject, verdict);
    if verdict != Verdict::Wrong {
        return Ok(());
    }
    if right {
        return Err(format!("{}: the known difference is none any more", case.place).into());
    }
    Err(format!(
        "{}: 5.1 gives {}, exit code {}; here: {:?}, {:?}, stderr {:?}",
        case.place, case.stdout, case.exit, seen.stdout, seen.exit, seen.stderr
    )
    .into())
}

fn play(script: &str) -> Result<Seen, Failed> {
    let device = device::boot()?;
    let path = format!(r"{FOLDER}\{POWERSHELL_SCRIPT}");
    let body = format!("\u{feff}{}", script.replace('\n', "\r\n"));
    // As the Agent does: what 5.1 does not begin is not begun.
    if let Some(stderr) = powershell::check(body.as_bytes()).refusal(&path, "5.1") {
        return Ok(Seen {
            stdout: String::new(),
            stderr,
            exit: Exit::Code(1),
            observed: Observed::default(),
        });
    }
    device.write_file(&path, body.as_bytes(), 0o755)?;
    device.write_file(WRITES, b"", 0o644)?;
    let mut launch = Launch::new(POWERSHELL, &[]);
    launch.command_line = Some(format!(
        "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \"{path}\""
    ));
    launch.cwd = FOLDER.into();
    launch.env = environment::of(HOSTNAME, device.windows());
    launch.timeout = Duration::from_secs(120);
    launch.output_limit = 1 << 20;
    launch.stop_on_input_wait = false;
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    Ok(Seen {
        stdout: String::from_utf8_lossy(&outcome.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&outcome.stderr).into_owned(),
        exit: outcome.exit,
        observed: outcome.observed,
    })
}
