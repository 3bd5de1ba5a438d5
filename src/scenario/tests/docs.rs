//! `docs/scenarios.md`: its tables are the code's, and its examples load.

use super::{load, shown};
use crate::scenario::form::Gen;
use crate::scenario::read::step::CommonKeys;
use crate::scenario::schema;
use serde_json::Value as Json;
use std::collections::BTreeSet;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenarios.md");
const OPEN: &str = "<!-- keys: ";

/// Every part of the schema that is a mapping with known keys.
fn parts() -> serde_json::Map<String, Json> {
    let mut parts = schema()["$defs"].as_object().unwrap().clone();
    let mut common = Gen::default();
    common.object::<CommonKeys>();
    parts.extend(common.defs);
    parts.retain(|name, part| part["additionalProperties"] == false && name != "matrix");
    parts
}

fn table(part: &Json) -> String {
    let required: Vec<_> = part["required"].as_array().into_iter().flatten().collect();
    let mut out = format!(
        "{}\n\n| key | meaning |\n|---|---|\n",
        part["description"].as_str().unwrap()
    );
    for (key, value) in part["properties"].as_object().unwrap() {
        let must = if required.iter().any(|r| *r == key) {
            " (required)"
        } else {
            ""
        };
        let meaning = value["description"].as_str().unwrap().replace('|', "\\|");
        out.push_str(&format!("| `{key}`{must} | {meaning} |\n"));
    }
    out
}

#[test]
fn the_tables_are_up_to_date() {
    let text = std::fs::read_to_string(PATH).unwrap();
    let parts = parts();
    let common = parts["common"]["properties"].as_object().unwrap().clone();
    let mut missing: BTreeSet<&String> = parts.keys().collect();
    let mut made = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(OPEN) {
        let (before, from) = rest.split_at(at);
        let (name, from) = from[OPEN.len()..].split_once(" -->").unwrap();
        let (_, after) = from.split_once("<!-- end -->").unwrap();
        let mut part = parts
            .get(name)
            .unwrap_or_else(|| panic!("no part {name}"))
            .clone();
        missing.remove(&name.to_owned());
        if name.ends_with("-step") {
            // The keys of every step are told once.
            part["properties"]
                .as_object_mut()
                .unwrap()
                .retain(|k, _| !common.contains_key(k));
        }
        made.push_str(&format!(
            "{before}{OPEN}{name} -->\n{}<!-- end -->",
            table(&part)
        ));
        rest = after;
    }
    made.push_str(rest);
    assert!(missing.is_empty(), "not in the reference: {missing:?}");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(PATH, made).unwrap();
    } else {
        assert!(
            text == made,
            "docs/scenarios.md is not what the code says; run: UPDATE_GENERATED=1 cargo test --lib scenario"
        );
    }
}

#[test]
fn the_examples_load() {
    let text = std::fs::read_to_string(PATH).unwrap();
    let mut count = 0;
    for block in text.split("```yaml\n").skip(1) {
        let (example, _) = block.split_once("```").unwrap();
        if let Err(error) = load(example) {
            panic!("{}", shown(&error));
        }
        count += 1;
    }
    assert!(count >= 4, "{count}");
}
