//! `new`, `pack`, `unpack`: what the one writes the others take.

use super::Place;

pub fn a_folder_survives_pack_and_unpack() {
    let place = Place::new();
    place.components();
    let packed = place.call(&["pack", "good"]);
    assert_eq!(packed.code, Some(0), "{}", packed.stderr);
    assert!(
        packed.stderr.contains("wrote good.cpt"),
        "{}",
        packed.stderr
    );
    assert_eq!(packed.stdout, "");
    let raw = place.call(&["unpack", "good.cpt", "-o", "raw"]);
    assert_eq!(raw.code, Some(0), "{}", raw.stderr);
    assert!(place.path().join("raw/resource.xml").is_file());
    let readable = place.call(&["unpack", "good.cpt", "-o", "readable", "--readable"]);
    assert_eq!(readable.code, Some(0), "{}", readable.stderr);
    assert!(place.path().join("readable/component.yaml").is_file());
    let again = place.call(&["pack", "raw", "-o", "again.cpt"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let read = |name: &str| std::fs::read(place.path().join(name)).expect("a package");
    assert_eq!(read("good.cpt"), read("again.cpt"));
}

pub fn what_is_no_component_is_refused_with_the_reason() {
    let place = Place::new();
    place.file("not.cpt", "this is no archive");
    std::fs::create_dir(place.path().join("empty")).expect("a folder");
    for arguments in [
        ["unpack", "not.cpt"],
        ["unpack", "missing.cpt"],
        ["pack", "empty"],
        ["pack", "missing"],
    ] {
        let call = place.call(&arguments);
        assert_eq!(call.code, Some(2), "{arguments:?}: {}", call.stderr);
        assert!(
            call.stderr.contains(arguments[1]),
            "{arguments:?}: {}",
            call.stderr
        );
        assert!(!call.stderr.contains('\u{1b}'), "{arguments:?}");
    }
    let left: Vec<_> = std::fs::read_dir(place.path())
        .expect("the folder")
        .flatten()
        .collect();
    assert_eq!(left.len(), 2, "nothing was written: {left:?}");
}

pub fn a_new_component_in_powershell_is_in_order() {
    let place = Place::new();
    for kind in ["--monitor", "--application", "--name=Acme"] {
        let folder = format!("acme{kind}");
        let new = ["new", "component", &folder, kind, "--type", "powershell"];
        let call = place.call(&new);
        assert_eq!(call.code, Some(0), "{}", call.stderr);
        let script = place.path().join(&folder).join("command.ps1");
        assert!(script.is_file(), "{}", call.stderr);
        let call = place.call(&["run", "--dry-run", &folder]);
        assert_eq!(call.code, Some(0), "{}", call.stderr);
        assert!(
            call.stderr.contains("1 component: in order") && !call.stderr.contains("note"),
            "{}",
            call.stderr
        );
    }
    let both = [
        "new",
        "component",
        "x",
        "--type",
        "powershell",
        "--os",
        "linux",
    ];
    let call = place.call(&both);
    assert_eq!(call.code, Some(2));
    assert!(call.stderr.contains("do not agree"), "{}", call.stderr);
    let both = [
        "new",
        "component",
        "y",
        "--type",
        "powershell",
        "--os",
        "windows",
    ];
    let call = place.call(&both);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    assert!(call.stderr.contains("setup powershell"), "{}", call.stderr);
    let call = place.call(&["new", "component", "z", "--name", "a\nb"]);
    assert_eq!(call.code, Some(2));
    assert!(call.stderr.contains("--name"), "{}", call.stderr);
    assert!(!place.path().join("z").exists());
}

pub fn a_dry_run_tells_the_notes_of_components() {
    let place = Place::new();
    let new = ["new", "component", "acme", "--type", "powershell"];
    assert_eq!(place.call(&new).code, Some(0));
    place.file(
        "acme/command.ps1",
        "$ErrorActionPreference = 'Stop'\nGet-Uptime\ngit fetch 2>&1\n$a ?? 1\n",
    );
    let call = place.call(&["run", "--dry-run", "acme"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    for code in ["newer-than-5.1", "fails-in-5.1", "differs-from-5.1"] {
        assert!(call.stderr.contains(code), "{code}: {}", call.stderr);
    }
    // On a real Windows nothing differs.
    let scenario = std::fs::read_to_string(place.path().join("acme/scenario.yaml")).expect("it");
    place.file("acme/scenario.yaml", &format!("engine: host\n{scenario}"));
    let call = place.call(&["run", "--dry-run", "acme"]);
    assert!(
        call.stderr.contains("fails-in-5.1") && !call.stderr.contains("differs-from-5.1"),
        "{}",
        call.stderr
    );
}
