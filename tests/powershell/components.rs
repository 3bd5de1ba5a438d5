//! Scripts of the shipped components in PowerShell: that they parse, and that 5.1 would begin each but
//! those that are about what it does not begin.

use crate::{check, grammar};
use libtest_mimic::{Failed, Trial};
use shakedown::component::powershell;
use std::path::{Path, PathBuf};

/// What no PowerShell parses, on purpose.
const BROKEN: &str = "scenarios/platform/windows-powershell/parse-error/command.ps1";

/// What PowerShell 7 parses and 5.1 does not, on purpose.
const NOT_BEGUN: [&str; 2] = [
    "fixtures/bright-antivirus/bad/newer-syntax/command.ps1",
    "scenarios/platform/windows-powershell/newer-syntax/command.ps1",
];

/// Fewest scripts that there are to be.
const SCRIPTS: usize = 40;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("components: every script is parsed", parsed),
        Trial::test("components: 5.1 begins them", begun),
    ]
}

/// Scripts by their path from the project's root, sorted.
fn scripts() -> Result<Vec<(String, Vec<u8>)>, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = ["fixtures", "scenarios"].map(|top| root.join(top)).into();
    let mut out = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "ps1") {
                let name = path
                    .strip_prefix(root)?
                    .to_string_lossy()
                    .replace('\\', "/");
                out.push((name, std::fs::read(&path)?));
            }
        }
    }
    out.sort();
    check(out.len() >= SCRIPTS, format!("{} scripts", out.len()))?;
    Ok(out)
}

fn parsed() -> Result<(), Failed> {
    let broken: Vec<String> = scripts()?
        .iter()
        .filter(|(name, _)| name != BROKEN && !NOT_BEGUN.contains(&name.as_str()))
        .filter_map(|(name, body)| {
            // What is not UTF-8 is in the ANSI code page, whose signs stand in texts alone.
            let text = String::from_utf8_lossy(body);
            Some(format!("{name}: {}", grammar::errors(&text)?))
        })
        .collect();
    check(broken.is_empty(), broken.join("\n"))?;
    let of = |(name, _): &&(String, Vec<u8>)| name == BROKEN;
    let broken = scripts()?.iter().find(of).map(|(_, body)| {
        let text = String::from_utf8_lossy(body);
        grammar::errors(&text).is_some()
    });
    check(broken == Some(true), format!("{BROKEN} is parsed"))
}

fn begun() -> Result<(), Failed> {
    let scripts = scripts()?;
    let refused = scripts.iter().filter(|(_, body)| {
        let checked = powershell::check(body);
        checked.refusal(r"C:\command.ps1", "5.1").is_some()
    });
    let names: Vec<&str> = refused.map(|(name, _)| name.as_str()).collect();
    check(names == NOT_BEGUN, format!("not begun: {names:?}"))
}
