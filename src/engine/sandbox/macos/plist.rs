//! Property lists in their XML form.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::fmt::Write;

/// Deepest nesting that is read.
const DEEPEST: usize = 64;

/// A value of a property list.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    /// Kept as it stands: integers and reals.
    Integer(String),
    Real(String),
    Bool(bool),
    Date(String),
    /// Base64 as it stands, without white space.
    Data(String),
    List(Vec<Value>),
    /// In the order of the file.
    Table(Vec<(String, Value)>),
}

impl Value {
    /// The value under a key of a table.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Table(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(t) => Some(t),
            _ => None,
        }
    }
}

/// Reads an XML property list.
pub fn parse(bytes: &[u8]) -> Result<Value, String> {
    if bytes.starts_with(b"bplist") {
        return Err("it is a binary property list, which is not read here".into());
    }
    let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
    let mut reader = Reader::from_str(text);
    let mut found = None;
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(tag) if tag.name().as_ref() == "plist" => {}
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                found = Some(element(&mut reader, &name, 0)?);
            }
            Event::Empty(tag) => found = empty(tag.name().as_ref()),
            Event::Eof => return found.ok_or_else(|| "it holds no property list".to_owned()),
            _ => {}
        }
    }
}

fn empty(name: &str) -> Option<Value> {
    Some(match name {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "dict" => Value::Table(Vec::new()),
        "array" => Value::List(Vec::new()),
        "string" => Value::Text(String::new()),
        "data" => Value::Data(String::new()),
        _ => return None,
    })
}

fn element(reader: &mut Reader<&[u8]>, name: &str, depth: usize) -> Result<Value, String> {
    if depth > DEEPEST {
        return Err("it is nested too deeply".into());
    }
    match name {
        "dict" => {
            let (mut entries, mut key) = (Vec::new(), None);
            for (tag, value) in children(reader, depth)? {
                match (tag.as_str(), value, key.take()) {
                    ("key", Value::Text(k), None) => key = Some(k),
                    (_, value, Some(k)) => entries.push((k, value)),
                    _ => return Err("a dict holds a value without a key".into()),
                }
            }
            Ok(Value::Table(entries))
        }
        "array" => Ok(Value::List(
            children(reader, depth)?
                .into_iter()
                .map(|(_, v)| v)
                .collect(),
        )),
        "true" | "false" => {
            text(reader)?;
            Ok(Value::Bool(name == "true"))
        }
        "key" | "string" => Ok(Value::Text(text(reader)?)),
        "integer" => Ok(Value::Integer(text(reader)?.trim().to_owned())),
        "real" => Ok(Value::Real(text(reader)?.trim().to_owned())),
        "date" => Ok(Value::Date(text(reader)?.trim().to_owned())),
        "data" => Ok(Value::Data(text(reader)?.split_whitespace().collect())),
        other => Err(format!("<{}> is no element of a property list", other)),
    }
}

fn children(reader: &mut Reader<&[u8]>, depth: usize) -> Result<Vec<(String, Value)>, String> {
    let mut found = Vec::new();
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                let value = element(reader, &name, depth + 1)?;
                found.push((name, value));
            }
            Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let value = if name == "key" {
                    Some(Value::Text(String::new()))
                } else {
                    empty(&name)
                };
                found.push((name, value.ok_or("an empty element that needs content")?));
            }
            Event::End(_) => return Ok(found),
            Event::Eof => return Err("it ends in the middle".into()),
            _ => {}
        }
    }
}

fn text(reader: &mut Reader<&[u8]>) -> Result<String, String> {
    let mut found = String::new();
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Text(t) => found.push_str(&t),
            Event::CData(t) => found.push_str(&t),
            Event::GeneralRef(r) => match r.resolve_char_ref().map_err(|e| e.to_string())? {
                Some(c) => found.push(c),
                None => {
                    let known = quick_xml::escape::resolve_predefined_entity(&r);
                    found.push_str(known.ok_or("an entity that is not known")?);
                }
            },
            Event::End(_) => return Ok(found),
            Event::Eof => return Err("it ends in the middle".into()),
            Event::Start(_) | Event::Empty(_) => return Err("an element inside a text".into()),
            _ => {}
        }
    }
}

/// Writes an XML property list.
pub fn print(value: &Value) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n",
    );
    write_value(&mut out, value, 0);
    out.push_str("</plist>\n");
    out
}

fn write_value(out: &mut String, value: &Value, depth: usize) {
    let indent = "\t".repeat(depth);
    let plain = |tag: &str, text: &str| {
        format!(
            "{indent}<{tag}>{}</{tag}>\n",
            quick_xml::escape::minimal_escape(text)
        )
    };
    let line = match value {
        Value::Text(t) => plain("string", t),
        Value::Integer(t) => plain("integer", t),
        Value::Real(t) => plain("real", t),
        Value::Date(t) => plain("date", t),
        Value::Data(t) => plain("data", t),
        Value::Bool(b) => format!("{indent}<{b}/>\n"),
        Value::List(items) if items.is_empty() => format!("{indent}<array/>\n"),
        Value::Table(entries) if entries.is_empty() => format!("{indent}<dict/>\n"),
        Value::List(items) => {
            let _ = writeln!(out, "{indent}<array>");
            items.iter().for_each(|i| write_value(out, i, depth + 1));
            format!("{indent}</array>\n")
        }
        Value::Table(entries) => {
            let _ = writeln!(out, "{indent}<dict>");
            for (key, value) in entries {
                let key = quick_xml::escape::minimal_escape(key.as_str());
                let _ = writeln!(out, "{indent}\t<key>{key}</key>");
                write_value(out, value, depth + 1);
            }
            format!("{indent}</dict>\n")
        }
    };
    out.push_str(&line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read_again() {
        let value = Value::Table(vec![
            ("a & b".into(), Value::Text("x < y".into())),
            ("n".into(), Value::Integer("-7".into())),
            (
                "l".into(),
                Value::List(vec![Value::Bool(true), Value::Table(Vec::new())]),
            ),
        ]);
        assert_eq!(parse(print(&value).as_bytes()), Ok(value));
    }

    #[test]
    fn broken_ones_are_refused() {
        for text in [
            "",
            "<plist><dict><string>x</string></dict></plist>",
            "<plist><dict><key>a</key>",
            "bplist00",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "(<|>|/|dict|key|array|string|true|&amp;|&#|x){0,40}") {
            let _ = parse(text.as_bytes());
        }
    }
}
