//! Scaffolds: a small component in bash, Batch or PowerShell with its manifest, and a scenario that passes at once.

use super::error::ComponentError;
use super::{MANIFEST, derived_uid, unpack};
use crate::rmm::component::{Category, InstallType};
use crate::yaml::inline;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The scenario's file name within a new component's folder.
pub const SCENARIO: &str = "scenario.yaml";

struct Template {
    body: &'static str,
    variables: &'static str,
    steps: &'static str,
    about: &'static str,
    timeout: u32,
}

/// The system and the language that a scaffold is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// bash, on a Linux device.
    Linux,
    /// Batch, on a Windows device.
    Windows,
    /// PowerShell, on a Windows device.
    Powershell,
}

impl Target {
    /// Where components of a kind run.
    pub fn of(kind: &InstallType) -> Target {
        match kind {
            InstallType::Batch => Target::Windows,
            InstallType::Powershell => Target::Powershell,
            _ => Target::Linux,
        }
    }

    /// Name and `os:` of the scenario's device.
    fn device(self) -> (&'static str, &'static str) {
        match self {
            Target::Linux => ("linux-01", "linux"),
            Target::Windows | Target::Powershell => ("windows-01", "windows"),
        }
    }

    /// File name of the script and `type:` of the manifest.
    fn script(self) -> (&'static str, &'static str) {
        match self {
            Target::Linux => ("command.sh", "unix # unix (bash), powershell or batch"),
            Target::Windows => ("command.bat", "batch # unix (bash), powershell or batch"),
            Target::Powershell => (
                "command.ps1",
                "powershell # unix (bash), powershell or batch",
            ),
        }
    }
}

macro_rules! parts {
    ($name:literal, $script:literal, $os:literal) => {
        (
            include_str!(concat!("templates/", $name, $script)),
            include_str!(concat!("templates/", $name, $os, ".variables.yaml")),
            include_str!(concat!("templates/", $name, $os, ".scenario.yaml")),
        )
    };
}

fn template(category: Category, target: Target) -> Template {
    let (body, variables, steps) = match (category, target) {
        (Category::Scripts, Target::Linux) => parts!("script", ".sh", ""),
        (Category::Scripts, Target::Windows) => parts!("script", ".bat", ".windows"),
        (Category::Scripts, Target::Powershell) => parts!("script", ".ps1", ".windows"),
        (Category::Applications, Target::Linux) => parts!("application", ".sh", ""),
        (Category::Applications, Target::Windows) => parts!("application", ".bat", ".windows"),
        (Category::Applications, Target::Powershell) => parts!("application", ".ps1", ".windows"),
        (Category::Monitors, Target::Linux) => parts!("monitor", ".sh", ""),
        (Category::Monitors, Target::Windows) => parts!("monitor", ".bat", ".windows"),
        (Category::Monitors, Target::Powershell) => parts!("monitor", ".ps1", ".windows"),
    };
    let (about, timeout) = match category {
        Category::Scripts => ("says its message", 3600),
        Category::Applications => ("installs", 3600),
        Category::Monitors => ("alerts when there is trouble", 60),
    };
    Template {
        body,
        variables,
        steps,
        about,
        timeout,
    }
}

/// Refuses a component's name that is not one line of text; `place` is what gave it.
///
/// # Errors
/// It is empty or holds control characters.
pub fn checked_name(name: &str, place: &Path) -> Result<(), ComponentError> {
    if !name.trim().is_empty() && !name.chars().any(char::is_control) {
        return Ok(());
    }
    Err(
        ComponentError::new("bad-name", place, "a component's name is one line of text")
            .help("for example `Acme Agent - Deploy [LIN]`"),
    )
}

