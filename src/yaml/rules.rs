//! What is not read although it is YAML: keys that are no scalars, merge keys, tags; and the
//! weight of a tree, for the budgets.

use super::parse::YamlError;
use super::place::Span;
use super::scalar::Style;
use super::{Node, Value};
use saphyr_parser::{ScalarStyle, Tag};

pub(super) fn shown(node: &Node) -> String {
    node.text().unwrap_or_default().chars().take(60).collect()
}

pub(super) fn check_key(node: &Node) -> Result<(), YamlError> {
    let Some(scalar) = node.scalar() else {
        return Err(
            YamlError::new(format!("{} cannot be a key", node.kind()), node.span)
                .help("a text with `${...}` or `{...}` in it must be put in quotes"),
        );
    };
    if scalar.style == Style::Plain && scalar.text == "<<" {
        return Err(YamlError::new("merge keys (`<<`) are not read", node.span)
            .help("write the keys out, or include a file"));
    }
    if scalar.style == Style::Plain && scalar.text.is_empty() {
        return Err(YamlError::new("a key is missing before the `:`", node.span));
    }
    Ok(())
}

pub(super) fn weigh(node: &Node) -> (usize, usize, usize) {
    let add = |sum: (usize, usize, usize), n: &Node| {
        let (nodes, bytes, depth) = weigh(n);
        (sum.0 + nodes, sum.1 + bytes, sum.2.max(depth))
    };
    match &node.value {
        Value::Scalar(s) => (1, s.text.len(), 0),
        Value::Sequence(items) => {
            let (n, b, d) = items.iter().fold((1, 0, 0), add);
            (n, b, d + 1)
        }
        Value::Mapping(entries) => {
            let (n, b, d) = entries
                .iter()
                .fold((1, 0, 0), |sum, (k, v)| add(add(sum, k), v));
            (n, b, d + 1)
        }
    }
}

pub(super) fn scalar_style(
    style: ScalarStyle,
    tag: Option<&Tag>,
    span: Span,
) -> Result<Style, YamlError> {
    let plain = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    };
    match tag {
        None => Ok(plain),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
            Ok(if plain == Style::Plain {
                Style::Quoted
            } else {
                plain
            })
        }
        Some(tag) => Err(unknown_tag(tag, span)),
    }
}

pub(super) fn collection_tag(tag: Option<&Tag>, own: &str, span: Span) -> Result<(), YamlError> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == own) => {
            Err(unknown_tag(tag, span))
        }
        _ => Ok(()),
    }
}

fn unknown_tag(tag: &Tag, span: Span) -> YamlError {
    let name: String = format!("{}{}", tag.handle, tag.suffix)
        .chars()
        .take(60)
        .collect();
    YamlError::new(format!("the tag `{name}` is not read"), span)
        .help("remove the tag; a text that starts with `!` must be put in quotes")
}
