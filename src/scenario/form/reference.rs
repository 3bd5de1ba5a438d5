//! Names that must stand for something in the world.

use super::super::comstore::OWN_ACCOUNT;
use super::super::error::Problem;
use super::super::span::Spanned;
use super::super::tree::Node;
use super::cx::Names;
use super::scalar::Fixed;
use super::{Cx, Form, Gen};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// A kind of named things.
pub(crate) trait Kind {
    const WHAT: &'static str;
    fn known(names: &Names) -> &[String];
}

macro_rules! kinds {
    ($($name:ident: $what:literal => $field:ident),+ $(,)?) => {$(
        pub(crate) struct $name;
        impl Kind for $name {
            const WHAT: &'static str = $what;
            fn known(names: &Names) -> &[String] { &names.$field }
        }
    )+};
}

kinds! {
    Device: "device" => devices,
    Component: "component" => components,
    Stock: "component of the ComStore" => comstore,
    Neighbour: "account" => accounts,
    Service: "service" => services,
    Site: "site" => sites,
    User: "user" => users,
}

/// The name of a `K` of this scenario's world.
pub(crate) struct Ref<K>(PhantomData<K>);

impl<K: Kind> Form for Ref<K> {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        format!("the name of a {}", K::WHAT).into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        if node.scalar().is_none() {
            return cx.wrong(node, &Self::expected());
        }
        let name = Fixed::read(node, cx)?;
        if !K::known(&cx.names).contains(&name) {
            let known = K::known(&cx.names).to_vec();
            cx.unknown(K::WHAT, &name, node.span, &known);
            return None;
        }
        Some(Spanned {
            value: name,
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": ["string", "number"], "minLength": 1 })
    }
}

/// A monitor of a policy: `policy/monitor`, or its own key where only one has it.
pub(crate) struct PolicyMonitor;

impl Form for PolicyMonitor {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "a monitor of a policy, such as `servers/status`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        if node.scalar().is_none() {
            return cx.wrong(node, &Self::expected());
        }
        let name = Fixed::read(node, cx)?;
        let known = cx.names.monitors.clone();
        let own = |full: &&String| full.split_once('/').is_some_and(|(_, key)| key == name);
        let found = match known.iter().find(|full| **full == name) {
            Some(full) => Some(full),
            None => {
                let mut all = known.iter().filter(own);
                all.next().filter(|_| all.next().is_none())
            }
        };
        let Some(full) = found else {
            cx.unknown("monitor of a policy", &name, node.span, &known);
            return None;
        };
        Some(Spanned {
            value: full.clone(),
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": ["string", "number"], "minLength": 1 })
    }
}

/// `account`, or the key of a site.
pub(crate) struct Scope;

impl Form for Scope {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "`account` or the key of a site".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        if node.text() == Some("account") {
            return Some(Spanned {
                value: "account".to_owned(),
                span: node.span,
            });
        }
        Ref::<Site>::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        Ref::<Site>::schema(g)
    }
}

/// `account` for the scenario's own account, or the key of another one.
pub(crate) struct AccountRef;

impl Form for AccountRef {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "`account` or the key of another account".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        if node.text() == Some(OWN_ACCOUNT) {
            return Some(Spanned {
                value: OWN_ACCOUNT.to_owned(),
                span: node.span,
            });
        }
        Ref::<Neighbour>::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        Ref::<Neighbour>::schema(g)
    }
}

/// One device or several, each once.
pub(crate) struct Devices;

impl Form for Devices {
    type Out = Vec<Spanned<String>>;
    fn expected() -> Cow<'static, str> {
        "the name of a device, or a list of such".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let names = super::list::Many::<Ref<Device>>::read(node, cx)?;
        for (at, name) in names.iter().enumerate() {
            if let Some(first) = names[..at].iter().find(|n| n.value == name.value) {
                return cx.fail(
                    Problem::new(
                        "scenario::duplicate",
                        format!("device `{}` is named twice", name.value),
                    )
                    .at(name.span)
                    .label("again")
                    .related("first", first.span),
                );
            }
        }
        Some(names)
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("devices", super::list::Many::<Ref<Device>>::schema)
    }
}
