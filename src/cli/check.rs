//! `run --dry-run`: everything that can be checked without booting a device.

use super::{Exit, Surroundings, print};
use crate::component;
use crate::report::clean::{count, one_line};
use crate::scenario::model::Scenario;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Loads every component the scenarios name, once each, and checks what they are used with.
///
/// The scenarios themselves were checked when they were read.
pub fn main(scenarios: &[Scenario], around: &Surroundings) -> Exit {
    let mut loaded: BTreeMap<&PathBuf, bool> = BTreeMap::new();
    let mut files = BTreeSet::new();
    for scenario in scenarios {
        files.insert(scenario.path());
        for reference in &scenario.world.components {
            let path = &reference.path.value;
            if loaded.contains_key(path) {
                continue;
            }
            let checked = component::load(path).and_then(|c| c.verify());
            if let Err(error) = &checked {
                let file = scenario
                    .source(reference.path.span.file)
                    .map_or(String::new(), |s| s.path.display().to_string());
                let span = reference.path.span;
                print::stderr(&format!(
                    "{}:{}:{}: component `{}` cannot be loaded",
                    one_line(&file),
                    span.line,
                    span.column,
                    one_line(&reference.key.value)
                ));
                print::diagnostic(error, around);
            }
            loaded.insert(path, checked.is_ok());
        }
    }
    let bad = loaded.values().filter(|ok| !**ok).count() as u64;
    let all = format!(
        "{} in {}, {}",
        count(scenarios.len() as u64, "scenario"),
        count(files.len() as u64, "file"),
        count(loaded.len() as u64, "component")
    );
    if bad > 0 {
        print::stderr(&format!(
            "{all}: {} cannot be loaded",
            count(bad, "component")
        ));
        return Exit::Usage;
    }
    print::stderr(&format!("{all}: in order; nothing was run"));
    Exit::Ok
}
