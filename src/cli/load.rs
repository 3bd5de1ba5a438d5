//! Finds and reads scenario files, and shows what is wrong with them.

use super::{Exit, Surroundings, print};
use crate::report::clean::count;
use crate::scenario::error::ScenarioError;
use crate::scenario::model::Scenario;
use crate::scenario::{discover, load_all, load_world};
use std::path::{Path, PathBuf};

/// Every scenario in these files and below these folders, in a stable order.
///
/// # Errors
/// What is wrong is printed; the exit code is given back. A single bad file is an error for all:
/// a run that leaves out what it could not read would look greener than it is.
pub fn scenarios(paths: &[PathBuf], around: &Surroundings) -> Result<Vec<Scenario>, Exit> {
    let files = match discover(paths) {
        Ok(files) => files,
        Err(error) => {
            print::diagnostic(&error, around);
            return Err(Exit::Usage);
        }
    };
    checked(load_all(&files, around.cores), files.len(), around)
}

/// The scenarios of one file whose world alone is wanted: it needs no steps.
///
/// # Errors
/// As [`scenarios`].
pub fn world(file: &Path, around: &Surroundings) -> Result<Vec<Scenario>, Exit> {
    let loaded = match load_world(file) {
        Ok(scenarios) => (scenarios, Vec::new()),
        Err(error) => (Vec::new(), vec![error]),
    };
    checked(loaded, 1, around)
}

fn checked(
    (scenarios, mut errors): (Vec<Scenario>, Vec<ScenarioError>),
    files: usize,
    around: &Surroundings,
) -> Result<Vec<Scenario>, Exit> {
    // What the platform does is not for the reader of files to know.
    let unknown = scenarios.iter().map(crate::replay::platform::unknown);
    errors.extend(unknown.filter_map(Result::err));
    if errors.is_empty() {
        return Ok(scenarios);
    }
    for error in &errors {
        print::diagnostic(error, around);
    }
    let bad = count(errors.len() as u64, "scenario file");
    print::stderr(&format!(
        "error: {bad} of {files} cannot be read; nothing was run"
    ));
    Err(Exit::Usage)
}
