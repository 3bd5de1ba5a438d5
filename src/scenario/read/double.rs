//! Command doubles.

use crate::rmm::double::{DoubleReply, DoubleSpec};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::{Many, MapOf};
use crate::scenario::form::pattern::Pattern;
use crate::scenario::form::scalar::{Fixed, Literal, Text, Whole};
use crate::scenario::form::time;
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::{Node, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// A reply of a double as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    when: Option<String>,
    exit: Option<i32>,
    stdout: Option<String>,
    stderr: Option<String>,
    run: Option<String>,
    delay: Option<Duration>,
}

keys! {
    /// What a double answers.
    DoubleKeys ("double-reply") => Draft {
        /// Regular expression over the arguments joined by a space; every call unless given.
        "when": Pattern => when,
        /// Exit code; 0 unless given. Above 255 on Windows alone.
        "exit": Whole<i32, { i32::MIN as i64 }, { i32::MAX as i64 }> => exit,
        /// What it prints on stdout.
        "stdout": Text => stdout,
        /// What it prints on stderr.
        "stderr": Text => stderr,
        /// A shell script run on the device instead, with the call's arguments; taken as it is.
        "run": Literal => run,
        /// Time before it answers.
        "delay": time::Span => delay,
    }
}

impl Keys for DoubleKeys {
    type Draft = Draft;
    type Out = DoubleReply;
    const NAME: &'static str = DoubleKeys::TITLE;
    const DOC: &'static str = DoubleKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[DoubleKeys::KEYS];

    fn finish(d: Draft, span: Span, cx: &mut Cx) -> Option<DoubleReply> {
        if d.run.is_some() && (d.exit.is_some() || d.stdout.is_some() || d.stderr.is_some()) {
            return cx.fail(
                Problem::new(
                    "scenario::double",
                    "`run` gives the exit code and the output itself",
                )
                .at(span)
                .help("leave `exit`, `stdout` and `stderr` out, or leave `run` out"),
            );
        }
        Some(DoubleReply {
            when: d.when,
            exit: d.exit.unwrap_or(0),
            stdout: d.stdout.unwrap_or_default(),
            stderr: d.stderr.unwrap_or_default(),
            run: d.run,
            delay_ms: d
                .delay
                .map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX)),
        })
    }
}

/// Replies of one command: nothing (exits 0), a text (printed), a mapping, or a list of mappings.
struct Replies;

impl Form for Replies {
    type Out = Vec<DoubleReply>;
    fn expected() -> Cow<'static, str> {
        "a text to print, or a mapping such as `{ exit: 1, stderr: no }`, or a list of such".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        match &node.value {
            Value::Scalar(_) if node.is_null() => Some(vec![DoubleReply::default()]),
            Value::Scalar(_) => {
                let text = Text::read(node, cx)?;
                Some(vec![DoubleReply {
                    stdout: format!("{}\n", text.trim_end_matches('\n')),
                    ..DoubleReply::default()
                }])
            }
            _ => Many::<Map<DoubleKeys>>::read(node, cx),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let replies = Many::<Map<DoubleKeys>>::schema(g);
        g.part("double", |_| {
            json!({
                "description": "What a double answers: a text (printed as a line), nothing (exits 0), a mapping, or a list whose first matching `when` answers.",
                "anyOf": [
                    { "type": ["string", "number", "boolean", "null"] },
                    replies
                ]
            })
        })
    }
}

/// A command's name, or an absolute path.
struct Command;

impl Form for Command {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "the name of a command, or an absolute path on the device".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = Fixed::read(node, cx)?;
        let parts_good = !text.split('/').any(|p| p == "." || p == "..");
        if text.contains('\0')
            || !parts_good
            || (text.contains('/') && !text.starts_with('/'))
            || text.ends_with('/')
        {
            return cx.wrong(node, &Self::expected());
        }
        Some(Spanned {
            value: text,
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "pattern": "^(/.*[^/]|[^/]+|\\$\\{.*)$" })
    }
}

/// `doubles:` - commands with what they answer.
pub(crate) struct Doubles;

impl Form for Doubles {
    type Out = Vec<Spanned<DoubleSpec>>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a command to what it answers".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let entries = MapOf::<Command, Replies>::read(node, cx)?;
        Some(
            entries
                .into_iter()
                .map(|(command, replies)| Spanned {
                    span: command.span,
                    value: DoubleSpec {
                        command: command.value,
                        replies,
                    },
                })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("doubles", MapOf::<Command, Replies>::schema)
    }
}
