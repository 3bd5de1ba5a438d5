use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn tree(text: &str) -> Node {
    parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn refused(text: &str) -> YamlError {
    match parse(text) {
        Err(e) => e,
        Ok(node) => panic!("read as {node:?}"),
    }
}

/// The text under a node's span.
fn under<'t>(text: &'t str, node: &Node) -> &'t str {
    &text[node.span.start..node.span.start + node.span.len]
}

#[test]
fn spans_are_byte_offsets_also_after_multi_byte_text() {
    let text = "name: Zoë größer\nlist:\n  - ünï\n  - \"q\\u00e9\" # note\nflow: {a: [1, 2], b: x}\nblock: |\n  one\n  two\nlast: ✓\n";
    let node = tree(text);
    let spans = |key: &str| node.get(key).map(|n| under(text, n));
    assert_eq!(spans("name"), Some("Zoë größer"));
    assert_eq!(spans("flow"), Some("{a: [1, 2], b: x}"));
    assert_eq!(spans("last"), Some("✓"));
    let items = node
        .get("list")
        .and_then(Node::sequence)
        .unwrap_or_default();
    assert_eq!(
        items.iter().map(|n| under(text, n)).collect::<Vec<_>>(),
        ["ünï", "\"q\\u00e9\""]
    );
    assert_eq!(items[1].text(), Some("qé"));
    assert_eq!((items[1].span.line, items[1].span.column), (4, 5));
    assert_eq!(node.get("block").and_then(Node::text), Some("one\ntwo\n"));
    let keys = node.mapping().unwrap_or_default();
    assert_eq!(
        keys.iter().map(|(k, _)| under(text, k)).collect::<Vec<_>>(),
        ["name", "list", "flow", "block", "last"]
    );
}

#[test]
fn spans_end_where_the_value_ends() {
    let text = "a: one # two\nb: # why\n  - x # y\n  # end\n\n# more\nc: 'it''s' # z\nd: &n \"q\\\"r\" # z\ne:\nf: x\n";
    let node = tree(text);
    let spans = |key: &str| node.get(key).map(|n| under(text, n));
    assert_eq!(spans("a"), Some("one"));
    assert_eq!(spans("b"), Some("- x"));
    assert_eq!(spans("c"), Some("'it''s'"));
    assert_eq!(spans("d"), Some("\"q\\\"r\""));
    assert_eq!(spans("e"), Some(""));
    assert_eq!(node.get("e").map(|n| n.span.line), Some(9));
}

#[test]
fn a_byte_order_mark_is_tolerated_and_counted() {
    let text = "\u{feff}a: ä\nb: x\n";
    let node = tree(text);
    assert_eq!(node.get("b").map(|n| under(text, n)), Some("x"));
    assert_eq!(node.get("a").map(|n| under(text, n)), Some("ä"));
}

#[test]
fn windows_line_ends_keep_offsets_and_lines() {
    let text = "a: é\r\nb:\r\n  c: 1\r\n";
    let node = tree(text);
    let c = node.get("b").and_then(|b| b.get("c")).cloned();
    assert_eq!(
        c.as_ref()
            .map(|n| (under(text, n), n.span.line, n.span.column)),
        Some(("1", 3, 6))
    );
}

#[test]
fn equal_keys_are_an_error_with_both_places() {
    let error = refused("a: 1\nb: 2\n\"a\": 3\n");
    assert!(error.message.contains("`a` stands twice"), "{error}");
    assert_eq!(error.span.line, 3);
    assert_eq!(error.first.map(|s| s.line), Some(1));
    let many: String = (0..100)
        .map(|n| format!("k{n}: 1\n"))
        .chain(["k40: 2\n".to_owned()])
        .collect();
    let error = refused(&many);
    assert_eq!(
        (error.span.line, error.first.map(|s| s.line)),
        (101, Some(41))
    );
}

