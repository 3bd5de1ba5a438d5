//! What is said to apt and read from it.

use super::*;
use proptest::prelude::*;

#[test]
fn nothing_of_the_machine_is_read_or_written() {
    let folder = Path::new("/c/wine/1/packages");
    let text = settings(folder, Path::new("/k.gpg"), "Acquire::Retries \"3\";\n").unwrap();
    assert!(text.starts_with("Acquire::Retries \"3\";\n"));
    for line in text.lines().filter(|l| l.starts_with("Dir::")) {
        let private = line.contains("/c/wine/1/packages") || line.contains("/dev/null");
        assert!(private || line == "Dir::Etc::Trusted \"/k.gpg\";", "{line}");
    }
    assert!(text.contains("APT::Architectures { \"amd64\"; \"i386\"; };"));
    assert!(!text.contains("Post-Invoke"));
}

#[test]
fn folders_apt_cannot_take_are_refused() {
    let refused = settings(Path::new("/a\"b"), Path::new("/k"), "").unwrap_err();
    assert!(refused.to_string().contains("/a\"b"));
    assert!(
        refused
            .mend()
            .is_some_and(|m| m.contains("SHAKEDOWN_CACHE"))
    );
}

#[test]
fn what_apt_tells_is_understood() {
    assert_eq!(
        progress("dlstatus:3:12.5:Retrieving file 1 of 2"),
        Some(12.5)
    );
    assert_eq!(progress("dlstatus:3:1200:x"), None);
    assert_eq!(progress("Get:1 http://x.example"), None);
    let uri = "'http://x.example/a.deb' a_1_amd64.deb 1234 SHA256:00";
    assert_eq!(uri_size(uri), Some(1234));
    let inst = "Inst libaom3:i386 (1:3.12-1+deb13u1 Debian:13.1/stable, x [i386]) []";
    let package = chosen(inst).unwrap();
    assert_eq!(file_name(&package), "libaom3_1%3a3.12-1+deb13u1_i386.deb");
    assert_eq!(chosen("Inst ../x (1 y [z])"), None);
    assert_eq!(chosen("Conf libc6 (2 Debian [amd64])"), None);
}

#[test]
fn errors_name_the_way_out() {
    let mend = |stderr: &str| {
        let failure = failure(stderr, "exit status: 100");
        (
            failure.to_string(),
            failure.mend().unwrap_or_default().to_owned(),
        )
    };
    let (what, way) = mend(
        "W: a\nE: Failed to fetch http://x.example  Temporary failure resolving\nE: Some index files failed to download.\n",
    );
    assert!(
        what.ends_with(
            "packages: a; Failed to fetch http://x.example  Temporary failure resolving"
        )
    );
    assert!(way.contains("network") && way.contains("--mirror"));
    assert!(
        mend("E: GPG error: NO_PUBKEY 1")
            .1
            .contains("debian-archive-keyring")
    );
    assert!(
        mend("E: No space left on device")
            .1
            .contains("SHAKEDOWN_CACHE")
    );
    assert!(
        mend("E: Unable to locate package wine64")
            .1
            .contains("--mirror")
    );
    let renewed =
        mend("E: Failed to fetch x  File has unexpected size (1 != 2). Mirror sync in progress?");
    assert!(renewed.1.contains("being renewed"));
    assert!(mend("").0.ends_with("exit status: 100"));
}

#[test]
fn the_other_name_counts_only_as_long_as_it_is_this_release() {
    let folder = tempfile::tempdir().unwrap();
    let apt = Apt {
        folder: folder.path().to_owned(),
        mirror: "http://near.example/debian".into(),
    };
    assert!(!apt.is_the_release());
    let lists = folder.path().join("lists");
    fs::create_dir(&lists).unwrap();
    let release = lists.join("near.example_debian_dists_stable_InRelease");
    fs::write(&release, "Suite: stable\nCodename: forky\n").unwrap();
    assert!(!apt.is_the_release());
    fs::write(&release, "Suite: stable\nCodename: trixie\n").unwrap();
    assert!(apt.is_the_release());
    apt.sources(wanted::SUITE_TOO).unwrap();
    let line = fs::read_to_string(folder.path().join("sources.list")).unwrap();
    assert_eq!(
        line,
        "deb [arch=amd64,i386] http://near.example/debian stable main\n"
    );
}

proptest! {
    #[test]
    fn no_line_makes_it_panic(line in "(Inst |dlstatus:|'|[ ()\\[\\]:a1.é]){0,30}") {
        progress(&line);
        uri_size(&line);
        chosen(&line);
    }
}
