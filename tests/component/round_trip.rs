//! What is read is what is written: packages, folders and both dialects.

use super::raw_zip::{Raw, entry, zip, zip64};
use super::{NEW, OLD, files, folder, whole};
use shakedown::component::{
    Component, Dialect, Icon, derived_uid, load, pack, scaffold, unpack, unpack_readable,
};
use shakedown::rmm::component::{Category, InstallType, VariableType};
use std::collections::BTreeMap;
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

fn codes(component: &Component) -> Vec<&str> {
    component.notes.iter().map(|n| n.code.as_str()).collect()
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
        let cpt = at.path().join("p.cpt");
        std::fs::write(
            &cpt,
            zip(&[
                entry("command.bat", b"exit 0"),
                entry("resource.xml", xml.as_bytes()),
            ]),
        )
        .unwrap();
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
    let cpt = at.path().join("from.cpt");
    std::fs::write(&cpt, whole()).unwrap();
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
    let cpt = at.path().join("from.cpt");
    std::fs::write(&cpt, whole()).unwrap();
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
    let cpt = at.path().join("from.cpt");
    std::fs::write(&cpt, whole()).unwrap();
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

fn manifest(at: &Path, text: &str) -> std::path::PathBuf {
    let folder = at.join("component");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("component.yaml"), text).unwrap();
    folder
}

const SMALL: &str = "name: Small\ncategory: scripts\ntype: unix\n";

#[test]
fn a_folder_with_a_manifest_and_files_from_elsewhere() {
    let at = folder();
    let built = at.path().join("built");
    std::fs::create_dir(&built).unwrap();
    std::fs::write(built.join("setup"), b"binary").unwrap();
    let text = format!(
        "{SMALL}attachments:\n  - notes.txt\n  - {{ from: ../built/setup, as: bright-setup, executable: true }}\n"
    );
    let folder = manifest(at.path(), &text);
    std::fs::write(folder.join("command.sh"), "#!/bin/bash\nexit 0\n").unwrap();
    std::fs::write(folder.join("notes.txt"), "n").unwrap();
    std::fs::write(folder.join("unlisted.txt"), "u").unwrap();
    let component = load(&folder).unwrap();
    let names: Vec<_> = component
        .attachments
        .iter()
        .map(|a| (a.name.as_str(), a.size, a.executable))
        .collect();
    assert_eq!(names, [("notes.txt", 1, false), ("bright-setup", 6, true)]);
    assert_eq!(
        component.body, b"#!/bin/bash\nexit 0",
        "one newline is taken off, as the platform does"
    );
    assert_eq!(component.metadata.uid, "");
    assert!(codes(&component).contains(&"executable-attachment"));
    assert_eq!(
        component.shebang().map(|s| s.interpreter).as_deref(),
        Some("/bin/bash")
    );

    let device = at.path().join("device");
    component.write_to(&device).unwrap();
    let laid: BTreeMap<_, _> = files(&device);
    assert_eq!(
        laid.keys().map(String::as_str).collect::<Vec<_>>(),
        ["bright-setup", "command.sh", "notes.txt"]
    );
    assert_eq!(laid["bright-setup"].as_deref(), Some(b"binary".as_slice()));
    assert!(
        component.write_to(&device).is_err(),
        "nothing is overwritten"
    );

    let cpt = at.path().join("small.cpt");
    let report = pack(&folder, &cpt, Dialect::New).unwrap();
    assert_eq!(report.uid, derived_uid("Small"));
    assert_eq!(load(&cpt).unwrap().metadata.uid, report.uid);
    assert_eq!(
        load(&cpt).unwrap().attachments[1].bytes(100).unwrap(),
        b"binary"
    );
}

#[test]
fn without_a_list_the_files_beside_the_manifest_are_attached() {
    let at = folder();
    let folder = manifest(at.path(), SMALL);
    std::fs::write(folder.join("command.sh"), "exit 0").unwrap();
    std::fs::write(folder.join("b.txt"), "b").unwrap();
    std::fs::write(folder.join("a.txt"), "a").unwrap();
    std::fs::write(folder.join(".DS_Store"), "junk").unwrap();
    std::fs::create_dir(folder.join("sub")).unwrap();
    let component = load(&folder).unwrap();
    assert_eq!(
        component
            .attachments
            .iter()
            .map(|a| a.name.as_str())
            .collect::<Vec<_>>(),
        ["a.txt", "b.txt"]
    );
    assert!(codes(&component).contains(&"folder-not-attached"));
}

