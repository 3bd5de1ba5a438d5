//! Answers of operations: what was asked for, and refusals.

use super::{links, parameters};
use crate::api::table::Operation;
use crate::rmm::api_knobs::{ApiErrorBody, ApiKnobs};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Name of the schema of refusals.
pub(super) const REFUSAL: &str = "Refusal";

/// The answers of an operation by status.
pub(super) fn of(
    operation: &Operation,
    all: &[&Operation],
    generator: &mut SchemaGenerator,
    knobs: &ApiKnobs,
) -> Value {
    let mut out: Map<String, Value> = Map::new();
    let mut success = match operation.success.body {
        None => json!({ "description": "Done. The body is empty." }),
        Some(schema) => json!({
            "description": "What was asked for.",
            "content": { "application/json": { "schema": schema(generator) } },
        }),
    };
    let links = links::from(operation, all);
    if !links.is_empty() {
        success["links"] = links.into();
    }
    out.insert(operation.success.status.to_string(), success);
    for (status, what) in refusals(operation) {
        out.insert(status.to_string(), refusal(status, what, knobs));
    }
    out.into()
}

/// Every refusal of an operation: those of the table, and those that come before its handler.
fn refusals(operation: &Operation) -> BTreeMap<u16, &'static str> {
    let mut out = BTreeMap::from([
        (500, "The service failed. Nothing was changed."),
        (
            504,
            "The service did not answer in time: a fault that was asked for.",
        ),
    ]);
    if !operation.public {
        out.insert(401, "No token, or one that is unknown or has expired.");
        out.insert(
            403,
            "The address is blocked, because calls went on above the limit.",
        );
        out.insert(429, "Too many calls in the window.");
    }
    let asked = !operation.query.is_empty() || parameters::names(operation.path).next().is_some();
    if asked || operation.body.is_some() {
        out.insert(400, "A parameter or the body breaks a rule.");
    }
    if operation.body.is_some() {
        out.insert(415, "The body was not sent as JSON.");
    }
    out.extend(operation.refusals.iter().copied());
    out
}

fn refusal(status: u16, what: &str, knobs: &ApiKnobs) -> Value {
    let mut out = json!({ "description": what });
    match status {
        401 => {
            out["headers"] = json!({ "WWW-Authenticate": {
                "description": "How to show who calls.",
                "schema": { "type": "string" },
            }});
        }
        429 => {
            out["headers"] = json!({ "Retry-After": {
                "description": "Seconds to wait.",
                "required": true,
                "schema": { "type": "integer", "minimum": 0 },
            }});
        }
        _ => {}
    }
    // What is no refusal has no body: nothing was there to do.
    if status >= 400 && refusal_schema(knobs).is_some() {
        let schema = json!({ "$ref": format!("#/components/schemas/{REFUSAL}") });
        out["content"] = json!({ "application/json": { "schema": schema } });
    }
    out
}

/// Body of a refusal, none where the knob leaves it empty.
pub(super) fn refusal_schema(knobs: &ApiKnobs) -> Option<Value> {
    let text = |what: &str| json!({ "type": "string", "description": what });
    match knobs.error_body {
        ApiErrorBody::Spring => Some(json!({
            "description": "Why a call was refused.",
            "type": "object",
            "properties": {
                "timestamp": { "type": "string", "format": "date-time", "description": "When." },
                "status": { "type": "integer", "format": "int32", "description": "The status." },
                "error": text("The name of the status."),
                "message": text("What is wrong and how to mend it."),
                "path": text("The path that was called."),
            },
            "required": ["timestamp", "status", "error", "message", "path"],
        })),
        ApiErrorBody::Errors => Some(json!({
            "description": "Why a call was refused.",
            "type": "object",
            "properties": {
                "errors": { "type": "array", "items": { "type": "string" }, "description": "What is wrong." },
                "message": text("What is wrong and how to mend it."),
            },
            "required": ["errors", "message"],
        })),
        ApiErrorBody::Empty => None,
    }
}
