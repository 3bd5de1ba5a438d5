//! Reads the fields of a JSON object, each against its rule.

use super::FieldProblem;
use crate::rmm::portal::held;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// The fields of an object within a body.
pub struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

/// Lengths that a text may have, in characters.
pub(super) type Length = RangeInclusive<usize>;

/// A text of any length.
pub(super) const ANY: Length = 0..=usize::MAX;

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn problem(field: String, problem: impl Into<String>, mend: impl Into<String>) -> FieldProblem {
    FieldProblem {
        field,
        problem: problem.into(),
        mend: mend.into(),
    }
}

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Value, path: String) -> Result<Self, FieldProblem> {
        match value {
            Value::Object(map) => Ok(Fields { map, path }),
            other => Err(problem(
                path,
                format!("is {}", kind(other)),
                "send a JSON object",
            )),
        }
    }

    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// The field, none where it is missing or null.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|v| !v.is_null())
    }

    fn required<T>(&self, name: &str, found: Option<T>, mend: &str) -> Result<T, FieldProblem> {
        found.ok_or_else(|| {
            let what = if self.map.contains_key(name) {
                "is null"
            } else {
                "is missing"
            };
            problem(self.path(name), what, mend)
        })
    }

    pub(super) fn text(&self, name: &str, length: Length) -> Result<Option<String>, FieldProblem> {
        self.text_or(name, length, "send a text, or null")
    }

    fn text_or(
        &self,
        name: &str,
        length: Length,
        mend: &str,
    ) -> Result<Option<String>, FieldProblem> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let Value::String(text) = value else {
            let what = format!("is {}", kind(value));
            return Err(problem(self.path(name), what, mend));
        };
        let chars = text.chars().count();
        if chars < *length.start() {
            let mend = format!("send at least {}", length.start());
            return Err(problem(
                self.path(name),
                format!("has {chars} characters"),
                mend,
            ));
        }
        if chars > *length.end() {
            let mend = format!("send at most {}", length.end());
            return Err(problem(
                self.path(name),
                format!("has {chars} characters"),
                mend,
            ));
        }
        Ok(Some(text.clone()))
    }

    pub(super) fn required_text(&self, name: &str, length: Length) -> Result<String, FieldProblem> {
        let found = self.text_or(name, length, "send a text")?;
        self.required(name, found, "send a text")
    }

    /// A text that scripts get in their environment, which cannot carry some characters.
    pub(super) fn carried(
        &self,
        name: &str,
        length: Length,
        without: &[char],
    ) -> Result<Option<String>, FieldProblem> {
        let found = self.text(name, length)?;
        match found.as_deref().and_then(|text| held(text, without)) {
            None => Ok(found),
            Some(what) => Err(problem(
                self.path(name),
                format!("holds {what}"),
                "leave it out: no script's environment can carry it",
            )),
        }
    }

    /// The same for a field that must be there.
    pub(super) fn required_carried(
        &self,
        name: &str,
        length: Length,
        without: &[char],
    ) -> Result<String, FieldProblem> {
        let found = self.carried(name, length, without)?;
        self.required(name, found, "send a text")
    }

    /// A text that must be one of some words; `of` makes the value of a word.
    pub(super) fn word<T>(
        &self,
        name: &str,
        words: &[&str],
        of: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, FieldProblem> {
        let Some(text) = self.text(name, ANY)? else {
            return Ok(None);
        };
        let shown: String = text.chars().take(40).collect();
        of(&text).map(Some).ok_or_else(|| {
            let mend = format!("send one of {}", words.join(", "));
            problem(self.path(name), format!("is `{shown}`"), mend)
        })
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, FieldProblem> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(problem(
                self.path(name),
                format!("is {}", kind(other)),
                "send true or false, or null",
            )),
        }
    }

    /// A whole number; JSON Schema counts `80.0` as one.
    pub(super) fn whole(
        &self,
        name: &str,
        range: RangeInclusive<u16>,
    ) -> Result<Option<u16>, FieldProblem> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let found = value
            .as_f64()
            .filter(|n| n.fract() == 0.0 && *n >= 0.0 && *n <= f64::from(u16::MAX))
            .map(|n| n as u16)
            .filter(|n| range.contains(n));
        found.map(Some).ok_or_else(|| {
            let what = match value {
                Value::Number(n) => format!("is {n}"),
                other => format!("is {}", kind(other)),
            };
            let mend = format!(
                "send a whole number from {} to {}, or null",
                range.start(),
                range.end()
            );
            problem(self.path(name), what, mend)
        })
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<Fields<'a>>, FieldProblem> {
        self.get(name)
            .map(|value| Fields::of(value, self.path(name)))
            .transpose()
    }

    pub(super) fn required_object(&self, name: &str) -> Result<Fields<'a>, FieldProblem> {
        let found = self.object(name)?;
        self.required(name, found, "send a JSON object")
    }

    pub(super) fn objects(&self, name: &str) -> Result<Option<Vec<Fields<'a>>>, FieldProblem> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(rows)) => rows
                .iter()
                .enumerate()
                .map(|(at, row)| Fields::of(row, format!("{}[{at}]", self.path(name))))
                .collect::<Result<Vec<_>, _>>()
                .map(Some),
            Some(other) => Err(problem(
                self.path(name),
                format!("is {}", kind(other)),
                "send an array of objects, or null",
            )),
        }
    }
}