#[test]
fn a_manifest_is_refused_where_it_is_wrong() {
    let at = folder();
    for (line, reason, place, said) in [
        (
            "colour: red\n",
            "bad-manifest",
            ":4:1",
            "`colour` is not a key",
        ),
        ("timeuot: 5\n", "bad-manifest", ":4:1", "`timeuot`"),
        ("timeout: soon\n", "bad-manifest", ":4:10", "whole number"),
        ("level: 6\n", "bad-manifest", ":4:8", "from 1 to 5"),
        ("uid: 12\n", "bad-manifest", ":4:6", "not a GUID"),
        ("name: Again\n", "yaml", ":4:1", "stands twice"),
        (
            "variables: { a: b }\n",
            "bad-manifest",
            ":4:12",
            "is a list",
        ),
        (
            "variables:\n  - name: x\n    type: int\n",
            "bad-manifest",
            ":6:11",
            "`int` is not a variable type",
        ),
        (
            "variables:\n  - name: x\n    type: selection\n",
            "bad-manifest",
            ":5:5",
            "has no options",
        ),
        (
            "attachments: [gone.bin]\n",
            "missing-file",
            ":4:15",
            "`gone.bin` is not there",
        ),
        (
            "attachments: [{ from: command.sh, as: ../x }]\n",
            "path-escape",
            ":4:",
            "climbs",
        ),
        (
            "attachments: [{ from: command.sh, as: Resource.XML }]\n",
            "reserved-name",
            ":4:",
            "uses that name itself",
        ),
        (
            "attachments: [command.sh, command.sh]\n",
            "duplicate-name",
            ":4:",
            "stands twice",
        ),
        (
            "script: gone.sh\n",
            "missing-file",
            ":4:9",
            "`gone.sh` is not there",
        ),
        (
            "post-conditions: [{ text: x, in: [stdin] }]\n",
            "bad-manifest",
            ":4:",
            "`stdin` is not a stream",
        ),
    ] {
        let folder = manifest(at.path(), &format!("{SMALL}{line}"));
        std::fs::write(folder.join("command.sh"), "exit 0").unwrap();
        let error = load(&folder)
            .err()
            .unwrap_or_else(|| panic!("{line} was taken"));
        assert_eq!(error.reason(), reason, "{error}");
        let text = error.to_string();
        assert!(
            text.contains(&format!("component.yaml{place}")) && text.contains(said),
            "{line}: {text}"
        );
    }
    let help = |line: &str| {
        let error = load(&manifest(at.path(), &format!("{SMALL}{line}"))).err();
        error
            .and_then(|e| miette::Diagnostic::help(&e).map(|h| h.to_string()))
            .unwrap_or_default()
    };
    assert!(help("timeuot: 5\n").contains("`timeout`"));
    assert!(help("category: script\n").contains("keep one"));
}

#[test]
fn folders_that_are_no_component() {
    let at = folder();
    assert_eq!(
        load(at.path()).err().map(|e| e.reason()),
        Some("not-a-component")
    );
    assert_eq!(
        load(&at.path().join("gone")).err().map(|e| e.reason()),
        Some("io")
    );
    let folder = manifest(at.path(), SMALL);
    assert_eq!(
        load(&folder).err().map(|e| e.reason()),
        Some("missing-script")
    );
    std::fs::write(folder.join("resource.xml"), OLD).unwrap();
    assert_eq!(
        load(&folder).err().map(|e| e.reason()),
        Some("two-manifests")
    );
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_not_followed_into_a_package() {
    let at = folder();
    let cpt = at.path().join("from.cpt");
    std::fs::write(&cpt, whole()).unwrap();
    let out = at.path().join("out");
    unpack(&cpt, &out).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", out.join("extra")).unwrap();
    assert_eq!(load(&out).err().map(|e| e.reason()), Some("special-entry"));
    let folder = manifest(at.path(), SMALL);
    std::fs::write(folder.join("command.sh"), "exit 0").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("extra")).unwrap();
    assert_eq!(
        load(&folder).err().map(|e| e.reason()),
        Some("special-entry")
    );
}

#[test]
fn oddities_are_notes() {
    let at = folder();
    let cpt = at.path().join("p.cpt");
    let read = |parts: &[Raw]| {
        std::fs::write(&cpt, zip(parts)).unwrap();
        let component = load(&cpt).unwrap();
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
    let cpt = at.path().join("p.cpt");
    std::fs::write(
        &cpt,
        zip(&[
            entry("command.bat", b"exit 0"),
            entry("resource.xml", xml.as_bytes()),
        ]),
    )
    .unwrap();
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
    let cpt = at.path().join("p.cpt");
    std::fs::write(
        &cpt,
        zip64(
            &[
                entry("command.bat", b"exit 0"),
                entry("resource.xml", OLD.as_bytes()),
            ],
            None,
        ),
    )
    .unwrap();
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
    let cpt = at.path().join("p.cpt");
    std::fs::write(&cpt, whole()).unwrap();
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
    std::fs::write(&cpt, broken).unwrap();
    let before = files(at.path());
    assert!(unpack(&cpt, &at.path().join("new")).is_err());
    assert!(unpack_readable(&cpt, &at.path().join("new")).is_err());
    assert_eq!(files(at.path()), before);
}

#[test]
fn scaffolds_load_without_a_note_and_overwrite_nothing() {
    let at = folder();
    for category in [
        Category::Scripts,
        Category::Applications,
        Category::Monitors,
    ] {
        let folder = at.path().join(format!("{category:?}"));
        let written = scaffold::component(&folder, "Acme: \"Agent\" [LIN]", category).unwrap();
        assert_eq!(written.len(), 3);
        let component = load(&folder).unwrap();
        assert_eq!(component.metadata.name, "Acme: \"Agent\" [LIN]");
        assert_eq!(component.metadata.category, category);
        assert_eq!(component.notes, []);
        assert_eq!(component.attachments.len(), 0);
        assert!(component.shebang().is_some());
        pack(&folder, &at.path().join("p.cpt"), Dialect::New).unwrap();
        let before = files(&folder);
        assert_eq!(
            scaffold::component(&folder, "Other", category)
                .err()
                .map(|e| e.reason()),
            Some("exists")
        );
        assert_eq!(files(&folder), before);
        let text = std::fs::read_to_string(folder.join("scenario.yaml")).unwrap();
        let tree = shakedown::yaml::parse(&text).unwrap();
        assert!(
            tree.get("steps")
                .and_then(|s| s.sequence())
                .is_some_and(|s| s.len() >= 2)
        );
    }
    let file = at.path().join("one.yaml");
    scaffold::scenario(&file, "It deploys", "../p.cpt", Category::Scripts).unwrap();
    assert_eq!(
        scaffold::scenario(&file, "x", "y", Category::Scripts)
            .err()
            .map(|e| e.reason()),
        Some("exists")
    );
}
