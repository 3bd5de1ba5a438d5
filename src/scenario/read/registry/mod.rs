//! Registries of Windows devices: what is written into them, what is expected of them.

pub(crate) mod expect;

use super::matcher::says_nothing;
use crate::rmm::registry::{self, KeyPath, RegistryData};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::{Filled, ListOf, MapOf};
use crate::scenario::form::scalar::{Text, any_text, text_of};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::{Node, Resolved, Value};
use crate::scenario::windows::RegistrySet;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// How the key's default value is written.
const DEFAULT: &str = "(default)";

/// A key as the key of an entry.
pub(crate) struct RegistryKey;

impl Form for RegistryKey {
    type Out = Spanned<KeyPath>;
    fn expected() -> Cow<'static, str> {
        r"a key of the registry, such as `HKLM\SOFTWARE\Bright`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = text_of(node, cx, &Self::expected())?;
        let Some(value) = registry::parse_key(text) else {
            return cx.fail(
                Problem::new(
                    "scenario::registry-key",
                    format!("{} is not a key of the registry", node.shown()),
                )
                .at(node.span)
                .help(r"it begins with HKLM, HKCU, HKU or HKCR, or with HKLM32 for the view of 32-bit programs, and names a key below: 'HKLM\SOFTWARE\Bright' (in single quotes, for YAML keeps backslashes there)"),
            );
        };
        Some(Spanned {
            value,
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "pattern": r"^[Hh][Kk][A-Za-z0-9_]+\\." })
    }
}

/// The name of a value as the key of an entry; `(default)` for the key's own.
struct ValueName;

impl Form for ValueName {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "the name of a value, or `(default)`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = text_of(node, cx, &Self::expected())?;
        let value = match text.eq_ignore_ascii_case(DEFAULT) {
            true => String::new(),
            false => text.to_owned(),
        };
        Some(Spanned {
            value,
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({})
    }
}

/// Data of each type, exactly one of which is given.
#[derive(Debug, Default)]
pub(crate) struct DataDraft {
    given: Vec<RegistryData>,
}

struct One(RegistryData);

impl From<One> for Vec<RegistryData> {
    fn from(one: One) -> Self {
        vec![one.0]
    }
}

macro_rules! data_forms {
    ($($name:ident of $form:ty: $make:expr),+ $(,)?) => {$(
        struct $name;
        impl Form for $name {
            type Out = One;
            fn expected() -> Cow<'static, str> {
                <$form>::expected()
            }
            fn read(node: &Node, cx: &mut Cx) -> Option<One> {
                let read = <$form>::read(node, cx)?;
                let made: Option<RegistryData> = $make(read);
                match made {
                    Some(data) => Some(One(data)),
                    None => cx.wrong(node, &Self::expected()),
                }
            }
            fn schema(g: &mut Gen) -> Json {
                <$form>::schema(g)
            }
        }
    )+};
}

data_forms! {
    SzForm of Text: |t| Some(RegistryData::Sz(t)),
    ExpandForm of Text: |t| Some(RegistryData::ExpandSz(t)),
    MultiForm of ListOf<Text>: |t| Some(RegistryData::MultiSz(t)),
    DwordForm of Number: |n: i64| u32::try_from(n).ok().map(RegistryData::Dword),
    QwordForm of Number: |n: i64| u64::try_from(n).ok().map(RegistryData::Qword),
    BinaryForm of Hex: |b| Some(RegistryData::Binary(b)),
}

/// A number that is not negative.
struct Number;

