//! Parameters of operations, in the path and in the query.

use crate::api::table::{Kind, Operation, Param};
use serde_json::{Value, json};

/// Names in the path: what they are, and whether they are numbers.
const IN_PATH: &[(&str, &str)] = &[
    ("alertUid", "Uid of the alert."),
    ("deviceId", "Number of the device."),
    ("deviceUid", "Uid of the device."),
    ("jobUid", "Uid of the job."),
    (
        "macAddress",
        "MAC address: twelve hexadecimal digits, nothing between them.",
    ),
    ("siteUid", "Uid of the site."),
    ("variableId", "Number of the variable."),
];

/// The names that stand in braces in a path.
pub(super) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The parameters of an operation.
pub(super) fn of(operation: &Operation) -> Vec<Value> {
    names(operation.path)
        .map(in_path)
        .chain(operation.query.iter().map(in_query))
        .collect()
}

fn in_path(name: &str) -> Value {
    let what = IN_PATH.iter().find(|(n, _)| *n == name).map(|(_, w)| *w);
    let schema = match name {
        "macAddress" => json!({
            "type": "string", "minLength": 12, "maxLength": 12, "pattern": "^[0-9A-Fa-f]{12}$",
        }),
        _ if name.ends_with("Id") => number(i64::MAX, "int64"),
        _ => json!({ "type": "string", "minLength": 1 }),
    };
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": what.unwrap_or(name),
        "schema": schema,
    })
}

fn in_query(param: &Param) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    let schema = match param.kind {
        Kind::Int32 => number(i64::from(i32::MAX), "int32"),
        Kind::Int64 => number(i64::MAX, "int64"),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Text => json!({ "type": "string" }),
        Kind::OneOf(words) => json!({ "type": "string", "enum": words }),
        Kind::DateTime => json!({ "type": "string", "format": "date-time" }),
        Kind::Texts => list(json!({ "type": "string" })),
        Kind::Cursor => list(json!({ "type": "string", "pattern": "^[0-9]{1,18}$" })),
        Kind::Words(words) => list(json!({ "type": "string", "enum": words })),
        Kind::Numbers => list(number(i64::MAX, "int64")),
    };
    let mut out = json!({
        "name": param.name,
        "in": "query",
        "required": false,
        "description": param.summary,
        "schema": schema,
    });
    if matches!(
        param.kind,
        Kind::Texts | Kind::Cursor | Kind::Words(_) | Kind::Numbers
    ) {
        out["style"] = json!("form");
        out["explode"] = json!(false);
    }
    out
}

fn number(most: i64, format: &str) -> Value {
    json!({ "type": "integer", "format": format, "minimum": 0, "maximum": most })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::table::operations;

    #[test]
    fn names_are_found_in_a_path() {
        let found: Vec<_> = names("/v2/device/{deviceUid}/site/{siteUid}").collect();
        assert_eq!(found, ["deviceUid", "siteUid"]);
        assert_eq!(names("/v2/account").count(), 0);
    }

    #[test]
    fn every_name_in_a_path_of_the_table_is_described() {
        for operation in operations() {
            for name in names(operation.path) {
                assert!(
                    IN_PATH.iter().any(|(n, _)| *n == name),
                    "{}: {name} has no description",
                    operation.id
                );
            }
        }
    }
}
