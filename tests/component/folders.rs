//! Components that are folders with a manifest.

use crate::{OLD, SMALL, codes, files, folder, manifest};
use shakedown::component::{Dialect, derived_uid, load, pack};
use std::collections::BTreeMap;

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
    let cpt = crate::stored(at.path(), &crate::whole());
    let out = at.path().join("out");
    shakedown::component::unpack(&cpt, &out).unwrap();
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
