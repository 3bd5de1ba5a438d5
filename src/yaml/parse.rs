//! From text to the tree: budgets, aliases, duplicate keys, and messages that say how to mend it.

use super::place::{Offsets, Span};
use super::rules::{check_key, collection_tag, scalar_style, shown, weigh};
use super::scalar::{Scalar, Style};
use super::{Node, Value};
use saphyr_parser::{Event, Parser, ScanError, StrInput};
use std::collections::{HashMap, HashSet};

/// Largest text that is parsed.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Deepest nesting of lists and mappings.
pub const MAX_DEPTH: usize = 64;
/// Most nodes in a tree, those that aliases repeat included.
pub const MAX_NODES: usize = 200_000;
/// Most bytes of scalars in a tree, those that aliases repeat included.
pub const MAX_EXPANDED_BYTES: usize = 16 * 1024 * 1024;

/// Why a text is not a tree, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {message}", span.line, span.column)]
pub struct YamlError {
    pub message: String,
    pub span: Span,
    /// How to mend it, where that is known.
    pub help: Option<String>,
    /// The first of two equal keys.
    pub first: Option<Span>,
}

impl YamlError {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Self {
        YamlError {
            message: message.into(),
            span,
            help: None,
            first: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Parses one document. An empty text is a null scalar.
///
/// # Errors
/// Broken YAML, more than one document, duplicate or non-scalar keys, merge keys, unknown tags,
/// and texts past the budgets; always with the place.
pub fn parse(text: &str) -> Result<Node, YamlError> {
    let start = Span {
        line: 1,
        column: 1,
        ..Span::default()
    };
    if text.len() > MAX_BYTES {
        return Err(YamlError::new(
            format!(
                "the file has {} bytes; at most {MAX_BYTES} are read",
                text.len()
            ),
            start,
        ));
    }
    let stripped = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offsets = Offsets::new(stripped, text.len() - stripped.len());
    if let Some(at) = stripped.find('\0') {
        return Err(YamlError::new(
            "a NUL character is not YAML",
            place_of(stripped, at, offsets.base()),
        ));
    }
    Builder {
        offsets,
        frames: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        nodes: 0,
        bytes: 0,
    }
    .run(Parser::new_from_str(stripped))
}

fn place_of(text: &str, at: usize, base: usize) -> Span {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    Span {
        start: at + base,
        len: 1,
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
    }
}

/// A list or mapping being read.
struct Frame {
    anchor: usize,
    span: Span,
    from: usize,
    kind: Open,
}

enum Open {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<(Node, Node)>,
        key: Option<Node>,
        seen: Seen,
    },
}

/// Keys of a mapping: looked through one by one while few, hashed when many.
#[derive(Default)]
struct Seen(HashSet<String>);

impl Seen {
    const FEW: usize = 16;

    fn first<'e>(&mut self, entries: &'e [(Node, Node)], key: &str) -> Option<&'e Node> {
        if entries.len() >= Self::FEW {
            if self.0.is_empty() {
                self.0.extend(
                    entries
                        .iter()
                        .filter_map(|(k, _)| k.text().map(str::to_owned)),
                );
            }
            if self.0.insert(key.to_owned()) {
                return None;
            }
        }
        entries
            .iter()
            .map(|(k, _)| k)
            .find(|k| k.text() == Some(key))
    }
}

/// What an anchor holds: the node, and what repeating it costs.
struct Anchored {
    node: Node,
    nodes: usize,
    bytes: usize,
    depth: usize,
}

struct Builder<'t> {
    offsets: Offsets<'t>,
    frames: Vec<Frame>,
    root: Option<Node>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    bytes: usize,
}

