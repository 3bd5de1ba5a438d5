//! The tree of a scenario: YAML nodes that know which of the scenario's files they stand in.

use super::span::{FileId, Span};
use crate::yaml;
pub(crate) use crate::yaml::{Resolved, Scalar, Style};

pub(crate) type Node = yaml::Node<Span>;
pub(crate) type Value = yaml::Value<Span>;

impl Node {
    /// Takes a parsed YAML tree over as a part of file `file`.
    pub(crate) fn adopt(node: yaml::Node, file: FileId) -> Node {
        node.map_spans(&|span: yaml::Span| Span {
            file,
            offset: span.start,
            len: span.len,
            line: span.line,
            column: span.column,
        })
    }

    /// A copy that stands in file `file`.
    pub(crate) fn in_file(&self, file: FileId) -> Node {
        self.clone().map_spans(&|span| Span { file, ..span })
    }

    pub(crate) fn empty_mapping(span: Span) -> Node {
        Node {
            value: Value::Mapping(Vec::new()),
            span,
        }
    }

    /// What it is, with a short scalar's text, for messages.
    pub(crate) fn shown(&self) -> String {
        match &self.value {
            Value::Scalar(s) if s.resolve() != Resolved::Null => {
                let mut text: String = s.text.chars().take(40).collect();
                if text.len() < s.text.len() {
                    text.push_str("...");
                }
                format!("`{}`", text.escape_debug())
            }
            _ => self.kind().to_owned(),
        }
    }
}
