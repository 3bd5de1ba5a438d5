//! `retry:` and `until:` of a step.

use crate::scenario::error::Problem;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::scalar::Whole;
use crate::scenario::form::time;
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::span::Span;
use crate::scenario::step::Retry;
use crate::scenario::tree::{Node, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// Time between two tries unless given.
const EVERY: Duration = Duration::from_millis(200);

type Times = Whole<u32, 1, 1000>;

/// A mapping as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    times: Option<u32>,
    within: Option<Duration>,
    every: Option<Duration>,
}

keys! {
    /// How often to do a step again until its expectations hold.
    RetryKeys ("retry") => Draft {
        /// Most tries, the first included.
        must "times": Times => times,
        /// Real time between tries; 200ms unless given.
        "every": time::Span => every,
        /// Real time after which no further try begins.
        "within": time::Span => within,
    }
}
plain!(RetryKeys => Draft);

keys! {
    /// How long to do a step again until its expectations hold.
    UntilKeys ("until") => Draft {
        /// Real time after which no further try begins.
        must "within": time::Span => within,
        /// Real time between tries; 200ms unless given.
        "every": time::Span => every,
    }
}
plain!(UntilKeys => Draft, |d: Draft, span: Span, cx: &mut Cx| {
    if d.within == Some(Duration::ZERO) {
        return cx.fail(Problem::new("scenario::retry", "`within: 0s` leaves no time for a second try").at(span));
    }
    Some(d)
});

impl From<Draft> for Retry {
    fn from(d: Draft) -> Retry {
        Retry {
            times: d.times,
            within: d.within,
            every: d.every.unwrap_or(EVERY),
        }
    }
}

/// `retry:` - a number, or a mapping.
pub(crate) struct RetryForm;

impl Form for RetryForm {
    type Out = Retry;
    fn expected() -> Cow<'static, str> {
        "a number of tries, or a mapping such as `{ times: 3, every: 200ms }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Retry> {
        match node.value {
            Value::Mapping(_) => Map::<RetryKeys>::read(node, cx).map(Retry::from),
            _ => Times::read(node, cx).map(|times| Retry {
                times: Some(times),
                within: None,
                every: EVERY,
            }),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let times = Times::schema(g);
        let keys = g.object::<RetryKeys>();
        g.part("retry-form", |_| json!({ "anyOf": [times, keys] }))
    }
}

/// `until:` - a duration, or a mapping.
pub(crate) struct UntilForm;

impl Form for UntilForm {
    type Out = Retry;
    fn expected() -> Cow<'static, str> {
        "a duration, or a mapping such as `{ within: 5s, every: 100ms }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Retry> {
        match node.value {
            Value::Mapping(_) => Map::<UntilKeys>::read(node, cx).map(Retry::from),
            _ => time::Span::read(node, cx).map(|within| Retry {
                times: None,
                within: Some(within),
                every: EVERY,
            }),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let within = time::Span::schema(g);
        let keys = g.object::<UntilKeys>();
        g.part("until-form", |_| json!({ "anyOf": [within, keys] }))
    }
}