impl<'t> Builder<'t> {
    fn run(mut self, mut parser: Parser<'t, StrInput<'t>>) -> Result<Node, YamlError> {
        let mut documents = 0usize;
        while let Some(next) = parser.next_event() {
            let (event, at) = next.map_err(|e| self.scan_error(&e))?;
            let span = self.offsets.span(
                at.start.index(),
                at.end.index(),
                at.start.line(),
                at.start.col() + 1,
            );
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(YamlError::new(
                            "a second document starts here; one file holds one document",
                            span,
                        )
                        .help(
                            "put the second document into a file of its own and remove the `---`",
                        ));
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    let style = scalar_style(style, tag.as_deref(), span)?;
                    let node = Node {
                        value: Value::Scalar(Scalar {
                            text: text.into_owned(),
                            style,
                        }),
                        span,
                    };
                    self.push(node, anchor)?;
                }
                Event::SequenceStart(anchor, tag) => {
                    collection_tag(tag.as_deref(), "seq", span)?;
                    self.open(Frame {
                        anchor,
                        span,
                        from: at.start.index(),
                        kind: Open::Sequence(Vec::new()),
                    })?;
                }
                Event::MappingStart(anchor, tag) => {
                    collection_tag(tag.as_deref(), "map", span)?;
                    let kind = Open::Mapping {
                        entries: Vec::new(),
                        key: None,
                        seen: Seen::default(),
                    };
                    self.open(Frame {
                        anchor,
                        span,
                        from: at.start.index(),
                        kind,
                    })?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(at.end.index())?,
                Event::Alias(id) => self.alias(id, span)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        let nothing = Scalar {
            text: String::new(),
            style: Style::Plain,
        };
        let empty = Node {
            value: Value::Scalar(nothing),
            span: Span {
                line: 1,
                column: 1,
                ..Span::default()
            },
        };
        Ok(self.root.unwrap_or(empty))
    }

    fn open(&mut self, frame: Frame) -> Result<(), YamlError> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(YamlError::new(
                format!("nested deeper than {MAX_DEPTH} levels"),
                frame.span,
            ));
        }
        self.frames.push(frame);
        Ok(())
    }

    fn close(&mut self, to: usize) -> Result<(), YamlError> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let mut span = self
            .offsets
            .span(frame.from, to, frame.span.line, frame.span.column);
        let value = match frame.kind {
            Open::Sequence(items) => Value::Sequence(items),
            Open::Mapping { entries, .. } => Value::Mapping(entries),
        };
        let last = match &value {
            Value::Sequence(items) => items.last(),
            Value::Mapping(entries) => entries.last().map(|(_, v)| v),
            Value::Scalar(_) => None,
        };
        // A block's end event comes only at the next token, past remarks and blank lines.
        if let Some(last) = last.filter(|_| !self.offsets.is_flow(&span)) {
            let end = last.span.start + last.span.len;
            span.len = end.saturating_sub(span.start).min(span.len);
        }
        self.push(Node { value, span }, frame.anchor)
    }

    fn push(&mut self, node: Node, anchor: usize) -> Result<(), YamlError> {
        let own = node.text().map_or(0, str::len);
        self.charge(1, own, node.span)?;
        if anchor != 0 {
            // What anchors keep is charged too, else nested anchors would multiply the text unseen.
            let (nodes, bytes, depth) = weigh(&node);
            self.charge(nodes, bytes, node.span)?;
            self.anchors.insert(
                anchor,
                Anchored {
                    node: node.clone(),
                    nodes,
                    bytes,
                    depth,
                },
            );
        }
        self.place(node)
    }

    fn charge(&mut self, nodes: usize, bytes: usize, span: Span) -> Result<(), YamlError> {
        self.nodes = self.nodes.saturating_add(nodes);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.nodes > MAX_NODES || self.bytes > MAX_EXPANDED_BYTES {
            return Err(YamlError::new(
                format!(
                    "too large: more than {MAX_NODES} values or {MAX_EXPANDED_BYTES} bytes, repeated aliases included"
                ),
                span,
            ));
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), YamlError> {
        let Some(held) = self.anchors.get(&id) else {
            return Err(YamlError::new(
                "this alias names a value that contains the alias itself",
                span,
            ));
        };
        let (nodes, bytes, depth) = (held.nodes, held.bytes, held.depth);
        if self.frames.len() + depth > MAX_DEPTH {
            return Err(YamlError::new(
                format!("nested deeper than {MAX_DEPTH} levels through this alias"),
                span,
            ));
        }
        self.charge(nodes, bytes, span)?;
        match self.anchors.get(&id) {
            Some(held) => {
                let node = Node {
                    span,
                    ..held.node.clone()
                };
                self.place(node)
            }
            None => Ok(()),
        }
    }

    /// Puts a whole node where it belongs.
    fn place(&mut self, node: Node) -> Result<(), YamlError> {
        match self.frames.last_mut().map(|f| &mut f.kind) {
            None => self.root = Some(node),
            Some(Open::Sequence(items)) => items.push(node),
            Some(Open::Mapping { entries, key, seen }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    check_key(&node)?;
                    if let Some(first) = node.text().and_then(|text| seen.first(entries, text)) {
                        return Err(YamlError {
                            first: Some(first.span),
                            ..YamlError::new(
                                format!("the key `{}` stands twice in one mapping", shown(&node)),
                                node.span,
                            )
                            .help(format!(
                                "the first one is on line {}; keep one of them",
                                first.span.line
                            ))
                        });
                    }
                    *key = Some(node);
                }
            },
        }
        Ok(())
    }

    fn scan_error(&self, error: &ScanError) -> YamlError {
        let mark = error.marker();
        let inner = self.offsets.inner(mark.index());
        let span = Span {
            start: inner + self.offsets.base(),
            len: 0,
            line: mark.line().max(1),
            column: mark.col() + 1,
        };
        let line = self.offsets.line_at(inner);
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        if indent.contains('\t') {
            return YamlError::new(
                "a tab stands in the indentation; YAML takes spaces only",
                span,
            )
            .help("replace each tab at the start of the line by two spaces");
        }
        let message = format!("this is not valid YAML: {}", error.info());
        if error.info().contains("unknown anchor") {
            return YamlError::new(
                "this alias names an anchor that stands nowhere before it",
                span,
            )
            .help("a text that starts with `*` must be put in quotes");
        }
        if line.contains(": ") && error.info().contains("mapping values") {
            return YamlError::new(message, span)
                .help("a text that holds `: ` must be put in quotes");
        }
        YamlError::new(message, span)
    }
}
