//! Finds and reads scenario files, and shows what is wrong with them.

use super::{Exit, Surroundings, print};
use crate::report::clean::count;
use crate::scenario::model::Scenario;
use crate::scenario::{discover, load_all};
use std::path::PathBuf;

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
    let (scenarios, mut errors) = load_all(&files, around.cores);
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
        "error: {bad} of {} cannot be read; nothing was run",
        files.len()
    ));
    Err(Exit::Usage)
}
