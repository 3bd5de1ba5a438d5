//! How PowerShell is started, by a probe in its place that says what it was given: the launch contract.

use super::device::{boot, check, cmd, environment, text};
use libtest_mimic::Failed;
use serde_json::Value;
use shakedown::engine::{Cancel, Device, Launch, NoSink, Outcome, Stdin};
use shakedown::rmm::observed::Exit;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// Where PowerShell lies, and its front.
const PWSH: &str = r"C:\pwsh\pwsh.exe";
const FRONT: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
const NARROW: &str = r"C:\Windows\SysWOW64\WindowsPowerShell\v1.0\powershell.exe";
/// The Agent's command line, in two parts around the script.
const AGENTS: (&str, &str) = (
    "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \"",
    "\"",
);
/// Command lines of 5.1 and what PowerShell 7 gets.
const FORMS: &str = include_str!("../../helper/src/programs/powershell/forms.txt");
/// Jobs at once.
const AT_ONCE: usize = 8;

/// The probe, compiled once; an error where the Windows target or a linker is missing.
static PROBE: LazyLock<Result<Vec<u8>, String>> = LazyLock::new(|| compiled("probe/main.rs"));

/// A program of one file beside this one, compiled for Windows.
pub fn compiled(source: &str) -> Result<Vec<u8>, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/wine")
        .join(source);
    let name = source
        .with_extension("")
        .to_string_lossy()
        .replace('/', "-");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let exe = folder.join(format!("{}{name}.exe", std::process::id()));
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let done = Command::new(rustc)
        .args([
            "--edition",
            "2024",
            "-O",
            "--target",
            "x86_64-pc-windows-gnu",
            "-o",
        ])
        .args([&exe, &source])
        .output()
        .map_err(|e| format!("rustc: {e}"))?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned());
    }
    let bytes = std::fs::read(&exe).map_err(|e| e.to_string());
    std::fs::remove_file(&exe).map_err(|e| e.to_string())?;
    bytes
}

/// A device with the probe in PowerShell's place.
pub fn device(name: &str) -> Result<Arc<dyn Device>, Failed> {
    let device = boot(name)?;
    let probe = PROBE.as_ref().map_err(|e| Failed::from(e.as_str()))?;
    device.write_file(PWSH, probe, 0o755)?;
    let hook = b"{\"runtimeOptions\":{\"configProperties\":{\"STARTUP_HOOKS\":\"x.dll\"}}}";
    device.write_file(r"C:\pwsh\pwsh.runtimeconfig.json", hook, 0o644)?;
    for script in [r"C:\w\a.ps1", r"C:\w\a b.PS1", r"C:\w\note.txt"] {
        device.write_file(script, b"\xef\xbb\xbf", 0o644)?;
    }
    Ok(device)
}

