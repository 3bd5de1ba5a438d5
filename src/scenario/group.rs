//! `groups:` - named steps with parameters.

use super::form::keys::{keys, plain};
use super::form::list::{ListOf, MapOf};
use super::form::scalar::Name;
use super::form::{Cx, Form, Gen, Map};
use super::param::{Parameter, Parameters};
use super::read::step::StepForm;
use super::span::Spanned;
use super::tree::Node;
use serde_json::Value as Json;
use std::borrow::Cow;

/// A named group, its steps not read yet: they are once its parameters are filled in.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub parameters: Vec<Parameter>,
    pub steps: Node,
}

/// A group as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    parameters: Vec<Parameter>,
    steps: Option<Node>,
}

keys! {
    /// A named group of steps.
    GroupDefKeys ("group") => Draft {
        /// Its parameters: names, or `{ name: default }`; `${param.name}` in the steps stands for the value.
        "parameters": Parameters => parameters,
        /// Its steps.
        must "steps": RawSteps => steps,
    }
}
plain!(GroupDefKeys => Draft);

/// Steps that are read later.
struct RawSteps;

impl Form for RawSteps {
    type Out = Node;
    fn expected() -> Cow<'static, str> {
        "a list of steps".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Node> {
        match node.sequence() {
            Some(items) if !items.is_empty() => Some(node.clone()),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        ListOf::<StepForm>::schema(g)
    }
}

/// `groups:`.
pub(crate) struct Groups;

impl Form for Groups {
    type Out = Vec<(Spanned<String>, Group)>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a group's name to its `parameters` and `steps`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let entries = MapOf::<Name, Map<GroupDefKeys>>::read(node, cx)?;
        entries
            .into_iter()
            .map(|(name, d)| {
                let group = Group {
                    parameters: d.parameters,
                    steps: d.steps?,
                };
                Some((name, group))
            })
            .collect()
    }
    fn schema(g: &mut Gen) -> Json {
        MapOf::<Name, Map<GroupDefKeys>>::schema(g)
    }
}
