//! Parameters of groups and included files, and filling them (and matrix values) into a tree.

use super::error::Problem;
use super::form::cx::known_names;
use super::form::list::MapOf;
use super::form::scalar::Name;
use super::form::{Cx, Form, Gen};
use super::span::{Span, Spanned};
use super::text::{Piece, pieces};
use super::tree::{Node, Scalar, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What a filled tree costs of the budget for each node, besides its text.
const NODE_COST: usize = 32;

/// Values by `param.name` and `matrix.name`.
pub(crate) type Env = HashMap<String, Node>;

/// A declared parameter.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub name: Spanned<String>,
    pub default: Option<Node>,
}

/// A value that may be filled in: a scalar or a list of scalars.
struct ArgValue;

impl Form for ArgValue {
    type Out = Node;
    fn expected() -> Cow<'static, str> {
        "a text, a number, or a list of such".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Node> {
        let good = match &node.value {
            Value::Scalar(_) => !node.is_null(),
            Value::Sequence(items) => items.iter().all(|i| i.scalar().is_some() && !i.is_null()),
            Value::Mapping(_) => false,
        };
        if good {
            Some(node.clone())
        } else {
            cx.wrong(node, &Self::expected())
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({
            "type": ["string", "number", "boolean", "array"],
            "items": { "type": ["string", "number", "boolean"] }
        })
    }
}

/// `with:` - values of parameters.
pub(crate) struct Args;

impl Form for Args {
    type Out = Vec<(Spanned<String>, Node)>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a parameter to its value".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        MapOf::<Name, ArgValue>::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        MapOf::<Name, ArgValue>::schema(g)
    }
}

/// `parameters:` - names, or names with a default.
pub(crate) struct Parameters;

impl Form for Parameters {
    type Out = Vec<Parameter>;
    fn expected() -> Cow<'static, str> {
        "a list of names, such as `[device, { licence: BRGT-1 }]`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<Parameter>> {
        let Value::Sequence(items) = &node.value else {
            return cx.wrong(node, &Self::expected());
        };
        let mut out: Vec<Parameter> = Vec::new();
        for item in items {
            let parameter = match item.mapping() {
                Some([(key, value)]) => Parameter {
                    name: Name::read(key, cx)?,
                    default: Some(ArgValue::read(value, cx)?),
                },
                Some(_) => return cx.wrong(item, "a name, or one name with its default"),
                None => Parameter {
                    name: Name::read(item, cx)?,
                    default: None,
                },
            };
            if let Some(first) = out.iter().find(|p| p.name.value == parameter.name.value) {
                return cx.fail(
                    Problem::new(
                        "scenario::duplicate",
                        format!("parameter `{}` is declared twice", parameter.name.value),
                    )
                    .at(parameter.name.span)
                    .label("again")
                    .related("first", first.name.span),
                );
            }
            out.push(parameter);
        }
        Some(out)
    }
    fn schema(g: &mut Gen) -> Json {
        let mut name = Name::schema(g);
        name["type"] = json!("string");
        let value = ArgValue::schema(g);
        json!({
            "type": "array",
            "items": { "anyOf": [
                name,
                { "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": value }
            ] }
        })
    }
}

/// The values of declared parameters: those given, else the defaults.
pub(crate) fn bind(
    what: &str,
    declared: &[Parameter],
    given: &[(Spanned<String>, Node)],
    place: Span,
    cx: &mut Cx,
) -> Option<Env> {
    let names: Vec<String> = declared.iter().map(|p| p.name.value.clone()).collect();
    let mut good = true;
    for (name, _) in given {
        if !names.contains(&name.value) {
            good = false;
            cx.say(
                Problem::new(
                    "scenario::unknown-parameter",
                    format!("{what} has no parameter `{}`", name.value),
                )
                .at(name.span)
                .help(known_names("parameter", &name.value, &names)),
            );
        }
    }
    let mut env = Env::new();
    for parameter in declared {
        let name = &parameter.name.value;
        let value = given
            .iter()
            .find(|(n, _)| n.value == *name)
            .map(|(_, v)| v)
            .or(parameter.default.as_ref());
        match value {
            Some(value) => {
                env.insert(format!("param.{name}"), value.clone());
            }
            None => {
                good = false;
                cx.say(
                    Problem::new(
                        "scenario::missing-parameter",
                        format!("{what} needs a value for its parameter `{name}`"),
                    )
                    .at(place)
                    .help(format!("give it: `with: {{ {name}: ... }}`")),
                );
            }
        }
    }
    good.then_some(env)
}

