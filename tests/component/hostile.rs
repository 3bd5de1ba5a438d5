//! Packages that must be refused, each for its own reason, with nothing written anywhere.

use super::raw_zip::{Raw, entry, zip, zip64};
use super::{OLD, files, folder, whole};
use shakedown::component::{load, unpack, unpack_readable};
use std::path::Path;

fn with(extra: Raw) -> Vec<u8> {
    zip(&[
        entry("command.bat", b"exit 0"),
        entry("resource.xml", OLD.as_bytes()),
        extra,
    ])
}

/// Every way in refuses the bytes with the reason, and the surroundings stay as they were.
fn refused(bytes: &[u8], reason: &str, said: &str, what: &str) {
    let outer = folder();
    let cpt = outer.path().join("a/b/package.cpt");
    std::fs::create_dir_all(outer.path().join("a/b")).unwrap();
    std::fs::write(&cpt, bytes).unwrap();
    let before = files(outer.path());
    let target = outer.path().join("a/b/out");
    let attempts: [(&str, Result<(), _>); 3] = [
        ("load", load(&cpt).and_then(|c| c.verify())),
        ("unpack", unpack(&cpt, &target).map(|_| ())),
        (
            "unpack_readable",
            unpack_readable(&cpt, &target).map(|_| ()),
        ),
    ];
    for (way, result) in attempts {
        let error = result
            .err()
            .unwrap_or_else(|| panic!("{what}: {way} took it"));
        assert_eq!(error.reason(), reason, "{what}: {way}: {error}");
        assert!(error.to_string().contains(said), "{what}: {way}: {error}");
        assert!(
            error.to_string().contains("package.cpt"),
            "{what}: no path: {error}"
        );
    }
    assert_eq!(files(outer.path()), before, "{what}: something was written");
}

#[test]
fn paths_out_of_the_folder() {
    for (name, reason, said) in [
        ("../evil", "path-escape", "climbs"),
        ("../../../../tmp/evil", "path-escape", "climbs"),
        ("a/../../evil", "path-escape", "climbs"),
        ("/tmp/evil", "path-escape", "absolute"),
        ("..\\evil", "path-escape", "backslash"),
        ("C:/evil", "path-escape", "drive letter"),
        ("c:evil", "path-escape", "drive letter"),
        ("\\\\server\\share\\evil", "path-escape", "backslash"),
        ("evil\0.txt", "bad-name", "NUL"),
        ("evil\n", "bad-name", "control character"),
        ("evil.", "bad-name", "dot or a space"),
        ("evil ", "bad-name", "dot or a space"),
        ("x:stream", "path-escape", "drive letter"),
        ("file:stream", "bad-name", "Windows does not allow"),
        ("NUL", "reserved-name", "device's name"),
        ("com1.txt", "reserved-name", "device's name"),
        ("a//evil", "bad-name", "empty folder name"),
        ("", "bad-name", "empty"),
        ("\u{202e}txt.exe", "bad-name", "direction of text"),
    ] {
        refused(
            &with(entry(name, b"evil")),
            reason,
            said,
            &format!("{name:?}"),
        );
    }
    refused(
        &with(entry("../evil/", b"")),
        "path-escape",
        "climbs",
        "a folder entry",
    );
}

#[test]
fn names_that_become_one_file() {
    refused(
        &with(entry("COMMAND.BAT", b"x")),
        "names-collide",
        "differ only in case",
        "case",
    );
    refused(
        &with(entry("command.bat", b"x")),
        "duplicate-name",
        "one name",
        "twice",
    );
    refused(
        &with(entry("command.bat/x", b"x")),
        "names-collide",
        "a file and a folder",
        "file and folder",
    );
}

#[test]
fn what_is_not_a_file() {
    for (mode, said) in [
        (0o120_777, "symbolic link"),
        (0o020_666, "a device"),
        (0o060_666, "a device"),
        (0o010_666, "named pipe"),
        (0o140_777, "socket"),
        (0o040_755, "a file and a folder at once"),
    ] {
        refused(
            &with(Raw {
                mode,
                ..entry("link", b"/etc/passwd")
            }),
            "special-entry",
            said,
            said,
        );
    }
}

