//! Packages that are larger than they say or than any package may be.

use super::{refused, with};
use crate::OLD;
use crate::raw_zip::{Raw, entry, zip, zip64};

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
    refused(&with(ratio), "zip-bomb", "no real file does", "ratio");
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
