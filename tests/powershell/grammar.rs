//! PowerShell's syntax by the grammar that editors use.

use tree_sitter::{Node, Parser};

/// Where a script does not parse; none where it does.
pub fn errors(script: &str) -> Option<String> {
    let mut parser = Parser::new();
    let language = tree_sitter_powershell::LANGUAGE.into();
    if let Err(e) = parser.set_language(&language) {
        return Some(e.to_string());
    }
    let Some(tree) = parser.parse(script, None) else {
        return Some("no tree".into());
    };
    let mut found = Vec::new();
    walk(tree.root_node(), script, &mut found);
    (!found.is_empty()).then(|| found.join("; "))
}

fn walk(node: Node<'_>, script: &str, found: &mut Vec<String>) {
    if found.len() == 5 || !(node.has_error() || node.is_missing()) {
        return;
    }
    if node.is_error() || node.is_missing() {
        let at = node.start_position();
        let text: String = script
            .get(node.byte_range())
            .unwrap_or_default()
            .chars()
            .take(60)
            .collect();
        found.push(format!(
            "line {}, column {}: {} {text:?}",
            at.row + 1,
            at.column + 1,
            node.kind()
        ));
    }
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        walk(child, script, found);
    }
}
