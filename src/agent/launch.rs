//! From a component's language to the program that runs it, or to the exact reason why it cannot run.

use super::note;
use super::package::{ComponentView, Layout};
use crate::engine::{Device, EngineError, Launch, Stdin};
use crate::rmm::component::{Category, InstallType, Metadata};
use crate::rmm::event::Note;
use crate::rmm::knobs::{self, Knobs};
use crate::rmm::observed::EntryKind;
use crate::rmm::os::Os;
use std::time::Duration;

/// The line that starts the Agent's time budget for diagnostics.
pub const START_DIAGNOSTIC: &str = "<-Start Diagnostic->";

/// Seconds for a component whose package gives no timeout (0): what nearly every export carries.
const DEFAULT_TIMEOUT: u32 = 3600;

/// Why a component cannot run on this device here. It is skipped, never pretended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Skip {
    pub reason: String,
}

/// How a script is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// File name of the script in the package folder.
    pub script_name: &'static str,
    /// Interpreter that gets the script as its argument; none: the script itself is the program.
    pub interpreter: Option<String>,
    /// On Windows: the whole command line.
    pub line: Option<String>,
    /// The script as the device's interpreter takes it, where that is not the body as it is.
    pub body: Option<Vec<u8>>,
    pub notes: Vec<Note>,
}

/// What stands in the way of a plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error(transparent)]
    Skip(#[from] Skip),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

fn skip(reason: String) -> PlanError {
    PlanError::Skip(Skip { reason })
}

/// Chooses how a component runs on a device.
///
/// # Errors
/// [`PlanError::Skip`] with the reason when this version cannot run it for real.
pub fn plan(
    device: &dyn Device,
    os: Os,
    component: &ComponentView<'_>,
    knobs: &Knobs,
) -> Result<Plan, PlanError> {
    if os == Os::Windows {
        return super::windows::launch::plan(device, component, knobs);
    }
    match &component.meta.install_type {
        InstallType::Unix => unix(device, os, component),
        InstallType::Batch if component.polyglot => {
            let mut plan = unix(device, os, component)?;
            plan.notes.push(note(
                "polyglot-body",
                "the body is batch and shell in one; its shell half was run, its batch lines print \"command not found\"",
                "nothing to mend; split it into two components to keep stderr clean",
            ));
            Ok(plan)
        }
        t @ (InstallType::Powershell | InstallType::Batch) => Err(skip(format!(
            "installType {} needs Windows, and {os} devices have no {} (way out: a Windows device, `os: windows` in a scenario, `--os windows` with exec); component {:?} was not run",
            t.token(),
            if *t == InstallType::Batch {
                "cmd.exe"
            } else {
                "Windows PowerShell 5.1"
            },
            component.meta.name
        ))),
        InstallType::Other(token) => other(device, os, token, component),
    }
}

/// The engine's order for one script.
pub fn launch(
    plan: &Plan,
    layout: &Layout,
    component: &ComponentView<'_>,
    env: Vec<(String, String)>,
    knobs: &Knobs,
) -> Launch {
    let mut launch = match &plan.interpreter {
        Some(program) => Launch::new(program.clone(), &[layout.script.as_str()]),
        None => Launch::new(layout.script.clone(), &[]),
    };
    if let (Some(program), Some(line)) = (&plan.interpreter, &plan.line) {
        launch = Launch::new(program.clone(), &[]);
        launch.command_line = Some(line.replace(super::windows::launch::SCRIPT, &layout.script));
    }
    launch.env = env;
    launch.cwd.clone_from(&layout.folder);
    launch.stdin = match knobs.stdin {
        knobs::Stdin::Null => Stdin::Null,
        knobs::Stdin::Open => Stdin::Open,
    };
    launch.timeout = timeout(component.meta);
    if component.meta.category == Category::Monitors && knobs.diagnostic_seconds > 0 {
        let budget = Duration::from_secs(knobs.diagnostic_seconds.into());
        launch.budget_after_line = Some((START_DIAGNOSTIC.to_owned(), budget));
    }
    launch
}

/// How long a component may run.
pub fn timeout(meta: &Metadata) -> Duration {
    let seconds = if meta.timeout == 0 {
        DEFAULT_TIMEOUT
    } else {
        meta.timeout
    };
    Duration::from_secs(seconds.into())
}

/// Reads the first line: a shebang runs as the kernel reads it, anything else under bash.
fn unix(device: &dyn Device, os: Os, component: &ComponentView<'_>) -> Result<Plan, PlanError> {
    let body = component.body;
    let mut notes = Vec::new();
    if body
        .strip_prefix(b"\xef\xbb\xbf")
        .is_some_and(|rest| rest.starts_with(b"#!"))
    {
        notes.push(note(
            "bom-before-shebang",
            "line 1 of the script: a byte order mark stands before #!, so the line is not a shebang and bash reports an unknown command",
            "save the script as UTF-8 without a byte order mark",
        ));
    }
    let Some(shebang) = shebang(body) else {
        return Ok(Plan {
            script_name: "command.sh",
            interpreter: Some("/bin/bash".into()),
            line: None,
            body: None,
            notes,
        });
    };
    if shebang.carriage_return {
        notes.push(note(
            "crlf-shebang",
            "line 1 of the script ends in CR LF: the system looks for an interpreter whose name ends in a carriage return",
            "save the script with LF line ends",
        ));
    } else {
        missing_interpreter(device, os, component, &shebang, &mut notes)?;
    }
    Ok(Plan {
        script_name: "command.sh",
        interpreter: None,
        line: None,
        body: None,
        notes,
    })
}

struct Shebang<'a> {
    interpreter: &'a str,
    argument: &'a str,
    carriage_return: bool,
}

