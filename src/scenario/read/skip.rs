//! `skip:` of a scenario or step.

use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::scalar::Fixed;
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::span::Spanned;
use crate::scenario::step::SkipWhen;
use crate::scenario::tree::{Node, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

impl Words for SkipWhen {
    const WHAT: &'static str = "when to skip";
    const ALL: &'static [(&'static str, SkipWhen, &'static str)] = &[
        ("always", SkipWhen::Always, "On every engine."),
        (
            "reduced",
            SkipWhen::Reduced,
            "Only where the engine is reduced.",
        ),
        (
            "full",
            SkipWhen::Full,
            "Only where the engine is not reduced.",
        ),
    ];
}

/// A skip as it is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Skip {
    pub reason: Spanned<String>,
    pub when: SkipWhen,
}

/// A mapping as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    reason: String,
    when: SkipWhen,
}

keys! {
    /// Why something is not run, and where.
    SkipKeys ("skip") => Draft {
        /// Why; shown with the result.
        must "reason": Fixed => reason,
        /// On which engines; `always` unless given.
        "when": Word<SkipWhen> => when,
    }
}
plain!(SkipKeys => Draft);

/// A reason, or a mapping.
pub(crate) struct SkipForm;

impl Form for SkipForm {
    type Out = Skip;
    fn expected() -> Cow<'static, str> {
        "the reason, or a mapping such as `{ reason: needs root, when: reduced }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Skip> {
        let draft = match node.value {
            Value::Mapping(_) => Map::<SkipKeys>::read(node, cx)?,
            Value::Scalar(_) => Draft {
                reason: Fixed::read(node, cx)?,
                when: SkipWhen::Always,
            },
            Value::Sequence(_) => return cx.wrong(node, &Self::expected()),
        };
        Some(Skip {
            reason: Spanned {
                value: draft.reason,
                span: node.span,
            },
            when: draft.when,
        })
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<SkipKeys>();
        g.part(
            "skip-form",
            |_| json!({ "anyOf": [{ "type": "string", "minLength": 1 }, keys] }),
        )
    }
}
