//! XML as a small tree whose elements know their places.

use super::{At, LARGEST};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// Deepest nesting that is read.
const DEEPEST: usize = 16;
/// Most elements that are read.
const MOST: usize = 20_000;

/// Why a file is no report at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {message}")]
pub struct XmlError {
    pub at: At,
    pub message: String,
}

/// An element.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Element {
    /// Without a prefix.
    pub name: String,
    pub at: At,
    pub attributes: Vec<(String, String)>,
    /// Its own text, without that of the elements in it.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// An attribute by one of several names, in any case of letters.
    pub fn attribute(&self, names: &[&str]) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| names.iter().any(|k| n.eq_ignore_ascii_case(k)))
            .map(|(_, v)| v.as_str())
    }
}

/// Reads a file: UTF-8 or, with its byte order mark, UTF-16.
///
/// # Errors
/// Too large, neither encoding, not well-formed, with a document type of its own.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, XmlError> {
    let first = At { line: 1, column: 1 };
    let error = |at: At, message: String| XmlError { at, message };
    if bytes.len() > LARGEST {
        return Err(error(first, format!("larger than {LARGEST} bytes")));
    }
    let text = decode(bytes).map_err(|message| error(first, message))?;
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut count = 0;
    loop {
        let from = position(&reader);
        let here = || place(&text, from);
        let event = reader.read_event();
        let event = event.map_err(|e| {
            let at = usize::try_from(reader.error_position()).unwrap_or(from);
            error(place(&text, at), e.to_string())
        })?;
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() >= DEEPEST || count > MOST {
                    return Err(error(
                        here(),
                        "too many or too deeply nested elements".into(),
                    ));
                }
                if open.is_empty() && root.is_some() {
                    return Err(error(here(), "a second root element".into()));
                }
                open.push(element(&start, here())?);
            }
            Event::Empty(start) => {
                count += 1;
                if count > MOST {
                    return Err(error(here(), "too many elements".into()));
                }
                if open.is_empty() && root.is_some() {
                    return Err(error(here(), "a second root element".into()));
                }
                let done = element(&start, here())?;
                close(done, &mut open, &mut root);
            }
            Event::End(_) => {
                if let Some(mut done) = open.pop() {
                    done.text = done.text.trim().to_owned();
                    close(done, &mut open, &mut root);
                }
            }
            Event::Text(t) => {
                if open.is_empty() && !t.trim().is_empty() {
                    return Err(error(here(), "text outside of the root element".into()));
                }
                push(&mut open, &t);
            }
            Event::CData(t) => push(&mut open, &t),
            Event::GeneralRef(r) => {
                let number = r
                    .resolve_char_ref()
                    .map_err(|e| error(here(), e.to_string()))?;
                match (number, resolve_predefined_entity(&r)) {
                    (Some(c), _) => push(&mut open, c.encode_utf8(&mut [0; 4])),
                    (None, Some(known)) => push(&mut open, known),
                    (None, None) => {
                        return Err(error(here(), format!("unknown entity &{};", &*r)));
                    }
                }
            }
            Event::DocType(_) => {
                return Err(error(
                    here(),
                    "a document type, which reports do not have".into(),
                ));
            }
            Event::Eof => break,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
        }
    }
    let end = place(&text, text.len());
    match (root, open.pop()) {
        (_, Some(open)) => Err(error(
            end,
            format!("the file ends within <{}> of {}", open.name, open.at),
        )),
        (None, None) => Err(error(end, "no element in it".into())),
        (Some(root), None) => Ok(root),
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn push(open: &mut [Element], text: &str) {
    if let Some(top) = open.last_mut() {
        top.text.push_str(text);
    }
}

fn close(done: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(above) => above.children.push(done),
        None => *root = Some(done),
    }
}

fn element(start: &BytesStart<'_>, at: At) -> Result<Element, XmlError> {
    let told = |message: String| XmlError { at, message };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| told(e.to_string()))?;
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|e| told(e.to_string()))?;
        attributes.push((
            attribute.key.local_name().as_ref().to_owned(),
            value.trim().to_owned(),
        ));
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        at,
        attributes,
        ..Element::default()
    })
}

fn decode(bytes: &[u8]) -> Result<String, String> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|p| unit([p[0], p[1]])).collect();
        if rest.len() % 2 == 1 {
            return Err("UTF-16 with half a character at its end".to_owned());
        }
        String::from_utf16(&units).map_err(|_| "not UTF-16, as its byte order mark says".to_owned())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => match std::str::from_utf8(rest) {
            Ok(text) => Ok(text.to_owned()),
            Err(e) => Err(format!(
                "not UTF-8: byte {} of the file",
                e.valid_up_to() + 1
            )),
        },
    }
}

/// Line and column of an offset.
fn place(text: &str, offset: usize) -> At {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    At { line, column }
}
