//! Measures what this project promises, as medians and ratios within one run, so that the numbers
//! mean the same on a slow machine. `scripts/bench` builds and calls it.
//!
//! Usage: bench SHAKEDOWN-BINARY [api|scheduler|windows]     only that: the REST API under load, the
//! scheduler of policies, Windows devices

mod api;
mod clock;
mod fixture;
mod load;
mod process;
mod scheduler;
mod windows;

use clock::{median, medians, middle, timed};
use fixture::{Fixture, UID, spec};
use process::{first_step, thousand};
use shakedown::agent;
use shakedown::engine::sandbox::{SandboxEngine, maybe_become_device_process};
use shakedown::engine::{Cancel, Device, Engine, Launch, NoSink};
use shakedown::rmm::os::Os;
use std::error::Error;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

type Res<T> = Result<T, Box<dyn Error>>;

/// Samples of each spawn-like measurement.
const ROUNDS: usize = 300;
pub fn main() -> ExitCode {
    maybe_become_device_process();
    let mut args = std::env::args_os().skip(1);
    let (first, second) = (args.next(), args.next());
    if let (Some(api::BARE), Some(size)) = (
        first.as_deref().and_then(OsStr::to_str),
        second.as_deref().and_then(OsStr::to_str),
    ) {
        return match api::bare(size) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(3),
        };
    }
    if first.as_deref() == Some(OsStr::new(scheduler::BARE)) {
        return match scheduler::bare() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(3),
        };
    }
    let Some(binary) = first.map(PathBuf::from) else {
        eprintln!("usage: bench SHAKEDOWN-BINARY [api|scheduler|windows]");
        return ExitCode::from(2);
    };
    let only = second.as_deref().and_then(OsStr::to_str);
    let mut board = Board::default();
    let measured = binary
        .canonicalize()
        .map_err(|e| Box::<dyn std::error::Error>::from(format!("{}: {e}", binary.display())))
        .and_then(|binary| {
            if only.is_none() {
                measure(&binary, &mut board)?;
            }
            let wanted = |what| only.is_none_or(|only| only == what);
            if wanted("scheduler") {
                scheduler::measure(&mut board)?;
            }
            if wanted("windows") {
                windows::measure(&mut board)?;
            }
            if wanted("api") {
                api::measure(&binary, &mut board)?;
            }
            Ok(())
        });
    if let Err(e) = measured {
        eprintln!("bench: {e}");
        return ExitCode::from(3);
    }
    if board.missed == 0 {
        ExitCode::SUCCESS
    } else {
        println!("{} missed", board.missed);
        ExitCode::from(1)
    }
}

/// Prints one line for each number and counts the goals that were missed.
#[derive(Default)]
struct Board {
    missed: u32,
}

impl Board {
    fn goal(&mut self, what: &str, value: String, goal: &str, met: bool) {
        self.missed += u32::from(!met);
        let word = if met { "ok" } else { "MISSED" };
        println!("{what:<52} {value:>20}   goal {goal:<16} {word}");
        let _ = std::io::stdout().flush();
    }

    fn plain(&mut self, what: &str, value: String) {
        println!("{what:<52} {value:>20}");
    }
}