/// A job of Windows with PowerShell's folder on its path.
pub fn job(program: &str, line: &str) -> Launch {
    let mut launch = Launch::new(program, &[]);
    launch.command_line = Some(line.to_owned());
    launch.cwd = r"C:\w".into();
    launch.env = environment();
    for (name, value) in &mut launch.env {
        if name == "PATH" {
            value.push_str(r";C:\Windows\System32\WindowsPowerShell\v1.0\");
        }
    }
    launch
}

/// The Agent's launch of a script.
pub fn agents(script: &str) -> Launch {
    job(FRONT, &format!("{}{script}{}", AGENTS.0, AGENTS.1))
}

pub fn run(device: &Arc<dyn Device>, launch: &Launch) -> Result<Outcome, Failed> {
    Ok(device.launch(launch, &NoSink, &Cancel::default())?)
}

/// What the probes of a job said, one line each.
fn said(outcome: &Outcome) -> Result<Vec<Value>, Failed> {
    let lines = text(&outcome.stdout);
    let lines = lines.lines().filter(|l| l.starts_with('{'));
    lines
        .map(|l| serde_json::from_str(l).map_err(|e| format!("{e}: {l}").into()))
        .collect()
}

/// What the only probe said.
pub fn only(outcome: &Outcome) -> Result<Value, Failed> {
    let mut said = said(outcome)?;
    match (said.pop(), said.is_empty()) {
        (Some(one), true) => Ok(one),
        _ => Err(format!("{outcome:?}").into()),
    }
}

/// Command lines of 5.1 behind its name, and the whole line that PowerShell 7 gets.
pub fn forms() -> Vec<(&'static str, String)> {
    let rows = FORMS.lines().filter_map(|row| row.split_once(" => "));
    rows.filter(|(typed, _)| !typed.starts_with('#'))
        .map(|(typed, gets)| (typed, format!("\"{PWSH}\" {gets}").trim_end().to_owned()))
        .collect()
}

/// Does the work for each, [`AT_ONCE`] at once.
fn each<T: Sync>(all: &[T], work: impl Fn(&T) -> Result<(), Failed> + Sync) -> Result<(), Failed> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|s| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                s.spawn(|| {
                    while let Some(one) = all.get(next.fetch_add(1, Ordering::SeqCst)) {
                        work(one)?;
                    }
                    Ok::<_, Failed>(())
                })
            })
            .collect();
        for worker in workers {
            worker.join().map_err(|_| "a worker panicked")??;
        }
        Ok(())
    })
}

/// Console, code page, handles, environment, folder, arguments and exit code of the Agent's launch.
pub fn contract() -> Result<(), Failed> {
    let device = device("contract")?;
    let script = r"C:\ProgramData\CentraStage\Packages\1111#\command.ps1";
    device.write_file(script, b"\xef\xbb\xbfread exit 3010", 0o755)?;
    let mut launch = agents(script);
    launch.cwd = r"C:\ProgramData\CentraStage\Packages\1111#".into();
    let own = [
        ("CS_PROFILE_NAME", "Größe & Söhne"),
        ("usrWide", "漢字 😀 \"quoted\" %PATH%"),
        ("usrEmpty", ""),
        ("usrLines", "a\r\nb"),
    ];
    let owned = own.map(|(n, v)| (n.to_owned(), v.to_owned()));
    launch.env.extend(owned);
    launch.stdin = Stdin::Bytes("in größe\n".into());
    let outcome = run(&device, &launch)?;
    check(outcome.exit == Exit::Code(3010), &outcome)?;
    check(text(&outcome.stderr) == "probe\n", &outcome)?;
    let told = only(&outcome)?;
    let line = format!(
        "\"{PWSH}\" -NoProfile -NonInteractive -ExecutionPolicy \"Bypass\" -File \"{script}\""
    );
    check(told["line"] == line.as_str(), &told)?;
    let args = [
        "-NoProfile",
        "-NonInteractive",
        "-ExecutionPolicy",
        "Bypass",
        "-File",
        script,
    ];
    check(told["args"] == serde_json::json!(args), &told)?;
    check(told["cwd"] == launch.cwd.as_str(), &told)?;
    check(told["input"] == 65_001 && told["output"] == 65_001, &told)?;
    check(
        told["handles"] == serde_json::json!(["pipe", "pipe", "pipe"]),
        &told,
    )?;
    check(told["stdin"] == "in größe\n" && told["job"] == true, &told)?;
    let env = told["env"].as_array().ok_or("no environment")?;
    let has = |name: &str, value: &str| env.contains(&serde_json::json!([name, value]));
    for (name, value) in &launch.env {
        check(has(name, value), (name, &told))?;
    }
    check(
        has("NO_COLOR", "1") && has("POWERSHELL_TELEMETRY_OPTOUT", "1"),
        &told,
    )?;
    let added = env.iter().filter_map(|pair| pair[0].as_str());
    let added: Vec<&str> = added
        .filter(|name| !launch.env.iter().any(|(n, _)| n == name))
        // Wine's own, in every process.
        .filter(|name| !name.starts_with("WINE") && *name != "PROCESSOR_ARCHITECTURE")
        .collect();
    let settings = [
        "DOTNET_EnableWriteXorExecute",
        "DOTNET_TieredPGO",
        "NO_COLOR",
        "POWERSHELL_TELEMETRY_OPTOUT",
        "POWERSHELL_UPDATECHECK",
    ];
    check(added == settings, added)?;
    for code in [0, 1, 1603, -1, i32::MIN] {
        device.write_file(script, format!("exit {code}").as_bytes(), 0o755)?;
        let outcome = run(&device, &launch)?;
        check(outcome.exit == Exit::Code(code), (code, &outcome))?;
    }
    Ok(())
}

