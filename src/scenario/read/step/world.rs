//! `service:`, `advance:`, `check:` and `api:` steps.

use super::build::{on_words, step};
use super::{Draft, step_kind};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::reference::{Devices, Ref, Service};
use crate::scenario::form::scalar::Text;
use crate::scenario::form::time;
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::read::expect::Judged;
use crate::scenario::read::fault::FaultOrNone;
use crate::scenario::step::{Action, SkipWhen, Step};
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};

keys! {
    /// A service begins to fail, or recovers.
    ServiceStepKeys ("service-step") => Draft {
        /// The service.
        must "service": Ref<Service> => what,
        /// Only for this device, or these; for every device unless given.
        "on": Devices => on,
        /// The fault from here on; `none` for none.
        must "fault": FaultOrNone => fault,
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
        /// The device, or several.
        must "check": Devices => on,
    }
}
step_kind!(CheckKeys);

pub(super) fn service(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<ServiceStepKeys>::read(node, cx)?;
    let service = d.what.take()?;
    let fault = d.fault.take()?;
    let what = fault.as_ref().map_or("no fault".to_owned(), |f| f.word());
    let title = format!("service {}: {what}", service.value);
    let action = Action::Service {
        service,
        on: std::mem::take(&mut d.on),
        fault,
    };
    step(d, action, title, Judged::Nothing, node.span, cx)
}

pub(super) fn advance(node: &Node, cx: &mut Cx) -> Option<Step> {
    let d = Map::<AdvanceKeys>::read(node, cx)?;
    let by = d.advance?;
    let shown = node.get("advance").and_then(Node::text).unwrap_or_default();
    let title = format!("advance {shown}");
    step(
        d,
        Action::Advance(by),
        title,
        Judged::Nothing,
        node.span,
        cx,
    )
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
    let title = format!("check {}", on_words(&on));
    step(
        d,
        Action::Check { on },
        title,
        Judged::Nothing,
        node.span,
        cx,
    )
}

/// Reads no further than the request: what the API answers is judged by a later version.
pub(super) fn api(node: &Node, cx: &mut Cx) -> Option<Step> {
    let request = node.get("api")?;
    cx.key = "api";
    let text = match request.mapping() {
        Some(_) => "request".to_owned(),
        None => Text::read(request, cx)?,
    };
    let what = format!("api {text}");
    Some(Step {
        span: node.span,
        title: node
            .get("name")
            .and_then(Node::text)
            .map_or_else(|| what.clone(), str::to_owned),
        skip: None,
        skip_when: SkipWhen::Always,
        retry: None,
        action: Action::Unsupported {
            what,
            reason: "`api:` steps need the REST API, which is not part of this version".to_owned(),
        },
        expect: crate::scenario::expect::Expect::default(),
        captures: Vec::new(),
    })
}

pub(super) fn api_schema(g: &mut Gen) -> Json {
    g.part("api-step", |_| {
        json!({
            "description": "A request to the REST API: not part of this version, skipped with the reason.",
            "type": "object",
            "required": ["api"],
            "properties": { "api": { "description": "Method and path, such as `GET /v2/account`." } }
        })
    })
}
