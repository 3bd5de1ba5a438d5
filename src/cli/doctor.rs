//! `doctor`: what this machine can run, what is missing, and how to get it.

use super::{Exit, Surroundings, engines, machine, print};
use crate::component;
use crate::engine::{EngineKind, Probe};
use crate::report::clean::{one_line, wrap};
use serde::Serialize;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 at least one engine is here, whole or reduced (elsewhere than on Linux that may be
the machine itself, `host`); 3 none is.

Examples:
  shakedown doctor
  sudo shakedown doctor          what would be here as root
  shakedown doctor --json | jq '.engines[].state'"
)]
pub struct DoctorArgs {
    /// Print one JSON document on stdout instead
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Findings {
    version: &'static str,
    system: String,
    architecture: &'static str,
    cores: usize,
    root: bool,
    engines: Vec<EngineFinding>,
    tools: Vec<ToolFinding>,
}

#[derive(Debug, Serialize)]
struct EngineFinding {
    engine: &'static str,
    /// `whole`, `reduced`, `missing`, or `on request`: only where the user says the word.
    state: &'static str,
    why: Option<String>,
    ways_out: Vec<String>,
    details: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ToolFinding {
    tool: &'static str,
    path: Option<PathBuf>,
    needed_for: &'static str,
    get: &'static str,
}

/// Programs of this machine that devices or scenarios use.
const TOOLS: [(&str, &str, &str); 4] = [
    (
        "bash",
        "Unix components, whose scripts name it in their first line",
        "install the package bash",
    ),
    (
        "sh",
        "`shell:` steps and command doubles",
        "install the package dash",
    ),
    (
        "openssl",
        "components that check certificates with it",
        "install the package openssl",
    ),
    (
        "curl",
        "components that download with it",
        "install the package curl",
    ),
];

/// Looks around and reports; stdout carries it, for it is what was asked for.
pub fn main(args: &DoctorArgs, around: &Surroundings) -> Exit {
    let here = engines::of_this_machine(around, &engines::Wanted::default());
    let mut found = Vec::new();
    if cfg!(target_os = "linux") {
        found.push(engine(here.probe()));
        found.push(engine(here.probe_of(EngineKind::Wine)));
        found.push(engine(here.probe_of(EngineKind::Container)));
    }
    found.push(on_request(here.probe_of(EngineKind::Host)));
    let findings = Findings {
        version: env!("CARGO_PKG_VERSION"),
        system: system(),
        architecture: std::env::consts::ARCH,
        cores: around.cores,
        root: machine::is_root(),
        engines: found,
        tools: TOOLS
            .into_iter()
            .map(|t| tool(t, around.path.as_deref()))
            .collect(),
    };
    let text = if args.json {
        serde_json::to_string_pretty(&findings).map(|t| t + "\n")
    } else {
        Ok(text(&findings))
    };
    let written = match text {
        Ok(text) => print::listing(text.as_bytes()),
        Err(e) => {
            print::error(&e, None);
            Exit::Usage
        }
    };
    if written != Exit::Ok {
        written
    } else if findings.engines.iter().any(serves) {
        Exit::Ok
    } else {
        Exit::Broken
    }
}

/// Scenarios find an engine without being told of it; where there is no other, the machine itself.
fn serves(e: &EngineFinding) -> bool {
    match e.state {
        "missing" => false,
        ON_REQUEST => !cfg!(target_os = "linux"),
        _ => true,
    }
}

const ON_REQUEST: &str = "on request";

/// The host engine, which is never chosen by itself.
fn on_request(probe: Probe) -> EngineFinding {
    let mut finding = engine(probe);
    finding.state = ON_REQUEST;
    finding
}

/// `Linux 6.1.0-18-amd64`.
fn system() -> String {
    format!("{} {}", std::env::consts::OS, machine::release())
}

fn engine(probe: Probe) -> EngineFinding {
    let (state, why, ways_out) = match probe.state {
        Ok(None) => ("whole", None, Vec::new()),
        Ok(Some(why)) => ("reduced", Some(why), Vec::new()),
        Err(u) => ("missing", Some(u.why), u.ways_out),
    };
    EngineFinding {
        engine: probe.engine,
        state,
        why,
        ways_out,
        details: probe.details,
    }
}

fn tool(
    (tool, needed_for, get): (&'static str, &'static str, &'static str),
    path: Option<&OsStr>,
) -> ToolFinding {
    ToolFinding {
        tool,
        path: path.and_then(|p| find(tool, p)),
        needed_for,
        get,
    }
}

/// The first executable file of this name on the search path.
fn find(name: &str, path: &OsStr) -> Option<PathBuf> {
    let executable =
        |p: &Path| std::fs::metadata(p).is_ok_and(|m| m.is_file() && component::is_executable(&m));
    std::env::split_paths(path)
        .map(|folder| folder.join(name))
        .find(|p| executable(p))
}

fn text(f: &Findings) -> String {
    let mut out = format!(
        "shakedown {} on {} {}, {} cores, {}\n\nengines\n",
        f.version,
        f.system,
        f.architecture,
        f.cores,
        if f.root { "root" } else { "normal user" }
    );
    let mut line = |label: &str, text: &str| {
        for (i, part) in wrap(&one_line(text), 76).iter().enumerate() {
            let label = if i == 0 { label } else { "" };
            out.push_str(format!("  {label:<9} {part}").trim_end());
            out.push('\n');
        }
    };
    for e in &f.engines {
        match &e.why {
            Some(why) => line(e.engine, &format!("{}: {why}", e.state)),
            None => line(e.engine, e.state),
        }
        for way in &e.ways_out {
            line("", &format!("way out: {way}"));
        }
        for detail in &e.details {
            line("", detail);
        }
    }
    out.push_str("\ntools\n");
    for t in &f.tools {
        let text = match &t.path {
            Some(path) => one_line(&path.display().to_string()),
            None => format!("missing: needed for {}; {}", t.needed_for, t.get),
        };
        out.push_str(&format!("  {:<9} {text}\n", t.tool));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Unavailable;

    fn findings(state: Result<Option<String>, Unavailable>) -> Findings {
        Findings {
            version: "0.1.0",
            system: "Linux 6.1".into(),
            architecture: "x86_64",
            cores: 2,
            root: false,
            engines: vec![engine(Probe {
                engine: "sandbox",
                state,
                details: vec!["overlay: yes".into()],
            })],
            tools: vec![tool(TOOLS[0], Some(OsStr::new("/nonexistent")))],
        }
    }

    #[test]
    fn a_missing_engine_names_its_ways_out() {
        let out = text(&findings(Err(Unavailable {
            why: "user.max_user_namespaces = 0".into(),
            ways_out: vec!["sudo shakedown run".into()],
        })));
        assert!(out.contains("  sandbox   missing: user.max_user_namespaces = 0\n            way out: sudo shakedown run\n            overlay: yes\n"), "{out}");
        assert!(
            out.contains("  bash      missing: needed for Unix components"),
            "{out}"
        );
    }

    #[test]
    fn whole_and_reduced_are_told_apart() {
        assert!(text(&findings(Ok(None))).contains("  sandbox   whole\n"));
        let out = text(&findings(Ok(Some("not root".into()))));
        assert!(out.contains("  sandbox   reduced: not root\n"), "{out}");
    }

    #[test]
    fn only_executable_files_are_tools() -> std::io::Result<()> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("bash"), "")?;
        assert_eq!(find("bash", dir.path().as_os_str()), None);
        Ok(())
    }
}
