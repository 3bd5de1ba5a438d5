//! Expectations on alerts and monitor runs.

use super::matcher::{Count, Matcher, says_nothing};
use super::psa::ActionForm;
use crate::rmm::alert_context::Context;
use crate::rmm::job::Priority;
use crate::scenario::error::Problem;
use crate::scenario::expect::{AlertExpect, AlertsExpect, Of, RunsExpect};
use crate::scenario::form::cx::list;
use crate::scenario::form::generator::or_placeholder;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, ListOf, MapOf};
use crate::scenario::form::reference::{Device, PolicyMonitor, Ref};
use crate::scenario::form::scalar::{AnyName, At};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::matcher::TextMatcher;
use crate::scenario::psa::ActionsExpect;
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::Node;
use crate::yaml::nearest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

keys! {
    /// How many alerts there are on the step's devices.
    AlertsKeys ("alerts") => AlertsExpect {
        /// Opened within this step.
        "opened": Count => opened,
        /// Resolved within this step.
        "resolved": Count => resolved,
        /// Open now.
        "open": Count => open,
        /// Only alerts of this monitor of a policy: `policy/monitor`, or its own key where that is the only one.
        "monitor": PolicyMonitor => of.monitor,
        /// Only alerts of this device.
        "on": Ref<Device> => of.device,
    }
}
plain!(AlertsKeys => AlertsExpect, |mut a: AlertsExpect, span, cx: &mut Cx| {
    if a.opened.is_none() && a.resolved.is_none() && a.open.is_none() {
        return says_nothing(cx, span);
    }
    reached(&a.of, cx)?;
    a.span = span;
    Some(a)
});

/// Refuses a device that the monitor never runs on: what is expected there would hold whatever comes.
fn reached(of: &Of, cx: &mut Cx) -> Option<()> {
    let (Some(monitor), Some(device)) = (&of.monitor, &of.device) else {
        return Some(());
    };
    let bound = cx.names.bound.iter().find(|(m, _)| *m == monitor.value);
    let Some((_, devices)) = bound.filter(|(_, d)| !d.contains(&device.value)) else {
        return Some(());
    };
    let help = format!("the targets of its policy: {}", list(devices));
    let message = format!(
        "monitor {} never runs on device {}",
        monitor.value, device.value
    );
    cx.fail(
        Problem::new("scenario::policy", message)
            .at(device.span)
            .help(help),
    )
}

/// `none`, or a mapping.
pub(crate) struct Alerts;

impl Form for Alerts {
    type Out = AlertsExpect;
    fn expected() -> Cow<'static, str> {
        "`none`, or a mapping such as `{ opened: 1 }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<AlertsExpect> {
        match node.text() {
            Some("none") => Some(AlertsExpect {
                span: node.span,
                none: true,
                ..AlertsExpect::default()
            }),
            Some(_) => cx.wrong(node, &Self::expected()),
            None => Map::<AlertsKeys>::read(node, cx),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<AlertsKeys>();
        or_placeholder(
            g,
            json!({ "anyOf": [
            { "const": "none", "description": "None was opened in this step and none is open." },
            keys
        ] }),
        )
    }
}

/// Whether an alert is open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open(bool);

impl Words for Open {
    const WHAT: &'static str = "the state of an alert";
    const ALL: &'static [(&'static str, Open, &'static str)] =
        &[("open", Open(true), ""), ("resolved", Open(false), "")];
}

/// An alert as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    of: Of,
    context: Option<TextMatcher>,
    ticket: Option<TextMatcher>,
    actions: Option<ActionsExpect>,
    fields: Vec<(Spanned<String>, TextMatcher)>,
    samples: Vec<(Spanned<String>, TextMatcher)>,
    text: Option<TextMatcher>,
    diagnostic: Option<TextMatcher>,
    priority: Option<Spanned<Priority>>,
    state: Option<Spanned<Open>>,
}

