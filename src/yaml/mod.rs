//! YAML with places: a small tree in which every node knows where in the file it stands.
//!
//! Strict on purpose: one document, no duplicate keys, keys are scalars, no merge keys, no foreign
//! tags; budgets on size, depth and alias expansion. Plain scalars follow YAML 1.2's core schema,
//! so `yes`, `no`, `on` and `off` are text ([`Scalar::trap`] tells who may be surprised by it).

mod parse;
mod place;
mod rules;
mod scalar;
mod suggest;
#[cfg(test)]
mod tests;
mod write;

pub use parse::{MAX_BYTES, MAX_DEPTH, MAX_EXPANDED_BYTES, MAX_NODES, YamlError, parse};
pub use place::Span;
pub use scalar::{Resolved, Scalar, Style};
pub use suggest::nearest;
pub use write::{block, inline};

/// A value and where it stands. Who reads more than one file puts another kind of place in.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<S = Span> {
    pub value: Value<S>,
    /// From the first byte of the value to the last; a value that came through an alias has the
    /// alias's place, what lies below it has the places of the anchor's text.
    pub span: S,
}

/// The three kinds of YAML values.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<S = Span> {
    Scalar(Scalar),
    Sequence(Vec<Node<S>>),
    /// In file order. Keys are scalars and unique.
    Mapping(Vec<(Node<S>, Node<S>)>),
}

impl<S> Node<S> {
    /// The same tree with other places.
    pub fn map_spans<T>(self, to: &impl Fn(S) -> T) -> Node<T> {
        let value = match self.value {
            Value::Scalar(s) => Value::Scalar(s),
            Value::Sequence(items) => {
                Value::Sequence(items.into_iter().map(|n| n.map_spans(to)).collect())
            }
            Value::Mapping(entries) => Value::Mapping(
                entries
                    .into_iter()
                    .map(|(k, v)| (k.map_spans(to), v.map_spans(to)))
                    .collect(),
            ),
        };
        Node {
            value,
            span: to(self.span),
        }
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(s) => Some(s),
            _ => None,
        }
    }

    /// The text of a scalar of any style, unresolved (`5` gives `5`, `~` gives `~`).
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|s| s.text.as_str())
    }

    /// The scalar's meaning by the core schema; `None` for lists and mappings.
    pub fn resolved(&self) -> Option<Resolved> {
        self.scalar().map(Scalar::resolve)
    }

    /// Nothing written, `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.resolved() == Some(Resolved::Null)
    }

    /// The items of a list.
    pub fn sequence(&self) -> Option<&[Node<S>]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping, in file order.
    pub fn mapping(&self) -> Option<&[(Node<S>, Node<S>)]> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node<S>> {
        self.mapping()?
            .iter()
            .find(|(k, _)| k.text() == Some(key))
            .map(|(_, v)| v)
    }

    /// What it is, for messages: `a list`, `a mapping`, `text`, `a whole number`, `a number`,
    /// `true or false`, `nothing`.
    pub fn kind(&self) -> &'static str {
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
}