/// Fills values into a tree; names that have none are left for others.
pub(crate) fn substitute(node: &Node, env: &Env, budget: &mut usize) -> Result<Node, Box<Problem>> {
    let spend = |n: usize, budget: &mut usize| match budget.checked_sub(n) {
        Some(left) => {
            *budget = left;
            Ok(())
        }
        None => Err(Box::new(
            Problem::new(
                "scenario::too-large",
                "with its matrix, includes and groups filled in, this scenario is too large",
            )
            .at(node.span)
            .help("make it several scenarios"),
        )),
    };
    spend(NODE_COST, budget)?;
    let value = match &node.value {
        Value::Scalar(s) => match fill_scalar(s, env, node.span)? {
            Some(Value::Scalar(filled)) => {
                spend(filled.text.len(), budget)?;
                Value::Scalar(filled)
            }
            Some(Value::Sequence(items)) => {
                let size: usize = items.iter().filter_map(Node::text).map(str::len).sum();
                spend(size + items.len() * NODE_COST, budget)?;
                Value::Sequence(items)
            }
            Some(other) => other,
            None => {
                spend(s.text.len(), budget)?;
                node.value.clone()
            }
        },
        Value::Sequence(items) => Value::Sequence(
            items
                .iter()
                .map(|i| substitute(i, env, budget))
                .collect::<Result<_, _>>()?,
        ),
        Value::Mapping(entries) => {
            let mut out: Vec<(Node, Node)> = Vec::with_capacity(entries.len());
            let mut filled_keys = false;
            for (k, v) in entries {
                filled_keys |= k.text().is_some_and(|t| t.contains("${"));
                out.push((substitute(k, env, budget)?, substitute(v, env, budget)?));
            }
            if filled_keys {
                unique(&out)?;
            }
            Value::Mapping(out)
        }
    };
    Ok(Node {
        value,
        span: node.span,
    })
}

/// Keys that were different before can be the same once values are filled in.
fn unique(entries: &[(Node, Node)]) -> Result<(), Box<Problem>> {
    let mut seen = HashSet::new();
    for (key, _) in entries {
        let Some(text) = key.text() else {
            return Err(Box::new(
                Problem::new("scenario::wrong-type", "a list cannot be a key").at(key.span),
            ));
        };
        if !seen.insert(text) {
            return Err(Box::new(
                Problem::new(
                    "scenario::duplicate",
                    format!("key `{text}` is there twice once its values are filled in"),
                )
                .at(key.span),
            ));
        }
    }
    Ok(())
}

fn fill_scalar(scalar: &Scalar, env: &Env, place: Span) -> Result<Option<Value>, Box<Problem>> {
    if env.is_empty() || !scalar.text.contains("${") {
        return Ok(None);
    }
    // A `${` that is not closed is told when the text is read.
    let Ok(parts) = pieces(&scalar.text) else {
        return Ok(None);
    };
    if let [Piece::Name { name, .. }] = parts.as_slice() {
        return Ok(env.get(*name).map(|n| n.value.clone()));
    }
    let mut text = String::with_capacity(scalar.text.len());
    for part in parts {
        match part {
            Piece::Text(t) => text.push_str(t),
            Piece::Escape => text.push_str("$${"),
            Piece::Name { name, .. } => match env.get(name) {
                Some(value) => match value.text() {
                    Some(t) => text.push_str(t),
                    None => {
                        return Err(Box::new(
                            Problem::new(
                                "scenario::wrong-type",
                                format!("`${{{name}}}` is a list and cannot stand inside a text"),
                            )
                            .at(place)
                            .help("a list can only be a whole value"),
                        ));
                    }
                },
                None => {
                    text.push_str("${");
                    text.push_str(name);
                    text.push('}');
                }
            },
        }
    }
    Ok(Some(Value::Scalar(Scalar {
        text,
        style: scalar.style,
    })))
}
