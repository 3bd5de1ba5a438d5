//! `new`: a component or a scenario to start from, both pass at once.

use super::{Exit, Surroundings, print};
use crate::component::scaffold::{self, Target};
use crate::component::{self, ComponentError};
use crate::report::clean::{one_line, shell_word};
use crate::rmm::component::Category;
use std::path::{Component, Path, PathBuf};

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write a component's folder with a scenario that runs it
    Component(NewComponent),
    /// Write a scenario file, for a component that is there or for a new one beside it
    Scenario(NewScenario),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  shakedown new component acme-deploy
  shakedown new component acme-status --monitor --name 'Acme - Status [LIN]'
  shakedown new component acme-windows --os windows
  shakedown new component acme-powershell --type powershell
  shakedown run acme-status                 it passes at once where its devices can be had (those of
                                            Windows: setup wine, setup powershell); change it from there")]
struct NewComponent {
    /// The folder to write; nothing in it is overwritten
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Its name in the portal [default: the folder's name]
    #[arg(long)]
    name: Option<String>,

    /// A component monitor instead of a script: result markers, one sample, a diagnostic
    #[arg(long, conflicts_with = "application")]
    monitor: bool,

    /// An application instead of a script: something is installed
    #[arg(long)]
    application: bool,

    /// System it is for: `linux`, a script in bash; `windows`, one in Batch unless --type says otherwise [default: linux]
    #[arg(long, value_name = "OS", value_parser = ["linux", "windows"])]
    os: Option<String>,

    /// What it is written in: `unix` (bash), `batch` or `powershell` [default: as --os says]
    #[arg(long = "type", value_name = "TYPE", value_parser = ["unix", "batch", "powershell"])]
    kind: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  shakedown new scenario scenarios/acme.yaml --component acme-deploy
  shakedown new scenario scenarios/first.yaml     with a small component of its own
  shakedown run scenarios/first.yaml              it passes at once; change it from there")]
struct NewScenario {
    /// The scenario file to write; it must not be there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The component it runs: a folder or an exported .cpt [default: a new folder beside FILE]
    #[arg(long, value_name = "PATH")]
    component: Option<PathBuf>,

    /// What the scenario is called [default: made from the component's name]
    #[arg(long)]
    name: Option<String>,
}

/// Writes what was asked for and says how to run it.
pub fn main(args: &NewArgs, around: &Surroundings) -> Exit {
    let written = match &args.what {
        What::Component(args) => new_component(args),
        What::Scenario(args) => new_scenario(args),
    };
    match written {
        Ok((files, run, needs)) => {
            for file in files {
                print::stderr(&format!("wrote {}", one_line(&file.display().to_string())));
            }
            let run = shell_word(&run.display().to_string());
            print::stderr(&format!("try it: shakedown run {run}"));
            if let Some(needs) = needs {
                print::stderr(&format!(
                    "it needs {needs}, or a Windows machine; without, it is skipped with the reason"
                ));
            }
            Exit::Ok
        }
        Err(error) => {
            print::diagnostic(&error, around);
            Exit::Usage
        }
    }
}

/// The files written, what to run, and what has to be set up for it.
type Written = Result<(Vec<PathBuf>, PathBuf, Option<&'static str>), ComponentError>;

fn new_component(args: &NewComponent) -> Written {
    let category = match (args.monitor, args.application) {
        (true, _) => Category::Monitors,
        (false, true) => Category::Applications,
        (false, false) => Category::Scripts,
    };
    if let Some(name) = &args.name {
        scaffold::checked_name(name, Path::new(&format!("--name {name:?}")))?;
    }
    let name = args.name.clone().unwrap_or_else(|| name_of(&args.folder));
    let target = target(args)?;
    let files = scaffold::component(&args.folder, &name, category, target)?;
    let needs = match target {
        Target::Linux => None,
        Target::Windows => Some("`shakedown setup wine`"),
        Target::Powershell => Some("`shakedown setup wine` and `shakedown setup powershell`"),
    };
    Ok((files, args.folder.clone(), needs))
}

/// What it is for and written in: --os and --type, which must agree.
fn target(args: &NewComponent) -> Result<Target, ComponentError> {
    match (args.os.as_deref(), args.kind.as_deref()) {
        (None | Some("windows"), Some("powershell")) => Ok(Target::Powershell),
        (None | Some("windows"), Some("batch")) | (Some("windows"), None) => Ok(Target::Windows),
        (None | Some("linux"), Some("unix") | None) => Ok(Target::Linux),
        (os, kind) => {
            let word = |given: Option<&str>| given.unwrap_or_default().to_owned();
            let given = format!("--os {} --type {}", word(os), word(kind));
            let what = "these do not agree: unix is for linux, batch and powershell for windows";
            Err(ComponentError::new("bad-type", Path::new(&given), what)
                .help("leave one of them out"))
        }
    }
}

fn new_scenario(args: &NewScenario) -> Written {
    let mut files = Vec::new();
    let folder = match args.file.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
        _ => PathBuf::from("."),
    };
    let component = match &args.component {
        Some(path) => path.clone(),
        None => {
            let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
            let beside = folder.join(format!("{stem}-component"));
            if !args.file.exists() {
                let made = scaffold::component(
                    &beside,
                    &name_of(&beside),
                    Category::Scripts,
                    Target::Linux,
                )?;
                // The scenario is FILE; a second one in the component's folder would only confuse.
                let own = beside.join(scaffold::SCENARIO);
                let _ = std::fs::remove_file(&own);
                files.extend(made.into_iter().filter(|f| *f != own));
            }
            beside
        }
    };
    let done = component_of(&component, args, &folder);
    match done {
        Ok(file) => {
            files.push(file);
            Ok((files, args.file.clone(), None))
        }
        Err(e) => {
            if args.component.is_none() && !files.is_empty() {
                files.iter().for_each(|f| drop(std::fs::remove_file(f)));
                let _ = std::fs::remove_dir(&component);
            }
            Err(e)
        }
    }
}

fn component_of(path: &Path, args: &NewScenario, folder: &Path) -> Result<PathBuf, ComponentError> {
    if args.file.exists() {
        // Its own message says that the file is there already.
        return scaffold::scenario(&args.file, "exists", ".", Category::Scripts, Target::Linux);
    }
    let loaded = component::load(path)?;
    let name = args
        .name
        .clone()
        .unwrap_or_else(|| format!("{} runs", loaded.metadata.name));
    let shown = relative(path, folder);
    let target = Target::of(&loaded.metadata.install_type);
    scaffold::scenario(&args.file, &name, &shown, loaded.metadata.category, target)
}

/// A name from the last part of a path.
fn name_of(folder: &Path) -> String {
    let named = |p: &Path| p.file_name().map(|n| n.to_string_lossy().into_owned());
    named(folder)
        .or_else(|| folder.canonicalize().ok().as_deref().and_then(named))
        .unwrap_or_else(|| "New component".to_owned())
}

/// A path as seen from a folder: relative where both are below one root.
fn relative(path: &Path, folder: &Path) -> String {
    let absolute = |p: &Path| std::path::absolute(p).map(|p| normal(&p));
    let (Ok(to), Ok(from)) = (absolute(path), absolute(folder)) else {
        return path.display().to_string();
    };
    let to: Vec<Component<'_>> = to.components().collect();
    let from: Vec<Component<'_>> = from.components().collect();
    let common = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    if common == 0 {
        // Another drive of Windows: no way leads there from here.
        return path.display().to_string();
    }
    // Scenario files have `/` on every system.
    let up = from[common..].iter().map(|_| "..".into());
    let down = to[common..].iter().map(|c| c.as_os_str().to_string_lossy());
    let parts: Vec<_> = up.chain(down).collect();
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

/// A path without `.` and `..`, by its words alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_scenarios_folder() {
        let seen = |path: &str, folder: &str| relative(Path::new(path), Path::new(folder));
        assert_eq!(seen("acme", "scenarios"), "../acme");
        assert_eq!(seen("./a/../acme", "."), "acme");
        assert_eq!(seen("scenarios/x-component", "scenarios"), "x-component");
        assert_eq!(seen("/opt/a", "/opt/b/c"), "../../a");
        assert_eq!(seen(".", "."), ".");
    }
}
