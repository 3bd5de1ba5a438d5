//! Objects of facts and stores; the case of their fields' names does not matter.

use serde_json::{Map, Value};

/// One object.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row(pub Map<String, Value>);

impl Row {
    /// The object of a value; empty where it is none.
    pub fn of(value: Value) -> Row {
        match value {
            Value::Object(map) => Row(map),
            _ => Row::default(),
        }
    }

    /// A field; `None` where it is absent or null.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.get(name).or_else(|| {
            let mut fields = self.0.iter();
            fields
                .find(|(n, _)| n.eq_ignore_ascii_case(name))
                .map(|(_, v)| v)
        });
        found.filter(|v| !v.is_null())
    }

    /// Name of a field as the row has it, null or not.
    pub fn name(&self, name: &str) -> Option<&str> {
        let mut names = self.0.keys();
        names
            .find(|n| n.eq_ignore_ascii_case(name))
            .map(String::as_str)
    }

    /// A field as text; numbers and booleans as WMI shows them. Lists have none.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
    }

    /// A text that is not empty.
    pub fn full(&self, name: &str) -> Option<String> {
        self.text(name).filter(|t| !t.trim().is_empty())
    }

    /// A field as a whole number, from a number or digits.
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Number(n) => n.as_u64().or_else(|| n.as_f64().map(|f| f as u64)),
            Value::String(s) => s.trim().parse().ok(),
            _ => None,
        }
    }

    /// A field as a truth value.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(b) => Some(*b),
            Value::String(s) if s.eq_ignore_ascii_case("true") => Some(true),
            Value::String(s) if s.eq_ignore_ascii_case("false") => Some(false),
            Value::Number(n) => n.as_i64().map(|n| n != 0),
            _ => None,
        }
    }

    /// Texts of a list, or the one text of a field that is no list.
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
            Some(one) => text(one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Sets a field under the name it already has in another case.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let key = self
            .0
            .keys()
            .find(|k| k.eq_ignore_ascii_case(name))
            .cloned()
            .unwrap_or_else(|| name.to_owned());
        self.0.insert(key, value.into());
    }

    /// As JSON.
    pub fn value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

/// A plain value as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(if *b { "TRUE" } else { "FALSE" }.into()),
        _ => None,
    }
}
