//! This very Windows and its own Windows PowerShell 5.1, where `SHAKEDOWN_CONFORMANCE=host` says that it
//! may be changed. Cases run one after another and meet what earlier ones left, but for `C:\w`.

use crate::conformance::TIMEOUT;
use crate::verdict::{Seen, Where};
use libtest_mimic::Failed;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub const WHERE: Where = Where::Windows;
/// Where the script lies; its name is that of a component's.
pub const SCRIPT: &str = r"C:\ProgramData\shakedown-conformance\command.ps1";
const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
/// Where cases write.
const WRITES: &str = r"C:\w";

static ONE: Mutex<()> = Mutex::new(());

/// Why no case can run here; none where they can.
pub fn missing() -> Option<String> {
    if std::env::var_os("SHAKEDOWN_CONFORMANCE").is_none_or(|v| v != "host") {
        return Some(
            "cases change the machine: scripts/conformance --host --yes-change-this-machine".into(),
        );
    }
    let there = Path::new(POWERSHELL).is_file();
    (!there).then(|| format!("there is no {POWERSHELL}"))
}

/// What a script gives, started as the Agent starts it.
pub fn play(body: &[u8]) -> Result<Seen, Failed> {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = Path::new(SCRIPT).parent().ok_or("no folder")?;
    for anew in [folder, Path::new(WRITES)] {
        if anew.exists() {
            fs::remove_dir_all(anew)?;
        }
        fs::create_dir_all(anew)?;
    }
    fs::write(SCRIPT, body)?;
    let (stdout, stderr) = (folder.join("stdout"), folder.join("stderr"));
    let mut child = Command::new(POWERSHELL)
        .args([
            "-NoProfile",
            "-NonInteractive",
            "-ExecutionPolicy",
            "Bypass",
        ])
        .args(["-File", SCRIPT])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(File::create(&stdout)?)
        .stderr(File::create(&stderr)?)
        .spawn()?;
    let begun = Instant::now();
    let exit = loop {
        if let Some(status) = child.try_wait()? {
            break status.code();
        }
        if begun.elapsed() > TIMEOUT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let text = |path: &Path| -> Result<String, Failed> {
        Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
    };
    Ok(Seen {
        stdout: text(&stdout)?,
        stderr: text(&stderr)?,
        exit,
        ..Seen::default()
    })
}
