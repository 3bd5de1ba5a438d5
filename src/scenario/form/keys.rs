//! Mappings with known keys: one table gives reader, schema and reference.

use super::super::error::Problem;
use super::super::span::Span;
use super::super::tree::{Node, Value};
use super::cx::list;
use super::{Cx, Form, Gen};
use crate::yaml::nearest;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::marker::PhantomData;

/// One key of a mapping that is read into an `O`.
pub(crate) struct Key<O: 'static> {
    pub name: &'static str,
    /// What it means, for the schema and the reference.
    pub doc: &'static str,
    pub required: bool,
    /// What its value can be.
    pub expected: fn() -> Cow<'static, str>,
    pub read: fn(&Node, &mut Cx, &mut O),
    pub schema: fn(&mut Gen) -> Json,
}

/// A mapping with known keys.
pub(crate) trait Keys {
    /// What is filled in, key by key.
    type Draft: Default + 'static;
    /// What it gives.
    type Out;
    /// Name of its part of the schema.
    const NAME: &'static str;
    const DOC: &'static str;
    const TABLES: &'static [&'static [Key<Self::Draft>]];

    /// Checks what the keys say together.
    fn finish(draft: Self::Draft, span: Span, cx: &mut Cx) -> Option<Self::Out>;
}

/// The form of a mapping with the keys of `K`.
pub(crate) struct Map<K>(PhantomData<K>);

impl<K: Keys> Form for Map<K> {
    type Out = K::Out;

    fn expected() -> Cow<'static, str> {
        let names = names::<K>();
        let shown: Vec<_> = names.iter().take(4).map(|n| format!("`{n}`")).collect();
        let more = if names.len() > 4 { ", ..." } else { "" };
        format!("a mapping with keys such as {}{more}", shown.join(", ")).into()
    }

    fn read(node: &Node, cx: &mut Cx) -> Option<K::Out> {
        let Value::Mapping(entries) = &node.value else {
            return cx.wrong(node, &Self::expected());
        };
        let problems = cx.problems.len();
        let mut draft = K::Draft::default();
        let outer = cx.key;
        for (key, value) in entries {
            let name = key.text().unwrap_or_default();
            match K::TABLES
                .iter()
                .flat_map(|t| t.iter())
                .find(|k| k.name == name)
            {
                Some(known) => {
                    cx.key = known.name;
                    (known.read)(value, cx, &mut draft);
                }
                None => unknown_key(key, &names::<K>(), cx),
            }
        }
        cx.key = outer;
        let stepless = cx.world_only;
        for key in K::TABLES
            .iter()
            .flat_map(|t| t.iter())
            .filter(|k| k.required && !(stepless && k.name == "steps"))
        {
            if node.get(key.name).is_none() {
                cx.say(
                    Problem::new(
                        "scenario::missing-key",
                        format!("`{}:` is missing", key.name),
                    )
                    .at(node.span)
                    .label("in this mapping")
                    .help(super::generator::tidy(key.doc)),
                );
            }
        }
        // What the keys say together is only judged when each of them could be read.
        if cx.problems.len() > problems {
            return None;
        }
        K::finish(draft, node.span, cx)
    }

    fn schema(g: &mut Gen) -> Json {
        g.object::<K>()
    }
}

/// All key names of `K`.
pub(crate) fn names<K: Keys>() -> Vec<&'static str> {
    K::TABLES
        .iter()
        .flat_map(|t| t.iter())
        .map(|k| k.name)
        .collect()
}

/// Tells of a key that is not known.
pub(crate) fn unknown_key(key: &Node, known: &[&'static str], cx: &mut Cx) {
    let name = key.text().unwrap_or_default();
    let near = nearest(name, known.iter().copied())
        .map(|n| format!("did you mean `{n}`? "))
        .unwrap_or_default();
    cx.say(
        Problem::new(
            "scenario::unknown-key",
            format!("unknown key {}", key.shown()),
        )
        .at(key.span)
        .label("not a key here")
        .help(format!("{near}keys here: {}", list(known))),
    );
}

/// Declares a mapping's keys: `/// doc`, `must` for a required one, `"key": Form => field`.
macro_rules! keys {
    (@must) => { false };
    (@must must) => { true };
    (
        $(#[doc = $doc:literal])*
        $name:ident ($title:literal) => $draft:ty {
            $( $(#[doc = $kdoc:literal])* $($must:ident)? $key:literal : $form:ty => $($field:ident).+ ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        pub(crate) struct $name;

        impl $name {
            pub(crate) const KEYS: &'static [$crate::scenario::form::Key<$draft>] = &[$(
                $crate::scenario::form::Key {
                    name: $key,
                    doc: concat!($($kdoc, "\n"),*),
                    required: keys!(@must $($must)?),
                    expected: <$form as $crate::scenario::form::Form>::expected,
                    read: |node, cx, draft| {
                        if let Some(value) = <$form as $crate::scenario::form::Form>::read(node, cx) {
                            draft.$($field).+ = value.into();
                        }
                    },
                    schema: <$form as $crate::scenario::form::Form>::schema,
                }
            ),*];
            pub(crate) const TITLE: &'static str = $title;
            pub(crate) const ABOUT: &'static str = concat!($($doc, "\n"),*);
        }
    };
}
pub(crate) use keys;

/// `Keys` for a table whose draft is what it gives; `$check` judges what the keys say together.
macro_rules! plain {
    ($name:ident => $out:ty $(, $check:expr)?) => {
        impl $crate::scenario::form::Keys for $name {
            type Draft = $out;
            type Out = $out;
            const NAME: &'static str = $name::TITLE;
            const DOC: &'static str = $name::ABOUT;
            const TABLES: &'static [&'static [$crate::scenario::form::Key<$out>]] = &[$name::KEYS];
            fn finish(
                draft: $out,
                span: $crate::scenario::span::Span,
                cx: &mut $crate::scenario::form::Cx,
            ) -> Option<$out> {
                let _ = (&span, &cx);
                $( let draft = $check(draft, span, cx)?; )?
                Some(draft)
            }
        }
    };
}
pub(crate) use plain;
