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
