//! Expectations on the registry of a Windows device.

use super::ValueName;
use crate::scenario::error::Problem;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, Many, MapOf};
use crate::scenario::form::pattern::Glob;
use crate::scenario::form::scalar::At;
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::read::footprint::{OnlyForm, is_text_key};
use crate::scenario::read::matcher::{Matcher, TextKeys, never, says_nothing};
use crate::scenario::span::Spanned;
use crate::scenario::tree::{Node, Value};
use crate::scenario::windows::{KeyExpect, RegistryChanges, ValueExpect};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// A type of data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind(&'static str);

impl Words for Kind {
    const WHAT: &'static str = "a type of registry data";
    const ALL: &'static [(&'static str, Kind, &'static str)] = &[
        ("REG_SZ", Kind("REG_SZ"), ""),
        ("REG_EXPAND_SZ", Kind("REG_EXPAND_SZ"), ""),
        ("REG_MULTI_SZ", Kind("REG_MULTI_SZ"), ""),
        ("REG_DWORD", Kind("REG_DWORD"), ""),
        ("REG_QWORD", Kind("REG_QWORD"), ""),
        ("REG_BINARY", Kind("REG_BINARY"), ""),
    ];
}

impl From<Kind> for Option<String> {
    fn from(kind: Kind) -> Self {
        Some(kind.0.to_owned())
    }
}

keys! {
    /// A value of the registry after the step.
    ValueKeys ("registry-value") => ValueExpect {
        /// Type of its data.
        "type": Word<Kind> => kind,
        /// Its data as text: numbers in decimal, several texts a line each, bytes in hexadecimal digits.
        "data": Matcher => data,
    }
}
plain!(ValueKeys => ValueExpect, |mut v: ValueExpect, span, cx: &mut Cx| {
    if v.kind.is_none() && v.data.is_none() {
        return says_nothing(cx, span);
    }
    v.span = span;
    Some(v)
});

/// `absent`, `present`, a text matcher, or a mapping.
struct ValueForm;

impl Form for ValueForm {
    type Out = ValueExpect;
    fn expected() -> Cow<'static, str> {
        "`absent`, `present`, a text, or a mapping such as `{ matches: '^BRGT-' }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<ValueExpect> {
        let mut out = ValueExpect {
            span: node.span,
            ..ValueExpect::default()
        };
        match (&node.value, node.text()) {
            (Value::Scalar(_), Some("absent")) => out.present = Some(false),
            (Value::Scalar(_), Some("present")) => out.present = Some(true),
            (Value::Mapping(entries), _)
                if !entries.is_empty()
                    && entries
                        .iter()
                        .all(|(k, _)| is_text_key(k.text().unwrap_or_default())) =>
            {
                out.data = Some(Map::<TextKeys>::read(node, cx)?);
            }
            (Value::Mapping(_), _) => return Map::<ValueKeys>::read(node, cx),
            (Value::Scalar(_), _) => out.data = Some(Matcher::read(node, cx)?),
            (Value::Sequence(_), _) => return cx.wrong(node, &Self::expected()),
        }
        Some(out)
    }
    fn schema(g: &mut Gen) -> Json {
        let text = Matcher::schema(g);
        let keys = g.object::<ValueKeys>();
        json!({ "anyOf": [{ "enum": ["absent", "present"] }, text, keys] })
    }
}

/// `absent`, `present`, or values by name.
pub(crate) struct KeyForm;

impl Form for KeyForm {
    type Out = KeyExpect;
    fn expected() -> Cow<'static, str> {
        "`absent`, `present`, or a mapping from a value's name to what it must be".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<KeyExpect> {
        match node.text() {
            Some("absent") => Some(KeyExpect::Absent),
            Some("present") => Some(KeyExpect::Present),
            _ => Filled::<MapOf<ValueName, ValueForm>>::read(node, cx).map(KeyExpect::Values),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let values = Filled::<MapOf<ValueName, ValueForm>>::schema(g);
        json!({ "anyOf": [{ "enum": ["absent", "present"] }, values] })
    }
}

keys! {
    /// What the step changed in the registry; patterns are globs of keys, and of values as `KEY\VALUE`.
    RegistryChangeKeys ("registry-changes") => RegistryChanges {
        /// Each of these matches at least one key or value that was created.
        "created": Globs => created,
        /// Each of these matches at least one value whose data changed.
        "changed": Globs => changed,
        /// Each of these matches at least one key or value that was deleted.
        "deleted": Globs => deleted,
        /// None of these matches any key or value that changed in whatever way.
        "untouched": Globs => untouched,
        /// `true`: nothing changed but what is listed here; with patterns, nothing outside of these changed.
        "only": At<OnlyForm<Globs>> => only,
    }
}
plain!(RegistryChangeKeys => RegistryChanges, |mut r: RegistryChanges, span, cx: &mut Cx| {
    let listed = || [&r.created, &r.changed, &r.deleted].into_iter().flatten();
    if let Some(both) = listed().find(|g| r.untouched.iter().any(|u| u.value == g.value)) {
        let told = format!("`{}` is also to be untouched", both.value);
        return never(cx, both.span, told);
    }
    if listed().next().is_none() && r.untouched.is_empty() && r.only.is_none() {
        return says_nothing(cx, span);
    }
    r.span = span;
    Some(r)
});

/// `none`, or a mapping.
pub(crate) struct Changes;

impl Form for Changes {
    type Out = RegistryChanges;
    fn expected() -> Cow<'static, str> {
        r"`none`, or a mapping such as `{ created: ['HKLM\SOFTWARE\Bright\**'] }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<RegistryChanges> {
        match node.text() {
            Some("none") => Some(RegistryChanges {
                span: node.span,
                none: true,
                ..RegistryChanges::default()
            }),
            Some(_) => cx.wrong(node, &Self::expected()),
            None => Map::<RegistryChangeKeys>::read(node, cx),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<RegistryChangeKeys>();
        json!({ "anyOf": [{ "const": "none", "description": "Nothing changed." }, keys] })
    }
}

/// One glob of keys and values, or a list.
pub(crate) struct Globs;

impl Form for Globs {
    type Out = Vec<Spanned<String>>;
    fn expected() -> Cow<'static, str> {
        r"a glob of keys such as `'HKLM\SOFTWARE\Bright\**'`, or a list of such".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let globs = Many::<Glob>::read(node, cx)?;
        for glob in &globs {
            let hive = glob
                .value
                .get(..2)
                .is_some_and(|h| h.eq_ignore_ascii_case("HK"));
            if !hive && !glob.value.starts_with(['*', '{', '[', '$']) {
                return cx.fail(
                    Problem::new(
                        "scenario::glob",
                        format!("`{}` can never match", glob.value),
                    )
                    .at(glob.span)
                    .help(format!(
                        r"keys begin with their hive: write `HKLM\{0}` or `**\{0}`",
                        glob.value
                    )),
                );
            }
        }
        Some(globs)
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("registry-globs", Many::<Glob>::schema)
    }
}