#[test]
fn what_cannot_be_unpacked() {
    refused(
        &with(Raw {
            flags: 0x801,
            ..entry("x", b"secret")
        }),
        "encrypted",
        "encrypted",
        "encryption flag",
    );
    refused(
        &with(Raw {
            method: 12,
            ..entry("x", b"data")
        }),
        "unsupported-method",
        "exports use DEFLATE",
        "bzip2",
    );
    refused(
        &with(Raw {
            method: 99,
            ..entry("x", b"data")
        }),
        "unsupported-method",
        "exports use DEFLATE",
        "AES",
    );
    refused(
        &with(Raw {
            crc: 1,
            ..entry("x", b"data")
        }),
        "corrupt-entry",
        "`x`",
        "checksum",
    );
    refused(
        &with(Raw {
            method: 8,
            ..entry("x", b"\xff\xff\xff")
        }),
        "corrupt-entry",
        "`x`",
        "bad deflate",
    );
}

#[test]
fn headers_that_contradict_each_other() {
    let other = Raw {
        local_name: Some(b"y".to_vec()),
        ..entry("x", b"data")
    };
    refused(&with(other), "header-mismatch", "contradict", "local name");
    let escape = Raw {
        local_name: Some(b"../../evil".to_vec()),
        ..entry("evil", b"data")
    };
    refused(
        &with(escape),
        "header-mismatch",
        "contradict",
        "local name that escapes",
    );
    let mut hidden = with(entry("x", b"data"));
    let at = hidden.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    for field in [8, 10] {
        hidden[at + field] = 2;
    }
    // The table of contents now ends before the record that says where it ends.
    let start = u32::from_le_bytes(hidden[at + 16..at + 20].try_into().unwrap()) as usize;
    let third = hidden[start..]
        .windows(4)
        .rposition(|w| w == b"PK\x01\x02")
        .unwrap();
    hidden[at + 12..at + 16].copy_from_slice(&(third as u32).to_le_bytes());
    refused(
        &hidden,
        "leading-data",
        "other data",
        "an entry hidden from the table of contents",
    );
}

#[test]
fn bombs() {
    // Declared sizes alone.
    let huge = Raw {
        method: 8,
        size: 0xf000_0000,
        compressed: 3,
        ..entry("x", b"\x03\x00\x00")
    };
    refused(
        &with(huge),
        "too-large",
        "3 GB a file",
        "one file past the limit",
    );
    let ratio = Raw {
        method: 8,
        size: 200 << 20,
        compressed: 3,
        ..entry("x", b"\x03\x00\x00")
    };
    refused(&with(ratio), "zip-bomb", "no real attachment", "ratio");
    let two_gib = |name: &str| Raw {
        size: 2 << 30,
        compressed: 2 << 30,
        ..entry(name, b"")
    };
    let sum = zip(&[
        entry("command.bat", b""),
        entry("resource.xml", OLD.as_bytes()),
        two_gib("a"),
        two_gib("b"),
        two_gib("c"),
    ]);
    refused(
        &sum,
        "too-large",
        "5 GB a component",
        "all files past the limit",
    );
    let many: Vec<Raw> = (0..10_001).map(|n| entry(&n.to_string(), b"")).collect();
    refused(&zip(&many), "too-many-entries", "10001 entries", "count");
    refused(
        &zip64(&[entry("x", b"")], Some(u64::MAX)),
        "too-many-entries",
        "18446744073709551615",
        "claimed count",
    );
    // More bytes than declared: a stored entry, and DEFLATE data of one MiB that says it is ten bytes.
    let longer = Raw {
        size: 2,
        ..entry("x", b"four")
    };
    refused(
        &with(longer),
        "zip-bomb",
        "longer than the 2 bytes",
        "stored and longer",
    );
    let deflated = deflate(&vec![0; 1 << 20]);
    let bomb = Raw {
        method: 8,
        size: 10,
        compressed: deflated.len() as u32,
        data: deflated,
        ..entry("x", b"")
    };
    refused(
        &with(bomb),
        "zip-bomb",
        "longer than the 10 bytes",
        "deflated and longer",
    );
    let shorter = Raw {
        method: 8,
        size: 10,
        compressed: 2,
        data: b"\x03\x00".to_vec(),
        crc: 0,
        ..entry("x", b"")
    };
    refused(
        &with(shorter),
        "corrupt-entry",
        "declares 10 bytes and has 0",
        "shorter than declared",
    );
}

