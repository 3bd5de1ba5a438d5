//! Laying one world over another: ours wins, key by key.

use super::error::Problem;
use super::tree::{Node, Value};

/// Mappings that are merged entry by entry; everything else is replaced as a whole. `*` is any key.
const MERGED: &[&[&str]] = &[
    &[],
    &["account"],
    &["account", "variables"],
    &["sites"],
    &["sites", "*"],
    &["sites", "*", "variables"],
    &["devices"],
    &["devices", "*"],
    &["devices", "*", "udf"],
    &["devices", "*", "files"],
    &["devices", "*", "doubles"],
    &["components"],
    &["comstore"],
    &["policies"],
    &["policies", "*"],
    &["policies", "*", "monitors"],
    &["psa"],
    &["services"],
    &["doubles"],
    &["knobs"],
    &["uav"],
    &["uav", "products"],
    &["uav", "products", "*"],
    &["api"],
    &["api", "users"],
    &["api", "accounts"],
    &["api", "faults"],
];

/// The world `ours` over the world `theirs`.
///
/// # Errors
/// One of them has a mapping where the other has something else: which is meant cannot be told.
pub(crate) fn worlds(ours: Node, theirs: Node) -> Result<Node, Box<Problem>> {
    merge(ours, theirs, &mut Vec::new())
}

fn merge(ours: Node, theirs: Node, path: &mut Vec<String>) -> Result<Node, Box<Problem>> {
    let merged = MERGED.iter().any(|m| {
        m.len() == path.len() && m.iter().zip(path.iter()).all(|(m, p)| *m == "*" || m == p)
    });
    if !merged || theirs.is_null() {
        return Ok(ours);
    }
    if ours.is_null() {
        return Ok(theirs);
    }
    let span = ours.span;
    match (ours.value, theirs.value) {
        (Value::Mapping(mut ours), Value::Mapping(theirs)) => {
            for (key, value) in theirs {
                match ours.iter().position(|(k, _)| k.text() == key.text()) {
                    Some(at) => {
                        path.push(key.text().unwrap_or_default().to_owned());
                        let own = std::mem::replace(&mut ours[at].1, Node::empty_mapping(span));
                        ours[at].1 = merge(own, value, path)?;
                        path.pop();
                    }
                    None => ours.push((key, value)),
                }
            }
            Ok(Node {
                value: Value::Mapping(ours),
                span,
            })
        }
        _ => Err(Box::new(
            Problem::new(
                "scenario::merge",
                format!(
                    "`world{}{}` is a mapping in one file and something else in another",
                    if path.is_empty() { "" } else { "." },
                    path.join(".")
                ),
            )
            .at(span)
            .help(
                "an included world is merged below this one, key by key: both need mappings here",
            ),
        )),
    }
}
