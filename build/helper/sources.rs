//! One digest of all that decides what the helper EXE is, except the tools that compile it.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The crate's name in Cargo.lock.
const CRATE: &str = "shakedown-helper";
/// How the EXE is compiled.
const COMPILED_BY: &str = include_str!("compile.rs");

/// SHA-256, in hex, of `helper/src`, `helper/Cargo.toml`, the profiles it is built with, and the
/// versions of what it links as Cargo.lock fixes them. What only its tests use is left out.
///
/// # Errors
/// A file cannot be read, or Cargo.lock does not know the crate.
pub fn digest(root: &Path) -> io::Result<String> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path))
            .map_err(|e| io::Error::new(e.kind(), format!("{path}: {e}")))
    };
    let manifest = read("helper/Cargo.toml")?;
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut files = Vec::new();
    files_below(&root.join("helper/src"), &mut files)?;
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        parts.insert(name.to_string_lossy().into_owned(), fs::read(&file)?);
    }
    let profiles = ["[profile.release]", "[profile.helper]"];
    let workspace = read("Cargo.toml")?;
    let profiles: Vec<&str> = sections(&workspace)
        .filter(|(header, _)| profiles.contains(header))
        .flat_map(|(header, lines)| std::iter::once(header).chain(lines))
        .collect();
    parts.insert("profiles".into(), profiles.join("\n").into());
    let locked = locked(&read("Cargo.lock")?, &direct(&manifest))?;
    parts.insert("Cargo.lock".into(), locked.into());
    parts.insert("helper/Cargo.toml".into(), manifest.into());
    parts.insert("compiled by".into(), COMPILED_BY.into());
    let mut hash = Sha256::new();
    for (name, content) in parts {
        hash.update(format!("{name}\0{}\0", content.len()));
        hash.update(content);
    }
    Ok(hex(&hash.finalize()))
}

/// Bytes as lowercase hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn files_below(folder: &Path, out: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, out)?;
        } else {
            out.push(path);
        }
    }
    Ok(())
}

/// Headers of a TOML text, each with its lines that say something.
fn sections(text: &str) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') && line.ends_with(']') {
            sections.push((line, Vec::new()));
        } else if let Some((_, lines)) = sections.last_mut()
            && !line.is_empty()
            && !line.starts_with('#')
        {
            lines.push(line);
        }
    }
    sections.into_iter()
}

/// The crates that the manifest links, without those of its tests.
fn direct(manifest: &str) -> BTreeSet<&str> {
    sections(manifest)
        .filter(|(header, _)| {
            let kind = header.trim_matches(['[', ']']);
            kind == "dependencies"
                || (kind.starts_with("target.") && kind.ends_with(".dependencies"))
        })
        .flat_map(|(_, lines)| lines)
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
        .collect()
}

/// One line for each package that is linked: name, version, source and checksum.
fn locked(lock: &str, direct: &BTreeSet<&str>) -> io::Result<String> {
    let packages: Vec<Package> = sections(lock)
        .filter(|(header, _)| *header == "[[package]]")
        .map(|(_, lines)| Package::of(&lines))
        .collect();
    let missing = |name: &str| io::Error::other(format!("Cargo.lock has no package {name}"));
    let ours = packages.iter().find(|p| p.name == CRATE);
    let ours = ours.ok_or_else(|| missing(CRATE))?;
    let mut wanted: Vec<&str> = Vec::new();
    let links = |entry: &&&str| entry.split(' ').next().is_some_and(|n| direct.contains(n));
    wanted.extend(ours.dependencies.iter().filter(links));
    let mut seen = BTreeSet::new();
    while let Some(entry) = wanted.pop() {
        // An entry has a version only where Cargo.lock has several of that name.
        let mut words = entry.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        let package = packages
            .iter()
            .find(|p| p.name == name && version.is_none_or(|v| p.version == v))
            .ok_or_else(|| missing(entry))?;
        let line = format!("{} {} {}\n", package.name, package.version, package.from);
        if seen.insert(line) {
            wanted.extend(&package.dependencies);
        }
    }
    Ok(seen.into_iter().collect())
}

#[derive(Debug, Default)]
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    /// Its checksum, which its content decides wherever it is from.
    from: &'a str,
    dependencies: Vec<&'a str>,
}

impl<'a> Package<'a> {
    fn of(lines: &[&'a str]) -> Self {
        let mut package = Self::default();
        for line in lines {
            match line.split_once(" = ") {
                Some(("name", value)) => package.name = value.trim_matches('"'),
                Some(("version", value)) => package.version = value.trim_matches('"'),
                Some(("checksum", value)) => package.from = value.trim_matches('"'),
                Some(_) => {}
                // The list of dependencies is the only value of several lines.
                None if line.starts_with('"') => package
                    .dependencies
                    .push(line.trim_end_matches(',').trim_matches('"')),
                None => {}
            }
        }
        package
    }
}
