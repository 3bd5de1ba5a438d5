//! User-defined fields as they are read.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Fields that a device shows since release 14.9.0 of the platform.
pub const UDF_COUNT: u16 = 300;

/// Longest value of a field, in characters.
pub const UDF_MAX_CHARS: usize = 255;

/// The fields of a device: every key, null where a field is empty.
///
/// Holds the finished JSON, made once by [`render_udfs`] and kept until a field changes, so that a
/// page of devices copies it and formats nothing.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Udf(pub Arc<RawValue>);

impl JsonSchema for Udf {
    fn schema_name() -> Cow<'static, str> {
        "Udf".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        udf_schema(UDF_COUNT)
    }
}

/// The schema of the fields of a device that shows `count` of them.
pub fn udf_schema(count: u16) -> Schema {
    let names = || (1..=count).map(|n| format!("udf{n}"));
    let properties: serde_json::Map<_, _> = names()
        .map(|name| (name, serde_json::json!({ "type": ["string", "null"] })))
        .collect();
    json_schema!({
        "description": "User-defined fields of a device; null where a field is empty.",
        "type": "object",
        "properties": properties,
        "required": names().collect::<Vec<_>>(),
    })
}

/// The JSON of the fields 1 to `count`, in order; absent and empty ones are null, others left out.
pub fn render_udfs(values: &BTreeMap<u16, String>, count: u16) -> Arc<RawValue> {
    let mut out = String::with_capacity(14 * usize::from(count) + 2);
    out.push('{');
    for n in 1..=count {
        if n > 1 {
            out.push(',');
        }
        out.push_str("\"udf");
        out.push_str(&n.to_string());
        out.push_str("\":");
        match values.get(&n).filter(|v| !v.is_empty()) {
            Some(value) => out.push_str(&serde_json::Value::from(value.as_str()).to_string()),
            None => out.push_str("null"),
        }
    }
    out.push('}');
    match RawValue::from_string(out) {
        Ok(raw) => raw.into(),
        Err(_) => RawValue::NULL.to_owned().into(),
    }
}
