//! Archives that lie, that are cut short, or that hold what cannot be unpacked.

use super::{refused, with};
use crate::raw_zip::{Raw, entry, zip};
use crate::{OLD, whole};

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
        "only DEFLATE is read",
        "bzip2",
    );
    refused(
        &with(Raw {
            method: 99,
            ..entry("x", b"data")
        }),
        "unsupported-method",
        "only DEFLATE is read",
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
fn files_that_are_no_whole_archive() {
    refused(b"", "not-a-zip", "not a ZIP archive", "empty");
    refused(
        b"#!/bin/bash\nexit 0\n",
        "not-a-zip",
        "not a ZIP archive",
        "a script",
    );
    refused(
        b"Rar!\x1a\x07\x00",
        "not-a-zip",
        "not a ZIP archive",
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
