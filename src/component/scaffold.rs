//! Scaffolds: a small bash component with its manifest, and a scenario that passes at once.

use super::error::ComponentError;
use super::{MANIFEST, derived_uid, unpack};
use crate::rmm::component::Category;
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

fn template(category: Category) -> Template {
    match category {
        Category::Scripts => Template {
            body: include_str!("templates/script.sh"),
            variables: include_str!("templates/script.variables.yaml"),
            steps: include_str!("templates/script.scenario.yaml"),
            about: "says its message",
            timeout: 3600,
        },
        Category::Applications => Template {
            body: include_str!("templates/application.sh"),
            variables: include_str!("templates/application.variables.yaml"),
            steps: include_str!("templates/application.scenario.yaml"),
            about: "installs",
            timeout: 3600,
        },
        Category::Monitors => Template {
            body: include_str!("templates/monitor.sh"),
            variables: include_str!("templates/monitor.variables.yaml"),
            steps: include_str!("templates/monitor.scenario.yaml"),
            about: "alerts when there is trouble",
            timeout: 60,
        },
    }
}

/// Writes a bash component and a scenario for it into a folder, which is made if it is not there.
/// Gives the files written.
///
/// # Errors
/// A file of one of the names is there already (nothing is overwritten, nothing is left half
/// done), the name is empty, or the folder cannot be written.
pub fn component(
    folder: &Path,
    name: &str,
    category: Category,
) -> Result<Vec<PathBuf>, ComponentError> {
    let name = name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(ComponentError::new(
            "bad-name",
            folder,
            "a component's name is one line of text",
        )
        .help("for example `Acme Agent - Deploy [LIN]`"));
    }
    let template = template(category);
    let mut manifest = String::new();
    let word = super::resource::category_word(category);
    let _ = write!(
        manifest,
        "name: {}\n\
         category: {word} # applications, scripts or monitors\n\
         type: unix # unix (bash), powershell or batch\n\
         description: Say in a few lines what it does, what it needs and what it changes.\n\
         uid: {}\n\
         version: 1\n\
         timeout: {} # seconds, then it is terminated\n\
         level: 1 # who sees it: 1 Basic, 2 Low, 3 Medium, 4 High, 5 Super\n\
         script: command.sh\n\
         {}\
         # Files beside this one that travel with the component. Without this line all of them would.\n\
         attachments: []\n",
        inline(name),
        derived_uid(name),
        template.timeout,
        template.variables,
    );
    let scenario = scenario_text(&format!("{name} {}", template.about), ".", template.steps);
    write_all(
        folder,
        &[
            (MANIFEST, 0o644, manifest.as_str()),
            ("command.sh", 0o755, template.body),
            (SCENARIO, 0o644, scenario.as_str()),
        ],
    )
}

/// Writes a scenario file for a component: one job (or one run of a monitor) on a Linux device.
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
) -> Result<PathBuf, ComponentError> {
    let steps = match category {
        Category::Monitors => {
            "steps:\n  - monitor: component\n    on: linux-01\n    expect: { alerts: none }\n"
        }
        Category::Applications | Category::Scripts => {
            "steps:\n  - job: component\n    on: linux-01\n    expect:\n      status: success\n      stderr: empty\n"
        }
    };
    let text = scenario_text(name, component, steps);
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

fn scenario_text(name: &str, component: &str, steps: &str) -> String {
    format!(
        "scenario: {}\n\
         world:\n  \
           sites:\n    \
             main: {{ name: Main office }}\n  \
           devices:\n    \
             linux-01: {{ site: main, os: linux }}\n  \
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
