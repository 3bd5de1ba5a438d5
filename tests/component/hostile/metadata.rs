//! Metadata that is broken, and what is said of it.

use super::refused;
use crate::{OLD, folder, stored, with_metadata};
use shakedown::component::load;
use std::path::Path;

#[test]
fn metadata_that_is_broken() {
    for (text, reason, said) in [
        ("", "malformed-xml", "no element"),
        ("<component>", "malformed-xml", "never closed"),
        ("<component></general>", "malformed-xml", "not well-formed"),
        (
            "<component><a></b></component>",
            "malformed-xml",
            "resource.xml:1:",
        ),
        (
            "<component>a & b</component>",
            "malformed-xml",
            "not well-formed",
        ),
        ("<plugin/>", "bad-resource", "the root element is `plugin`"),
        (
            "<!DOCTYPE x [<!ENTITY a \"b\">]><component>&a;</component>",
            "xml-doctype",
            "document type",
        ),
        (
            "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><component/>",
            "xml-doctype",
            "document type",
        ),
        ("<component>&xxe;</component>", "xml-entity", "`&xxe;`"),
        (
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><component/>",
            "xml-encoding",
            "`ISO-8859-1`",
        ),
        (
            "<component info='CentraStage Component'/>",
            "bad-resource",
            "no `general`",
        ),
    ] {
        refused(&with_metadata(text), reason, said, text);
    }
    let change = |from: &str, to: &str| with_metadata(OLD.replacen(from, to, 1));
    refused(
        &change("<category>scripts", "<category>widgets"),
        "bad-resource",
        "`widgets`",
        "category",
    );
    refused(
        &change("<timeout>3600", "<timeout>soon"),
        "bad-resource",
        "`timeout` is not a whole number",
        "timeout",
    );
    refused(
        &change("<securityLevel>1", "<securityLevel>9"),
        "bad-resource",
        "levels go from 1",
        "level",
    );
    refused(
        &change("<name>Round trip [LIN]", "<name> "),
        "bad-resource",
        "`name` is missing",
        "name",
    );
    refused(
        &change("<type>boolean", "<type>colour"),
        "bad-resource",
        "`colour`",
        "variable type",
    );
    refused(
        &change("<qualifier>found", "<qualifier>maybe"),
        "bad-resource",
        "`maybe`",
        "qualifier",
    );
    refused(
        &change("<uid>", "<name>again</name><uid>"),
        "bad-resource",
        "a second `name`",
        "two names",
    );
    let utf16: Vec<u8> = "\u{feff}<component/>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    refused(&with_metadata(&utf16), "xml-encoding", "UTF-16", "UTF-16");
    refused(
        &with_metadata(b"<component>\xff</component>"),
        "xml-encoding",
        ":1:12",
        "not UTF-8",
    );
    let deep = "<a>".repeat(100_000);
    refused(&with_metadata(&deep), "too-large", "nested deeper", "depth");
    let wide = format!("<component>{}</component>", "<a/>".repeat(60_000));
    refused(&with_metadata(&wide), "too-large", "elements", "width");
}

#[test]
fn messages_are_bounded_and_reach_no_terminal() {
    let outer = folder();
    for name in ["\u{1b}[2Jx".to_owned(), "x".repeat(1 << 20)] {
        let xml = format!("<{name}/>");
        let cpt = stored(outer.path(), &with_metadata(xml));
        let text = load(&cpt).expect_err("another root is refused").to_string();
        assert!(!text.contains('\u{1b}') && text.len() < 2_000, "{text:?}");
    }
}

#[test]
fn the_error_points_into_resource_xml() {
    use miette::Diagnostic;
    let outer = folder();
    let text = OLD.replace(
        "<securityLevel>1</securityLevel>",
        "<securityLevel>1</securityLeve>",
    );
    let cpt = stored(outer.path(), &with_metadata(&text));
    let error = load(&cpt).expect_err("malformed XML is refused");
    let line = text
        .lines()
        .position(|l| l.contains("securityLeve>"))
        .unwrap()
        + 1;
    assert_eq!(error.span().map(|s| s.line), Some(line), "{error}");
    assert!(
        error.labels().is_some_and(|mut l| l.next().is_some()) && error.source_code().is_some()
    );
    assert!(error.help().is_some());
    assert_eq!(error.path(), Path::new(&cpt.join("resource.xml")));
}
