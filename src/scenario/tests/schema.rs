//! The JSON Schema: the committed copy is the code's, and it agrees with the reader.

use super::load;
use super::sketch::SKETCH;
use crate::scenario::schema;
use crate::yaml;
use serde_json::Value as Json;

/// A YAML text as the JSON an editor's validator sees.
fn json(text: &str) -> Json {
    fn convert(node: &yaml::Node) -> Json {
        match &node.value {
            yaml::Value::Scalar(s) => match s.resolve() {
                yaml::Resolved::Null => Json::Null,
                yaml::Resolved::Bool(b) => Json::Bool(b),
                yaml::Resolved::Int(n) => Json::from(n),
                yaml::Resolved::Float(f) => Json::from(f),
                yaml::Resolved::Text => Json::from(s.text.as_str()),
            },
            yaml::Value::Sequence(items) => items.iter().map(convert).collect(),
            yaml::Value::Mapping(entries) => entries
                .iter()
                .map(|(k, v)| (k.text().unwrap_or_default().to_owned(), convert(v)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
    convert(&yaml::parse(text).expect("a test's YAML is right"))
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).expect("the schema is a schema")
}

#[test]
fn the_committed_copy_is_up_to_date() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/scenario.schema.json"
    );
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let mut made = serde_json::to_string_pretty(&schema()).unwrap();
    made.push('\n');
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, &made).unwrap();
    } else {
        assert!(
            committed == made,
            "scenarios/scenario.schema.json is not what the code says; run: UPDATE_GENERATED=1 cargo test --lib scenario"
        );
    }
}

#[test]
fn the_schema_is_a_valid_one() {
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
}

#[test]
fn every_shipped_scenario_is_valid_by_the_schema() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios"));
    let validator = validator();
    let mut folders = vec![root.to_owned()];
    let mut bad = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_yaml = path.extension().is_some_and(|e| e == "yaml" || e == "yml");
            if path.is_dir() {
                folders.push(path);
            } else if is_yaml
                && !path.ends_with("component.yaml")
                && path != root.join("sentences.yaml")
            {
                let value = json(&std::fs::read_to_string(&path).unwrap());
                if let Err(error) = validator.validate(&value) {
                    bad.push(format!("{}: {error}", path.display()));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let validator = validator();
    let mut cases = vec![SKETCH.to_owned()];
    cases.extend(super::language::GOOD.iter().map(|c| c.to_string()));
    for case in cases {
        if let Err(error) = validator.validate(&json(&case)) {
            panic!("{error}\nat {}\nin {case}", error.instance_path());
        }
    }
}

#[test]
fn the_schema_refuses_shapes_that_the_reader_refuses() {
    let validator = validator();
    for (code, text) in super::mistakes::wrong_shapes() {
        assert!(load(&text).is_err(), "{text}");
        assert!(!validator.is_valid(&json(&text)), "{code}: {text}");
    }
}
