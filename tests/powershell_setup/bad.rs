//! Releases that are refused, from a file or a folder.

use super::place::{PATIENCE, Place, Steps, fill};
use super::release::{NAME, X64, Zip, header, image, release, sha256};
use shakedown::engine::Cancel;
use shakedown::engine::wine::setup::Step;
use shakedown::engine::wine::setup::powershell::{From, setup};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Each zip with words of the error it gives.
fn all_refused(zips: Vec<(&str, Vec<u8>, &str)>) {
    let place = Place::new();
    for (what, zip, expected) in zips {
        let told = place.refused_zip(&zip);
        assert!(
            told.contains(expected),
            "{what}: no {expected:?} in: {told}"
        );
    }
}

pub fn a_zip_with_another_hash_is_not_opened() {
    let place = Place::new();
    let zip = Zip::good().bytes();
    let path = place.file(NAME, &zip);
    let other = release(b"another", "http://127.0.0.1:1");
    let told = place.refused(&other, &From::Path(path.clone()));
    assert!(
        told.contains(&sha256(&zip)) && told.contains(&other.sha256),
        "{told}"
    );
    // The list beside it speaks first.
    let own = release(&zip, "http://127.0.0.1:1");
    place.file(
        "hashes.sha256",
        format!("{} *{NAME}\n", "0".repeat(64)).as_bytes(),
    );
    let told = place.refused(&own, &From::Path(path.clone()));
    assert!(told.contains("hashes.sha256 tells 0000"), "{told}");
    place.file("hashes.sha256", b"abc *other.zip\n");
    let told = place.refused(&own, &From::Path(path));
    assert!(told.contains("does not name PowerShell-7.6.5"), "{told}");
    fs::remove_file(place.path.join("hashes.sha256")).expect("it was there");
    let missing = From::Path(place.path.join("not there.zip"));
    let (made, _) = place.run(&own, &missing);
    let error = made.expect_err("it is not there");
    assert!(error.to_string().contains("not there.zip"), "{error}");
    // What is there of Wine has nothing to do with it.
    let mend = error.mend().unwrap_or_default();
    assert_eq!(mend, "give the zip, or the folder it was unpacked to");
}

pub fn what_is_no_whole_zip_is_refused() {
    let good = Zip::good().bytes();
    let behind = [&good[..], b"more"].concat();
    all_refused(vec![
        (
            "a text",
            b"<html>Not Found</html>".to_vec(),
            "release.zip is no zip",
        ),
        ("nothing", Vec::new(), "release.zip is empty"),
        (
            "its first half",
            good[..good.len() / 2].to_vec(),
            "cut short",
        ),
        (
            "all but its last byte",
            good[..good.len() - 1].to_vec(),
            "cut short",
        ),
        ("more behind it", behind, "follow the end of the archive"),
    ]);
    // A byte of a file is another: only its own sum tells.
    let mut broken = good.clone();
    let at = broken
        .windows(8)
        .position(|w| w == b"net10.0\"")
        .expect("the config");
    broken[at] = b'x';
    all_refused(vec![("a changed file", broken, "cannot be unpacked")]);
}

pub fn another_machine_or_version_is_refused() {
    let with = |exe: &[u8]| Zip::with(exe).bytes();
    all_refused(vec![
        (
            "arm64",
            with(&image(0xaa64, [7, 6, 5, 500])),
            "for arm64, and devices are x64",
        ),
        (
            "x86",
            with(&image(0x014c, [7, 6, 5, 500])),
            "for x86, and devices are x64",
        ),
        (
            "7.6.4",
            with(&image(X64, [7, 6, 4, 500])),
            "is PowerShell 7.6.4.500, not 7.6.5",
        ),
        ("7.5.5", with(&image(X64, [7, 5, 5, 500])), "not 7.6.5"),
        (
            "no image",
            with(b"#!/bin/sh\n"),
            "its pwsh.exe is no program of Windows",
        ),
    ]);
}

pub fn names_that_leave_the_folder_are_refused() {
    let named = |name: &str| Zip::good().file(name, b"x").bytes();
    all_refused(vec![
        ("up", named("../evil.dll"), "climbs through"),
        (
            "up within",
            named("Modules/../../evil.dll"),
            "climbs through",
        ),
        ("absolute", named("/evil.dll"), "is an absolute path"),
        (
            "a drive",
            named("C:/evil.dll"),
            "starts with a drive letter",
        ),
        ("a backslash", named("..\\evil.dll"), "holds a backslash"),
        ("a device", named("Modules/NUL"), "is a device's name"),
        ("a stream", named("pwsh.exe:evil"), "does not allow"),
    ]);
}

pub fn names_that_collide_are_refused() {
    let named = |name: &str| Zip::good().file(name, b"x").bytes();
    all_refused(vec![
        ("another case", named("PWSH.exe"), "differ only in case"),
        (
            "another case of a folder",
            named("modules/x"),
            "differ only in case",
        ),
        (
            "a file where a folder is",
            named("Modules"),
            "is a file and a folder",
        ),
    ]);
}