#[test]
fn what_is_not_read_is_named() {
    for (text, want) in [
        ("a: 1\n---\nb: 2\n", "second document"),
        ("base: &b {x: 1}\nuse:\n  <<: *b\n", "merge keys"),
        ("a: !include x.yaml\n", "tag `!include`"),
        ("? [a, b]\n: c\n", "a list cannot be a key"),
        ("a: &x [1, *x]\n", "contains the alias itself"),
        ("a: *nowhere\n", "stands nowhere before"),
        ("a:\n\tb: 1\n", "a tab stands in the indentation"),
        ("a: b: c\n", "not valid YAML"),
        ("a: \"open\n", "not valid YAML"),
        ("a: \0\n", "NUL"),
        (": x\n", "a key is missing"),
    ] {
        let error = refused(text);
        assert!(error.message.contains(want), "{text:?}: {error}");
        assert!(
            error.span.line >= 1 && error.span.start <= text.len(),
            "{text:?}: {error:?}"
        );
    }
}

#[test]
fn aliases_repeat_values_within_the_budget() {
    let text = "steps: &s\n  - {a: 1}\nagain: *s\n";
    let node = tree(text);
    let again = node.get("again").cloned();
    assert_eq!(again.as_ref().map(|n| under(text, n)), Some("*s"));
    assert_eq!(again.and_then(|n| n.sequence().map(<[_]>::len)), Some(1));
    let mut bomb = String::from("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let item = format!("*l{}", n - 1);
        bomb.push_str(&format!(
            "l{n}: &l{n} [{}]\n",
            [item.as_str(); 10].join(", ")
        ));
    }
    assert!(refused(&bomb).message.contains("too large"));
    let wide = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(1_000_000),
        ["*a"; 100].join(", ")
    );
    assert!(refused(&wide).message.contains("too large"));
}

#[test]
fn empty_texts_are_null() {
    for text in ["", "\n\n", "# only a remark\n", "---\n", "~"] {
        assert!(tree(text).is_null(), "{text:?}");
    }
}

#[test]
fn hostile_texts_are_refused_quickly() {
    let n = 200_000;
    let deep: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    let texts = [
        "[".repeat(n),
        "{".repeat(n),
        "- ".repeat(n),
        "? ".repeat(n),
        "[a, ".repeat(n / 4),
        "a: [".repeat(n / 4),
        "&a ".repeat(n / 4),
        "\"".repeat(n),
        "'".repeat(n),
        "# ".repeat(n),
        "\n".repeat(n),
        "a\n".repeat(n),
        "%".repeat(n),
        "!".repeat(n),
        "a: |\n".to_owned() + &"  x\n".repeat(n),
        "ä".repeat(n),
        "- ä\n".repeat(n),
        "[[[[".repeat(10) + &"]".repeat(n),
        deep,
        (0..30_000)
            .map(|i| format!("- &a{i} {{a: [b]}}\n"))
            .collect(),
        format!("- &a x\n{}", "- *a\n".repeat(n / 4)),
        "x".repeat(MAX_BYTES + 1),
    ];
    for text in texts {
        let start = Instant::now();
        let _ = parse(&text);
        let took = start.elapsed();
        let head: String = text.chars().take(12).collect();
        assert!(took < Duration::from_secs(5), "{head:?} took {took:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read_or_refused_within_its_bounds(text in "[a-z0-9:\\-\\[\\]{}&*!|>'\"#%@`,?~ \n\t\r\u{feff}é✓]{0,200}") {
        match parse(&text) {
            Ok(node) => check_spans(&node, &text)?,
            Err(error) => prop_assert!(error.span.start <= text.len() && text.is_char_boundary(error.span.start)),
        }
    }

    #[test]
    fn arbitrary_unicode_never_panics(text in any::<String>()) {
        let _ = parse(&text);
    }
}

fn check_spans(node: &Node, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(
        text.get(node.span.start..node.span.start + node.span.len)
            .is_some(),
        "{:?} in {:?}",
        node.span,
        text
    );
    prop_assert!(node.span.line >= 1 && node.span.column >= 1);
    match &node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().try_for_each(|n| check_spans(n, text))?,
        Value::Mapping(entries) => {
            for (key, value) in entries {
                check_spans(key, text)?;
                check_spans(value, text)?;
            }
        }
    }
    Ok(())
}
