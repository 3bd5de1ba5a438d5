//! `setup`: what is there, what is removed, and what is said when nothing can be made.

use super::{Call, Place};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// `setup` with a cache of its own, and programs of these texts before all others on the PATH.
fn setup(place: &Place, arguments: &[&str], tools: &[(&str, &str)]) -> Command {
    for (name, text) in tools {
        let path = place.file(&format!("tools/{name}"), text);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("a program");
    }
    let mut command = place.command(&[&["setup"], arguments].concat());
    let path = match tools {
        [] => std::env::var("PATH").unwrap_or_default(),
        _ => format!("{}:/usr/bin:/bin", place.path().join("tools").display()),
    };
    command
        .env("SHAKEDOWN_CACHE", place.path().join("cache"))
        .env("PATH", path);
    command
}

fn call(place: &Place, arguments: &[&str], tools: &[(&str, &str)]) -> Call {
    Call::from(
        setup(place, arguments, tools)
            .output()
            .expect("the program starts"),
    )
}

fn state(place: &Place) -> String {
    let listed = call(place, &["--list", "--json"], &[]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    let found: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
    found[0]["state"].as_str().unwrap_or_default().to_owned()
}

pub fn an_empty_cache_tells_how_it_is_filled() {
    let place = Place::new();
    let listed = call(&place, &["--list"], &[]);
    assert_eq!((listed.code, listed.stderr.as_str()), (Some(0), ""));
    assert!(listed.stdout.contains("missing; shakedown setup wine"));
    assert_eq!(state(&place), "missing");
    let removed = call(&place, &["--remove", "wine"], &[]);
    assert_eq!(removed.code, Some(0));
    assert!(
        removed.stderr.contains("nothing was in"),
        "{}",
        removed.stderr
    );
    assert!(!place.path().join("cache").exists());
}

pub fn what_is_half_made_is_told_and_removed() {
    let place = Place::new();
    place.file("cache/wine/1/packages/a.deb", "half");
    place.file("cache/other", "kept");
    assert_eq!(state(&place), "unfinished");
    place.file("cache/wine/1/ready.json", "{}");
    assert_eq!(state(&place), "unusable");
    let removed = call(&place, &["--remove", "wine"], &[]);
    assert_eq!(removed.code, Some(0), "{}", removed.stderr);
    assert_eq!(state(&place), "missing");
    assert!(place.path().join("cache/other").is_file());
}

pub fn only_one_setup_works_in_a_cache() {
    let place = Place::new();
    let held = place.file("cache/wine/lock", "4321\n");
    let held = std::fs::File::open(held).expect("the lock");
    held.lock().expect("it is free");
    let removed = call(&place, &["--remove", "wine"], &[]);
    assert_eq!(removed.code, Some(3), "{}", removed.stderr);
    let told = "another setup (process 4321) works in";
    assert!(removed.stderr.contains(told), "{}", removed.stderr);
    // Closing is not enough: a child that another test forks at this moment has the file open, too.
    held.unlock().expect("it was held");
    assert_eq!(call(&place, &["--remove", "wine"], &[]).code, Some(0));
}

pub fn without_a_cache_or_with_bad_words_is_exit_2() {
    let place = Place::new();
    let none = place.call(&["setup", "wine"]);
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("SHAKEDOWN_CACHE"), "{}", none.stderr);
    for bad in [
        &["wine", "--mirror", "ftp.example"][..],
        &["wine", "--host", "--from", "x"],
        &["cider"],
        &["--list", "wine"],
        &[],
    ] {
        assert_eq!(call(&place, bad, &[]).code, Some(2), "{bad:?}");
    }
}

/// What a setup that fails says, and that nothing of it is taken for done.
fn refused(tools: &[(&str, &str)], expected: &[&str]) {
    let place = Place::new();
    let made = call(
        &place,
        &["wine", "--mirror", "http://x.example/debian"],
        tools,
    );
    assert_eq!(made.code, Some(3), "{}", made.stderr);
    // Only root has Windows devices; for others that is what is told.
    let whole = Command::new("id").arg("-u").output().expect("id").stdout == b"0\n";
    let expected = if whole {
        expected
    } else {
        &["need root", "sudo"]
    };
    for text in expected {
        assert!(
            made.stderr.contains(text),
            "no {text:?} in:\n{}",
            made.stderr
        );
    }
    assert_ne!(state(&place), "ready");
}

/// Keys are there, so that the first thing asked of apt is its configuration.
const CONFIG: (&str, &str) = ("apt-config", "#!/bin/sh\nexit 0\n");

pub fn without_a_network_the_way_out_is_told() {
    let apt = "#!/bin/sh\necho 'E: Failed to fetch http://x.example  Temporary failure resolving' >&2\nexit 100\n";
    let expected = [
        "apt could not get Debian's packages",
        "Temporary failure resolving",
        "help: ",
    ];
    refused(&[CONFIG, ("apt-get", apt)], &expected);
}

pub fn a_broken_download_is_no_setup() {
    // The lists come, and then the packages do not.
    let apt = "#!/bin/sh\ncase \"$*\" in *--download-only*) echo 'E: Hash Sum mismatch' >&2; exit 100 ;; esac\nexit 0\n";
    refused(
        &[CONFIG, ("apt-get", apt)],
        &["Hash Sum mismatch", "run it again"],
    );
}

pub fn a_folder_without_the_packages_is_refused() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("debs")).expect("a folder");
    let made = call(&place, &["wine", "--from", "debs"], &[]);
    assert_eq!(made.code, Some(3), "{}", made.stderr);
    let told = ["lacks the packages", "need root"];
    assert!(
        told.iter().any(|t| made.stderr.contains(t)),
        "{}",
        made.stderr
    );
}

pub fn an_interrupted_setup_ends_with_130_and_its_tools() {
    let place = Place::new();
    let pid = place.path().join("pid");
    let apt = format!("#!/bin/sh\necho $$ > {}\nexec sleep 60\n", pid.display());
    let mut child = setup(&place, &["wine"], &[CONFIG, ("apt-get", &apt)])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    let began = Instant::now();
    while !pid.is_file() && began.elapsed() < Duration::from_secs(20) {
        if let Ok(Some(ended)) = child.try_wait() {
            // A normal user's setup does not come so far.
            assert_eq!(ended.code(), Some(3));
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let kill = Command::new("kill")
        .arg("-INT")
        .arg(child.id().to_string())
        .status();
    assert!(kill.is_ok_and(|k| k.success()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let tool = std::fs::read_to_string(&pid).expect("the tool's number");
    let gone = !Path::new(&format!("/proc/{}", tool.trim())).exists();
    assert!(gone, "apt-get lives on");
    assert_eq!(state(&place), "unfinished");
}
