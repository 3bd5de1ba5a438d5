//! Component packages from outside: round trips, hostile packages, arbitrary bytes.

mod folders;
mod hostile;
mod property;
mod raw_zip;
mod round_trip;
mod scaffolds;

use raw_zip::{entry, zip};
use shakedown::component::Component;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A `resource.xml` in the old dialect, as exporters wrote it.
const OLD: &str = include_str!("old.xml");
/// The same component in the new dialect.
const NEW: &str = include_str!("new.xml");

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A package with this metadata and nothing but a script.
fn with_metadata(xml: impl AsRef<[u8]>) -> Vec<u8> {
    zip(&[
        entry("command.bat", b"exit 0"),
        entry("resource.xml", xml.as_ref()),
    ])
}

/// Writes a package into a folder.
fn stored(at: &Path, package: &[u8]) -> PathBuf {
    let cpt = at.join("p.cpt");
    std::fs::write(&cpt, package).expect("a package is written");
    cpt
}

/// A small whole package.
fn whole() -> Vec<u8> {
    zip(&[
        entry("command.bat", b"#!/bin/bash\necho done"),
        entry("resource.xml", OLD.as_bytes()),
        entry("icon.png", &[0x9e, 0xe9, 0x65]),
        entry("tool.bin", b"\x00\x01tool"),
    ])
}

/// Every file and folder below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    fn walk(folder: &Path, prefix: &str, out: &mut BTreeMap<String, Option<Vec<u8>>>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), out);
                out.insert(name, None);
            } else {
                out.insert(name, std::fs::read(entry.path()).ok());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(folder, "", &mut out);
    out
}

fn codes(component: &Component) -> Vec<&str> {
    component.notes.iter().map(|n| n.code.as_str()).collect()
}

fn manifest(at: &Path, text: &str) -> PathBuf {
    let folder = at.join("component");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("component.yaml"), text).unwrap();
    folder
}

const SMALL: &str = "name: Small\ncategory: scripts\ntype: unix\n";
