//! Forms of values of a Windows device's facts.

use crate::rmm::facts;
use crate::scenario::error::Problem;
use crate::scenario::form::generator::or_placeholder;
use crate::scenario::form::list::{ListOf, Many, MapOf};
use crate::scenario::form::pattern::Mac;
use crate::scenario::form::scalar::{AnyName, Fixed, text_of};
use crate::scenario::form::time;
use crate::scenario::form::{Cx, Form, Gen};
use crate::scenario::read::http::AnyJson;
use crate::scenario::read::windows::TaskPath;
use crate::scenario::tree::{Node, Resolved, Value};
use crate::yaml::nearest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// `16 GiB`, `512 GB` or a number of bytes.
pub(in crate::scenario::read) struct Size;

impl Form for Size {
    type Out = u64;
    fn expected() -> Cow<'static, str> {
        "a size such as `16 GiB`, `512 GB`, or a number of bytes".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<u64> {
        let text = text_of(node, cx, &Self::expected())?;
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let unit: u64 = match text[digits..].trim() {
            "" | "B" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            "TiB" => 1 << 40,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "TB" => 1_000_000_000_000,
            _ => 0,
        };
        let number = text[..digits].parse::<u64>().ok();
        match number.and_then(|n| n.checked_mul(unit)).filter(|n| *n > 0) {
            Some(bytes) => Some(bytes),
            None => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(
            g,
            json!({ "anyOf": [
                { "type": "integer", "minimum": 1 },
                { "type": "string", "pattern": "^[0-9]+ ?(B|KiB|MiB|GiB|TiB|MB|GB|TB)?$", "examples": ["16 GiB"] }
            ] }),
        )
    }
}

/// An IPv4 address.
pub(super) struct Ipv4;

impl Form for Ipv4 {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "an IPv4 address, such as `192.168.1.50`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = Fixed::read(node, cx)?;
        match text.parse::<std::net::Ipv4Addr>() {
            Ok(_) => Some(text),
            Err(_) => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let byte = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
        let pattern = format!(r"^({byte}\.){{3}}{byte}$");
        or_placeholder(g, json!({ "type": "string", "pattern": pattern }))
    }
}

/// `22631` or `10.0.22631`.
pub(super) struct Build;

impl Form for Build {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "a build such as `22631` or `\"10.0.22631\"`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = Fixed::read(node, cx)?;
        let parts: Vec<&str> = text.split('.').collect();
        let good = matches!(parts.len(), 1 | 3)
            && parts
                .iter()
                .all(|p| p.parse::<u16>().is_ok() || p.parse::<u32>().is_ok_and(|n| n < 100_000));
        match good {
            true => Some(text),
            false => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(
            g,
            json!({ "type": ["integer", "string"], "pattern": "^([0-9]+\\.[0-9]+\\.)?[0-9]+$" }),
        )
    }
}

/// One letter.
pub(super) struct Letter;

impl Form for Letter {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "the letter of a drive, such as `D`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = Fixed::read(node, cx)?;
        let letter = text.strip_suffix(':').unwrap_or(&text);
        match letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_alphabetic()) {
            true => Some(letter.to_uppercase()),
            false => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(g, json!({ "type": "string", "pattern": "^[A-Za-z]:?$" }))
    }
}

/// Facts by the names they are asked by.
pub(super) struct More;

impl Form for More {
    type Out = BTreeMap<String, Json>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a fact's name to its value, such as `tpm: { TpmPresent: false }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let read = MapOf::<AnyName, AnyJson>::read(node, cx)?;
        let known = facts::names;
        let mut out = BTreeMap::new();
        for (name, value) in read {
            if !known().any(|k| k == name.value) {
                let near = nearest(&name.value, known())
                    .map(|n| format!("did you mean `{n}`? "))
                    .unwrap_or_default();
                let names: Vec<&str> = known().collect();
                return cx.fail(
                    Problem::new(
                        "scenario::fact",
                        format!("there is no fact `{}`", name.value),
                    )
                    .at(name.span)
                    .help(format!("{near}facts: {}", names.join(", "))),
                );
            }
            out.insert(name.value, value);
        }
        Some(out)
    }
    fn schema(g: &mut Gen) -> Json {
        let any = AnyJson::schema(g);
        let names: Vec<&str> = facts::names().collect();
        json!({ "type": "object", "propertyNames": { "enum": names }, "additionalProperties": any })
    }
}

/// Rows by class; `false` for a class that is not known.
pub(super) struct Wmi;

impl Form for Wmi {
    type Out = BTreeMap<String, Json>;
    fn expected() -> Cow<'static, str> {
        r"a mapping from a class, or `namespace:class`, to a list of rows or `false`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let Value::Mapping(entries) = &node.value else {
            return cx.wrong(node, &Self::expected());
        };
        let mut out = BTreeMap::new();
        for (class, rows) in entries {
            let name = AnyName::read(class, cx)?;
            let absent = matches!(
                rows.scalar().map(|s| s.resolve()),
                Some(Resolved::Bool(false))
            );
            let list = matches!(&rows.value, Value::Sequence(items) if items.iter().all(|i| i.mapping().is_some()));
            if !absent && !list {
                return cx.wrong(rows, "a list of rows, each a mapping, or `false`");
            }
            out.insert(name.value, AnyJson::read(rows, cx)?);
        }
        Some(out)
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "object", "additionalProperties": { "anyOf": [
            { "const": false }, { "type": "array", "items": { "type": "object" } }
        ] } })
    }
}

pub(super) struct PlainMac;

impl Form for PlainMac {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        Mac::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        Mac::read(node, cx).map(|m| m.value)
    }
    fn schema(g: &mut Gen) -> Json {
        Mac::schema(g)
    }
}

pub(super) struct TaskText;

impl Form for TaskText {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        TaskPath::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        TaskPath::read(node, cx).map(|t| t.value)
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "minLength": 1 })
    }
}

pub(super) struct Ago;

impl Form for Ago {
    type Out = u64;
    fn expected() -> Cow<'static, str> {
        time::Span::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<u64> {
        let span = time::Span::read(node, cx)?;
        u64::try_from(span.as_millis()).ok()
    }
    fn schema(g: &mut Gen) -> Json {
        time::Span::schema(g)
    }
}

/// `none`, or a list that is not empty.
pub(super) struct OrNone<F>(std::marker::PhantomData<F>);

impl<F: Form> Form for OrNone<F> {
    type Out = Vec<F::Out>;
    fn expected() -> Cow<'static, str> {
        format!("`none`, or {}", ListOf::<F>::expected()).into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        match node.text() {
            Some("none") => Some(Vec::new()),
            _ => ListOf::<F>::read(node, cx),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let list = ListOf::<F>::schema(g);
        json!({ "anyOf": [{ "const": "none" }, list] })
    }
}

pub(super) struct Groups;

impl Form for Groups {
    type Out = Vec<(String, Vec<String>)>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a group's name to its members".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let read = MapOf::<AnyName, Many<Fixed>>::read(node, cx)?;
        Some(read.into_iter().map(|(n, m)| (n.value, m)).collect())
    }
    fn schema(g: &mut Gen) -> Json {
        MapOf::<AnyName, Many<Fixed>>::schema(g)
    }
}
