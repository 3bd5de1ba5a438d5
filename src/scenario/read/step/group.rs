//! `parallel:` and `group:` steps.

use super::build::step;
use super::{Draft, StepForm, step_kind};
use crate::scenario::error::Problem;
use crate::scenario::form::cx::list;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::ListOf;
use crate::scenario::form::scalar::Name;
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::group::Group;
use crate::scenario::param::{self, Args};
use crate::scenario::read::expect::Judged;
use crate::scenario::step::{Action, Step};
use crate::scenario::tree::{Node, Value};
use serde_json::Value as Json;
use std::borrow::Cow;

/// Deepest nesting of groups that use groups.
const MAX_GROUP_DEPTH: usize = 16;

keys! {
    /// Steps that run all at once; their start order is drawn from the seed.
    ParallelKeys ("parallel-step") => Draft {
        /// The steps.
        must "parallel": ParallelSteps => steps,
    }
}
step_kind!(ParallelKeys);

keys! {
    /// The steps of a named group, with its parameters filled in.
    GroupKeys ("group-step") => Draft {
        /// The group, from `groups:` of this file or of an included one.
        must "group": Name => what,
        /// Values of its parameters.
        "with": Args => with,
    }
}
step_kind!(GroupKeys);

struct ParallelSteps;

impl Form for ParallelSteps {
    type Out = Vec<Step>;
    fn expected() -> Cow<'static, str> {
        "a list of steps".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<Step>> {
        let Value::Sequence(items) = &node.value else {
            return cx.wrong(node, &Self::expected());
        };
        if cx.in_parallel {
            return cx.fail(
                Problem::new("scenario::parallel", "`parallel` within `parallel`")
                    .at(node.span)
                    .help("all steps of a `parallel` run at once: put them into one list"),
            );
        }
        cx.in_parallel = true;
        // What one branch captures is there for the steps after, not for the other branches.
        let before = cx.names.captures.len();
        let mut captured = Vec::new();
        let mut steps = Vec::new();
        for item in items {
            steps.push(StepForm::read(item, cx));
            captured.extend(cx.names.captures.drain(before..));
        }
        cx.in_parallel = false;
        for name in captured {
            cx.captured(&name);
        }
        if steps.len() < 2 {
            return cx.fail(
                Problem::new("scenario::parallel", "`parallel` needs at least two steps")
                    .at(node.span),
            );
        }
        steps.into_iter().collect()
    }
    fn schema(g: &mut Gen) -> Json {
        let mut schema = ListOf::<StepForm>::schema(g);
        schema["minItems"] = 2.into();
        schema
    }
}

pub(super) fn parallel(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<ParallelKeys>::read(node, cx)?;
    let steps = std::mem::take(&mut d.steps);
    let title = format!("parallel ({} steps)", steps.len());
    step(
        d,
        Action::Parallel(steps),
        title,
        Judged::Nothing,
        node.span,
        cx,
    )
}

pub(super) fn group(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<GroupKeys>::read(node, cx)?;
    let name = d.what.take()?;
    let Some(group) = cx.groups.get(&name.value).cloned() else {
        let known: Vec<_> = cx.groups.keys().cloned().collect();
        cx.unknown("group", &name.value, name.span, &known);
        return None;
    };
    cx.used_groups.push(name.value.clone());
    if cx.open_groups.contains(&name.value) {
        let mut chain = cx.open_groups.clone();
        chain.push(name.value.clone());
        return cx.fail(
            Problem::new(
                "scenario::group-cycle",
                format!("group `{}` uses itself", name.value),
            )
            .at(name.span)
            .help(format!("{} in this order", list(&chain))),
        );
    }
    if cx.open_groups.len() >= MAX_GROUP_DEPTH {
        return cx.fail(
            Problem::new(
                "scenario::too-deep",
                format!("groups are nested deeper than {MAX_GROUP_DEPTH}"),
            )
            .at(name.span),
        );
    }
    let what = format!("group `{}`", name.value);
    let env = param::bind(&what, &group.parameters, &d.with, node.span, cx)?;
    let steps = expand(&name.value, &group, &env, cx)?;
    let title = format!("group {}", name.value);
    step(
        d,
        Action::Group { name, steps },
        title,
        Judged::Nothing,
        node.span,
        cx,
    )
}

fn expand(name: &str, group: &Group, env: &param::Env, cx: &mut Cx) -> Option<Vec<Step>> {
    let steps = match param::substitute(&group.steps, env, &mut cx.fill_budget) {
        Ok(steps) => steps,
        Err(problem) => return cx.fail(*problem),
    };
    let names = group
        .parameters
        .iter()
        .map(|p| p.name.value.clone())
        .collect();
    let outer = std::mem::replace(&mut cx.names.params, names);
    cx.open_groups.push(name.to_owned());
    let outer_key = std::mem::replace(&mut cx.key, "steps");
    let read = ListOf::<StepForm>::read(&steps, cx);
    cx.key = outer_key;
    cx.open_groups.pop();
    cx.names.params = outer;
    read
}
