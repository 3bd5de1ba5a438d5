//! How long a container lives: no longer than its harness, unless it is kept.

use super::engines::Engine;
use super::images::DEBIAN;
use super::shakedown::{command, expect, run, said};
use libtest_mimic::Failed;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many kills.
const KILLS: u32 = 20;
/// Longest time before a kill, in milliseconds; a device takes a third of it to boot.
const LATEST: u64 = 2_500;

/// `kill -9` at random moments: what is left ends by itself or is swept by the next start.
pub fn killed(engine: &Engine) -> Result<(), Failed> {
    let scratch = engine.scratch()?;
    let links = links()?;
    for _ in 0..KILLS {
        let mut victim = run(
            engine,
            scratch.path(),
            DEBIAN,
            &["scenarios/platform", "--filter", "reboot"],
        );
        victim.stdout(Stdio::null()).stderr(Stdio::null());
        let mut victim = victim.spawn()?;
        std::thread::sleep(Duration::from_millis(fastrand::u64(0..LATEST)));
        victim.kill()?;
        victim.wait()?;
    }
    expect(next_start(engine), 0)?;
    engine.emptied(Duration::ZERO)?;
    if self::links()? != links {
        return Err("folders of sockets are left in the temporary folder".into());
    }
    no_process_left()
}

/// How many folders of sockets are in the temporary folder.
fn links() -> Result<usize, Failed> {
    let entries = std::fs::read_dir(std::env::temp_dir())?.flatten();
    let names = entries.filter_map(|e| e.file_name().into_string().ok());
    Ok(names.filter(|n| n.starts_with("shakedown-link-")).count())
}

/// Anything that connects to the engine.
fn next_start(engine: &Engine) -> Command {
    let mut c = command(&engine.host());
    c.arg("doctor");
    c
}

/// No chassis of these containers runs; one may take a moment to end.
fn no_process_left() -> Result<(), Failed> {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let left: Vec<String> = std::fs::read_dir("/proc")?
            .flatten()
            .filter_map(|e| std::fs::read(e.path().join("cmdline")).ok())
            .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
            .filter(|line| line.contains("shakedown-container-chassis"))
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(format!("processes are left: {}", left.join("; ")).into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What a harness left whose container could not end by itself: one that was stopped in its tracks.
pub fn swept(engine: &Engine) -> Result<(), Failed> {
    let mut victim = command(&engine.host());
    victim
        .args(["exec", "fixtures/bright-antivirus/monitor-linux"])
        .args(["--image", DEBIAN, "--keep"]);
    let kept = entered(&said(&expect(victim, 1)?))?;
    let others = engine.labelled()?;
    if others.len() != 1 {
        return Err(format!("one container was to be there: {others:?}").into());
    }
    // Under another name it is one that nobody keeps, of a harness that has ended.
    rename(engine, &kept.name, "left-by-a-harness")?;
    expect(next_start(engine), 0)?;
    engine.emptied(Duration::ZERO)
}

fn rename(engine: &Engine, from: &str, to: &str) -> Result<(), Failed> {
    let empty = tempfile::NamedTempFile::new()?;
    let path = format!("/containers/{from}/rename?name={to}");
    super::http::post(&engine.socket(), &path, empty.path())
}

struct Kept {
    name: String,
    pid: String,
}

/// What `--keep` said: `nsenter -t PID ...  # container NAME; end it: kill -9 PID`.
fn entered(said: &str) -> Result<Kept, Failed> {
    let after = |mark: &str| {
        let (_, rest) = said.split_once(mark)?;
        let end = rest.find(|c: char| c.is_whitespace() || c == ';')?;
        Some(rest[..end].to_owned())
    };
    match (after("# container "), after("nsenter -t ")) {
        (Some(name), Some(pid)) => Ok(Kept { name, pid }),
        _ => Err(format!("nothing says how to enter: {said}").into()),
    }
}

/// A kept device outlives its harness and the next start, can be entered, and ends as told.
pub fn kept(engine: &Engine) -> Result<(), Failed> {
    let mut exec = command(&engine.host());
    exec.args(["exec", "fixtures/bright-antivirus/monitor-linux"])
        .args(["--image", DEBIAN, "--keep"]);
    let kept = entered(&said(&expect(exec, 1)?))?;
    expect(next_start(engine), 0)?;
    if !engine.labelled()?.iter().any(|n| n.contains(&kept.name)) {
        return Err("it was taken down".into());
    }
    let mut enter = Command::new("nsenter");
    enter
        .args([
            "-t", &kept.pid, "-U", "-m", "-p", "-n", "-i", "-u", "-r", "-w",
        ])
        .args(["cat", "/etc/hostname"]);
    let out = expect(enter, 0)?;
    if out.stdout != b"device\n" {
        return Err(format!("another device: {}", said(&out)).into());
    }
    expect(
        {
            let mut end = Command::new("kill");
            end.args(["-9", &kept.pid]);
            end
        },
        0,
    )?;
    engine.emptied(Duration::from_secs(10))
}
