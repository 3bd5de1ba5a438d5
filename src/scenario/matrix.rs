//! `matrix:` - one scenario for each combination of values.

use super::error::Problem;
use super::form::cx::known_names;
use super::form::list::{ListOf, Many, MapOf};
use super::form::scalar::Name;
use super::form::{Cx, Form, Gen};
use super::param::Env;
use super::span::Spanned;
use super::tree::{Node, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Most combinations of one scenario.
const MAX_COMBINATIONS: usize = 256;

/// The combinations of a matrix that are left.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matrix {
    /// Names of the axes.
    pub names: Vec<String>,
    pub combinations: Vec<Vec<(String, Node)>>,
}

impl Matrix {
    /// The values of one combination, to be filled in.
    pub(crate) fn env(combination: &[(String, Node)]) -> Env {
        combination
            .iter()
            .map(|(name, value)| (format!("matrix.{name}"), value.clone()))
            .collect()
    }

    /// The values of one combination as text.
    pub(crate) fn texts(combination: &[(String, Node)]) -> BTreeMap<String, String> {
        combination
            .iter()
            .map(|(name, value)| (name.clone(), value.text().unwrap_or_default().to_owned()))
            .collect()
    }
}

/// One value of an axis.
struct AxisValue;

impl Form for AxisValue {
    type Out = Node;
    fn expected() -> Cow<'static, str> {
        "a text or a number".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Node> {
        match node.scalar() {
            Some(_) if !node.is_null() => Some(node.clone()),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

/// `matrix:`.
pub(crate) struct MatrixForm;

type Excluded = MapOf<Name, AxisValue>;

impl Form for MatrixForm {
    type Out = Matrix;
    fn expected() -> Cow<'static, str> {
        "a mapping from a name to a list of values, such as `os: [linux, macos]`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Matrix> {
        let Value::Mapping(entries) = &node.value else {
            return cx.wrong(node, &Self::expected());
        };
        let mut axes: Vec<(String, Vec<Node>)> = Vec::new();
        let mut exclude = Vec::new();
        for (key, value) in entries {
            if key.text() == Some("exclude") {
                exclude = Many::<Excluded>::read(value, cx)?;
                continue;
            }
            let name = Name::read(key, cx)?;
            let values = ListOf::<AxisValue>::read(value, cx)?;
            for (at, v) in values.iter().enumerate() {
                if let Some(first) = values[..at].iter().find(|f| f.text() == v.text()) {
                    return cx.fail(
                        Problem::new(
                            "scenario::duplicate",
                            format!("{} is twice in `{}`", v.shown(), name.value),
                        )
                        .at(v.span)
                        .label("again")
                        .related("first", first.span),
                    );
                }
            }
            axes.push((name.value, values));
        }
        if axes.is_empty() {
            return cx.fail(
                Problem::new("scenario::matrix", "the matrix is empty")
                    .at(node.span)
                    .help("give it values, such as `os: [linux, macos]`, or leave it out"),
            );
        }
        let names: Vec<String> = axes.iter().map(|a| a.0.clone()).collect();
        check_excluded(&exclude, &axes, &names, cx)?;
        let count = axes
            .iter()
            .try_fold(1usize, |n, a| n.checked_mul(a.1.len()))
            .filter(|n| *n <= MAX_COMBINATIONS);
        if count.is_none() {
            return cx.fail(
                Problem::new(
                    "scenario::matrix",
                    format!("the matrix has more than {MAX_COMBINATIONS} combinations"),
                )
                .at(node.span)
                .help("make it several scenarios"),
            );
        }
        let mut combinations: Vec<Vec<(String, Node)>> = vec![Vec::new()];
        for (name, values) in &axes {
            combinations = combinations
                .into_iter()
                .flat_map(|c| {
                    values.iter().map(move |v| {
                        let mut c = c.clone();
                        c.push((name.clone(), v.clone()));
                        c
                    })
                })
                .collect();
        }
        combinations.retain(|c| !exclude.iter().any(|e| covers(e, c)));
        if combinations.is_empty() {
            return cx.fail(
                Problem::new(
                    "scenario::matrix",
                    "`exclude` leaves no combination of the matrix",
                )
                .at(node.span),
            );
        }
        Some(Matrix {
            names,
            combinations,
        })
    }
    fn schema(g: &mut Gen) -> Json {
        let values = ListOf::<AxisValue>::schema(g);
        let excluded = Many::<Excluded>::schema(g);
        json!({
            "type": "object",
            "minProperties": 1,
            "properties": { "exclude": {
                "description": "Combinations to leave out; one that names only some of the keys takes every combination with these values.",
                "anyOf": [excluded]
            } },
            "additionalProperties": values,
            "examples": [{ "os": ["linux", "macos"] }]
        })
    }
}

fn covers(excluded: &[(Spanned<String>, Node)], combination: &[(String, Node)]) -> bool {
    excluded.iter().all(|(name, value)| {
        combination
            .iter()
            .any(|(n, v)| *n == name.value && v.text() == value.text())
    })
}

fn check_excluded(
    exclude: &[Vec<(Spanned<String>, Node)>],
    axes: &[(String, Vec<Node>)],
    names: &[String],
    cx: &mut Cx,
) -> Option<()> {
    for (name, value) in exclude.iter().flatten() {
        let Some((_, values)) = axes.iter().find(|a| a.0 == name.value) else {
            return cx.fail(
                Problem::new(
                    "scenario::unknown-name",
                    format!("the matrix has no key `{}`", name.value),
                )
                .at(name.span)
                .help(known_names("key of `matrix`", &name.value, names)),
            );
        };
        if !values.iter().any(|v| v.text() == value.text()) {
            let known: Vec<String> = values
                .iter()
                .filter_map(Node::text)
                .map(str::to_owned)
                .collect();
            let text = value.text().unwrap_or_default();
            return cx.fail(
                Problem::new(
                    "scenario::unknown-name",
                    format!("`{}` has no value {}", name.value, value.shown()),
                )
                .at(value.span)
                .help(known_names("value", text, &known)),
            );
        }
    }
    Some(())
}
