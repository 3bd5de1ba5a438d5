//! Packages that must be refused, each for its own reason, with nothing written anywhere.

mod archive;
mod bombs;
mod metadata;
mod names;

use crate::raw_zip::{Raw, entry, zip};
use crate::{OLD, files, folder};
use shakedown::component::{load, unpack, unpack_readable};

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
