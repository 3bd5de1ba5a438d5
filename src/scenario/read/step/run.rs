//! `job:` and `monitor:` steps.

use super::build::{devices, on_words, step};
use super::{Draft, step_kind};
use crate::rmm::job::Priority;
use crate::rmm::knobs::Stdin;
use crate::scenario::error::Problem;
use crate::scenario::form::generator::or_placeholder;
use crate::scenario::form::keys::keys;
use crate::scenario::form::reference::{Component, Devices, Ref};
use crate::scenario::form::scalar::Whole;
use crate::scenario::form::time;
use crate::scenario::form::word::Word;
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::read::expect::Judged;
use crate::scenario::read::variable::JobVariables;
use crate::scenario::span::Spanned;
use crate::scenario::step::{Action, Overlap, Step};
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// Platform time between two runs of a monitor unless given.
const EVERY: Duration = Duration::from_secs(60);

keys! {
    /// A quick job: a component runs once on each of the devices, one after another.
    JobKeys ("job-step") => Draft {
        /// The component.
        must "job": Ref<Component> => what,
        /// The device, or several; may be left out where the world has only one.
        "on": Devices => on,
        /// Values of the component's variables: `NAME: value` or `NAME: { value, masked }`.
        "variables": JobVariables => variables,
        /// Real time after which the whole tree of the script is killed; the component's own unless given.
        "timeout": time::Span => timeout,
        /// What the script finds on its stdin; the knob's unless given.
        "stdin": Word<Stdin> => stdin,
    }
}
step_kind!(JobKeys);

keys! {
    /// A component monitor: the component runs on each of the devices.
    MonitorKeys ("monitor-step") => Draft {
        /// The component.
        must "monitor": Ref<Component> => what,
        /// The device, or several; may be left out where the world has only one.
        "on": Devices => on,
        /// Values of the component's variables: `NAME: value` or `NAME: { value, masked }`.
        "variables": JobVariables => variables,
        /// Platform time between two runs; 1m unless given.
        "every": time::Span => every,
        /// How many times it runs; once unless given.
        "runs": Whole<u32, 1, 100_000> => runs,
        /// `true`: all runs at once, each starting although those before still run. `explored`: at once, but one at a time from one system call on a file to the next, in an order that the seed decides; see `explore` of the file.
        "overlapping": OverlapForm => overlapping,
        /// Real time between the starts of overlapping runs: drawn from the seed, half of this at least; 0s unless given.
        "stagger": time::Span => stagger,
        /// Priority of its alerts; `moderate` unless given.
        "priority": Word<Priority> => priority,
        /// Real time after which the whole tree of the script is killed; the component's own unless given.
        "timeout": time::Span => timeout,
    }
}
step_kind!(MonitorKeys);

pub(super) fn job(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<JobKeys>::read(node, cx)?;
    let on = devices(&mut d.on, node, cx)?;
    let component = d.what.take()?;
    let title = format!("job {} on {}", component.value, on_words(&on));
    let action = Action::Job {
        component,
        on,
        variables: std::mem::take(&mut d.variables),
        timeout: d.timeout,
        stdin: d.stdin,
    };
    step(d, action, title, Judged::Job, node.span, cx)
}

pub(super) fn monitor(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<MonitorKeys>::read(node, cx)?;
    let on = devices(&mut d.on, node, cx)?;
    let component = d.what.take()?;
    if let Some(place) = node
        .get("stagger")
        .filter(|_| d.overlapping != Overlap::Staggered)
    {
        return cx.fail(
            Problem::new(
                "scenario::monitor",
                "`stagger` has no effect without `overlapping: true`",
            )
            .at(place.span),
        );
    }
    if cx.in_parallel && d.runs.is_some_and(|n| n > 1) && !cx.names.monitors.is_empty() {
        return cx.fail(
            Problem::new(
                "scenario::policy",
                "a monitor of several `runs` cannot stand in `parallel` where the world has policies",
            )
            .at(node.span)
            .help("time goes on between its runs, and each branch would run the policies' monitors"),
        );
    }
    if d.overlapping == Overlap::Explored {
        explored(&d, &on, node, cx)?;
    }
    let title = format!("monitor {} on {}", component.value, on_words(&on));
    let action = Action::Monitor {
        component,
        on,
        variables: std::mem::take(&mut d.variables),
        every: d.every.unwrap_or(EVERY),
        runs: d.runs.unwrap_or(1),
        overlapping: d.overlapping,
        stagger: d.stagger.unwrap_or_default(),
        priority: d.priority.unwrap_or_default(),
        timeout: d.timeout,
    };
    step(d, action, title, Judged::Monitor, node.span, cx)
}

/// What cannot be explored is told before anything runs.
fn explored(d: &Draft, on: &[Spanned<String>], node: &Node, cx: &mut Cx) -> Option<()> {
    if let Some(device) = on.iter().find(|d| cx.names.windows.contains(&d.value)) {
        return cx.fail(
            Problem::new(
                "scenario::monitor",
                format!(
                    "runs on the Windows device `{}` cannot be explored",
                    device.value
                ),
            )
            .at(device.span)
            .help(
                "their calls on files cannot be held there; `overlapping: true` runs them at once",
            ),
        );
    }
    if cx.in_parallel || d.runs.unwrap_or(1) < 2 {
        return cx.fail(
            Problem::new(
                "scenario::monitor",
                "what is explored are two or more `runs`, outside of `parallel`",
            )
            .at(node.span)
            .help("add `runs: 2`"),
        );
    }
    cx.explored = true;
    Some(())
}

/// `true`, `false` or `explored`.
struct OverlapForm;

impl Form for OverlapForm {
    type Out = Overlap;
    fn expected() -> Cow<'static, str> {
        "`true`, `false` or `explored`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Overlap> {
        match node.text() {
            Some("explored") => Some(Overlap::Explored),
            Some("true") => Some(Overlap::Staggered),
            Some("false") => Some(Overlap::None),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(g, json!({ "enum": [true, false, "explored"] }))
    }
}
