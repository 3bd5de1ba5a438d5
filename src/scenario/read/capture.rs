//! `capture:` of a step.

use crate::scenario::error::Problem;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::MapOf;
use crate::scenario::form::pattern::Pattern;
use crate::scenario::form::scalar::{Name, Text};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::span::Spanned;
use crate::scenario::step::Capture;
use crate::scenario::tree::{Node, Value};
use crate::yaml::nearest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// A source with a pattern as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    from: Spanned<String>,
    matches: Option<String>,
}

keys! {
    /// A part of a source.
    CaptureKeys ("capture") => Draft {
        /// Where the value comes from.
        must "from": Source => from,
        /// Regular expression; its first group is captured, or the whole match without one.
        "matches": Pattern => matches,
    }
}
plain!(CaptureKeys => Draft);

const SOURCES: &str = "`stdout`, `stderr`, `exit`, `status`, `diagnostic`, `alert.id`, `udf.5`, `sample.NAME`, `file:/path`, after `api:` `status`, `json:$.path`, `header:NAME`";

/// Where a captured value comes from.
struct Source;

impl Form for Source {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "what to capture, such as `stdout` or `udf.5`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        const WORDS: [&str; 6] = [
            "stdout",
            "stderr",
            "exit",
            "status",
            "diagnostic",
            "alert.id",
        ];
        let text = Text::read(node, cx)?;
        let udf = |n: &str| n.parse::<u16>().is_ok_and(|n| (1..=300).contains(&n));
        let good = WORDS.contains(&text.as_str())
            || text.strip_prefix("udf.").is_some_and(udf)
            || text.strip_prefix("sample.").is_some_and(|k| !k.is_empty())
            || text
                .strip_prefix("file:")
                .is_some_and(|p| p.starts_with('/'))
            || text
                .strip_prefix("json:")
                .is_some_and(|p| serde_json_path::JsonPath::parse(p).is_ok())
            || text.strip_prefix("header:").is_some_and(|n| !n.is_empty());
        if !good {
            let near = nearest(&text, WORDS)
                .map(|n| format!("did you mean `{n}`? "))
                .unwrap_or_default();
            return cx.fail(
                Problem::new(
                    "scenario::capture",
                    format!("{} cannot be captured", node.shown()),
                )
                .at(node.span)
                .help(format!("{near}sources: {SOURCES}")),
            );
        }
        Some(Spanned {
            value: text,
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({
            "type": "string",
            "pattern": "^(stdout|stderr|exit|status|diagnostic|alert\\.id|udf\\.[0-9]+|sample\\..+|file:/.*|json:\\$.*|header:.+|.*\\$\\{.*)$",
            "examples": ["stdout", "udf.5", "file:/etc/motd"]
        })
    }
}

struct CaptureValue;

impl Form for CaptureValue {
    type Out = Draft;
    fn expected() -> Cow<'static, str> {
        Source::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Draft> {
        match node.value {
            Value::Mapping(_) => Map::<CaptureKeys>::read(node, cx),
            _ => Source::read(node, cx).map(|from| Draft {
                from,
                matches: None,
            }),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let source = Source::schema(g);
        let keys = g.object::<CaptureKeys>();
        json!({ "anyOf": [source, keys] })
    }
}

/// `capture:` - names with their sources.
pub(crate) struct Captures;

impl Form for Captures {
    type Out = Vec<Capture>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a name to what to capture, such as `console: udf.5`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<Capture>> {
        let entries = MapOf::<Name, CaptureValue>::read(node, cx)?;
        Some(
            entries
                .into_iter()
                .map(|(name, d)| Capture {
                    name,
                    from: d.from,
                    matches: d.matches,
                })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("captures", MapOf::<Name, CaptureValue>::schema)
    }
}