pub fn links_and_encrypted_entries_are_refused() {
    let mut encrypted = Zip::good().bytes();
    let at = header(&encrypted, "pwsh.dll");
    encrypted[at + 8] |= 1;
    all_refused(vec![
        (
            "a link",
            Zip::good().link("evil", "/etc/passwd").bytes(),
            "is a symbolic link",
        ),
        ("encrypted", encrypted, "is encrypted"),
    ]);
}

pub fn bombs_and_giants_are_refused() {
    let declared = |size: u32| {
        let mut zip = Zip::good().bytes();
        let at = header(&zip, "pwsh.dll");
        zip[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
        zip
    };
    let mut many = Zip::good().bytes();
    let end = many.len() - 22;
    many[end + 8..end + 12].copy_from_slice(&[0x50, 0xc3, 0x50, 0xc3]);
    all_refused(vec![
        ("a bomb", declared(70 << 20), "would grow from"),
        ("a giant", declared(200 << 20), "128 MB a file"),
        ("a liar", declared(5), "pwsh.dll"),
        ("too many entries", many, "claims 50000 entries"),
    ]);
}

pub fn what_lacks_a_file_is_refused() {
    let good = Zip::good().bytes();
    let without = |name: &str| {
        // The same letters, so that the zip stays whole.
        let other = name.replace('.', "_");
        let mut zip = good.clone();
        let mut at = 0;
        while let Some(found) = zip[at..]
            .windows(name.len())
            .position(|w| w == name.as_bytes())
        {
            at += found;
            zip[at..at + name.len()].copy_from_slice(other.as_bytes());
        }
        zip
    };
    let within = Zip::new().file("PowerShell-7.6.5/pwsh.exe", b"MZ").bytes();
    all_refused(vec![
        ("no pwsh.exe", without("pwsh.exe"), "it has no pwsh.exe"),
        (
            "no config",
            without("pwsh.runtimeconfig.json"),
            "it has no pwsh.runtimeconfig.json",
        ),
        (
            "no engine",
            without("System.Management.Automation.dll"),
            "it has no System.Management",
        ),
        ("in a folder", within, "does not lie at its root"),
        ("an empty zip", Zip::new().bytes(), "it has no pwsh.exe"),
    ]);
    let bad = "@{\r\nCmdletsToExport = Get-All\r\n}";
    let name = "Modules/ThreadJob/ThreadJob.psd1";
    let zip = Zip::good().file(name, bad.as_bytes()).bytes();
    all_refused(vec![(
        "a manifest",
        zip,
        "ThreadJob/ThreadJob.psd1: line 2: the value is not a list",
    )]);
}

/// A release that somebody unpacked.
pub fn what_is_no_zip_is_told_before_its_hash() {
    let place = Place::new();
    let other = release(b"another", "http://127.0.0.1:1");
    for (name, content, what) in [
        ("t.txt", &b"text"[..], "t.txt is no zip"),
        ("empty.zip", b"", "empty.zip is empty"),
    ] {
        let told = place.refused(&other, &From::Path(place.file(name, content)));
        assert!(told.ends_with(what), "{told}");
    }
}

pub fn a_pipe_is_not_opened() {
    let place = Place::new();
    let pipe = place.path.join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    // Lets one who opened it go on, so that the test fails and does not hang.
    let other_end = pipe.clone();
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_secs(10));
        drop(fs::OpenOptions::new().write(true).open(other_end));
    });
    let told = place.refused(&release(b"", "http://127.0.0.1:1"), &From::Path(pipe));
    assert!(
        told.ends_with("pipe is neither a zip nor a folder"),
        "{told}"
    );
}

pub fn a_folder_with_the_zip_leads_to_the_zip() {
    let place = Place::new();
    let zip = place.file(&format!("downloads/{NAME}"), b"");
    let from = From::Path(place.path.join("downloads"));
    let (made, _) = place.run(&release(b"", "http://127.0.0.1:1"), &from);
    let error = made.expect_err("it is no folder of PowerShell");
    let zip = zip.canonicalize().expect("it is there");
    let mend = format!("give the zip itself: {}", zip.display());
    assert_eq!(error.mend(), Some(mend.as_str()), "{error}");
}

fn folder(place: &Place, exe: &[u8]) -> std::path::PathBuf {
    let zip = Zip::with(exe).bytes();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).expect("a zip");
    zip.extract(place.path.join("unpacked"))
        .expect("it is unpacked");
    place.path.join("unpacked")
}

