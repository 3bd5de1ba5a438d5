//! The modules of `powershell/`: that they parse, export what they have, have help, and keep to the
//! project's measures.

use crate::{check, grammar};
use libtest_mimic::{Failed, Trial};
use regex::Regex;
use shakedown::component::powershell::{self, Reach};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const LINES: usize = 450;
const COLUMNS: usize = 140;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("modules: every file is parsed", parsed),
        Trial::test("modules: nothing newer than 5.1", nothing_newer),
        Trial::test("modules: files are small", small),
        Trial::test(
            "modules: what a manifest exports is there and has help",
            exported,
        ),
        Trial::test("modules: every part is loaded", loaded),
        Trial::test("modules: no function has two homes", one_home),
    ]
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("powershell")
}

fn files_below(folder: &Path, out: &mut Vec<PathBuf>) -> Result<(), Failed> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, out)?;
        } else {
            out.push(path);
        }
    }
    out.sort();
    Ok(())
}

/// Files of one of these endings with their texts, named from the root.
fn files(endings: &[&str]) -> Result<Vec<(String, String)>, Failed> {
    let mut all = Vec::new();
    files_below(&root(), &mut all)?;
    let mut out = Vec::new();
    for path in all {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        if endings.contains(&ending.as_ref()) {
            let name = path.strip_prefix(root())?.to_string_lossy().into_owned();
            out.push((name, std::fs::read_to_string(&path)?));
        }
    }
    check(!out.is_empty(), format!("no files {endings:?}"))?;
    Ok(out)
}

fn parsed() -> Result<(), Failed> {
    let broken: Vec<String> = files(&["ps1", "psm1", "psd1"])?
        .iter()
        .filter_map(|(name, text)| Some(format!("{name}: {}", grammar::errors(text)?)))
        .collect();
    check(broken.is_empty(), broken.join("\n"))
}

/// After the hook, commands that 5.1 does not have are gone and PowerShell keeps 5.1's ways. Types
/// and their members are .NET's and stay.
fn nothing_newer() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (name, text) in files(&["ps1", "psm1", "psd1"])? {
        for found in powershell::check(text.as_bytes()).findings {
            let of_dotnet = found.what.starts_with("[System.")
                || matches!(
                    found.error_id.as_deref(),
                    Some("TypeNotFound" | "MethodNotFound" | "MethodCountCouldNotFindBest")
                );
            if found.reach != Reach::Here && !of_dotnet {
                wrong.push(format!("{name}:{}: {}", found.line, found.what));
            }
        }
    }
    check(wrong.is_empty(), wrong.join("\n"))
}

fn small() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (name, text) in files(&["ps1", "psm1", "psd1", "ps1xml"])? {
        let lines = text.lines().count();
        if lines > LINES {
            wrong.push(format!("{name} has {lines} lines"));
        }
        for (number, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > COLUMNS {
                wrong.push(format!("{name}:{} has {columns} columns", number + 1));
            }
        }
    }
    check(wrong.is_empty(), wrong.join("\n"))
}

/// A module's folder: its manifest and the scripts beside it.
struct Module {
    name: String,
    manifest: String,
    scripts: Vec<(String, String)>,
}

impl Module {
    /// Names in a list of the manifest.
    fn list(&self, key: &str) -> Result<BTreeSet<String>, Failed> {
        let list = Regex::new(&format!(r"(?s)\b{key}\s*=\s*@\((.*?)\)"))?;
        let one = Regex::new(&format!(r"\b{key}\s*=\s*'([^']*)'"))?;
        let found = list
            .captures(&self.manifest)
            .or_else(|| one.captures(&self.manifest));
        let Some(found) = found else {
            return Err(format!("{}: the manifest has no {key}", self.name).into());
        };
        let quoted = Regex::new("'([^']*)'")?;
        let names: BTreeSet<String> = match quoted.is_match(&found[1]) {
            true => quoted
                .captures_iter(&found[1])
                .map(|c| c[1].to_owned())
                .collect(),
            false => found[1].split_whitespace().map(str::to_owned).collect(),
        };
        check(
            names.iter().all(|n| !n.contains('*')),
            format!("{}: {key} has a wildcard", self.name),
        )?;
        Ok(names)
    }

    fn text(&self) -> String {
        self.scripts.iter().map(|(_, text)| text.as_str()).collect()
    }
}

