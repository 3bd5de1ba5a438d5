//! Every component that is shipped as a fixture or with a scenario can be read, and reads clean.

use shakedown::component;
use std::path::{Path, PathBuf};

/// The notes that are there on purpose.
const NOTED: [&str; 5] = [
    "attached: monitor-attachment",
    "monitor-with-attachments: monitor-attachment",
    "newer-syntax: newer-than-5.1",
    "newer-syntax: newer-than-5.1",
    "windows-line-ends: body-crlf",
];

fn folders_with_manifest(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            folders_with_manifest(&path, found);
        } else if path.ends_with("component.yaml") {
            found.extend(path.parent().map(Path::to_path_buf));
        }
    }
}

#[test]
fn every_shipped_component_reads_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = Vec::new();
    for top in ["fixtures", "scenarios"] {
        folders_with_manifest(&root.join(top), &mut folders);
    }
    assert!(
        folders.len() > 80,
        "only {} components were found",
        folders.len()
    );
    let mut noted = Vec::new();
    for folder in &folders {
        let loaded = component::load(folder).unwrap_or_else(|e| panic!("{e}"));
        loaded
            .verify()
            .unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        noted.extend(loaded.notes.iter().map(|n| format!("{name}: {}", n.code)));
    }
    noted.sort();
    assert_eq!(noted, NOTED);
}
