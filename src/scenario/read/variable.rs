//! Variables of accounts, sites and jobs.

use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::MapOf;
use crate::scenario::form::scalar::{Flag, Text, any_text};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::span::Spanned;
use crate::scenario::step::JobVariable;
use crate::scenario::tree::{Node, Value};
use crate::scenario::world::WorldVariable;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// A variable's value as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    value: String,
    masked: bool,
}

keys! {
    /// A variable with more than its value.
    VariableKeys ("variable") => Draft {
        /// Its value; numbers and booleans as they are written.
        must "value": Text => value,
        /// Its value is a secret: it never appears in any output or record.
        "masked": Flag => masked,
    }
}
plain!(VariableKeys => Draft);

struct VariableValue;

impl Form for VariableValue {
    type Out = Draft;
    fn expected() -> Cow<'static, str> {
        "a value, or a mapping such as `{ value: x, masked: true }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Draft> {
        match node.value {
            Value::Mapping(_) => Map::<VariableKeys>::read(node, cx),
            Value::Scalar(_) => Text::read(node, cx).map(|value| Draft {
                value,
                masked: false,
            }),
            Value::Sequence(_) => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<VariableKeys>();
        json!({ "anyOf": [any_text(), keys] })
    }
}

/// Name of a variable as a script sees it: one that an environment can hold.
pub(crate) struct VariableName;

impl Form for VariableName {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "the name of a variable".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        match node.text() {
            Some(t) if !t.is_empty() && !t.contains(['=', '\0']) && t.len() <= 256 => {
                Some(Spanned {
                    value: t.to_owned(),
                    span: node.span,
                })
            }
            _ => cx.wrong(node, "the name of a variable, without `=`"),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "pattern": "^[^=]+$", "maxLength": 256 })
    }
}

/// Variables of an account or a site.
pub(crate) struct WorldVariables;

impl Form for WorldVariables {
    type Out = Vec<WorldVariable>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a variable's name to its value".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let entries = MapOf::<VariableName, VariableValue>::read(node, cx)?;
        Some(
            entries
                .into_iter()
                .map(|(name, v)| WorldVariable {
                    name,
                    value: v.value,
                    masked: v.masked,
                })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("variables", MapOf::<VariableName, VariableValue>::schema)
    }
}

/// Variables of a job or monitor.
pub(crate) struct JobVariables;

impl Form for JobVariables {
    type Out = Vec<JobVariable>;
    fn expected() -> Cow<'static, str> {
        WorldVariables::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let variables = WorldVariables::read(node, cx)?;
        Some(
            variables
                .into_iter()
                .map(|v| JobVariable {
                    name: v.name,
                    value: v.value,
                    masked: v.masked,
                })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        WorldVariables::schema(g)
    }
}
