//! Forms: how a value is written in YAML. One form reads it and gives its JSON Schema, so that the
//! two cannot drift apart.

pub(crate) mod cx;
pub(crate) mod generator;
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod reference;
pub(crate) mod scalar;
pub(crate) mod time;
pub(crate) mod word;

pub(crate) use cx::Cx;
pub(crate) use generator::Gen;
pub(crate) use keys::{Key, Keys, Map};

use super::tree::Node;
use serde_json::Value as Json;
use std::borrow::Cow;

/// How a value is written.
pub(crate) trait Form {
    /// What it is read into.
    type Out;

    /// What a person should write, for messages: "a duration such as `90s`".
    fn expected() -> Cow<'static, str>;

    /// Reads it; what is wrong goes to `cx`, and `None` is given back.
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out>;

    /// Its JSON Schema.
    fn schema(g: &mut Gen) -> Json;
}
