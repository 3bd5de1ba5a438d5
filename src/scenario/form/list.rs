//! Lists and mappings of alike values.

use super::super::error::Problem;
use super::super::tree::{Node, Value};
use super::{Cx, Form, Gen};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// One value or a list of them.
pub(crate) struct Many<F>(PhantomData<F>);

impl<F: Form> Form for Many<F> {
    type Out = Vec<F::Out>;
    fn expected() -> Cow<'static, str> {
        format!("{} or a list of such", F::expected()).into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        match &node.value {
            Value::Sequence(_) => ListOf::<F>::read(node, cx),
            _ => F::read(node, cx).map(|one| vec![one]),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let one = F::schema(g);
        json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

/// A list that is not empty.
pub(crate) struct ListOf<F>(PhantomData<F>);

impl<F: Form> Form for ListOf<F> {
    type Out = Vec<F::Out>;
    fn expected() -> Cow<'static, str> {
        format!("a list, each item {}", F::expected()).into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let Value::Sequence(items) = &node.value else {
            return cx.wrong(node, &Self::expected());
        };
        if items.is_empty() {
            let key = cx.key;
            return cx.fail(
                Problem::new(
                    "scenario::empty-list",
                    format!("`{key}`: the list is empty"),
                )
                .at(node.span)
                .help("an empty list says nothing; leave the key out"),
            );
        }
        let read: Vec<_> = items.iter().map(|item| F::read(item, cx)).collect();
        read.into_iter().collect()
    }
    fn schema(g: &mut Gen) -> Json {
        let item = F::schema(g);
        json!({ "type": "array", "items": item, "minItems": 1 })
    }
}

/// A mapping from names `K` to values `V`, in file order.
pub(crate) struct MapOf<K, V>(PhantomData<(K, V)>);

impl<K: Form, V: Form> Form for MapOf<K, V> {
    type Out = Vec<(K::Out, V::Out)>;
    fn expected() -> Cow<'static, str> {
        format!("a mapping from {} to {}", K::expected(), V::expected()).into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let Value::Mapping(entries) = &node.value else {
            return cx.wrong(node, &Self::expected());
        };
        let read: Vec<_> = entries
            .iter()
            .map(|(k, v)| {
                let key = K::read(k, cx);
                let value = V::read(v, cx);
                Some((key?, value?))
            })
            .collect();
        read.into_iter().collect()
    }
    fn schema(g: &mut Gen) -> Json {
        let names = K::schema(g);
        let values = V::schema(g);
        json!({ "type": "object", "propertyNames": names, "additionalProperties": values })
    }
}

/// A mapping with at least one key: an empty one would say nothing and always hold.
pub(crate) struct Filled<F>(PhantomData<F>);

impl<F: Form> Form for Filled<F> {
    type Out = F::Out;
    fn expected() -> Cow<'static, str> {
        F::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<F::Out> {
        if matches!(&node.value, Value::Mapping(entries) if entries.is_empty()) {
            let key = cx.key;
            return cx.fail(
                Problem::new(
                    "scenario::says-nothing",
                    format!("`{key}`: the mapping is empty and says nothing"),
                )
                .at(node.span)
                .help("give it a key, or leave it out"),
            );
        }
        F::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        let mut schema = F::schema(g);
        if let Json::Object(keys) = &mut schema {
            keys.insert("minProperties".into(), json!(1));
        }
        schema
    }
}

/// A value that may be left empty (`site-a:`), then it is the default.
pub(crate) struct OrNothing<F>(PhantomData<F>);

impl<F: Form<Out: Default>> Form for OrNothing<F> {
    type Out = F::Out;
    fn expected() -> Cow<'static, str> {
        F::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<F::Out> {
        if node.is_null() {
            return Some(F::Out::default());
        }
        F::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        let schema = F::schema(g);
        json!({ "anyOf": [schema, { "type": "null" }] })
    }
}