fn shebang(body: &[u8]) -> Option<Shebang<'_>> {
    let rest = body.strip_prefix(b"#!")?;
    let end = rest
        .iter()
        .position(|b| *b == b'\n')
        .unwrap_or(rest.len())
        .min(4096);
    let line = str::from_utf8(&rest[..end]).unwrap_or_default();
    let carriage_return = line.ends_with('\r');
    let line = line.trim_matches([' ', '\t', '\r']);
    let (interpreter, argument) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    Some(Shebang {
        interpreter,
        argument: argument.trim(),
        carriage_return,
    })
}

/// A missing interpreter is the component's fault on Linux (it runs and fails for real), but on a
/// played Mac it may be this machine's, so the job is skipped.
fn missing_interpreter(
    device: &dyn Device,
    os: Os,
    component: &ComponentView<'_>,
    shebang: &Shebang<'_>,
    notes: &mut Vec<Note>,
) -> Result<(), PlanError> {
    let wanted = match shebang.interpreter {
        "/bin/bash" | "/bin/sh" => return Ok(()),
        "/usr/bin/env" => {
            let name = shebang
                .argument
                .split_ascii_whitespace()
                .find(|word| !word.starts_with('-') && !word.contains('='))
                .unwrap_or_default();
            if name.is_empty() || matches!(name, "bash" | "sh") || on_path(device, name)?.is_some()
            {
                return Ok(());
            }
            name
        }
        path => {
            if exists(device, path)? {
                return Ok(());
            }
            path
        }
    };
    if os == Os::Macos {
        return Err(skip(format!(
            "component {:?} begins with #!{} and this machine, which plays the Mac, has no {wanted}; install it here to run the component",
            component.meta.name, shebang.interpreter
        )));
    }
    notes.push(note(
        "interpreter-missing",
        format!("line 1 of the script names {wanted}, which is not on the device"),
        "name an interpreter that every supported device has, such as /bin/bash",
    ));
    Ok(())
}

/// Languages whose token in a package was never seen; the names are those of the portal.
fn other(
    device: &dyn Device,
    os: Os,
    token: &str,
    component: &ComponentView<'_>,
) -> Result<Plan, PlanError> {
    let (script_name, names): (_, &[&str]) = match token.to_ascii_lowercase().as_str() {
        "python" => ("command.py", &["python2.7", "python2", "python", "python3"]),
        "ruby" => ("command.rb", &["ruby"]),
        "groovy" => ("command.groovy", &["groovy"]),
        "vbscript" | "vbs" | "javascript" | "js" | "jscript" => {
            return Err(skip(format!(
                "installType {token} needs the Windows Script Host, which {os} devices do not have; component {:?} was not run",
                component.meta.name
            )));
        }
        _ => {
            return Err(skip(format!(
                "installType {token:?} of component {:?} is not known: no public export carries it",
                component.meta.name
            )));
        }
    };
    for name in names {
        if let Some(path) = on_path(device, name)? {
            let mut notes = Vec::new();
            if *name == "python3" {
                notes.push(note(
                    "python3-instead",
                    "the platform runs Python 2.x and this device has Python 3 only; the script was run with it",
                    "install python2.7 on the machine that plays the device, or write the component for bash",
                ));
            }
            return Ok(Plan {
                script_name,
                interpreter: Some(path),
                line: None,
                body: None,
                notes,
            });
        }
    }
    Err(skip(format!(
        "installType {token} needs {}, which the device does not have; component {:?} was not run",
        names.join(" or "),
        component.meta.name
    )))
}

fn exists(device: &dyn Device, path: &str) -> Result<bool, EngineError> {
    let kind = device.stat(path)?.map(|s| s.kind);
    Ok(matches!(kind, Some(EntryKind::File | EntryKind::Symlink)))
}

fn on_path(device: &dyn Device, name: &str) -> Result<Option<String>, EngineError> {
    if name.contains('/') {
        return Ok(exists(device, name)?.then(|| name.to_owned()));
    }
    for folder in [
        "/usr/bin",
        "/bin",
        "/usr/local/bin",
        "/usr/sbin",
        "/sbin",
        "/usr/local/sbin",
    ] {
        let path = format!("{folder}/{name}");
        if exists(device, &path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
#[path = "launch_tests.rs"]
mod tests;