fn measure(binary: &Path, board: &mut Board) -> Res<()> {
    let engine = SandboxEngine::new();
    let scratch = tempfile::tempdir()?;
    let fixture = Fixture::new();

    let device = engine.boot(&spec("warm"))?;
    agent::udf::seed(&*device, Os::Linux, UID)?;
    // In turn, so that whatever else the machine does falls on all of them alike.
    let [bare, launched, warm] = medians(
        ROUNDS,
        [
            &mut || timed(bare_bash),
            &mut || timed(|| launch(&*device)),
            &mut || timed(|| fixture.job(&*device)),
        ],
    )?;
    board.plain("bare bash -c true", ms(bare));
    board.plain("launch of bash -c true on a warm device", ms(launched));
    board.plain("job on a warm device", ms(warm));
    let met = warm <= bare + Duration::from_micros(1500);
    board.goal(
        "job on a warm device, more than bare",
        more(warm, bare),
        "<= 1.50 ms",
        met,
    );

    let [bare, fresh, down] = fresh_devices(&engine, &fixture)?;
    board.plain("job on a fresh device, from nothing to its end", ms(fresh));
    board.plain("taking a device down", ms(down));
    let met = fresh <= bare + Duration::from_millis(5);
    board.goal(
        "job on a fresh device, more than bare",
        more(fresh, bare),
        "<= 5.00 ms",
        met,
    );

    let light = median(ROUNDS, || fixture.job(&*device))?;
    let held = hold(512 << 20);
    let heavy = median(ROUNDS, || fixture.job(&*device))?;
    std::hint::black_box(&held);
    drop(held);
    let ratio = heavy.as_secs_f64() / light.as_secs_f64();
    // Two medians of the same thing differ by a few per cent on a quiet machine.
    board.goal(
        "the warm job with 512 MiB held, against without",
        times(ratio),
        "<= 1.10 x",
        ratio <= 1.10,
    );
    drop(device);

    let bare_rate = rate(|| Ok(bare_bash))?;
    let monitor = Fixture::monitor();
    let monitor_rate = rate(|| {
        let device = engine.boot(&spec("monitor"))?;
        agent::udf::seed(&*device, Os::Linux, UID)?;
        let monitor = &monitor;
        Ok(move || monitor.job(&*device))
    })?;
    board.plain(
        "bare bash -c true a second, 2 threads",
        format!("{bare_rate:.0} /s"),
    );
    board.plain(
        "monitor runs a second, 2 devices",
        format!("{monitor_rate:.0} /s"),
    );
    let ratio = monitor_rate / bare_rate;
    board.goal(
        "monitor runs against bare spawns",
        times(ratio),
        ">= 0.70 x",
        ratio >= 0.7,
    );

    let first = first_step(binary, scratch.path())?;
    board.goal(
        "start of the program to the first step",
        ms(first),
        "<= 20 ms",
        first <= Duration::from_millis(20),
    );
    let checked = thousand(binary, scratch.path())?;
    board.goal(
        "1,000 scenario files checked",
        ms(checked),
        "<= 100 ms",
        checked <= Duration::from_millis(100),
    );
    Ok(())
}

fn bare_bash() -> Res<()> {
    let status = Command::new("/bin/bash")
        .args(["-c", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err("bash -c true failed".into())
    }
}

fn launch(device: &dyn Device) -> Res<()> {
    let order = Launch::new("/bin/bash", &["-c", "true"]);
    device.launch(&order, &NoSink, &Cancel::default())?;
    Ok(())
}

/// Medians of bare spawns, of jobs on fresh devices, and of taking these down, taken in turn.
fn fresh_devices(engine: &dyn Engine, fixture: &Fixture) -> Res<[Duration; 3]> {
    let mut taken = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS / 3 {
        taken[0].push(timed(bare_bash)?);
        let began = Instant::now();
        let device = engine.boot(&spec("fresh"))?;
        agent::udf::seed(&*device, Os::Linux, UID)?;
        fixture.job(&*device)?;
        taken[1].push(began.elapsed());
        taken[2].push(timed(|| {
            drop(device);
            Ok(())
        })?);
    }
    Ok(taken.map(middle))
}

/// Calls a second of two threads together; each makes its own caller first.
fn rate<F: FnMut() -> Res<()>>(make: impl Fn() -> Res<F> + Sync) -> Res<f64> {
    const LONG: Duration = Duration::from_secs(3);
    let gate = std::sync::Barrier::new(2);
    let counts: Vec<Result<u64, String>> = std::thread::scope(|threads| {
        let one = || -> Result<u64, String> {
            let made = make().map_err(|e| e.to_string());
            gate.wait();
            let mut call = made?;
            let until = Instant::now() + LONG;
            let mut count = 0;
            while Instant::now() < until {
                call().map_err(|e| e.to_string())?;
                count += 1;
            }
            Ok(count)
        };
        let handles = [threads.spawn(one), threads.spawn(one)];
        handles
            .into_iter()
            .map(|h| {
                h.join()
                    .unwrap_or_else(|_| Err("a thread panicked".to_owned()))
            })
            .collect()
    });
    let mut all = 0;
    for count in counts {
        all += count?;
    }
    Ok(all as f64 / LONG.as_secs_f64())
}

/// Memory that is really there: every page written.
fn hold(bytes: usize) -> Vec<u8> {
    let mut held = vec![0u8; bytes];
    held.iter_mut().step_by(4096).for_each(|b| *b = 1);
    held
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// A signed difference: under load even a job may be quicker than the bare spawn beside it.
fn more(time: Duration, bare: Duration) -> String {
    format!(
        "{:+.2} ms",
        (time.as_secs_f64() - bare.as_secs_f64()) * 1000.0
    )
}

fn times(ratio: f64) -> String {
    format!("{ratio:.2} x")
}
