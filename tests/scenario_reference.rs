//! The tables of docs/scenarios.md are written from the JSON Schema, which comes from the reader's
//! own tables. `SHAKEDOWN_BLESS=1 cargo test --test scenario_reference` writes them anew.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// Below this line the page is written by this test.
const BEGIN: &str = "<!-- Below this line the page is written from the schema: see tests/scenario_reference.rs. -->";

/// Sections in reading order; what is not named here follows by name.
const ORDER: &[&str] = &[
    "scenario-file",
    "included-file",
    "world",
    "account",
    "site",
    "proxy",
    "variable",
    "device",
    "device-file",
    "service",
    "route",
    "request",
    "reply",
    "fault-form",
    "fault",
    "double",
    "double-reply",
    "knobs",
    "job-step",
    "monitor-step",
    "device-step",
    "service-step",
    "advance-step",
    "check-step",
    "parallel-step",
    "group-step",
    "portal-set-udf-step",
    "portal-set-variable-step",
    "portal-delete-variable-step",
    "portal-resolve-alert-step",
    "portal-set-description-step",
    "portal-upload-variables-step",
    "expect",
];

/// Keys that every kind of step has; told once.
const OF_EVERY_STEP: &[&str] = &["name", "skip", "retry", "until", "expect", "capture"];

fn keys_of(definition: &Value) -> Option<&Map<String, Value>> {
    definition.get("properties")?.as_object()
}

/// Whether a definition has a section of its own: it has keys, or a text that tells what it is.
fn is_section(name: &str, definition: &Value) -> bool {
    !["step", "placeholder"].contains(&name)
        && (keys_of(definition).is_some() || definition.get("description").is_some())
}

fn sections(definitions: &Map<String, Value>) -> Vec<&str> {
    let rest = definitions
        .keys()
        .map(String::as_str)
        .filter(|n| !ORDER.contains(n));
    let own = |name: &&str| definitions.get(*name).is_some_and(|d| is_section(name, d));
    ORDER.iter().copied().chain(rest).filter(own).collect()
}

/// The section a value is described in: the first one its schema refers to.
fn section_of(schema: &Value, definitions: &Map<String, Value>, depth: u8) -> Option<String> {
    if depth > 6 {
        return None;
    }
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(to)) = map.get("$ref") {
                let name = to.trim_start_matches("#/$defs/");
                if name == "step" {
                    return None;
                }
                let definition = definitions.get(name)?;
                if is_section(name, definition) {
                    return Some(name.to_owned());
                }
                return section_of(definition, definitions, depth + 1);
            }
            map.iter()
                .filter(|(k, _)| *k != "properties")
                .find_map(|(_, v)| section_of(v, definitions, depth + 1))
        }
        Value::Array(all) => all
            .iter()
            .find_map(|v| section_of(v, definitions, depth + 1)),
        _ => None,
    }
}

/// Fixed words of a value with their meaning.
fn words(schema: &Value, out: &mut Vec<(String, String)>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(word)) = map.get("const") {
                let told = map
                    .get("description")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                if !out.iter().any(|(w, _)| w == word) {
                    out.push((word.clone(), told.to_owned()));
                }
                return;
            }
            map.iter()
                .filter(|(k, _)| *k != "properties")
                .for_each(|(_, v)| words(v, out));
        }
        Value::Array(all) => all.iter().for_each(|v| words(v, out)),
        _ => {}
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn table(
    out: &mut String,
    name: &str,
    definition: &Value,
    definitions: &Map<String, Value>,
    skip: &[&str],
) {
    let Some(keys) = keys_of(definition) else {
        return;
    };
    let must: BTreeSet<&str> = definition
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let shown: Vec<_> = keys
        .iter()
        .filter(|(k, _)| !skip.contains(&k.as_str()))
        .collect();
    if shown.is_empty() {
        return;
    }
    out.push_str("| key | what it says |\n|---|---|\n");
    for (key, schema) in shown {
        let mut told = schema
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let mut all = Vec::new();
        words(schema, &mut all);
        if !all.is_empty() {
            let list: Vec<_> = all
                .iter()
                .map(|(w, told)| {
                    if told.is_empty() {
                        format!("`{w}`")
                    } else {
                        format!("`{w}` ({})", told.trim_end_matches('.'))
                    }
                })
                .collect();
            told = format!("{told} {}.", list.join(", "));
        }
        if let Some(section) = section_of(schema, definitions, 0) {
            told = format!("{told} See [{0}](#{0}).", section);
        }
        if name == "scenario-file" && matches!(key.as_str(), "steps" | "finally") {
            told.push_str(
                " A step's kind is told by its key: the sections below that end in `-step`.",
            );
        }
        let needed = if must.contains(key.as_str()) {
            " (needed)"
        } else {
            ""
        };
        writeln!(out, "| `{key}`{needed} | {} |", cell(told.trim())).expect("a String takes all");
    }
}

fn reference() -> String {
    let schema = shakedown::scenario::schema();
    let definitions = schema["$defs"]
        .as_object()
        .expect("the schema has definitions");
    let mut out = String::new();
    for name in sections(definitions) {
        let definition = &definitions[name];
        let step = name.ends_with("-step");
        let told = definition
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        write!(out, "\n## {name}\n\n{told}\n\n").expect("a String takes all");
        if name == "job-step" {
            out.push_str("Every kind of step has these keys besides its own:\n\n");
            let own: Vec<&str> = keys_of(definition)
                .into_iter()
                .flatten()
                .map(|(k, _)| k.as_str())
                .filter(|k| !OF_EVERY_STEP.contains(k))
                .collect();
            table(&mut out, name, definition, definitions, &own);
            out.push_str("\nThose of a job:\n\n");
        }
        if keys_of(definition).is_none() {
            let mut all = Vec::new();
            words(definition, &mut all);
            for (word, told) in all {
                writeln!(out, "- `{word}`: {told}").expect("a String takes all");
            }
            if let Some(section) = section_of(definition, definitions, 0) {
                writeln!(out, "\nSee [{section}](#{section}).").expect("a String takes all");
            }
        }
        table(
            &mut out,
            name,
            definition,
            definitions,
            if step { OF_EVERY_STEP } else { &[] },
        );
    }
    out
}

#[test]
fn the_reference_is_that_of_the_schema() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/scenarios.md");
    let page = fs::read_to_string(&path).expect("docs/scenarios.md can be read");
    let (head, told) = page
        .split_once(BEGIN)
        .expect("the page says from where on it is written");
    let right = reference();
    if std::env::var_os("SHAKEDOWN_BLESS").is_some() {
        fs::write(&path, format!("{head}{BEGIN}\n{right}"))
            .expect("docs/scenarios.md can be written");
        return;
    }
    let wrong = told
        .trim_start()
        .lines()
        .zip(right.trim_start().lines())
        .find(|(a, b)| a != b);
    assert!(
        wrong.is_none() && told.trim() == right.trim(),
        "docs/scenarios.md is not that of the schema, first at {wrong:?}: run SHAKEDOWN_BLESS=1 cargo test --test scenario_reference"
    );
}

#[test]
fn every_link_leads_to_a_section() {
    let all = reference();
    let sections: BTreeSet<&str> = all.lines().filter_map(|l| l.strip_prefix("## ")).collect();
    assert!(sections.len() > 30, "{sections:?}");
    for target in all
        .split("](#")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        assert!(sections.contains(target), "no section {target}");
    }
}
