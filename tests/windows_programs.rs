//! Holds docs/windows-programs.md against the programs that are really put on a Windows device.

use shakedown_helper::programs::{self, refused_names};
use std::collections::{BTreeMap, BTreeSet};

/// Name and last column of every row.
fn rows() -> BTreeMap<String, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/windows-programs.md");
    let text = std::fs::read_to_string(path).expect("the document can be read");
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, _, here] = cells.as_slice() else {
            panic!("a row has three cells: {line}");
        };
        let name = name.trim_matches('`').to_owned();
        let twice = rows.insert(name, (*here).trim_end_matches(" |").to_owned());
        assert!(twice.is_none(), "a name stands twice: {line}");
    }
    rows
}

#[test]
fn every_row_says_what_is_so() {
    let refused: BTreeSet<&str> = refused_names().collect();
    for (name, here) in rows() {
        let ours = programs::find(&name).is_some();
        if here == "Wine's own" {
            assert!(!ours, "{name} is ours");
        } else {
            assert!(ours, "{name} is not on the device");
            let kind = here.split([':', ';', ' ']).next().unwrap_or("");
            assert!(
                ["done", "facts", "refused"].contains(&kind),
                "{name}: {here}"
            );
            assert_eq!(
                kind == "refused",
                refused.contains(name.as_str()),
                "{name}: {here}"
            );
        }
    }
}

#[test]
fn every_refused_program_is_named() {
    let rows = rows();
    let missing: Vec<&str> = refused_names().filter(|n| !rows.contains_key(*n)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
