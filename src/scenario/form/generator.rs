//! Collects the named parts of the JSON Schema.

use super::keys::{Key, Keys};
use serde_json::{Map as JsonMap, Value as Json, json};

/// Where the named parts (`$defs`) are gathered.
#[derive(Debug, Default)]
pub(crate) struct Gen {
    pub defs: JsonMap<String, Json>,
    /// The Rust type behind each part that is a mapping.
    owners: std::collections::BTreeMap<&'static str, &'static str>,
}

impl Gen {
    /// A reference to the part `name`, which is made once.
    pub(crate) fn part(&mut self, name: &str, make: impl FnOnce(&mut Gen) -> Json) -> Json {
        if !self.defs.contains_key(name) {
            // The placeholder ends the recursion of parts that hold themselves (steps of steps).
            self.defs.insert(name.to_owned(), Json::Null);
            let made = make(self);
            self.defs.insert(name.to_owned(), made);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// A mapping with the keys of `K`.
    pub(crate) fn object<K: Keys>(&mut self) -> Json {
        let owner = std::any::type_name::<K>();
        let known = self.owners.entry(K::NAME).or_insert(owner);
        debug_assert_eq!(*known, owner, "two mappings are called {}", K::NAME);
        self.part(K::NAME, |g| {
            let mut properties = JsonMap::new();
            let mut required = Vec::new();
            for key in K::TABLES.iter().flat_map(|t| t.iter()) {
                // A key of the kind's own table goes before one that every kind has.
                if properties.contains_key(key.name) {
                    continue;
                }
                properties.insert(key.name.to_owned(), g.property(key));
                if key.required {
                    required.push(json!(key.name));
                }
            }
            let mut out = json!({
                "description": tidy(K::DOC),
                "type": "object",
                "additionalProperties": false,
                "properties": properties,
            });
            if !required.is_empty() {
                out["required"] = Json::Array(required);
            }
            out
        })
    }

    fn property<O>(&mut self, key: &Key<O>) -> Json {
        let schema = (key.schema)(self);
        let mut out = JsonMap::new();
        out.insert("description".to_owned(), json!(tidy(key.doc)));
        if let Json::Object(map) = schema {
            for (k, v) in map {
                out.entry(k).or_insert(v);
            }
        }
        Json::Object(out)
    }
}

/// Doc comment lines as one text.
pub(crate) fn tidy(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `${param.x}` or `${matrix.x}` as a whole value: filled in before the value is read.
pub(crate) fn or_placeholder(g: &mut Gen, schema: Json) -> Json {
    let placeholder = g.part("placeholder", |_| {
        json!({
            "description": "A parameter or matrix value, filled in before the value is read.",
            "type": "string",
            "pattern": "^\\$\\{(param|matrix)\\.[^}]+\\}$"
        })
    });
    json!({ "anyOf": [schema, placeholder] })
}
