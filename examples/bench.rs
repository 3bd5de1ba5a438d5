//! Measures what this project promises, as medians and ratios within one run, so that the numbers
//! mean the same on a slow machine. `scripts/bench` builds and calls it.
//!
//! Usage: bench SHAKEDOWN-BINARY

use shakedown::agent::{self, Account, ComponentView, DeviceFacts, JobContext, Resolution, Site};
use shakedown::engine::sandbox::{SandboxEngine, maybe_become_device_process};
use shakedown::engine::{Cancel, Device, DeviceSpec, Engine, Launch, NoSink};
use shakedown::report::record;
use shakedown::rmm::component::{Category, InstallType, Metadata};
use shakedown::rmm::event::What;
use shakedown::rmm::knobs::Knobs;
use shakedown::rmm::os::Os;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

type Res<T> = Result<T, Box<dyn Error>>;

/// Uid of every device here.
const UID: &str = "5a1e0000-0000-4000-8000-000000000002";

/// Samples of each spawn-like measurement.
const ROUNDS: usize = 300;
/// Samples of each whole-process measurement.
const PROCESSES: usize = 15;

fn main() -> ExitCode {
    maybe_become_device_process();
    let Some(binary) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: bench SHAKEDOWN-BINARY");
        return ExitCode::from(2);
    };
    let mut board = Board::default();
    if let Err(e) = measure(&binary, &mut board) {
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

    let bare = median(ROUNDS, || {
        bare_bash()?;
        Ok(())
    })?;
    board.plain("bare bash -c true", ms(bare));

    let device = engine.boot(&spec("warm"))?;
    agent::udf::seed(&*device, Os::Linux, UID)?;
    let launched = median(ROUNDS, || launch(&*device))?;
    board.plain("launch of bash -c true on a warm device", ms(launched));
    let warm = median(ROUNDS, || fixture.job(&*device))?;
    let more = warm.saturating_sub(bare);
    let met = more <= Duration::from_micros(1500);
    board.goal(
        "job on a warm device, more than bare",
        ms(more),
        "<= 1.50 ms",
        met,
    );

    let fresh = median(ROUNDS / 3, || {
        let device = engine.boot(&spec("fresh"))?;
        agent::udf::seed(&*device, Os::Linux, UID)?;
        fixture.job(&*device)
    })?;
    let more = fresh.saturating_sub(bare);
    let met = more <= Duration::from_millis(5);
    board.goal(
        "job on a fresh device, more than bare",
        ms(more),
        "<= 5.00 ms",
        met,
    );

    let held = hold(512 << 20);
    let heavy = median(ROUNDS, || fixture.job(&*device))?;
    std::hint::black_box(&held);
    drop(held);
    let ratio = heavy.as_secs_f64() / warm.as_secs_f64();
    // Two medians of the same thing differ by a few per cent on a quiet machine.
    board.goal(
        "the warm job with 512 MiB held, against without",
        times(ratio),
        "<= 1.10 x",
        ratio <= 1.10,
    );
    drop(device);

    let bare_rate = rate(|| Ok(|| bare_bash()))?;
    let monitor_rate = rate(|| {
        let device = engine.boot(&spec("monitor"))?;
        agent::udf::seed(&*device, Os::Linux, UID)?;
        let fixture = &fixture;
        Ok(move || fixture.job(&*device))
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

/// A monitor component whose script is `true`, with everything the Agent does around it.
struct Fixture {
    meta: Metadata,
    context: JobContext,
    variables: Resolution,
    knobs: Knobs,
}

impl Fixture {
    fn new() -> Fixture {
        Fixture {
            meta: Metadata {
                name: "Bench".into(),
                category: Category::Monitors,
                description: String::new(),
                uid: "5a1e0000-0000-4000-8000-000000000001".into(),
                version: 1,
                timeout: 60,
                security_level: 1,
                install_type: InstallType::Unix,
                variables: Vec::new(),
                post_conditions: Vec::new(),
            },
            context: context(),
            variables: Resolution::default(),
            knobs: Knobs::default(),
        }
    }

    fn job(&self, device: &dyn Device) -> Res<()> {
        let view = ComponentView {
            meta: &self.meta,
            body: b"#!/bin/bash\ntrue\n",
            attachments: Vec::new(),
            polyglot: false,
        };
        let cancel = Cancel::default();
        let report = agent::run_job(
            device,
            &self.context,
            &view,
            &self.variables,
            &self.knobs,
            &cancel,
            &NoSink,
        )?;
        if report.exit == shakedown::rmm::observed::Exit::Code(0) {
            Ok(())
        } else {
            Err(format!("the job ended with {:?}", report.exit).into())
        }
    }
}

fn spec(name: &str) -> DeviceSpec {
    DeviceSpec {
        name: name.into(),
        os: Os::Linux,
        hostname: name.into(),
        mac: "02:00:00:00:00:01".into(),
        serial: "BENCH0001".into(),
        layers: Vec::new(),
        services: Vec::new(),
        doubles: Vec::new(),
        seed: 1,
    }
}

/// Median of the time one call takes; the first few calls only warm up.
fn median(rounds: usize, mut one: impl FnMut() -> Res<()>) -> Res<Duration> {
    for _ in 0..rounds.div_ceil(10) {
        one()?;
    }
    let mut taken = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let began = Instant::now();
        one()?;
        taken.push(began.elapsed());
    }
    taken.sort();
    Ok(taken[rounds / 2])
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

/// From the start of the process to the first line of the first job's script: the first step and
/// the start of its shell with it.
fn first_step(binary: &Path, scratch: &Path) -> Res<Duration> {
    let dir = scratch.join("first");
    std::fs::create_dir_all(dir.join("clock"))?;
    std::fs::write(
        dir.join("clock/component.yaml"),
        "name: Clock\ncategory: scripts\ntype: unix\nscript: clock.sh\n",
    )?;
    std::fs::write(
        dir.join("clock/clock.sh"),
        "#!/bin/bash\necho \"$EPOCHREALTIME\"\n",
    )?;
    std::fs::write(
        dir.join("first.yaml"),
        "scenario: First\nworld:\n  devices:\n    web-01: { os: linux }\n  components:\n    clock: clock\nsteps:\n  - job: clock\n    on: web-01\n",
    )?;
    let mut taken = Vec::new();
    for _ in 0..PROCESSES {
        let began = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let output = Command::new(binary)
            .args(["run", "--quiet", "first.yaml"])
            .current_dir(&dir)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let log = record::read(&dir.join(".shakedown/runs/latest/001-first.jsonl"))?;
        let printed = log.events.iter().find_map(|e| match &e.what {
            What::Output {
                text: Some(text), ..
            } => text.trim().replace(',', ".").parse::<f64>().ok(),
            _ => None,
        });
        let printed = printed.ok_or("the first job printed no time")?;
        taken.push(Duration::try_from_secs_f64(printed)?.saturating_sub(began));
    }
    taken.sort();
    Ok(taken[PROCESSES / 2])
}

/// Reading and checking 1,000 scenario files, the start of the program included.
fn thousand(binary: &Path, scratch: &Path) -> Res<Duration> {
    let dir = scratch.join("thousand");
    std::fs::create_dir_all(dir.join("scenarios"))?;
    std::fs::create_dir_all(dir.join("it"))?;
    std::fs::write(
        dir.join("it/component.yaml"),
        "name: It\ncategory: scripts\ntype: unix\nscript: it.sh\n",
    )?;
    std::fs::write(dir.join("it/it.sh"), "#!/bin/bash\ntrue\n")?;
    for n in 0..1000 {
        let text = format!(
            "scenario: Number {n} deploys and is watched\ntags: [deploy, monitor]\nworld:\n  account: {{ name: Contoso MSP, variables: {{ region: eu }} }}\n  sites:\n    osaka: {{ name: Osaka HQ }}\n  devices:\n    web-01: {{ site: osaka, os: linux }}\n  components:\n    it: ../it\nsteps:\n  - job: it\n    on: web-01\n    expect:\n      status: success\n      stdout: {{ contains: ready }}\n      stderr: empty\n      udf: {{ 5: {{ matches: '^https://[a-z.]+/[0-9a-f]{{64}}$' }} }}\n      footprint: {{ created: [/opt/it/**], only: true }}\n  - device: web-01\n    shell: echo {n}\nfinally:\n  - job: it\n    on: web-01\n"
        );
        std::fs::write(dir.join(format!("scenarios/{n:04}.yaml")), text)?;
    }
    median(PROCESSES, || {
        let output = Command::new(binary)
            .args(["run", "--dry-run"])
            .current_dir(&dir)
            .output()?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
        }
    })
}

/// What a job needs to know of its surroundings.
fn context() -> JobContext {
    JobContext {
        os: Os::Linux,
        platform: "pinotage".into(),
        account: Account {
            uid: UID.into(),
            name: "Bench".into(),
        },
        site: Site {
            uid: UID.into(),
            name: "Bench".into(),
            ..Site::default()
        },
        device: DeviceFacts {
            uid: UID.into(),
            hostname: "bench".into(),
            domain: String::new(),
            udfs: BTreeMap::new(),
        },
        trust: Vec::new(),
        footprint: true,
        stop_on_input_wait: true,
        timeout: None,
    }
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

fn times(ratio: f64) -> String {
    format!("{ratio:.2} x")
}
