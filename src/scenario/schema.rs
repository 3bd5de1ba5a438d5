//! The JSON Schema of scenario files, from the same tables that read them.

use super::form::{Form, Gen, Map};
use super::include::IncludedKeys;
use super::read::top::ScenarioKeys;
use serde_json::{Value as Json, json};

/// The JSON Schema (draft 2020-12) of scenario files and of the files they include.
///
/// It knows shapes, words and patterns. What it cannot know is checked when a file is loaded: names
/// that must stand for something, expectations that contradict each other, paths.
pub fn schema() -> Json {
    let mut g = Gen::default();
    let scenario = Map::<ScenarioKeys>::schema(&mut g);
    let included = Map::<IncludedKeys>::schema(&mut g);
    g.defs.sort_keys();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of shakedown",
        "description": "A scenario, or a file with a world and groups of steps that scenarios include.",
        "anyOf": [scenario, included],
        "$defs": g.defs,
    })
}
