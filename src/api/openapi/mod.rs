//! The OpenAPI 3.1 document: made of the table of operations and of the types that are really sent
//! and taken, so that it cannot say anything else than what is done.

mod answers;
mod examples;
mod links;
mod page;
mod parameters;
#[cfg(test)]
mod tests;

pub use page::reader;

use super::table::Operation;
use super::types::{DateForms, JobDate, PlatformDate, SystemDate, udf_schema};
use crate::rmm::api_knobs::ApiKnobs;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// What stands above the document.
const NOTICE: &str = "This is a rehearsal. The service behind this document is shakedown, which \
plays the platform on one machine so that components and integrations can be tried out; it is not \
the platform, and neither Datto nor Kaseya has anything to do with it. The document is generated \
from the code that answers. Where public sources disagree about the platform, a knob decides, and \
the document tells what is in force.";

/// Tags with what stands behind them, in the order they are shown.
const TAGS: &[(&str, &str)] = &[
    (
        "/v2/account",
        "The account: its sites, devices, users, alerts, components and variables.",
    ),
    (
        "/v2/site",
        "Sites, their settings, devices, alerts, filters and variables.",
    ),
    (
        "/v2/device",
        "Devices: look-ups, quick jobs, user-defined fields, warranty, moves.",
    ),
    ("/v2/audit", "What audits found on devices."),
    ("/v2/alert", "Single alerts."),
    ("/v2/job", "Jobs and what came of them."),
    ("/v2/filter", "Device filters."),
    ("/v2/activity-logs", "Who and what did what, and when."),
    ("/v2/user", "The user whose keys the token was given for."),
    (
        "/v2/system",
        "The service about itself: state, limits of pages and calls.",
    ),
];

/// Makes the document. `base` is the absolute URL of the platform as the client knows it, without
/// a slash at its end; `knobs` say which forms are in force.
pub fn document<'o>(
    operations: impl IntoIterator<Item = &'o Operation>,
    base: &str,
    knobs: &ApiKnobs,
) -> Value {
    let operations: Vec<&Operation> = operations.into_iter().collect();
    let mut schemas = Schemas::new();
    let mut paths: Map<String, Value> = Map::new();
    for operation in &operations {
        let methods = paths.entry(operation.path).or_insert_with(|| json!({}));
        methods[operation.method.as_str().to_ascii_lowercase()] =
            describe(operation, &operations, &mut schemas, knobs);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "shakedown: a rehearsal of the Datto RMM REST API",
            "summary": "Plays the platform's API version 2 on this machine.",
            "description": NOTICE,
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT or Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": format!("{base}/api"), "description": "This service." }],
        "security": [{ "oauth2": ["default"] }, { "bearer": [] }],
        "tags": tags(&operations),
        "paths": paths,
        "components": {
            "schemas": schemas.finish(knobs),
            "securitySchemes": security(base),
        },
    })
}

fn describe(
    operation: &Operation,
    all: &[&Operation],
    schemas: &mut Schemas,
    knobs: &ApiKnobs,
) -> Value {
    let mut out = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
    });
    if let Some(bucket) = operation.bucket {
        out["description"] = json!(format!("Counted as a write of kind `{bucket}`."));
    }
    if operation.deprecated {
        out["deprecated"] = json!(true);
    }
    if operation.public {
        out["security"] = json!([]);
    }
    let parameters = parameters::of(operation);
    if !parameters.is_empty() {
        out["parameters"] = parameters.into();
    }
    if let Some(body) = operation.body {
        let schema = body(&mut schemas.taken).to_value();
        let mut media = json!({ "schema": schema });
        if let Some(example) = examples::of(&schema) {
            media["example"] = example;
        }
        out["requestBody"] = json!({
            "required": true,
            "content": { "application/json": media },
        });
    }
    out["responses"] = answers::of(operation, all, &mut schemas.sent, knobs);
    out
}

fn tags(operations: &[&Operation]) -> Vec<Value> {
    let mut out: Vec<Value> = TAGS
        .iter()
        .filter(|(name, _)| operations.iter().any(|o| o.tag == *name))
        .map(|(name, what)| json!({ "name": name, "description": what }))
        .collect();
    for operation in operations {
        if !out.iter().any(|t| t["name"] == operation.tag) {
            out.push(json!({ "name": operation.tag }));
        }
    }
    out
}

fn security(base: &str) -> Value {
    let scopes = json!({ "default": "All that the account can do." });
    let token = format!("{base}/auth/oauth/token");
    json!({
        "oauth2": {
            "type": "oauth2",
            "description": "The API key is the user name and its secret the password. The client is `public-client` with the secret `public`. A token lives 100 hours.",
            "flows": {
                "password": { "tokenUrl": token, "refreshUrl": token, "scopes": scopes },
                "authorizationCode": {
                    "authorizationUrl": format!("{base}/auth/oauth/authorize"),
                    "tokenUrl": token,
                    "refreshUrl": token,
                    "scopes": scopes,
                },
            },
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that was given out already.",
        },
    })
}

/// Schemas of what is sent and of what is taken: null and missing fields differ in the two.
struct Schemas {
    sent: SchemaGenerator,
    taken: SchemaGenerator,
}

impl Schemas {
    fn new() -> Schemas {
        let settings = || {
            SchemaSettings::draft2020_12().with(|s| {
                s.definitions_path = "/components/schemas".into();
                s.meta_schema = None;
            })
        };
        Schemas {
            sent: settings().for_serialize().into_generator(),
            taken: settings().for_deserialize().into_generator(),
        }
    }

    /// All of them by name, with the forms in force.
    fn finish(mut self, knobs: &ApiKnobs) -> Map<String, Value> {
        let mut all = self.taken.take_definitions(true);
        all.extend(self.sent.take_definitions(true));
        let forms = DateForms::from(knobs);
        let in_force = [
            ("PlatformDate", PlatformDate::schema(forms.platform)),
            ("JobDate", JobDate::schema(forms.job)),
            ("SystemDate", SystemDate::schema(forms.system)),
            ("Udf", udf_schema(knobs.udfs)),
        ];
        for (name, schema) in in_force {
            if let Some(slot) = all.get_mut(name) {
                *slot = schema.to_value();
            }
        }
        if let Some(refusal) = answers::refusal_schema(knobs) {
            all.insert(answers::REFUSAL.to_owned(), refusal);
        }
        all.sort_keys();
        all
    }
}
