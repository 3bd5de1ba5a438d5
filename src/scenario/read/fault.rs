//! Faults of the network or a service.

use crate::rmm::service::Fault;
use crate::scenario::error::Problem;
use crate::scenario::form::cx::list;
use crate::scenario::form::generator::or_placeholder;
use crate::scenario::form::keys::keys;
use crate::scenario::form::scalar::Whole;
use crate::scenario::form::time;
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::span::Span;
use crate::scenario::tree::{Node, Value};
use crate::yaml::nearest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// A fault with a number, as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    status: Option<u16>,
    delay: Option<Duration>,
    truncate: Option<u8>,
}

keys! {
    /// A fault with a number; exactly one key.
    FaultKeys ("fault") => Draft {
        /// Answers this status with an empty body.
        "status": Whole<u16, 100, 599> => status,
        /// Waits so long before the answer.
        "delay": time::Span => delay,
        /// Sends only this share of the body, in per cent, then closes.
        "truncate": Whole<u8, 0, 99> => truncate,
    }
}

impl Keys for FaultKeys {
    type Draft = Draft;
    type Out = Fault;
    const NAME: &'static str = FaultKeys::TITLE;
    const DOC: &'static str = FaultKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[FaultKeys::KEYS];

    fn finish(draft: Draft, span: Span, cx: &mut Cx) -> Option<Fault> {
        match (draft.status, draft.delay, draft.truncate) {
            (Some(s), None, None) => Some(Fault::Status(s)),
            (None, Some(d), None) => Some(Fault::Delay(
                u64::try_from(d.as_millis()).unwrap_or(u64::MAX),
            )),
            (None, None, Some(p)) => Some(Fault::Truncate(p)),
            _ => cx.fail(
                Problem::new(
                    "scenario::fault",
                    "a fault is exactly one of `status`, `delay` and `truncate`",
                )
                .at(span),
            ),
        }
    }
}

const WORDS: &[(&str, Fault, &str)] = &[
    (
        "cut",
        Fault::Cut,
        "Closes the connection without an answer.",
    ),
    ("corrupt", Fault::Corrupt, "Flips bytes of the body."),
    ("hang", Fault::Hang, "Accepts and never answers."),
    (
        "untrusted-certificate",
        Fault::UntrustedCertificate,
        "The certificate is signed by a CA the device does not know.",
    ),
    (
        "expired-certificate",
        Fault::ExpiredCertificate,
        "The certificate has expired.",
    ),
    (
        "unknown-name",
        Fault::UnknownName,
        "The name does not resolve.",
    ),
    ("refused", Fault::Refused, "The connection is refused."),
];

/// A fault: a word, or a mapping with a number.
pub(crate) struct FaultForm;

impl Form for FaultForm {
    type Out = Fault;
    fn expected() -> Cow<'static, str> {
        "a fault such as `cut` or `{ status: 503 }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Fault> {
        if matches!(node.value, Value::Mapping(_)) {
            return Map::<FaultKeys>::read(node, cx);
        }
        let Some(text) = node.text().filter(|_| !node.is_null()) else {
            return cx.wrong(node, &Self::expected());
        };
        if let Some(word) = WORDS.iter().find(|w| w.0 == text) {
            return Some(word.1.clone());
        }
        let words: Vec<_> = WORDS.iter().map(|w| w.0).collect();
        let near = nearest(text, words.iter().copied())
            .map(|n| format!("did you mean `{n}`? "))
            .unwrap_or_default();
        cx.fail(
            Problem::new(
                "scenario::unknown-word",
                format!("{} is not a fault", node.shown()),
            )
            .at(node.span)
            .help(format!(
                "{near}faults: {}, `{{ status: 503 }}`, `{{ delay: 2s }}`, `{{ truncate: 50 }}`",
                list(&words)
            )),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<FaultKeys>();
        g.part("fault-form", |g| {
            let mut any: Vec<Json> = WORDS
                .iter()
                .map(|(word, _, doc)| json!({ "const": word, "description": doc }))
                .collect();
            any.push(keys);
            or_placeholder(
                g,
                json!({ "description": "A fault of the network or the service.", "anyOf": any }),
            )
        })
    }
}

/// A fault, or `none`.
pub(crate) struct FaultOrNone;

impl Form for FaultOrNone {
    type Out = Option<Fault>;
    fn expected() -> Cow<'static, str> {
        "a fault such as `cut` or `{ status: 503 }`, or `none`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        if node.text() == Some("none") {
            return Some(None);
        }
        FaultForm::read(node, cx).map(Some)
    }
    fn schema(g: &mut Gen) -> Json {
        let fault = FaultForm::schema(g);
        json!({ "anyOf": [{ "const": "none", "description": "No fault from here on." }, fault] })
    }
}