fn modules() -> Result<Vec<Module>, Failed> {
    let mut by_folder: BTreeMap<String, Module> = BTreeMap::new();
    for (file, text) in files(&["ps1", "psm1", "psd1"])? {
        let Some((folder, name)) = file.rsplit_once('/') else {
            continue;
        };
        let module = by_folder.entry(folder.to_owned()).or_insert(Module {
            name: folder.to_owned(),
            manifest: String::new(),
            scripts: Vec::new(),
        });
        if name.ends_with(".psd1") {
            module.manifest = text;
        } else {
            module.scripts.push((name.to_owned(), text));
        }
    }
    Ok(by_folder.into_values().collect())
}

fn exported() -> Result<(), Failed> {
    let help = Regex::new(r"(?im)^\s*\.SYNOPSIS[ \t]*\r?\n\s*\S")?;
    let head = Regex::new(r"(?im)^\s*function\s+([\w-]+)")?;
    let set_alias = Regex::new(r"(?im)^\s*Set-Alias\s+-Name\s+([\w-]+)\s")?;
    let mut wrong = Vec::new();
    for module in modules()? {
        let text = module.text();
        let heads: Vec<_> = head
            .captures_iter(&text)
            .filter_map(|c| Some((c.get(0)?, c[1].to_owned())))
            .collect();
        for name in module.list("FunctionsToExport")? {
            let homes: Vec<_> = heads.iter().filter(|(_, n)| *n == name).collect();
            let [(home, _)] = homes.as_slice() else {
                wrong.push(format!(
                    "{}: {name} is there {} times",
                    module.name,
                    homes.len()
                ));
                continue;
            };
            // Help stands first in the body, or right before the function.
            let body = text[home.end()..].trim_start_matches(['{', ' ', '\r', '\n']);
            let inside = body.strip_prefix("<#").and_then(|b| b.split_once("#>"));
            let before = text[..home.start()].trim_end().strip_suffix("#>");
            let before = before.and_then(|b| b.rsplit_once("<#"));
            let has = inside.is_some_and(|(block, _)| help.is_match(block))
                || before.is_some_and(|(_, block)| help.is_match(block));
            if !has {
                wrong.push(format!("{}: {name} has no help", module.name));
            }
        }
        for name in module.list("AliasesToExport")? {
            let escaped = regex::escape(&name);
            let made = Regex::new(&format!(
                r"(?i)(Set-Alias|New-Alias)\s+(-Name\s+)?'?{escaped}'?\s|\b{escaped}\s*=\s*'|\[Alias\([^)]*'{escaped}'"
            ))?;
            if !made.is_match(&text) {
                wrong.push(format!("{}: the alias {name} is not made", module.name));
            }
        }
        for made in set_alias.captures_iter(&text) {
            if !module.list("AliasesToExport")?.contains(&made[1]) {
                wrong.push(format!(
                    "{}: the alias {} is not exported",
                    module.name, &made[1]
                ));
            }
        }
        for key in ["CmdletsToExport", "VariablesToExport"] {
            if !module.list(key)?.is_empty() {
                wrong.push(format!("{}: {key} is not empty", module.name));
            }
        }
    }
    check(wrong.is_empty(), wrong.join("\n"))
}

/// Each script beside a module's own is named in one of its scripts.
fn loaded() -> Result<(), Failed> {
    let root = Regex::new(r"RootModule\s*=\s*'([^']+)'")?;
    let mut wrong = Vec::new();
    for module in modules()? {
        let text = module.text();
        let main = root.captures(&module.manifest).map(|c| c[1].to_owned());
        for (name, _) in &module.scripts {
            let stem = name.trim_end_matches(".ps1");
            let named = text.contains(&format!("'{stem}'"))
                || text.contains(&format!("\\{name}"))
                || main.as_ref() == Some(name);
            if !named {
                wrong.push(format!("{}: nothing loads {name}", module.name));
            }
        }
        if !main.is_some_and(|m| module.scripts.iter().any(|(n, _)| *n == m)) {
            wrong.push(format!("{}: its RootModule is not there", module.name));
        }
    }
    check(wrong.is_empty(), wrong.join("\n"))
}

fn one_home() -> Result<(), Failed> {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for module in modules()? {
        for name in module.list("FunctionsToExport")? {
            homes.entry(name).or_default().push(module.name.clone());
        }
    }
    let twice: Vec<_> = homes.iter().filter(|(_, at)| at.len() > 1).collect();
    check(twice.is_empty(), format!("exported twice: {twice:?}"))
}