keys! {
    /// The newest alert of the step's monitor and device.
    AlertKeys ("alert") => Draft {
        /// Its samples by name.
        "samples": MapOf<AnyName, Matcher> => samples,
        /// Its text.
        "text": Matcher => text,
        /// Its diagnostic.
        "diagnostic": Matcher => diagnostic,
        /// Its priority.
        "priority": At<Word<Priority>> => priority,
        /// Whether it is open.
        "state": At<Word<Open>> => state,
        /// Class of what it is about, as in the API: `comp_script_ctx`, `eventlog_ctx` ...
        "context": Matcher => context,
        /// Fields of what it is about, by the API's names: `{ code: '26108', triggerCount: '1' }`.
        "fields": Filled<MapOf<AnyName, Matcher>> => fields,
        /// Number of its ticket in the PSA; `empty` where it has none.
        "ticket": Matcher => ticket,
        /// All that was done because of it, in order: `[TICKET_PENDING, TICKET_CREATED]`, or mappings with `action`, `text`, `after`.
        "actions": At<ListOf<ActionForm>> => actions,
        /// The newest alert of this monitor of a policy: `policy/monitor`, or its own key where that is the only one.
        "monitor": PolicyMonitor => of.monitor,
        /// The newest alert of this device.
        "on": Ref<Device> => of.device,
    }
}

impl Keys for AlertKeys {
    type Draft = Draft;
    type Out = AlertExpect;
    const NAME: &'static str = AlertKeys::TITLE;
    const DOC: &'static str = AlertKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[AlertKeys::KEYS];

    fn finish(d: Draft, span: Span, cx: &mut Cx) -> Option<AlertExpect> {
        let nothing = d.samples.is_empty()
            && d.text.is_none()
            && d.diagnostic.is_none()
            && d.priority.is_none()
            && d.context.is_none()
            && d.fields.is_empty()
            && d.ticket.is_none()
            && d.actions.is_none()
            && d.state.is_none();
        if nothing {
            return says_nothing(cx, span);
        }
        reached(&d.of, cx)?;
        if let Some(context) = &d.context {
            known_class(context, cx)?;
        }
        Some(AlertExpect {
            span,
            of: d.of,
            context: d.context,
            fields: d.fields,
            ticket: d.ticket,
            actions: d.actions,
            samples: d.samples,
            text: d.text,
            diagnostic: d.diagnostic,
            priority: d.priority,
            open: d.state.map(|s| Spanned {
                value: s.value.0,
                span: s.span,
            }),
        })
    }
}

/// A whole class that is none of the platform's can never be met.
fn known_class(context: &TextMatcher, cx: &mut Cx) -> Option<()> {
    let wanted = context.equals.as_deref().filter(|t| !t.contains("${"));
    let Some(class) = wanted.filter(|t| !Context::CLASSES.contains(t)) else {
        return Some(());
    };
    let near = nearest(class, Context::CLASSES.iter().copied())
        .map(|n| format!("did you mean `{n}`? "))
        .unwrap_or_default();
    cx.fail(
        Problem::new(
            "scenario::unknown-word",
            format!("`{class}` is not a class of alert contexts"),
        )
        .at(context.span)
        .label("unknown word")
        .help(format!("{near}known: {}", list(Context::CLASSES))),
    )
}

keys! {
    /// How the runs of a monitor step ended.
    RunsKeys ("runs") => RunsExpect {
        /// Runs that alerted.
        "alerting": Count => alerting,
        /// Runs that did not.
        "healthy": Count => healthy,
        /// Runs that did not end by themselves or could not start; none are allowed unless given.
        "crashed": Count => crashed,
        /// Runs of a policy that were due while their device was offline.
        "skipped": Count => skipped,
        /// Only runs of this monitor of a policy: `policy/monitor`, or its own key where that is the only one.
        "monitor": PolicyMonitor => of.monitor,
        /// Only runs on this device.
        "on": Ref<Device> => of.device,
    }
}
plain!(RunsKeys => RunsExpect, |mut r: RunsExpect, span, cx: &mut Cx| {
    let counts = [&r.alerting, &r.healthy, &r.crashed, &r.skipped];
    if counts.iter().all(|c| c.is_none()) {
        return says_nothing(cx, span);
    }
    reached(&r.of, cx)?;
    r.span = span;
    Some(r)
});