/// Every form of command line: from the Agent, from an EXE, from `cmd /c`, eight at once.
pub fn forms_from_programs() -> Result<(), Failed> {
    let device = device("forms")?;
    let mut rows = Vec::new();
    for (typed, wanted) in forms() {
        rows.push((
            job(FRONT, &format!("powershell.exe {typed}")),
            wanted.clone(),
        ));
        // The second as .NET's Process.Start writes it.
        for name in ["powershell", "\"powershell.exe\""] {
            rows.push((job("", &format!("{name} {typed}")), wanted.clone()));
        }
        if fits_cmd(typed) {
            let line = format!("cmd.exe /d /c powershell.exe {typed}");
            rows.push((job(r"C:\windows\system32\cmd.exe", &line), wanted));
        }
    }
    check(rows.len() > 280, rows.len())?;
    each(&rows, |(launch, wanted)| {
        let outcome = run(&device, launch)?;
        let told = only(&outcome)?;
        let line = told["line"].as_str().unwrap_or_default().trim_end();
        check(line == wanted, (&launch.command_line, wanted, &told))?;
        let code = if wanted.ends_with("exit 3010") {
            3010
        } else {
            0
        };
        check(outcome.exit == Exit::Code(code), &outcome)
    })?;
    let left = device.processes()?;
    check(left.is_empty(), left)
}

/// cmd takes it as it is: nothing in it is cmd's own, and Batch files are not UTF-8.
fn fits_cmd(typed: &str) -> bool {
    typed.is_ascii() && !typed.starts_with('&') && !typed.contains(" & ") && !typed.contains('%')
}

/// The same from a Batch script, plainly and by `start /wait`.
pub fn forms_from_batch() -> Result<(), Failed> {
    let device = device("batch")?;
    for begin in [
        "powershell",
        "powershell.exe",
        "start \"\" /wait /b powershell",
    ] {
        // Wine's own start drops quotes that no blank asks for.
        let bare = begin.starts_with("start");
        let fits = |typed: &str| fits_cmd(typed) && !(bare && typed.contains('"'));
        let rows: Vec<_> = forms().into_iter().filter(|(t, _)| fits(t)).collect();
        check(rows.len() > 50, rows.len())?;
        let lines = rows.iter().map(|(typed, _)| format!("{begin} {typed}\r\n"));
        let script = format!("@echo off\r\n{}exit /b 7\r\n", lines.collect::<String>());
        device.write_file(r"C:\w\forms.bat", script.as_bytes(), 0o755)?;
        let launch = job(
            r"C:\windows\system32\cmd.exe",
            r"cmd.exe /d /c C:\w\forms.bat",
        );
        let outcome = run(&device, &launch)?;
        let said = said(&outcome)?;
        check(said.len() == rows.len(), (begin, &outcome))?;
        for ((typed, wanted), told) in rows.iter().zip(&said) {
            let line = told["line"].as_str().unwrap_or_default().trim_end();
            check(line == wanted, (begin, typed, told))?;
            check(told["window"] == said[0]["window"], told)?;
            check(told["output"] == 65_001, told)?;
        }
    }
    Ok(())
}

