//! `service:`, `advance:`, `audit:` and `check:` steps.

use super::build::{on_words, step};
use super::{Draft, step_kind};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::reference::{Devices, Ref, Service};
use crate::scenario::form::scalar::Flag;
use crate::scenario::form::time;
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::psa::PSA;
use crate::scenario::read::expect::Judged;
use crate::scenario::read::fault::FaultOrNone;
use crate::scenario::read::psa::strikes;
use crate::scenario::span::Spanned;
use crate::scenario::step::{Action, Step};
use crate::scenario::tree::Node;
use serde_json::Value as Json;
use std::borrow::Cow;

keys! {
    /// A service begins to fail, or recovers.
    ServiceStepKeys ("service-step") => Draft {
        /// The service.
        must "service": Ref<Service> => what,
        /// Only for this device, or these; for every device unless given.
        "on": Devices => on,
        /// The fault from here on; `none` for none.
        must "fault": FaultOrNone => fault,
        /// `true`: the fault strikes after the service did what it was asked; only the PSA, `psa`, can do so.
        "taken": Flag => taken,
    }
}
step_kind!(ServiceStepKeys);

keys! {
    /// Platform time goes on.
    AdvanceKeys ("advance-step") => Draft {
        /// By how much.
        must "advance": time::Span => advance,
    }
}
step_kind!(AdvanceKeys);

keys! {
    /// Nothing is done; only expectations are looked at.
    CheckKeys ("check-step") => Draft {
        /// The device, or several; `platform` for what is no device's.
        must "check": Checked => on,
    }
}
step_kind!(CheckKeys);

keys! {
    /// The Agent audits its device now, as it does by itself every 24 hours of platform time.
    AuditKeys ("audit-step") => Draft {
        /// The device, or several; one that is offline tells the platform nothing.
        must "audit": Devices => on,
    }
}
step_kind!(AuditKeys);

/// Devices, or the word `platform` for none.
struct Checked;

impl Form for Checked {
    type Out = Vec<Spanned<String>>;
    fn expected() -> Cow<'static, str> {
        "the name of a device, a list of such, or `platform`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        if node.text() == Some("platform") {
            return Some(Vec::new());
        }
        Devices::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        Devices::schema(g)
    }
}

pub(super) fn service(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<ServiceStepKeys>::read(node, cx)?;
    let service = d.what.take()?;
    let fault = d.fault.take()?;
    let psa = cx.names.psa && service.value == PSA;
    if psa {
        strikes(fault.as_ref(), d.taken, node.span, cx)?;
    }
    let refused = match (psa, d.taken, d.on.first()) {
        (true, _, Some(on)) => Some((
            "no device reaches the PSA: only the platform does",
            "leave `on` out",
            on.span,
        )),
        (false, true, _) => Some((
            "only the PSA can fail after it did what it was asked",
            "leave `taken` out, or answer so by a route: what a service does is its routes",
            node.span,
        )),
        _ => None,
    };
    if let Some((what, help, span)) = refused {
        return cx.fail(Problem::new("scenario::fault", what).at(span).help(help));
    }
    let when = if d.taken { " after it was done" } else { "" };
    let what = fault.as_ref().map_or("no fault".to_owned(), |f| f.word());
    let title = format!("service {}: {what}{when}", service.value);
    let action = Action::Service {
        service,
        on: std::mem::take(&mut d.on),
        fault,
        taken: d.taken,
    };
    step(d, action, title, Judged::Nothing, node.span, cx)
}

pub(super) fn advance(node: &Node, cx: &mut Cx) -> Option<Step> {
    let d = Map::<AdvanceKeys>::read(node, cx)?;
    let by = d.advance?;
    if cx.in_parallel && !cx.names.monitors.is_empty() {
        return cx.fail(
            Problem::new(
                "scenario::policy",
                "`advance` cannot stand in `parallel` where the world has policies",
            )
            .at(node.span)
            .help("the branches would each run its monitors; advance before or after them"),
        );
    }
    let shown = node.get("advance").and_then(Node::text).unwrap_or_default();
    let title = format!("advance {shown}");
    step(d, Action::Advance(by), title, Judged::Time, node.span, cx)
}

pub(super) fn audit(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<AuditKeys>::read(node, cx)?;
    let on = std::mem::take(&mut d.on);
    let title = format!("audit {}", on_words(&on));
    let action = Action::Audit { on };
    step(d, action, title, Judged::Nothing, node.span, cx)
}

pub(super) fn check(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<CheckKeys>::read(node, cx)?;
    let on = std::mem::take(&mut d.on);
    if node.get("expect").is_none() && d.captures.is_empty() {
        return cx.fail(
            Problem::new(
                "scenario::says-nothing",
                "a `check` without `expect` checks nothing",
            )
            .at(node.span)
            .help("add `expect:`"),
        );
    }
    let title = match on.is_empty() {
        true => "check platform".to_owned(),
        false => format!("check {}", on_words(&on)),
    };
    step(
        d,
        Action::Check { on },
        title,
        Judged::Nothing,
        node.span,
        cx,
    )
}
