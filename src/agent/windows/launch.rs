//! Which program runs a script on a Windows device, and its command line.

use crate::agent::launch::{Plan, PlanError, Skip};
use crate::agent::package::{Attachment, ComponentView, Content};
use crate::agent::{note, windows};
use crate::engine::Device;
use crate::engine::windows::AttachedBatch;
use crate::rmm::component::InstallType;
use crate::rmm::knobs::{Knobs, ScriptHost};

const CMD: &str = r"C:\Windows\System32\cmd.exe";
const CSCRIPT: &str = r"C:\Windows\System32\cscript.exe";
const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";

/// File name of Batch scripts.
pub const BATCH: &str = "command.bat";

/// File name of scripts in PowerShell.
pub const POWERSHELL_SCRIPT: &str = "command.ps1";

/// Stands in a command line for the script's whole path.
pub const SCRIPT: &str = "{SCRIPT}";

fn skip(reason: String) -> PlanError {
    PlanError::Skip(Skip { reason })
}

/// Chooses how a component runs on a Windows device: `cmd.exe /c command.bat` `[I]`, `cscript` for
/// VBScript and JScript `[I]`, Windows PowerShell 5.1 `[A]` with the one public model's flags `[T]`.
///
/// # Errors
/// [`PlanError::Skip`] where nothing on the device runs the language.
pub fn plan(
    device: &dyn Device,
    component: &ComponentView<'_>,
    knobs: &Knobs,
) -> Result<Plan, PlanError> {
    let name = &component.meta.name;
    let mut plan = match &component.meta.install_type {
        InstallType::Batch => batch(),
        InstallType::Unix if component.polyglot => batch(),
        InstallType::Unix => {
            return Err(skip(format!(
                "installType unix needs a Unix shell, which Windows devices do not have; component {name:?} was not run"
            )));
        }
        InstallType::Powershell => powershell(device, name)?,
        InstallType::Other(token) => other(device, token, name, knobs)?,
    };
    if component.polyglot {
        plan.notes.push(note(
            "polyglot-body",
            "the body is batch and shell in one; its batch half was run, its shell lines before it print \"not recognized\"",
            "nothing to mend; split it into two components to keep stderr clean",
        ));
    }
    plan.notes.extend(windows::notes::of_body(component.body));
    if device.windows().is_some_and(|w| w.by_wine()) {
        plan.notes
            .extend(windows::notes::stopped_service(component.body));
    }
    // PowerShell's own questions are answered by the facts.
    if plan.script_name == POWERSHELL_SCRIPT {
        let notes = windows::powershell::differences(device, component.body);
        plan.notes.extend(notes);
    } else if device.windows().is_some_and(|w| w.by_wine()) {
        let asked = windows::asked::asked_below(component.body);
        plan.notes.extend(asked);
    }
    if let Some(side) = device.windows().filter(|_| plan.script_name == BATCH) {
        let fitted = side.fit_batch(component.body, &attached_scripts(component));
        plan.notes
            .extend(windows::notes::of_remarks(&fitted.remarks));
        plan.body = (fitted.body != component.body).then_some(fitted.body);
    }
    Ok(plan)
}

/// Batch scripts among the attachments. One that cannot be read is told of when it is laid.
fn attached_scripts(component: &ComponentView<'_>) -> Vec<AttachedBatch> {
    const LARGEST: u64 = 4 << 20;
    let of = |a: &Attachment<'_>| {
        let low = a.name.to_lowercase();
        if !low.ends_with(".bat") && !low.ends_with(".cmd") {
            return None;
        }
        let body = match a.content {
            Content::Bytes(bytes) => bytes.to_vec(),
            Content::Attachment(a) => a.bytes(LARGEST).ok()?,
        };
        Some(AttachedBatch {
            name: a.name.to_owned(),
            body,
        })
    };
    component.attachments.iter().filter_map(of).collect()
}

fn batch() -> Plan {
    Plan {
        script_name: BATCH,
        interpreter: Some(CMD.into()),
        line: Some("cmd.exe /c command.bat".into()),
        body: None,
        notes: Vec::new(),
    }
}

fn powershell(device: &dyn Device, name: &str) -> Result<Plan, PlanError> {
    if !device.windows().is_some_and(|w| w.has_powershell()) {
        return Err(skip(format!(
            "installType powershell needs Windows PowerShell 5.1, which this Windows device does not have{}; component {name:?} was not run",
            way_out(device)
        )));
    }
    Ok(Plan {
        script_name: POWERSHELL_SCRIPT,
        interpreter: Some(POWERSHELL.into()),
        line: Some(
            "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \"{SCRIPT}\""
                .into(),
        ),
        body: None,
        notes: Vec::new(),
    })
}

/// Devices by Wine get PowerShell by a command of ours, real machines have theirs.
fn way_out(device: &dyn Device) -> &'static str {
    match device.windows().is_some_and(|w| w.by_wine()) {
        true => " (way out: shakedown setup powershell)",
        false => "",
    }
}

/// Languages whose token in a package was never seen; the names are those of the portal.
fn other(device: &dyn Device, token: &str, name: &str, knobs: &Knobs) -> Result<Plan, PlanError> {
    let script_name = match token.to_ascii_lowercase().as_str() {
        "vbscript" | "vbs" => "command.vbs",
        "javascript" | "js" | "jscript" => "command.js",
        "python" | "ruby" | "groovy" => {
            return Err(skip(format!(
                "installType {token} needs an interpreter that Windows does not bring, and none is on this device; component {name:?} was not run"
            )));
        }
        _ => {
            return Err(skip(format!(
                "installType {token:?} of component {name:?} is not known: no public export carries it"
            )));
        }
    };
    let quiet = match knobs.script_host {
        ScriptHost::Plain => "",
        ScriptHost::Quiet => "//B ",
    };
    Ok(Plan {
        script_name,
        interpreter: Some(CSCRIPT.into()),
        line: Some(format!("cscript.exe {quiet}//Nologo {script_name}")),
        body: None,
        notes: device
            .windows()
            .filter(|w| w.by_wine())
            .map(|_| note(
            "script-host",
            "a device by Wine ran it in Wine's script host, which ends an error of the script in silence with 0: its success alone proves nothing",
            "expect what the script does (registry, files, output), or rehearse it on a real Windows",
        ))
            .into_iter()
            .collect(),
    })
}