/// Exit codes and stdin through cmd, refusals of 5.1, the 32-bit one, pwsh, and a task.
pub fn callers() -> Result<(), Failed> {
    let device = device("callers")?;
    let lines = [
        (
            "powershell -c exit 3010& call echo [%^errorlevel%]",
            "[3010]",
        ),
        (
            "start /wait powershell -c exit 1603& call echo [%^errorlevel%]",
            "[1603]",
        ),
        ("powershell -c exit -1& call echo [%^errorlevel%]", "[-1]"),
        (
            "echo 6*7| powershell -NoProfile -Command read",
            "\"stdin\":\"6*7",
        ),
        (
            "powershell -File C:\\nope.ps1& call echo [%^errorlevel%]",
            "[-196608]",
        ),
        (
            "powershell -File C:\\w\\note.txt& call echo [%^errorlevel%]",
            "[-196608]",
        ),
        ("powershell -?", "PowerShell[.exe] -Help | -? | /?"),
        (
            "pwsh -NoLogo -c \"a  b\"",
            "pwsh.exe\\\" -NoLogo -c \\\"a  b\\\"\"",
        ),
        ("pwsh -c 1", "[\"SHAKEDOWN_COMPAT51\",\"0\"]"),
    ];
    for (line, wanted) in lines {
        let mut launch = cmd(line);
        launch.env = job("", "").env;
        let outcome = run(&device, &launch)?;
        check(text(&outcome.stdout).contains(wanted), (line, &outcome))?;
    }
    let outcome = run(&device, &job(FRONT, "powershell.exe -File C:\\nope.ps1"))?;
    check(outcome.exit == Exit::Code(-196_608), &outcome)?;
    let told = text(&outcome.stderr);
    let nope = "The argument 'C:\\nope.ps1' to the -File parameter does not exist.";
    check(told.starts_with(nope), told)?;

    let outcome = run(&device, &job(NARROW, "powershell.exe -c 1"))?;
    only(&outcome)?;
    let told = format!("{:?}", outcome.observed);
    check(
        told.contains("the 32-bit PowerShell is played by the 64-bit one"),
        told,
    )?;

    device.write_file(r"C:\w\task.ps1", br"to C:\w\task.json exit 3010", 0o644)?;
    let task = format!("{FRONT} -NoProfile -File C:\\w\\task.ps1 -Name x");
    let line = format!(
        "schtasks /create /tn Probe /tr \"{task}\" /sc onstart /f& schtasks /run /tn Probe"
    );
    let outcome = run(&device, &cmd(&line))?;
    let until = Instant::now() + Duration::from_secs(20);
    let told = loop {
        match device.read_file(r"C:\w\task.json", 1 << 20)? {
            Some(told) if told.ends_with(b"\n") => break text(&told),
            _ if Instant::now() > until => return Err(format!("{outcome:?}").into()),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let line = r#"-NoProfile -File C:\\w\\task.ps1 -Name x""#;
    check(told.contains(line), told)
}

/// A timeout takes front, PowerShell and what it started, whoever called.
pub fn timeout() -> Result<(), Failed> {
    let device = device("trees")?;
    device.write_file(r"C:\w\slow.ps1", b"child sleep", 0o644)?;
    let batch = job(
        r"C:\windows\system32\cmd.exe",
        r"cmd.exe /d /c powershell -File C:\w\slow.ps1",
    );
    for mut launch in [agents(r"C:\w\slow.ps1"), batch] {
        launch.timeout = Duration::from_secs(4);
        let outcome = run(&device, &launch)?;
        check(outcome.exit == Exit::TimedOut, &outcome)?;
        only(&outcome)?;
        let left = device.processes()?;
        check(left.is_empty(), left)?;
    }
    device.write_file(r"C:\w\leaves.ps1", b"child exit 5", 0o644)?;
    let outcome = run(&device, &agents(r"C:\w\leaves.ps1"))?;
    let ping = |p: &shakedown::rmm::observed::LeftProcess| p.name.eq_ignore_ascii_case("ping.exe");
    check(outcome.exit == Exit::Code(5), &outcome)?;
    check(outcome.observed.left.iter().any(ping), outcome)
}
