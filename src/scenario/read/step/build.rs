//! What all kinds of steps have in common once they are read.

use super::Draft;
use crate::scenario::error::Problem;
use crate::scenario::expect::Expect;
use crate::scenario::form::Cx;
use crate::scenario::form::cx::list;
use crate::scenario::read::expect::{Judged, fits};
use crate::scenario::read::workplace;
use crate::scenario::span::{Span, Spanned};
use crate::scenario::step::{Action, Overlap, PortalAct, SkipWhen, Step};
use crate::scenario::tree::Node;

/// The devices of a step: those of `on`, else the only one of the world.
pub(super) fn devices(
    on: &mut Vec<Spanned<String>>,
    node: &Node,
    cx: &mut Cx,
) -> Option<Vec<Spanned<String>>> {
    if !on.is_empty() {
        return Some(std::mem::take(on));
    }
    match cx.names.devices.as_slice() {
        [only] => Some(vec![Spanned {
            value: only.clone(),
            span: node.span,
        }]),
        [] => cx.fail(
            Problem::new("scenario::missing-key", "there is no device for this step")
                .at(node.span)
                .help("give the world one: `devices: { web-01: { os: linux } }`"),
        ),
        several => {
            let help = format!("which of {}?", list(several));
            cx.fail(
                Problem::new("scenario::missing-key", "`on:` is missing")
                    .at(node.span)
                    .label("this step")
                    .help(help),
            )
        }
    }
}

/// Names of devices for a title.
pub(super) fn on_words(on: &[Spanned<String>]) -> String {
    let names: Vec<_> = on.iter().map(|d| d.value.as_str()).collect();
    names.join(", ")
}

/// What is expected of a device itself, with where it is said.
fn of_one_device(expect: &Expect) -> Vec<(&'static str, Option<Span>)> {
    let processes = expect.processes.as_ref();
    let running = processes.and_then(|p| p.running.first().or(p.not_running.first()));
    let windows = &expect.on_windows;
    vec![
        ("antivirus", expect.antivirus.as_ref().map(|a| a.span)),
        ("workplace", expect.workplace.as_ref().map(|w| w.span)),
        ("footprint", expect.footprint.as_ref().map(|f| f.span)),
        ("files", expect.files.first().map(|f| f.0.span)),
        ("online", expect.online.as_ref().map(|o| o.span)),
        ("udf", expect.udf.first().map(|u| u.0.span)),
        ("description", expect.description.as_ref().map(|d| d.span)),
        ("processes", running.map(|r| r.span)),
        ("registry", windows.registry.first().map(|r| r.0.span)),
        (
            "windows-services",
            windows.services.first().map(|r| r.0.span),
        ),
        ("tasks", windows.tasks.first().map(|r| r.0.span)),
        ("users", windows.users.first().map(|r| r.0.span)),
        ("eventlog", windows.events.as_ref().map(|e| e.span)),
    ]
}

/// Tells of an expectation on a device in a step that is about none.
fn of_a_device(expect: &Expect, action: &Action, title: &str, cx: &mut Cx) {
    let on = match action {
        Action::Check { on }
        | Action::Job { on, .. }
        | Action::Monitor { on, .. }
        | Action::Device { on, .. }
        | Action::Service { on, .. }
        | Action::Audit { on }
        | Action::Portal(
            PortalAct::SetUdf { on, .. }
            | PortalAct::ResolveAlert { on, .. }
            | PortalAct::SetDescription { on, .. },
        ) => Some(on.as_slice()),
        _ => None,
    };
    // A `check:` may be about no device; the other kinds take the world's only one.
    let has_one = match action {
        Action::Check { on } => !on.is_empty(),
        _ => on.is_some(),
    };
    for (key, span) in of_one_device(expect) {
        if let Some(span) = span.filter(|_| !has_one) {
            cx.say(
                Problem::new(
                    "scenario::misplaced-expectation",
                    format!("`{key}` cannot be judged after `{title}`"),
                )
                .at(span)
                .label("never judged")
                .help("the step is about no device; put it into a `check: DEVICE` behind it"),
            );
        }
    }
    if let Some(workplace) = &expect.workplace {
        for device in on.unwrap_or_default() {
            workplace::fits(workplace, device, cx);
        }
    }
}

/// Tells of monitors of policies that would run within a step that judges none of them.
fn beside_policies(action: &Action, span: Span, cx: &mut Cx) {
    let Action::Monitor {
        runs: 2..,
        overlapping: Overlap::None,
        ..
    } = action
    else {
        return;
    };
    if !cx.names.monitors.is_empty() {
        cx.say(
            Problem::new(
                "scenario::monitor",
                "monitors of the policies would run between these runs, and nothing would judge them",
            )
            .at(span)
            .help("let it run once in each of several steps, with `advance:` between them; or make it a monitor of a policy"),
        );
    }
}

/// Puts a step together.
pub(super) fn step(
    draft: Draft,
    action: Action,
    title: String,
    judged: Judged,
    span: Span,
    cx: &mut Cx,
) -> Option<Step> {
    if draft.retry.is_some() && draft.until.is_some() {
        return cx.fail(
            Problem::new("scenario::retry", "both `retry` and `until` are given")
                .at(span)
                .help("`retry: { times: 3, within: 5s }` has both bounds"),
        );
    }
    fits(&draft.expect, judged, &title, cx);
    of_a_device(&draft.expect, &action, &title, cx);
    beside_policies(&action, span, cx);
    let (skip, skip_when) = match draft.skip {
        Some(s) => (Some(s.reason), s.when),
        None => (None, SkipWhen::Always),
    };
    Some(Step {
        span,
        title: draft.name.unwrap_or(title),
        skip,
        skip_when,
        retry: draft.retry.or(draft.until),
        action,
        expect: draft.expect,
        captures: draft.captures,
    })
}
