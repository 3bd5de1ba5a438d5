//! A vendor's checks: is the product's process in memory, and what does its command say of the last
//! update (whitepaper, page 13).

use super::{Found, Look};
use crate::agent::note;
use crate::engine::{Device, EngineError, Launch, NoSink};
use crate::rmm::observed::{Exit, LeftProcess};
use crate::rmm::os::Os;
use crate::rmm::portal::{Antivirus, AntivirusSource, AntivirusStatus};
use crate::rmm::uav::{UavCheck, UavProduct};

/// Most bytes kept of what a command prints: a date is shorter.
const ANSWER: usize = 4 << 10;

/// Most characters of an odd answer that a note shows.
const SHOWN: usize = 80;

/// How far ahead of the device's clock a date may lie before it is told, in milliseconds.
const AHEAD_MS: i64 = 60_000;

/// The first product that is there; a running one before one that is not.
pub(super) fn products(
    device: &dyn Device,
    look: &Look<'_>,
    found: &mut Found,
) -> Result<(), EngineError> {
    let checks: Vec<(&UavProduct, &UavCheck)> = look
        .products
        .iter()
        .filter_map(|p| Some((p, p.check(look.os)?)))
        .collect();
    if checks.is_empty() {
        return Ok(());
    }
    let processes = device.processes()?;
    let runs = |c: &UavCheck| {
        processes
            .iter()
            .any(|p| called(p, &c.running, look.os == Os::Windows))
    };
    if let Some((product, check)) = checks.iter().find(|(_, c)| runs(c)) {
        let current = up_to_date(device, product, check, look, found)?;
        found.antivirus = Antivirus {
            product: product.name.clone(),
            status: AntivirusStatus::of(true, current),
            source: Some(AntivirusSource::Uav),
        };
        return Ok(());
    }
    for (product, check) in checks {
        if is_there(device, check.installed())? {
            found.antivirus = Antivirus {
                product: product.name.clone(),
                status: AntivirusStatus::NotRunning,
                source: Some(AntivirusSource::Uav),
            };
            return Ok(());
        }
    }
    Ok(())
}

/// Something stands at a path; what cannot be looked at is not there.
fn is_there(device: &dyn Device, path: &str) -> Result<bool, EngineError> {
    match device.stat(path) {
        Err(EngineError::File { .. }) => Ok(false),
        other => Ok(other?.is_some()),
    }
}

/// Whether a process has a name; Windows minds no case.
fn called(p: &LeftProcess, want: &str, windows: bool) -> bool {
    if windows {
        return p.name.eq_ignore_ascii_case(want);
    }
    p.is_called(want)
}

/// Runs the vendor's command. What it does not tell as it should counts as out of date, and is noted.
fn up_to_date(
    device: &dyn Device,
    product: &UavProduct,
    check: &UavCheck,
    look: &Look<'_>,
    found: &mut Found,
) -> Result<bool, EngineError> {
    let update = &check.update;
    let (name, program) = (&product.name, &update.program);
    let mut remark = |code: &str, what: String, help: &str| {
        let message = format!("{name}: {what}; it counts as out of date");
        found.notes.push(note(code, message, help));
    };
    if !is_there(device, program)? {
        let what = format!("the command of its check is missing: {program}");
        let help = "the Agent runs the program that the vendor named: install it there, or correct `world.uav`";
        remark("uav-command-missing", what, help);
        return Ok(false);
    }
    let arguments: Vec<&str> = update.arguments.iter().map(String::as_str).collect();
    let mut launch = Launch::new(program, &arguments);
    launch.env.clone_from(&look.env);
    if look.os == Os::Windows {
        launch.cwd = r"C:\Windows\system32".to_owned();
    }
    launch.timeout = update.timeout;
    launch.output_limit = ANSWER;
    let outcome = match device.launch(&launch, &NoSink, look.cancel) {
        Err(EngineError::Start { source, .. }) => {
            let what = format!("{program} cannot be started: {source}");
            let help = "the Agent starts it as a program, without a shell: it has to be one of this system, and executable";
            remark("uav-command-failed", what, help);
            return Ok(false);
        }
        other => other?,
    };
    let command = [&[program.as_str()], arguments.as_slice()]
        .concat()
        .join(" ");
    let help = "it has to print the time of the last update in seconds since 1970, and end with 0";
    let answer = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let mut current = false;
    match outcome.exit {
        Exit::Code(0) => match date(&answer) {
            Ok(date) => {
                let age = (look.age_ms)(date);
                if age < -AHEAD_MS {
                    let message = format!(
                        "{name}: {command} printed a date that lies ahead of the device's clock; it counts as up to date"
                    );
                    let help = "is it in milliseconds? The Agent takes seconds since 1970";
                    found.notes.push(note("uav-date-ahead", message, help));
                }
                current = age <= i64::try_from(update.older_than.as_millis()).unwrap_or(i64::MAX);
            }
            Err(why) => {
                let what = format!("{command} printed {}, {why}", shown(&answer));
                remark("uav-date-odd", what, help);
            }
        },
        Exit::TimedOut => {
            let what = format!("{command} did not end within {:?}", update.timeout);
            remark("uav-command-hangs", what, help);
        }
        Exit::Code(code) => {
            remark(
                "uav-command-failed",
                format!("{command} ended with {code}"),
                help,
            );
        }
        Exit::Signal(signal) => {
            let what = format!("{command} was ended by signal {signal}");
            remark("uav-command-failed", what, help);
        }
        Exit::Interrupted | Exit::DeviceDown => {
            remark(
                "uav-command-failed",
                format!("{command} could not end"),
                help,
            );
        }
    }
    found.observed = Some(outcome.observed);
    Ok(current)
}

/// A Unix date: digits, a line's end behind them; else what is odd about it.
pub(super) fn date(answer: &str) -> Result<i64, &'static str> {
    let text = answer.trim();
    if text.is_empty() {
        return Err("which is nothing");
    }
    if text.lines().count() > 1 {
        return Err("which is more than one line");
    }
    if text.starts_with('-') {
        return Err("which is before 1970");
    }
    if text.starts_with('+') {
        return Err("which has a sign");
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("which is no number of seconds");
    }
    // Further than the year 33000 no calendar reaches.
    match text.parse::<i64>() {
        Ok(date) if date < 1_000_000_000_000 => Ok(date),
        Ok(_) => Err("which is too large for seconds since 1970: milliseconds?"),
        Err(_) => Err("which is no date"),
    }
}

fn shown(answer: &str) -> String {
    let text = answer.trim();
    let cut: String = text.chars().take(SHOWN).collect();
    let more = if cut.len() < text.len() { " ..." } else { "" };
    format!("{cut:?}{more}")
}
