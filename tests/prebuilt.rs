//! The rules by which the build script takes the prebuilt helper, and what is in `build/prebuilt`.
//! Whether it is of these very sources is asked by `scripts/prebuild-helper --check`, not here: where a
//! compiler for Windows is installed nobody uses it, so work on the helper is not held up by it.

#[path = "../build/helper/prebuilt.rs"]
mod prebuilt;
#[path = "../build/helper/sources.rs"]
mod sources;

use prebuilt::Record;
use std::fs;
use std::path::Path;

const LOCK: &str = r#"
[[package]]
name = "proptest"
version = "1.0.0"
checksum = "p1"

[[package]]
name = "serde"
version = "1.0.1"
checksum = "s1"
dependencies = [
 "inner 2.0.0",
]

[[package]]
name = "inner"
version = "1.0.0"
checksum = "i1"

[[package]]
name = "inner"
version = "2.0.0"
checksum = "i2"

[[package]]
name = "shakedown-helper"
version = "0.1.0"
dependencies = [
 "proptest",
 "serde",
]
"#;

/// Sources of a made-up helper, all of them decided by one file each.
fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("helper/src/main.rs", "fn main() {}"),
        ("helper/src/deep/mod.rs", "// x"),
        (
            "helper/Cargo.toml",
            "[package]\nname = \"shakedown-helper\"\n[dependencies]\nserde = \"1\"\n[dev-dependencies]\nproptest = \"1\"\n",
        ),
        (
            "Cargo.toml",
            "[dependencies]\nregex = \"1\"\n[profile.helper]\nopt-level = \"z\"\n",
        ),
        ("Cargo.lock", LOCK),
    ] {
        write(dir.path(), name, text);
    }
    dir
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Whether the digest is another one after this text of this file became that.
fn changes(name: &str, from: &str, to: &str) -> bool {
    let dir = tree();
    let before = sources::digest(dir.path()).unwrap();
    let text = fs::read_to_string(dir.path().join(name)).unwrap();
    assert!(text.contains(from), "{name} has no {from:?}");
    write(dir.path(), name, &text.replace(from, to));
    sources::digest(dir.path()).unwrap() != before
}

#[test]
fn the_digest_is_of_all_that_is_compiled_and_of_nothing_else() {
    assert!(changes("helper/src/main.rs", "{}", "{ }"));
    assert!(changes("helper/src/deep/mod.rs", "x", "y"));
    assert!(changes(
        "helper/Cargo.toml",
        "serde = \"1\"",
        "serde = \"1.0\""
    ));
    assert!(changes("Cargo.toml", "\"z\"", "\"s\""));
    assert!(changes("Cargo.lock", "s1", "s2"), "what is linked");
    assert!(changes("Cargo.lock", "i2", "i3"), "what that links");

    assert!(!changes("Cargo.toml", "regex = \"1\"", "regex = \"2\""));
    assert!(!changes("Cargo.lock", "i1", "i0"), "another version of it");
    assert!(!changes("Cargo.lock", "p1", "p2"), "what tests use");
}

#[test]
fn a_file_more_a_file_moved_and_a_lock_without_it_are_seen() {
    let dir = tree();
    let before = sources::digest(dir.path()).unwrap();
    assert_eq!(
        before,
        sources::digest(tree().path()).unwrap(),
        "any folder"
    );
    let src = dir.path().join("helper/src");
    fs::rename(src.join("deep/mod.rs"), src.join("deep.rs")).unwrap();
    assert_ne!(before, sources::digest(dir.path()).unwrap());
    write(dir.path(), "Cargo.lock", "");
    let why = sources::digest(dir.path()).unwrap_err().to_string();
    assert!(
        why.contains("Cargo.lock has no package shakedown-helper"),
        "{why}"
    );
}

#[test]
fn an_exe_is_taken_only_if_it_is_whole_and_of_these_sources() {
    let tools = ["rustc 1".to_owned(), "gcc 1: x".to_owned()];
    let record = Record::new("abc", b"MZ", &tools);
    let record = Record::parse(&record.to_string()).unwrap();
    assert_eq!(record, Record::new("abc", b"MZ", &tools));
    assert!(record.fits(b"MZ", Some("abc")).is_ok());
    assert!(
        record.fits(b"MZ", None).is_ok(),
        "a published crate has no sources of it"
    );
    for (exe, of, told) in [
        (&b"M"[..], Some("abc"), "not the one recorded"),
        (b"MZ", Some("abd"), "of other sources"),
    ] {
        let why = record.fits(exe, of).unwrap_err().to_string();
        assert!(why.contains(told), "{why}");
    }
    let why = Record::parse("sources: abc\nexe: 1\n")
        .unwrap_err()
        .to_string();
    assert!(why.contains("`rustc:`"), "{why}");
}

#[test]
fn the_one_that_is_kept_is_the_one_recorded_and_names_no_folder_of_its_maker() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("build/prebuilt");
    let exe = fs::read(kept.join("shakedown-helper.exe")).unwrap();
    let record = fs::read_to_string(kept.join("shakedown-helper.txt")).unwrap();
    Record::parse(&record).unwrap().fits(&exe, None).unwrap();
    assert!(exe.starts_with(b"MZ"));
    // Where the PE header begins; 4 bytes of signature and 4 of machine and sections, then the time.
    let header = u32::from_le_bytes(exe[0x3c..0x40].try_into().unwrap()) as usize;
    assert_eq!(&exe[header..header + 6], b"PE\0\0\x64\x86", "64-bit");
    assert_eq!(
        exe[header + 8..header + 12],
        [0; 4],
        "no time of its making"
    );
    for folder in [
        &b"/home/"[..],
        b"/root/",
        b"/tmp/",
        b".cargo",
        b"C:\\Users\\",
    ] {
        let found = exe.windows(folder.len()).any(|w| w == folder);
        assert!(!found, "{}", String::from_utf8_lossy(folder));
    }
}