pub fn a_folder_is_judged_like_a_zip() {
    let place = Place::new();
    let own = release(b"", "http://127.0.0.1:1");
    let folder = folder(&place, &image(X64, [7, 6, 4, 1]));
    let from = From::Path(folder.clone());
    // Links in a folder that is none of PowerShell's are not what is wrong with it.
    let other = place.path.join("other");
    fs::create_dir(&other).expect("a folder");
    symlink("/etc/passwd", other.join("mtab")).expect("a link");
    let told = place.refused(&own, &From::Path(other.clone()));
    assert!(
        told.contains("other is no folder of PowerShell: it has no pwsh.exe"),
        "{told}"
    );
    fs::create_dir(other.join("PowerShell-7.6.5")).expect("a folder");
    fs::write(other.join("PowerShell-7.6.5/pwsh.exe"), "MZ").expect("a file");
    let (made, _) = place.run(&own, &From::Path(other));
    let error = made.expect_err("it lies deeper");
    let mend = error.mend().unwrap_or_default();
    assert!(
        mend.starts_with("give ") && mend.ends_with("/other/PowerShell-7.6.5"),
        "{mend}"
    );
    let told = place.refused(&own, &from);
    assert!(told.contains("is PowerShell 7.6.4.1, not 7.6.5"), "{told}");
    fs::write(folder.join("pwsh.exe"), image(X64, [7, 6, 5, 1])).expect("a file");
    symlink("/etc/passwd", folder.join("Modules/evil")).expect("a link");
    let told = place.refused(&own, &from);
    assert!(told.contains("neither a file nor a folder"), "{told}");
    fs::remove_file(folder.join("Modules/evil")).expect("it is gone");
    fs::write(folder.join("Pwsh.exe"), "").expect("a file");
    let told = place.refused(&own, &from);
    assert!(told.contains("differ only in case"), "{told}");
    fs::remove_file(folder.join("Pwsh.exe")).expect("it is gone");
    let (made, steps) = place.run(&own, &from);
    assert!(made.is_err(), "there is no Wine that could run it");
    assert!(
        steps.ends_with(&[Step::Unpack, Step::Layer, Step::Compile]),
        "{steps:?}"
    );
    assert!(!place.names().iter().any(|n| n.starts_with("powershell")));
    // The folder itself was only read.
    assert!(
        folder
            .join("Modules/PowerShellGet/PowerShellGet.psd1")
            .is_file()
    );
}

pub fn without_wine_there_is_no_powershell() {
    let place = Place::new();
    fs::remove_file(place.cache.ready()).expect("it was there");
    let told = place.refused_zip(&Zip::good().bytes());
    assert!(told.contains("PowerShell is a layer over Wine"), "{told}");
}

/// The variable by which this binary becomes the setup on a small disk: folder, and megabytes.
const SMALL: &str = "SHAKEDOWN_TEST_SMALL_DISK";

/// Runs the setup where the folder is a disk of its own; whether this process was for that.
pub fn within_a_small_disk() -> bool {
    let Some(folder) = std::env::var_os(SMALL) else {
        return false;
    };
    let folder = Path::new(&folder);
    let cache = fill(folder);
    let zip = fs::read(folder.parent().expect("a folder").join("release.zip")).expect("the zip");
    let path = folder.parent().expect("a folder").join("release.zip");
    let (steps, cancel) = (Steps::default(), Cancel::default());
    let own = release(&zip, "http://127.0.0.1:1");
    let made = setup(&cache, &own, &From::Path(path), PATIENCE, &steps, &cancel);
    let left: Vec<_> = fs::read_dir(cache.folder())
        .expect("the cache")
        .map(|e| e.expect("an entry").file_name())
        .filter(|n| n.to_string_lossy().starts_with("powershell"))
        .collect();
    println!(
        "{:?} {left:?} {}",
        steps.began.borrow(),
        made.expect_err("no room")
    );
    true
}

/// What a setup says on a disk of so many bytes.
fn on_disk(bytes: usize, zip: &[u8]) -> String {
    let place = Place::new();
    place.file("release.zip", zip);
    let small = place.path.join("small");
    fs::create_dir(&small).expect("a folder");
    let script = format!("mount -t tmpfs -o size={bytes} none \"${SMALL}\" && exec \"$0\"");
    let this = std::env::current_exe().expect("this program");
    // The mount is in a namespace of its own, which ends with the process.
    let out = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "sh", "-c", &script])
        .arg(this)
        .env(SMALL, &small)
        .output()
        .expect("unshare");
    let told = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(
        out.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&out.stderr)
    );
    told
}

pub fn a_full_disk_leaves_nothing() {
    // Each takes a page of the disk, and is a byte long.
    let mut zip = Zip::good();
    for i in 0..400 {
        zip = zip.file(&format!("small/{i}.txt"), b"x");
    }
    let told = on_disk(1 << 20, &zip.bytes());
    assert!(
        told.starts_with("[Release, Unpack] [] cannot write"),
        "{told}"
    );
    assert!(told.contains("No space left on device"), "{told}");
}

pub fn too_little_room_is_told_before_a_byte_is_unpacked() {
    let zip = Zip::good().file("large.bin", &vec![7; 2 << 20]).bytes();
    let told = on_disk(1 << 20, &zip);
    assert!(
        told.contains("of free room, and setup needs 2 MB"),
        "{told}"
    );
    assert!(told.contains("[Release, Unpack] []"), "{told}");
}
