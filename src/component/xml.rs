//! A small XML tree with places. No document type, no entities beyond the five of XML itself.

use crate::yaml::Span;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// Largest `resource.xml` that is read, bytes.
pub(super) const MAX_BYTES: u64 = 4 * 1024 * 1024;
const MAX_DEPTH: usize = 32;
const MAX_ELEMENTS: usize = 50_000;

/// An element, its text, and where its start tag stands.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    /// All text directly within it, references resolved, line ends as `\n`.
    pub text: String,
    pub span: Span,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

/// Why a text is not the tree, and where.
#[derive(Debug)]
pub(super) struct XmlError {
    pub code: &'static str,
    pub message: String,
    pub help: Option<&'static str>,
    pub span: Span,
}

/// What stands before the root, and the root.
#[derive(Debug)]
pub(super) struct Document {
    pub root: Element,
    pub declared: bool,
}

/// The span of a byte range: line and column counted in characters from 1.
pub(super) fn place(text: &str, start: usize, len: usize) -> Span {
    let start = (0..=start.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Span {
        start,
        len: len.min(text.len() - start),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
    }
}

pub(super) fn parse(text: &str) -> Result<Document, XmlError> {
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<(Element, usize)> = Vec::new();
    let mut root = None;
    let mut declared = false;
    let mut elements = 0usize;
    let position = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    loop {
        let from = position(reader.buffer_position());
        let event = reader.read_event();
        let to = position(reader.buffer_position());
        let refuse = |code, message: String, help| {
            Err(XmlError {
                code,
                message,
                help,
                span: place(text, from, to.saturating_sub(from)),
            })
        };
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                let at = position(reader.error_position()).max(from);
                return Err(XmlError {
                    code: "malformed-xml",
                    message: format!("this is not well-formed XML: {error}"),
                    help: Some(
                        "the import refuses it too: mend the tag, or write `&amp;` for `&` and `&lt;` for `<` in text",
                    ),
                    span: place(text, at, to.saturating_sub(at)),
                });
            }
        };
        match event {
            Event::Start(tag) | Event::Empty(tag) if root.is_some() && stack.is_empty() => {
                return refuse(
                    "malformed-xml",
                    format!("a second root element `{}`", tag.name().as_ref()),
                    None,
                );
            }
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                elements += 1;
                if elements > MAX_ELEMENTS || stack.len() >= MAX_DEPTH {
                    return refuse(
                        "too-large",
                        format!(
                            "more than {MAX_ELEMENTS} elements, or nested deeper than {MAX_DEPTH}"
                        ),
                        None,
                    );
                }
                let span = place_fast(text, from, to, &stack);
                let element = start(tag, span)?;
                if matches!(event, Event::Empty(_)) {
                    close(element, &mut stack, &mut root);
                } else {
                    stack.push((element, from));
                }
            }
            Event::End(_) => {
                if let Some((element, _)) = stack.pop() {
                    close(element, &mut stack, &mut root);
                }
            }
            Event::Text(t) => match stack.last_mut() {
                Some((element, _)) => element.text.push_str(&t.xml10_content()),
                None if t.trim().is_empty() => {}
                None => {
                    return refuse(
                        "malformed-xml",
                        "text stands outside the root element".to_owned(),
                        None,
                    );
                }
            },
            Event::CData(t) => match stack.last_mut() {
                Some((element, _)) => element.text.push_str(&t.xml10_content()),
                None => {
                    return refuse(
                        "malformed-xml",
                        "text stands outside the root element".to_owned(),
                        None,
                    );
                }
            },
            Event::GeneralRef(r) => {
                let resolved = match r.resolve_char_ref() {
                    Ok(Some(c)) => Some(c.to_string()),
                    Ok(None) => resolve_predefined_entity(&r).map(str::to_owned),
                    Err(_) => None,
                };
                match (resolved, stack.last_mut()) {
                    (Some(text), Some((element, _))) => element.text.push_str(&text),
                    (None, _) => {
                        let name: String = r.chars().take(40).collect();
                        return refuse(
                            "xml-entity",
                            format!("the reference `&{name};` is not resolved"),
                            Some(
                                "write the character itself; `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` and numbers are known",
                            ),
                        );
                    }
                    (Some(_), None) => {
                        return refuse(
                            "malformed-xml",
                            "text stands outside the root element".to_owned(),
                            None,
                        );
                    }
                }
            }
            Event::DocType(_) => {
                return refuse(
                    "xml-doctype",
                    "a document type is declared; no export has one, and it is not read".to_owned(),
                    Some("remove the `<!DOCTYPE ...>`"),
                );
            }
            Event::Decl(decl) => {
                declared = true;
                if from != 0 {
                    return refuse(
                        "malformed-xml",
                        "the XML declaration must be the very first thing in the file".to_owned(),
                        Some("remove what stands before `<?xml`"),
                    );
                }
                if let Some(Ok(encoding)) = decl.encoding()
                    && !["utf-8", "utf8", "us-ascii"]
                        .iter()
                        .any(|e| encoding.eq_ignore_ascii_case(e))
                {
                    let name: String = encoding.chars().take(40).collect();
                    return refuse(
                        "xml-encoding",
                        format!("the encoding `{name}` is declared; exports are UTF-8"),
                        Some(
                            "save the file as UTF-8 without a byte-order mark and declare encoding=\"UTF-8\"",
                        ),
                    );
                }
            }
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if let Some((element, from)) = stack.pop() {
        return Err(XmlError {
            code: "malformed-xml",
            message: format!("the element `{}` is never closed", element.name),
            help: Some("the file may be cut short"),
            span: place(text, from, element.name.len() + 1),
        });
    }
    match root {
        Some(root) => Ok(Document { root, declared }),
        None => Err(XmlError {
            code: "malformed-xml",
            message: "there is no element in it".to_owned(),
            help: None,
            span: place(text, 0, 0),
        }),
    }
}

/// Counting lines from the parent's place keeps many-element files linear enough.
fn place_fast(text: &str, from: usize, to: usize, stack: &[(Element, usize)]) -> Span {
    let known = stack
        .last()
        .map(|(parent, _)| parent.children.last().map_or(parent.span, |c| c.span));
    let Some(known) = known else {
        return place(text, from, to.saturating_sub(from));
    };
    let between = text.get(known.start..from).unwrap_or_default();
    match between.rfind('\n') {
        None => Span {
            start: from,
            len: to.saturating_sub(from),
            line: known.line,
            column: known.column + between.chars().count(),
        },
        Some(at) => Span {
            start: from,
            len: to.saturating_sub(from),
            line: known.line + between.matches('\n').count(),
            column: between.get(at + 1..).unwrap_or_default().chars().count() + 1,
        },
    }
}

fn start(tag: &BytesStart<'_>, span: Span) -> Result<Element, XmlError> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let read = attribute.map_err(quick_xml::Error::from).and_then(|a| {
            let value = a
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)?
                .into_owned();
            Ok((a.key.as_ref().to_owned(), value))
        });
        attributes.push(read.map_err(|e| XmlError {
            code: "malformed-xml",
            message: format!(
                "an attribute of `{}` cannot be read: {e}",
                tag.name().as_ref()
            ),
            help: None,
            span,
        })?);
    }
    Ok(Element {
        name: tag.name().as_ref().to_owned(),
        attributes,
        span,
        ..Element::default()
    })
}

fn close(element: Element, stack: &mut [(Element, usize)], root: &mut Option<Element>) {
    match stack.last_mut() {
        Some((parent, _)) => parent.children.push(element),
        None => *root = Some(element),
    }
}
