//! `run --dry-run`: everything that can be checked without booting a device.

use super::{Exit, Surroundings, print};
use crate::component::{self, Component, powershell};
use crate::replay::monitoring;
use crate::report::changes;
use crate::report::clean::{count, one_line};
use crate::report::paint::Paint;
use crate::rmm::component::{InstallType, Metadata};
use crate::scenario::Span;
use crate::scenario::model::{EngineDemand, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Loads every component the scenarios name, once each, and checks what they are used with.
///
/// The scenarios themselves were checked when they were read.
///
/// With `deny_notes` a note is as bad as an error.
pub fn main(scenarios: &[Scenario], deny_notes: bool, around: &Surroundings) -> Exit {
    let mut noted = 0;
    // What each is that can be loaded.
    let mut loaded: BTreeMap<&PathBuf, Option<Metadata>> = BTreeMap::new();
    let mut misfits = 0;
    let mut files = BTreeSet::new();
    for scenario in scenarios {
        files.insert(scenario.path());
        let own = scenario.world.components.iter().map(|c| (&c.key, &c.path));
        let stocked = scenario.world.comstore.iter();
        let stocked = stocked.flat_map(|s| s.releases.iter().map(move |path| (&s.key, path)));
        for (key, reference) in own.chain(stocked) {
            let path = &reference.value;
            if loaded.contains_key(path) {
                continue;
            }
            let checked = component::load(path).and_then(|c| c.verify().map(|()| c));
            if let Ok(component) = &checked {
                noted += tell(component, scenario, &key.value, around);
            }
            if let Err(error) = &checked {
                print::stderr(&format!(
                    "{}: component `{}` cannot be loaded",
                    placed(scenario, reference.span),
                    one_line(&key.value)
                ));
                print::diagnostic(error, around);
            }
            loaded.insert(path, checked.ok().map(|c| c.metadata));
        }
        misfits += misused(scenario, &loaded);
    }
    let bad = loaded.values().filter(|c| c.is_none()).count() as u64;
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
    if misfits > 0 {
        print::stderr(&format!(
            "{all}: {} in policies; nothing was run",
            count(misfits, "mistake")
        ));
        return Exit::Usage;
    }
    if deny_notes && noted > 0 {
        print::stderr(&format!(
            "{all}: {}, and --deny-notes takes none; nothing was run",
            count(noted, "note")
        ));
        return Exit::Usage;
    }
    print::stderr(&format!("{all}: in order; nothing was run"));
    Exit::Ok
}

/// Tells which components policies cannot use as they say, and how many these are.
fn misused(scenario: &Scenario, loaded: &BTreeMap<&PathBuf, Option<Metadata>>) -> u64 {
    let world = &scenario.world;
    let own = |key: &str| world.components.iter().find(|c| c.key.value == key);
    let metadata = |key: &str| loaded.get(&own(key)?.path.value)?.as_ref();
    let misfits = monitoring::misfits(world, metadata);
    for misfit in &misfits {
        print::stderr(&format!(
            "{}: {}\n  help: {}",
            placed(scenario, misfit.span),
            one_line(&misfit.message),
            misfit.help
        ));
    }
    misfits.len() as u64
}

/// File, line and column.
fn placed(scenario: &Scenario, span: Span) -> String {
    let file = scenario
        .source(span.file)
        .map_or(String::new(), |s| s.path.display().to_string());
    format!("{}:{}:{}", one_line(&file), span.line, span.column)
}

/// Tells what is worth knowing of a component: what its readers saw, and where a device by Wine would take
/// its script otherwise than Windows PowerShell 5.1. Gives the number of such notes.
fn tell(component: &Component, scenario: &Scenario, name: &str, around: &Surroundings) -> u64 {
    let mut notes = component.notes.clone();
    let host = scenario.engine.as_ref().map(|e| e.value) == Some(EngineDemand::Host);
    if component.metadata.install_type == InstallType::Powershell && !host {
        notes.extend(powershell::notes::differences(&powershell::check(
            &component.body,
        )));
    }
    if notes.is_empty() {
        return 0;
    }
    let mut lines = vec![format!("component `{}`", one_line(name))];
    lines.extend(changes::notes(
        &notes,
        around.width(),
        Paint::new(around.color()),
    ));
    print::stderr(&lines.join("\n"));
    notes.len() as u64
}
