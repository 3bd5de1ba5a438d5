//! The tree of a scenario: YAML nodes that know which of the scenario's files they stand in.

use super::span::{FileId, Span};
pub(crate) use crate::yaml::{Resolved, Scalar, Style};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub value: Value,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Scalar(Scalar),
    Sequence(Vec<Node>),
    /// In file order; keys are unique scalars.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// Takes a parsed YAML tree over as a part of file `file`.
    pub(crate) fn adopt(node: crate::yaml::Node, file: FileId) -> Node {
        let span = Span {
            file,
            offset: node.span.start,
            len: node.span.len,
            line: node.span.line,
            column: node.span.column,
        };
        let value = match node.value {
            crate::yaml::Value::Scalar(s) => Value::Scalar(s),
            crate::yaml::Value::Sequence(items) => {
                Value::Sequence(items.into_iter().map(|n| Node::adopt(n, file)).collect())
            }
            crate::yaml::Value::Mapping(entries) => Value::Mapping(
                entries
                    .into_iter()
                    .map(|(k, v)| (Node::adopt(k, file), Node::adopt(v, file)))
                    .collect(),
            ),
        };
        Node { value, span }
    }

    /// A copy that stands in file `file`.
    pub(crate) fn in_file(&self, file: FileId) -> Node {
        let value = match &self.value {
            Value::Scalar(s) => Value::Scalar(s.clone()),
            Value::Sequence(items) => {
                Value::Sequence(items.iter().map(|n| n.in_file(file)).collect())
            }
            Value::Mapping(entries) => Value::Mapping(
                entries
                    .iter()
                    .map(|(k, v)| (k.in_file(file), v.in_file(file)))
                    .collect(),
            ),
        };
        Node {
            value,
            span: Span { file, ..self.span },
        }
    }

    pub(crate) fn empty_mapping(span: Span) -> Node {
        Node {
            value: Value::Mapping(Vec::new()),
            span,
        }
    }

    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(s) => Some(s),
            _ => None,
        }
    }

    /// The text of a scalar of any style.
    pub(crate) fn text(&self) -> Option<&str> {
        self.scalar().map(|s| s.text.as_str())
    }

    /// Nothing written, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        self.scalar().is_some_and(|s| s.resolve() == Resolved::Null)
    }

    pub(crate) fn sequence(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn mapping(&self) -> Option<&[(Node, Node)]> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under a key of a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.mapping()?
            .iter()
            .find(|(k, _)| k.text() == Some(key))
            .map(|(_, v)| v)
    }

    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Scalar(s) => match s.resolve() {
                Resolved::Null => "nothing",
                Resolved::Bool(_) => "true or false",
                Resolved::Int(_) => "a whole number",
                Resolved::Float(_) => "a number",
                Resolved::Text => "text",
            },
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
