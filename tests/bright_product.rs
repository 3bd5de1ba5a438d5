//! The fixture's programs, as far as they can be tried without a device.

use std::path::PathBuf;
use std::process::{Command, Output};

fn built(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/bright-antivirus/built")
        .join(name)
}

/// The program for the system that the tests run on.
fn program(name: &str) -> PathBuf {
    if cfg!(windows) {
        built("windows").join(format!("{name}.exe"))
    } else {
        built(name)
    }
}

fn run(name: &str, args: &[&str]) -> Output {
    let staging = tempfile::tempdir().unwrap();
    Command::new(program(name))
        .args(args)
        .env_clear()
        .env("BRIGHT_PREFIX", staging.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

#[test]
fn sha256_matches_the_published_vectors() {
    let vectors = [
        (
            "",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            "abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
    ];
    for (text, sum) in vectors {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let output = run("bvid", &["--sha256", &file.path().to_string_lossy()]);
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            sum,
            "{text:?}"
        );
    }
}

#[test]
fn wrong_calls_end_with_2_and_the_usage() {
    let mut calls = vec![
        ("bvid", vec!["--nonsense"]),
        ("BvAntiSrv", vec!["--nonsense"]),
    ];
    // For Windows it is a setup program of NSIS, which has no usage.
    if cfg!(unix) {
        calls.extend([
            ("bright-setup", vec!["--nonsense"]),
            ("bright-setup", vec!["--silent"]),
            ("bright-setup", vec![]),
        ]);
    }
    for (name, args) in calls {
        let output = run(name, &args);
        assert_eq!(code(&output), 2, "{name} {args:?}");
        assert!(!output.stderr.is_empty(), "{name} {args:?} says nothing");
    }
}

#[cfg(unix)]
#[test]
fn a_malformed_licence_is_refused_without_a_call() {
    for licence in [
        "",
        "WRONG",
        "BRGT-2025-OSAK",
        "BRGT-2025-OSAK-000\"",
        "brgt-2025-osak-0001",
    ] {
        let output = run("bright-setup", &["--silent", "--licence", licence]);
        assert_eq!(code(&output), 10, "{licence:?}");
    }
}

#[test]
fn a_product_that_is_not_installed_says_so() {
    let output = run("BvCmd", &["--status"]);
    assert_eq!(code(&output), 3);
    assert!(String::from_utf8_lossy(&output.stderr).contains("not installed"));
}

/// What is built for Windows devices, or is not and says why.
#[test]
fn each_output_for_windows_is_there_or_says_why_not() {
    let missing = |name: &str| built("windows").join(format!("{name}.missing"));
    // The first bytes of a program, and of an OLE compound file, which an MSI is.
    let (exe, msi): (&[u8], &[u8]) = (b"MZ", &[0xd0, 0xcf, 0x11, 0xe0]);
    for (name, head) in [
        ("BvAntiSrv.exe", exe),
        ("BvCmd.exe", exe),
        ("bvid.exe", exe),
        ("bright-setup.exe", exe),
        ("link32.exe", exe),
        ("restart32.exe", exe),
        ("BrightAntivirus.msi", msi),
        ("BrightAntivirus-before.msi", msi),
    ] {
        match std::fs::read(built("windows").join(name)) {
            Ok(data) => {
                assert!(data.starts_with(head), "{name} is of another kind");
                assert!(!missing(name).exists(), "{name} is there and missing");
            }
            Err(_) => {
                let why = std::fs::read_to_string(missing(name))
                    .unwrap_or_else(|e| panic!("{name} is not there, and nothing says why: {e}"));
                assert!(
                    why.contains("is not installed") || why.contains("no linker"),
                    "{why}"
                );
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn the_reboot_program_does_nothing_without_its_word() {
    assert_eq!(code(&run("raw-reboot", &[])), 2);
}