impl Form for Number {
    type Out = i64;
    fn expected() -> Cow<'static, str> {
        "a whole number of 0 or more that fits the type".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<i64> {
        match node.scalar().map(|s| s.resolve()) {
            Some(Resolved::Int(n)) if n >= 0 => Some(n),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": ["integer", "string"] })
    }
}

/// Bytes in hexadecimal digits.
struct Hex;

impl Form for Hex {
    type Out = Vec<u8>;
    fn expected() -> Cow<'static, str> {
        "bytes in hexadecimal digits, such as `\"de ad be ef\"`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<u8>> {
        let text = text_of(node, cx, &Self::expected())?;
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ',')).collect();
        let hex = digits.len().is_multiple_of(2) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !hex {
            return cx.wrong(node, &Self::expected());
        }
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        (0..digits.len()).step_by(2).map(byte).collect()
    }
    fn schema(_: &mut Gen) -> Json {
        any_text()
    }
}

keys! {
    /// Data of a registry value, exactly one of these.
    DataKeys ("registry-data") => DataDraft {
        /// A text (REG_SZ); the same as a plain text instead of a mapping.
        "text": SzForm => given,
        /// A text with `%NAMES%` in it (REG_EXPAND_SZ).
        "expand": ExpandForm => given,
        /// A list of texts (REG_MULTI_SZ).
        "multi": MultiForm => given,
        /// A number of 32 bits (REG_DWORD); the same as a plain number instead of a mapping.
        "dword": DwordForm => given,
        /// A number of 64 bits (REG_QWORD).
        "qword": QwordForm => given,
        /// Bytes in hexadecimal digits (REG_BINARY).
        "binary": BinaryForm => given,
    }
}

impl Keys for DataKeys {
    type Draft = DataDraft;
    type Out = RegistryData;
    const NAME: &'static str = DataKeys::TITLE;
    const DOC: &'static str = DataKeys::ABOUT;
    const TABLES: &'static [&'static [Key<DataDraft>]] = &[DataKeys::KEYS];

    fn finish(d: DataDraft, span: Span, cx: &mut Cx) -> Option<RegistryData> {
        match <[RegistryData; 1]>::try_from(d.given) {
            Ok([data]) => Some(data),
            Err(_) => says_nothing(cx, span),
        }
    }
}

/// A text, a number, a mapping, or `absent`.
struct Data;

impl Form for Data {
    type Out = Option<RegistryData>;
    fn expected() -> Cow<'static, str> {
        "a text, a number, `absent`, or a mapping such as `{ dword: 5 }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        if let Value::Mapping(entries) = &node.value {
            if entries.len() > 1 {
                return cx.wrong(node, "data of one type alone");
            }
            return Map::<DataKeys>::read(node, cx).map(Some);
        }
        match (node.text(), node.scalar().map(|s| s.resolve())) {
            (Some("absent"), _) => Some(None),
            (_, Some(Resolved::Int(_))) => DwordForm::read(node, cx).map(|d| Some(d.0)),
            (_, Some(Resolved::Text)) => Text::read(node, cx).map(|t| Some(RegistryData::Sz(t))),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<DataKeys>();
        json!({ "anyOf": [{ "type": ["string", "integer"] }, keys] })
    }
}

/// Values of a key by name, or `absent` for the key.
struct KeyValues;

impl Form for KeyValues {
    type Out = Option<Vec<(Spanned<String>, Option<RegistryData>)>>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a value's name to its data, or `absent`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        match node.text() {
            Some("absent") => Some(None),
            _ => MapOf::<ValueName, Data>::read(node, cx).map(Some),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let values = MapOf::<ValueName, Data>::schema(g);
        json!({ "anyOf": [{ "const": "absent" }, values] })
    }
}

/// Keys with values that are written.
pub(crate) struct RegistrySets;

impl Form for RegistrySets {
    type Out = Vec<RegistrySet>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a key of the registry to its values".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let read = Filled::<MapOf<RegistryKey, KeyValues>>::read(node, cx)?;
        let set = |(key, values)| RegistrySet { key, values };
        Some(read.into_iter().map(set).collect())
    }
    fn schema(g: &mut Gen) -> Json {
        g.part(
            "registry-values",
            Filled::<MapOf<RegistryKey, KeyValues>>::schema,
        )
    }
}
