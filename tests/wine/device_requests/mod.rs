//! Every request that a module of PowerShell makes of the device (`Invoke-Device`), made by programs on
//! it: by eight at once, with values meant to do harm. See `caller.rs` for what they run.

mod hostile;
mod shared;
mod wrong;

use super::device::{boot, check, cmd, text};
use libtest_mimic::Failed;
use serde_json::Value;
use shakedown::engine::{Cancel, Device, NoSink, Outcome};
use shakedown::rmm::observed::Exit;
use std::process::Command;
use std::sync::{Arc, OnceLock};

/// The tests of this folder.
pub const TESTS: [(&str, super::Test); 5] = [
    ("requests_give_back_what_was_sent", hostile::everything),
    ("requests_leave_no_password_anywhere", hostile::passwords),
    ("requests_of_eight_callers_lose_nothing", shared::counters),
    ("requests_that_are_none_are_answered", wrong::lines),
    ("requests_in_floods_harm_nobody", wrong::floods),
];

/// Callers at once.
const CALLERS: usize = 8;
const PROGRAM: &str = r"C:\caller.exe";
const TARGET: &str = "x86_64-pc-windows-gnu";

/// The caller for Windows, compiled once.
fn program() -> Result<&'static [u8], Failed> {
    static BUILT: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let exe = folder.path().join("caller.exe");
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let done = Command::new(rustc)
            .args(["--edition", "2024", "--target", TARGET])
            .args(["-C", "panic=abort", "-C", "strip=symbols", "-o"])
            .arg(&exe)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/wine/device_requests/caller.rs"
            ))
            .output()
            .map_err(|e| format!("rustc: {e}"))?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).into_owned());
        }
        std::fs::read(&exe).map_err(|e| e.to_string())
    });
    match built {
        Ok(bytes) => Ok(bytes),
        Err(why) => Err(format!(
            "the caller cannot be built for Windows (rustup target add {TARGET}, and \
             apt-get install gcc-mingw-w64-x86-64): {why}"
        )
        .into()),
    }
}

/// A device with the caller on it.
fn device(name: &str) -> Result<Arc<dyn Device>, Failed> {
    let device = boot(name)?;
    device.write_file(PROGRAM, program()?, 0o755)?;
    Ok(device)
}

/// Runs the caller as a job.
fn call(device: &Arc<dyn Device>, words: &str) -> Result<Outcome, Failed> {
    let launch = cmd(&format!("{PROGRAM} {words}"));
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(
        outcome.exit == Exit::Code(0),
        (words, &outcome.exit, text(&outcome.stderr)),
    )?;
    Ok(outcome)
}

/// Puts one question a line on the device, has the caller's `mode` ask them and reads the answers.
fn asked(
    device: &Arc<dyn Device>,
    name: &str,
    mode: &str,
    questions: &[Value],
) -> Result<(Vec<Value>, Outcome), Failed> {
    let lines: String = questions.iter().map(|q| format!("{q}\n")).collect();
    let (from, to) = (format!("C:\\{name}.in"), format!("C:\\{name}.out"));
    device.write_file(&from, lines.as_bytes(), 0o644)?;
    let outcome = call(device, &format!("{mode} {from} {to}"))?;
    let answers = device.read_file(&to, 1 << 30)?.unwrap_or_default();
    let answers = answers
        .split_inclusive(|b| *b == b'\n')
        .map(|line| serde_json::from_slice(line).map_err(|e| format!("{name}: {e}")))
        .collect::<Result<Vec<Value>, String>>()?;
    check(
        answers.len() == questions.len(),
        (name, answers.len(), questions.len()),
    )?;
    Ok((answers, outcome))
}

/// Facts as the helper gives them, by name.
pub fn facts_of(device: &Arc<dyn Device>, names: &[&str]) -> Result<Vec<Value>, Failed> {
    device.write_file(PROGRAM, program()?, 0o755)?;
    let ask = |name: &&str| serde_json::json!({ "ask": "facts", "name": name });
    let questions: Vec<Value> = names.iter().map(ask).collect();
    let (answers, _) = asked(device, "facts", "each", &questions)?;
    let value = |mut answer: Value| answer["value"].take();
    Ok(answers.into_iter().map(value).collect())
}

/// The same work by every caller at once.
fn at_once<T: Send>(work: impl Fn(usize) -> Result<T, Failed> + Sync) -> Result<Vec<T>, Failed> {
    let work = &work;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CALLERS).map(|n| scope.spawn(move || work(n))).collect();
        threads
            .into_iter()
            .map(|t| t.join().map_err(|_| "a caller's thread panicked")?)
            .collect()
    })
}

/// The text of a value as it goes over the pipe: order of keys and all.
pub fn exact(a: &Value, b: &Value) -> bool {
    let text = |value: &Value| serde_json::to_string(value).ok();
    text(a).is_some() && text(a) == text(b)
}
