//! What is read is what is written: packages, folders and both dialects.

use crate::raw_zip::{Raw, entry, zip, zip64};
use crate::{NEW, OLD, SMALL, files, folder, manifest, stored, whole, with_metadata};
use shakedown::component::{Dialect, Icon, load, pack, unpack, unpack_readable};
use shakedown::rmm::component::{Category, InstallType, VariableType};
use std::io::Read;
use std::path::Path;

fn entries(cpt: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(cpt).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn both_dialects_read_alike() {
    let at = folder();
    let metadata: Vec<_> = [
        OLD,
        NEW,
        &OLD.replace('\n', "\r\n"),
        &OLD.replace('\'', "\""),
    ]
    .iter()
    .map(|xml| {
        let cpt = stored(at.path(), &with_metadata(xml));
        load(&cpt).unwrap().metadata
    })
    .collect();
    assert!(metadata.windows(2).all(|w| w[0] == w[1]));
    let m = &metadata[0];
    assert_eq!(
        (m.name.as_str(), m.category, m.version, m.timeout),
        ("Round trip [LIN]", Category::Scripts, 14, 3600)
    );
    assert_eq!(m.install_type, InstallType::Unix);
    assert_eq!(m.description, "Two lines & a <tag>\ngrößer");
    let variables: Vec<_> = m
        .variables
        .iter()
        .map(|v| (v.idx, v.kind, v.default.as_str(), v.options.len()))
        .collect();
    assert_eq!(
        variables,
        [
            (0, VariableType::String, "90:95", 0),
            (1, VariableType::Boolean, "true", 0),
            (3, VariableType::Selection, "All Users", 3)
        ]
    );
    let p = &m.post_conditions[0];
    assert_eq!(
        (p.streams.stdout, p.streams.stderr, p.text.as_str(), p.found),
        (true, true, "Script Failed!", true)
    );
}

#[test]
fn unpacked_and_packed_again_it_is_the_same_package() {
    let at = folder();
    let cpt = stored(at.path(), &whole());
    let out = at.path().join("out");
    let report = unpack(&cpt, &out).unwrap();
    assert_eq!(report.files.len(), 4);
    let again = at.path().join("again.cpt");
    pack(&out, &again, Dialect::Keep).unwrap();
    assert_eq!(entries(&again), entries(&cpt));
    pack(&out, &again, Dialect::Old).unwrap();
    assert_eq!(
        entries(&again),
        entries(&cpt),
        "asking for the dialect it has changes nothing"
    );
    assert!(
        files(at.path())
            .keys()
            .all(|name| !name.contains("partial"))
    );
}

#[test]
fn a_package_is_what_the_exporter_writes() {
    let at = folder();
    let cpt = stored(at.path(), &whole());
    unpack(&cpt, &at.path().join("out")).unwrap();
    let new = at.path().join("new.cpt");
    pack(&at.path().join("out"), &new, Dialect::New).unwrap();
    let listed = entries(&new);
    let names: Vec<_> = listed.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(
        names,
        ["command.bat", "resource.xml", "icon.png", "tool.bin"]
    );
    assert_eq!(String::from_utf8_lossy(&listed[1].1), NEW);
    let bytes = std::fs::read(&new).unwrap();
    let flags = |signature: &[u8], at: usize| -> Vec<(u16, u16)> {
        let starts = (0..bytes.len() - 4).filter(|n| &bytes[*n..*n + 4] == signature);
        let number = |n: usize| u16::from_le_bytes([bytes[n], bytes[n + 1]]);
        starts
            .map(|n| (number(n + at), number(n + at + 2)))
            .collect()
    };
    assert_eq!(
        flags(b"PK\x03\x04", 6),
        [(0x808, 8); 4],
        "flags and method in the local headers"
    );
    assert_eq!(
        flags(b"PK\x01\x02", 8),
        [(0x808, 8); 4],
        "flags and method in the table of contents"
    );
    let first = std::fs::read(&new).unwrap();
    pack(&at.path().join("out"), &new, Dialect::New).unwrap();
    assert_eq!(
        std::fs::read(&new).unwrap(),
        first,
        "equal folders give equal packages"
    );
}

#[test]
fn the_readable_form_carries_everything() {
    let at = folder();
    let cpt = stored(at.path(), &whole());
    let out = at.path().join("out");
    let report = unpack_readable(&cpt, &out).unwrap();
    assert!(report.notes.iter().any(|n| n.code == "null-icon"));
    let names: Vec<_> = report.files.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(names, ["component.yaml", "command.sh", "tool.bin"]);
    let (from_cpt, from_folder) = (load(&cpt).unwrap(), load(&out).unwrap());
    assert_eq!(from_folder.metadata, from_cpt.metadata);
    assert_eq!(from_folder.body, from_cpt.body);
    assert_eq!(from_folder.icon, Icon::Missing);
    for (dialect, xml) in [
        (Dialect::Old, OLD),
        (Dialect::New, NEW),
        (Dialect::Keep, NEW),
    ] {
        let again = at.path().join("again.cpt");
        pack(&out, &again, dialect).unwrap();
        let listed = entries(&again);
        let names: Vec<_> = listed.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(
            names,
            ["command.bat", "resource.xml", "tool.bin"],
            "the 3-byte icon is not written"
        );
        assert_eq!(String::from_utf8_lossy(&listed[1].1), xml);
    }
}

#[test]
fn oddities_are_notes() {
    let at = folder();
    let read = |parts: &[Raw]| {
        let component = load(&stored(at.path(), &zip(parts))).unwrap();
        component
            .notes
            .iter()
            .map(|n| n.code.clone())
            .collect::<Vec<_>>()
    };
    let has = |notes: &[String], code: &str| {
        assert!(notes.iter().any(|n| n == code), "{code} not in {notes:?}")
    };
    let script = || entry("command.bat", b"echo\r\necho");
    let bom = format!("\u{feff}{OLD}");
    let notes = read(&[
        script(),
        entry("resource.xml", bom.as_bytes()),
        entry("icon.png", &[0x9e, 0xe9, 0x65]),
    ]);
    for code in ["resource-bom", "null-icon", "body-crlf", "variable-idx"] {
        has(&notes, code);
    }
    let monitor = OLD
        .replace("<category>scripts", "<category>monitors")
        .replace("<general>", "<general><colour>red</colour>");
    let notes = read(&[
        script(),
        entry("resource.xml", monitor.as_bytes()),
        entry("bin/", b""),
        entry("bin/tool", b"t"),
    ]);
    for code in [
        "monitor-attachment",
        "explorer-made",
        "nested-attachment",
        "unknown-elements",
    ] {
        has(&notes, code);
    }
    let value = OLD
        .replace("<defaultVal>All Users", "<defaultVal>Machine")
        .replace("usrText", "CS_X")
        .replace("usrFlag", "a b");
    let notes = read(&[
        entry("command.bat", b"\xef\xbb\xbfecho"),
        entry("resource.xml", value.as_bytes()),
    ]);
    for code in [
        "variable-default",
        "reserved-prefix",
        "variable-name",
        "body-bom",
    ] {
        has(&notes, code);
    }
    let plain = read(&[
        entry("command.bat", b"exit 0"),
        entry("resource.xml", OLD.replace("idx='3'", "idx='2'").as_bytes()),
    ]);
    assert!(
        plain.is_empty(),
        "an ordinary package has no notes: {plain:?}"
    );
}

#[test]
fn unknown_elements_survive_and_are_not_dropped_silently() {
    let at = folder();
    let xml = OLD.replace(
        "<hash />",
        "<hash>76cdb2bad9582d23c1f6f4d868218d6c</hash>\n    <colour a='1'>red</colour>",
    );
    let cpt = stored(at.path(), &with_metadata(xml));
    let out = at.path().join("out");
    unpack(&cpt, &out).unwrap();
    let again = at.path().join("again.cpt");
    pack(&out, &again, Dialect::Keep).unwrap();
    assert_eq!(entries(&again), entries(&cpt));
    let error = pack(&out, &again, Dialect::New).err();
    assert_eq!(error.map(|e| e.reason()), Some("unknown-elements"));
}

#[test]
fn zip64_records_are_read() {
    let at = folder();
    let package = zip64(
        &[
            entry("command.bat", b"exit 0"),
            entry("resource.xml", OLD.as_bytes()),
        ],
        None,
    );
    let cpt = stored(at.path(), &package);
    assert_eq!(load(&cpt).unwrap().metadata.name, "Round trip [LIN]");
}

#[test]
fn what_a_package_cannot_carry_is_refused() {
    let at = folder();
    for line in [
        "variables: [{ name: d, type: date }]\n",
        "post-conditions: [{ when: not-found, text: ok }]\n",
        "description: \"a\\x01b\"\n",
    ] {
        let folder = manifest(at.path(), &format!("{SMALL}{line}"));
        std::fs::write(folder.join("command.sh"), "exit 0").unwrap();
        assert!(load(&folder).is_ok(), "{line}");
        let error = pack(&folder, &at.path().join("p.cpt"), Dialect::New).err();
        assert_eq!(error.map(|e| e.reason()), Some("not-packable"), "{line}");
    }
    assert!(!at.path().join("p.cpt").exists());
    assert!(
        files(at.path())
            .keys()
            .all(|name| !name.contains("partial"))
    );
}

#[test]
fn nothing_is_overwritten_and_nothing_left_half_done() {
    let at = folder();
    let cpt = stored(at.path(), &whole());
    let full = at.path().join("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("mine"), "x").unwrap();
    assert_eq!(
        unpack(&cpt, &full).err().map(|e| e.reason()),
        Some("not-empty")
    );
    let empty = at.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    unpack(&cpt, &empty).unwrap();
    assert_eq!(
        files(&empty).keys().map(String::as_str).collect::<Vec<_>>(),
        ["command.bat", "icon.png", "resource.xml", "tool.bin"]
    );
    assert_eq!(
        pack(&empty, &empty.join("x.cpt"), Dialect::Keep)
            .err()
            .map(|e| e.reason()),
        Some("inside-itself")
    );
    let broken = zip(&[
        entry("command.bat", b"x"),
        entry("resource.xml", OLD.as_bytes()),
        entry("a", b"a"),
        Raw {
            crc: 1,
            ..entry("z", b"z")
        },
    ]);
    stored(at.path(), &broken);
    let before = files(at.path());
    assert!(unpack(&cpt, &at.path().join("new")).is_err());
    assert!(unpack_readable(&cpt, &at.path().join("new")).is_err());
    assert_eq!(files(at.path()), before);
}