/// Writes a component in bash, Batch or PowerShell and a scenario for it into a folder, which is made if it is not there.
/// Gives the files written.
///
/// # Errors
/// A file of one of the names is there already (nothing is overwritten, nothing is left half
/// done), the name is empty, or the folder cannot be written.
pub fn component(
    folder: &Path,
    name: &str,
    category: Category,
    target: Target,
) -> Result<Vec<PathBuf>, ComponentError> {
    let name = name.trim();
    checked_name(name, folder)?;
    let template = template(category, target);
    let (script, kind) = target.script();
    let body = match target {
        Target::Linux | Target::Powershell => template.body.to_owned(),
        // cmd finds its labels only where lines end as on Windows.
        Target::Windows => template.body.replace('\n', "\r\n"),
    };
    let mut manifest = String::new();
    let word = super::resource::category_word(category);
    let _ = write!(
        manifest,
        "name: {}\n\
         category: {word} # applications, scripts or monitors\n\
         type: {kind}\n\
         description: Say in a few lines what it does, what it needs and what it changes.\n\
         uid: {}\n\
         version: 1\n\
         timeout: {} # seconds, then it is terminated\n\
         level: 1 # who sees it: 1 Basic, 2 Low, 3 Medium, 4 High, 5 Super\n\
         script: {script}\n\
         {}\
         # Files beside this one that travel with the component. Without this line all of them would.\n\
         attachments: []\n",
        inline(name),
        derived_uid(name),
        template.timeout,
        template.variables,
    );
    let scenario = scenario_text(
        &format!("{name} {}", template.about),
        ".",
        template.steps,
        target,
    );
    write_all(
        folder,
        &[
            (MANIFEST, 0o644, manifest.as_str()),
            (script, 0o755, body.as_str()),
            (SCENARIO, 0o644, scenario.as_str()),
        ],
    )
}

/// Writes a scenario file for a component: one job (or one run of a monitor) on a device of its
/// system.
/// `component` is its folder or `.cpt` file, as the scenario shall name it (relative to the file's
/// folder); `category` decides between job and monitor.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn scenario(
    file: &Path,
    name: &str,
    component: &str,
    category: Category,
    target: Target,
) -> Result<PathBuf, ComponentError> {
    let (device, _) = target.device();
    let steps = match category {
        Category::Monitors => {
            format!(
                "steps:\n  - monitor: component\n    on: {device}\n    expect: {{ alerts: none }}\n"
            )
        }
        Category::Applications | Category::Scripts => {
            format!(
                "steps:\n  - job: component\n    on: {device}\n    expect:\n      status: success\n      stderr: empty\n"
            )
        }
    };
    let text = scenario_text(name, component, &steps, target);
    let Some((folder, name)) = file.parent().zip(file.file_name().and_then(|n| n.to_str())) else {
        return Err(ComponentError::new(
            "not-a-file",
            file,
            "the scenario needs a file name",
        ));
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    write_all(folder, &[(name, 0o644, text.as_str())])?;
    Ok(file.to_owned())
}

fn scenario_text(name: &str, component: &str, steps: &str, target: Target) -> String {
    let (device, os) = target.device();
    format!(
        "scenario: {}\n\
         world:\n  \
           sites:\n    \
             main: {{ name: Main office }}\n  \
           devices:\n    \
             {device}: {{ site: main, os: {os} }}\n  \
           components:\n    \
             component: {}\n\
         {steps}",
        inline(name),
        inline(component),
    )
}

/// Writes new files; on an error those already written are removed again.
fn write_all(folder: &Path, files: &[(&str, u32, &str)]) -> Result<Vec<PathBuf>, ComponentError> {
    if let Some((name, ..)) = files.iter().find(|(name, ..)| folder.join(name).exists()) {
        return Err(ComponentError::new(
            "exists",
            folder.join(name),
            "this file is there already; nothing was written",
        )
        .help("choose another folder or name, or move the file away"));
    }
    let mut written = Vec::new();
    for (name, mode, text) in files {
        let path = folder.join(name);
        let done = unpack::create(folder, name, *mode).and_then(|mut file| {
            file.write_all(text.as_bytes())
                .map_err(|e| ComponentError::io(&path, "write it", &e))
        });
        if let Err(e) = done {
            for path in written {
                let _ = std::fs::remove_file(path);
            }
            return Err(e);
        }
        written.push(path);
    }
    Ok(written)
}