fn deflate(data: &[u8]) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("x", zip::write::SimpleFileOptions::default())
        .unwrap();
    writer.write_all(data).unwrap();
    let mut archive = zip::ZipArchive::new(writer.finish().unwrap()).unwrap();
    let mut out = Vec::new();
    archive
        .by_index_raw(0)
        .unwrap()
        .read_to_end(&mut out)
        .unwrap();
    out
}

#[test]
fn files_that_are_no_whole_archive() {
    refused(b"", "not-a-zip", "not a component package", "empty");
    refused(
        b"#!/bin/bash\nexit 0\n",
        "not-a-zip",
        "not a component package",
        "a script",
    );
    refused(
        b"Rar!\x1a\x07\x00",
        "not-a-zip",
        "not a component package",
        "another archive",
    );
    refused(b"PK\x03\x04", "truncated", "cut short", "four bytes");
    let good = whole();
    for cut in [
        5,
        30,
        good.len() / 2,
        good.len() - 30,
        good.len() - 23,
        good.len() - 1,
    ] {
        refused(
            &good[..cut],
            "truncated",
            "cut short",
            &format!("cut at {cut} of {}", good.len()),
        );
    }
    let mut longer = good.clone();
    longer.extend(b"<script>");
    refused(
        &longer,
        "trailing-data",
        "8 bytes follow",
        "data after the end",
    );
    let mut before = b"MZ".to_vec();
    before.extend(&good);
    refused(
        &before,
        "leading-data",
        "before the archive",
        "data before the start",
    );
}

#[test]
fn what_every_package_must_have() {
    let resource = || entry("resource.xml", OLD.as_bytes());
    refused(
        &zip(&[resource()]),
        "missing-script",
        "no command.bat",
        "no script",
    );
    refused(
        &zip(&[entry("command.bat", b"x")]),
        "missing-metadata",
        "no resource.xml",
        "no metadata",
    );
    refused(
        &zip(&[]),
        "missing-metadata",
        "no resource.xml",
        "no entry at all",
    );
    let nested = zip(&[
        entry("folder/command.bat", b"x"),
        entry("folder/resource.xml", OLD.as_bytes()),
    ]);
    refused(
        &nested,
        "missing-metadata",
        "no resource.xml",
        "everything in a folder",
    );
}

#[test]
fn metadata_that_is_broken() {
    let xml = |text: &str| {
        zip(&[
            entry("command.bat", b"x"),
            entry("resource.xml", text.as_bytes()),
        ])
    };
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
        refused(&xml(text), reason, said, text);
    }
    let change = |from: &str, to: &str| xml(&OLD.replacen(from, to, 1));
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
    refused(
        &zip(&[entry("command.bat", b"x"), entry("resource.xml", &utf16)]),
        "xml-encoding",
        "UTF-16",
        "UTF-16",
    );
    refused(
        &zip(&[
            entry("command.bat", b"x"),
            entry("resource.xml", b"<component>\xff</component>"),
        ]),
        "xml-encoding",
        ":1:12",
        "not UTF-8",
    );
    let deep = "<a>".repeat(100_000);
    refused(&xml(&deep), "too-large", "nested deeper", "depth");
    let wide = format!("<component>{}</component>", "<a/>".repeat(60_000));
    refused(&xml(&wide), "too-large", "elements", "width");
}

#[test]
fn messages_are_bounded_and_reach_no_terminal() {
    let outer = folder();
    let cpt = outer.path().join("p.cpt");
    for name in ["\u{1b}[2Jx".to_owned(), "x".repeat(1 << 20)] {
        let xml = format!("<{name}/>");
        let parts = [
            entry("command.bat", b"x"),
            entry("resource.xml", xml.as_bytes()),
        ];
        std::fs::write(&cpt, zip(&parts)).unwrap();
        let text = load(&cpt).expect_err("another root is refused").to_string();
        assert!(!text.contains('\u{1b}') && text.len() < 2_000, "{text:?}");
    }
}

#[test]
fn the_error_points_into_resource_xml() {
    use miette::Diagnostic;
    let outer = folder();
    let cpt = outer.path().join("p.cpt");
    let text = OLD.replace(
        "<securityLevel>1</securityLevel>",
        "<securityLevel>1</securityLeve>",
    );
    std::fs::write(
        &cpt,
        zip(&[
            entry("command.bat", b"x"),
            entry("resource.xml", text.as_bytes()),
        ]),
    )
    .unwrap();
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
