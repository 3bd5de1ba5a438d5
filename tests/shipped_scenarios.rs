//! Every shipped scenario can be read, and there is one for every mistake of the bad set.

use shakedown::scenario;
use std::path::{Path, PathBuf};

/// Scenario files below a folder: those with a `scenario:` line, which components and includes lack.
fn scenario_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|d| d.flatten().map(|e| e.path()).collect())
        .unwrap_or_default();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            scenario_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if text.lines().any(|l| l.starts_with("scenario:")) {
                found.push(path);
            }
        }
    }
}

fn load(folder: &str) -> (usize, usize) {
    let mut files = Vec::new();
    scenario_files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &mut files,
    );
    let (scenarios, errors) = scenario::load_all(&files, 2);
    let told: Vec<String> = errors
        .iter()
        .map(|e| format!("{e}: {:?}", e.problems))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    (files.len(), scenarios.len())
}

#[test]
fn every_shipped_scenario_reads() {
    let (files, scenarios) = load("scenarios");
    assert!(
        files >= 75 && scenarios >= files,
        "{files} files, {scenarios} scenarios"
    );
}

#[test]
fn every_scenario_of_the_bad_set_reads() {
    let (files, _) = load("fixtures/bright-antivirus/bad/scenarios");
    assert!(files >= 30, "{files} files");
}
