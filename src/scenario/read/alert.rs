//! Expectations on alerts and monitor runs.

use super::matcher::{Count, Matcher, says_nothing};
use crate::rmm::job::Priority;
use crate::scenario::expect::{AlertExpect, AlertsExpect, RunsExpect};
use crate::scenario::form::generator::or_placeholder;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::MapOf;
use crate::scenario::form::scalar::{AnyName, At};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::matcher::TextMatcher;
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::Node;
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
    }
}
plain!(AlertsKeys => AlertsExpect, |mut a: AlertsExpect, span, cx: &mut Cx| {
    if a.opened.is_none() && a.resolved.is_none() && a.open.is_none() {
        return says_nothing(cx, span);
    }
    a.span = span;
    Some(a)
});

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
            && d.state.is_none();
        if nothing {
            return says_nothing(cx, span);
        }
        Some(AlertExpect {
            span,
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

keys! {
    /// How the runs of a monitor step ended.
    RunsKeys ("runs") => RunsExpect {
        /// Runs that alerted.
        "alerting": Count => alerting,
        /// Runs that did not.
        "healthy": Count => healthy,
    }
}
plain!(RunsKeys => RunsExpect, |mut r: RunsExpect, span, cx: &mut Cx| {
    if r.alerting.is_none() && r.healthy.is_none() {
        return says_nothing(cx, span);
    }
    r.span = span;
    Some(r)
});
