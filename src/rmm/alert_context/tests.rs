use super::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn a_script_alert_reads_as_it_was_seen() {
    let seen =
        json!({"@class": "comp_script_ctx", "samples": {"Alert": "BSODView Command has Failed"}});
    let context: Context = serde_json::from_value(seen.clone()).unwrap();
    assert_eq!(context.class(), "comp_script_ctx");
    assert_eq!(serde_json::to_value(&context).unwrap(), seen);
}

#[test]
fn every_class_reads_writes_and_fits_its_schema() {
    let schema = schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Context>();
    let check = jsonschema::validator_for(schema.as_value()).unwrap();
    let mut seen = BTreeSet::new();
    for class in Context::CLASSES {
        assert!(seen.insert(*class), "{class} is there twice");
        let context: Context = serde_json::from_value(json!({ "@class": class })).unwrap();
        assert_eq!(context.class(), *class);
        let written = serde_json::to_value(&context).unwrap();
        assert_eq!(written["@class"], *class);
        assert!(written.as_object().unwrap().len() > 1, "{class}");
        assert!(check.is_valid(&written), "{class}: {written}");
    }
    assert!(!check.is_valid(&json!({"@class": "no_such_ctx"})));
    assert!(
        !check.is_valid(&json!({"@class": "wmi_ctx"})),
        "a field is always served"
    );
}

#[test]
fn an_unknown_class_is_refused() {
    let error = serde_json::from_value::<Context>(json!({"@class": "moon_ctx"})).unwrap_err();
    assert!(error.to_string().contains("moon_ctx"), "{error}");
}

#[test]
fn dates_are_iso_texts() {
    let context: Context = serde_json::from_value(
        json!({"@class": "eventlog_ctx", "lastTriggered": "2026-01-08T20:25:49.809Z"}),
    )
    .unwrap();
    let written: Value = serde_json::to_value(&context).unwrap();
    assert_eq!(written["lastTriggered"], "2026-01-08T20:25:49.809Z");
}
