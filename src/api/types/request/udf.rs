//! Setting user-defined fields.

use super::{Body, FieldProblem, Fields, VALUE};
use crate::api::types::{UDF_COUNT, UDF_MAX_CHARS};
use crate::rmm::portal::NOT_IN_VALUES;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Fields of a device to change: those not sent, or sent as null, stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UdfRequest {
    /// New value by number of the field; the empty text clears.
    pub values: BTreeMap<u16, String>,
}

impl JsonSchema for UdfRequest {
    fn schema_name() -> Cow<'static, str> {
        "UdfRequest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let properties: serde_json::Map<_, _> = (1..=UDF_COUNT)
            .map(|n| {
                let value = serde_json::json!({
                    "type": ["string", "null"], "maxLength": UDF_MAX_CHARS, "pattern": VALUE,
                });
                (format!("udf{n}"), value)
            })
            .collect();
        json_schema!({
            "description": "User-defined fields to change. The empty text clears a field; one that is not sent, or null, stays as it is.",
            "type": "object",
            "properties": properties,
        })
    }
}

impl Body for UdfRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        let mut values = BTreeMap::new();
        for n in 1..=UDF_COUNT {
            if let Some(value) =
                fields.carried(&format!("udf{n}"), 0..=UDF_MAX_CHARS, NOT_IN_VALUES)?
            {
                values.insert(n, value);
            }
        }
        Ok(UdfRequest { values })
    }
}
