//! One knob outside of a scenario file, by the name and in the form of value that it has there.

use super::form::{Cx, Key};
use super::read::knobs::KnobKeys;
use super::span::Span;
use super::tree::{Node, Scalar, Style, Value};
use crate::rmm::knobs::Knobs;
use crate::yaml::nearest;
use std::fmt::Write as _;

/// What stands before the name of a knob of the REST API; outside of files it may be left out.
pub const API: &str = "api-";

/// Why a knob cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKnob {
    #[error("there is no knob `{name}`")]
    NoKnob { name: String },
    #[error("the knob {name} cannot be `{value}`")]
    NoSuchValue {
        name: &'static str,
        value: String,
        /// What it can be.
        expected: String,
    },
}

impl BadKnob {
    /// How to mend it: what the knob takes, or every knob with what it takes.
    pub fn help(&self) -> String {
        match self {
            BadKnob::NoKnob { name } => {
                let names = KnobKeys::KEYS.iter().flat_map(|k| [k.name, bare(k.name)]);
                let near = nearest(name, names)
                    .map(|n| format!("did you mean `{n}`? "))
                    .unwrap_or_default();
                format!("{near}{}", list())
            }
            BadKnob::NoSuchValue { expected, .. } => format!("it takes {expected}"),
        }
    }
}

/// Sets a knob by its name in `world.knobs`, where `api-` may be left out, to a value as it is
/// written there. Gives its full name.
///
/// # Errors
/// There is no such knob, or it takes no such value; then nothing is set.
pub fn set(knobs: &mut Knobs, name: &str, value: &str) -> Result<&'static str, BadKnob> {
    let known = |wanted: &dyn Fn(&Key<Knobs>) -> bool| KnobKeys::KEYS.iter().find(|k| wanted(k));
    let key = known(&|k| k.name == name).or_else(|| known(&|k| bare(k.name) == name));
    let key = key.ok_or_else(|| BadKnob::NoKnob {
        name: name.to_owned(),
    })?;
    let node = Node {
        value: Value::Scalar(Scalar {
            text: value.to_owned(),
            style: Style::Plain,
        }),
        span: Span::default(),
    };
    let mut cx = Cx::new(Vec::new(), 0);
    (key.read)(&node, &mut cx, knobs);
    match cx.problems.is_empty() {
        true => Ok(key.name),
        false => Err(BadKnob::NoSuchValue {
            name: key.name,
            value: value.to_owned(),
            expected: (key.expected)().into_owned(),
        }),
    }
}

fn bare(name: &'static str) -> &'static str {
    name.strip_prefix(API).unwrap_or(name)
}

/// Every knob with what it takes, a line each.
fn list() -> String {
    let mut out = "the knobs, with or without `api-`, and what they take:".to_owned();
    for key in KnobKeys::KEYS {
        // Writing to a string cannot fail.
        let _ = write!(out, "\n    {}: {}", key.name, (key.expected)());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_those_of_scenarios() {
        let mut knobs = Knobs::default();
        for (name, value, full) in [
            ("block", "20m", "api-block"),
            ("api-block", "1h30m", "api-block"),
            ("udfs", "30", "api-udfs"),
            ("udf-count", "300", "udf-count"),
            ("never", "year-1", "api-never"),
            ("wrong-secret", "401", "api-wrong-secret"),
        ] {
            assert_eq!(set(&mut knobs, name, value), Ok(full));
        }
        assert_eq!((knobs.api.block_seconds, knobs.api.udfs), (5400, 30));
        assert_eq!(knobs.udf_count, 300);
    }

    #[test]
    fn every_knob_of_the_api_has_its_name() {
        let fields = serde_json::to_value(&Knobs::default().api).unwrap_or_default();
        let fields = fields.as_object().map_or(0, serde_json::Map::len);
        let names = KnobKeys::KEYS.iter().filter(|k| k.name.starts_with(API));
        assert_eq!(names.count(), fields);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (name, value, told, help) in [
            (
                "bloc",
                "1",
                "there is no knob `bloc`",
                "did you mean `block`?",
            ),
            (
                "nothing",
                "1",
                "there is no knob `nothing`",
                "api-error-body: the body of an error: `spring`",
            ),
            ("nothing", "1", "", "api-udfs: a whole number from 1 to 300"),
            (
                "block-seconds",
                "300",
                "there is no knob",
                "api-block: a duration",
            ),
            (
                "block",
                "300",
                "the knob api-block cannot be `300`",
                "it takes a duration such as `90s`",
            ),
            ("dates", "ISO", "cannot be `ISO`", "`milliseconds`, `iso`"),
            (
                "udfs",
                "301",
                "cannot be `301`",
                "a whole number from 1 to 300",
            ),
            ("udfs", "", "cannot be ``", "a whole number from 1 to 300"),
        ] {
            let mut knobs = Knobs::default();
            let error = set(&mut knobs, name, value).expect_err(value);
            assert!(error.to_string().contains(told), "{name}={value}: {error}");
            assert!(
                error.help().contains(help),
                "{name}={value}: {}",
                error.help()
            );
            assert_eq!(knobs, Knobs::default());
        }
    }
}
