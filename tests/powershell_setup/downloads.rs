//! Servers that give a release well, badly, or not at all.

use super::place::{PATIENCE, Place, Steps};
use super::release::{NAME, Zip, release, sha256};
use super::server::{Manner, Server};
use shakedown::engine::Cancel;
use shakedown::engine::wine::setup::powershell::{From, setup};
use shakedown::engine::wine::setup::{SetupError, Step};
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const WEB: From = From::Web { mirror: None };

/// A zip of several pieces, and the list that tells its hash.
fn good() -> (Vec<u8>, String) {
    let zip = Zip::good().file("large.bin", &vec![7; 300_000]).bytes();
    let list = format!(
        "{}  other.zip\r\n{} *{NAME}\r\n",
        "0".repeat(64),
        sha256(&zip).to_uppercase()
    );
    (zip, list)
}

fn serve(manner: Manner) -> (Vec<u8>, Server) {
    let (zip, list) = good();
    let server = Server::start(zip.clone(), list, manner);
    (zip, server)
}

pub fn a_list_that_disagrees_ends_it_before_the_download() {
    let (zip, list) = good();
    let place = Place::new();
    for (list, expected) in [
        (
            list.replace(&sha256(&zip).to_uppercase(), &"ab".repeat(32)),
            "tells abab",
        ),
        (
            list.replace(NAME, "PowerShell-7.6.5-win-x86.zip"),
            "does not name PowerShell-7.6.5-win-x64.zip",
        ),
        (String::new(), "does not name"),
    ] {
        let server = Server::start(zip.clone(), list, Manner::Well);
        let told = place.refused(&release(&zip, &server.base), &WEB);
        assert!(told.contains(expected), "{told}");
        assert_eq!(server.asked.load(Ordering::SeqCst), 0);
    }
    // The list is right, and the zip is not what it tells.
    let server = Server::start(b"PK-no-zip".to_vec(), list, Manner::Well);
    let told = place.refused(&release(&zip, &server.base), &WEB);
    assert!(
        told.contains("is not the release that this shakedown takes"),
        "{told}"
    );
}

/// It came down whole, was unpacked, and went as far as it can without PowerShell.
fn came_whole(place: &Place, zip: &[u8], server: &Server) {
    let (made, steps) = place.run(&release(zip, &server.base), &WEB);
    assert!(made.is_err(), "there is no Wine that could run it");
    let all = [Step::Release, Step::Unpack, Step::Layer, Step::Compile];
    assert_eq!(steps, all, "{made:?}");
    assert!(!place.names().iter().any(|n| n.starts_with("powershell")));
}

pub fn a_download_that_is_cut_goes_on() {
    let (zip, server) = serve(Manner::Cut(100_000));
    came_whole(&Place::new(), &zip, &server);
    assert_eq!(
        server.asked.load(Ordering::SeqCst),
        zip.len().div_ceil(100_000)
    );
}

pub fn a_server_without_ranges_is_taken_from_the_beginning() {
    let (zip, server) = serve(Manner::Well);
    let place = Place::new();
    place.file(
        &format!(
            "cache/wine/1/powershell-release-7.6.5-{}.zip.partial",
            &sha256(&zip)[..16]
        ),
        &zip[..1000],
    );
    came_whole(&place, &zip, &server);
    // One that has no ranges, and never comes to its end.
    let (zip, server) = serve(Manner::CutWhole(200_000));
    let (made, _) = place.run(&release(&zip, &server.base), &WEB);
    assert!(made.is_err_and(|e| e.to_string().contains("cannot download")));
}

pub fn what_a_server_refuses_is_told() {
    let place = Place::new();
    for (status, asked) in [(404, 1), (403, 1), (500, 3), (503, 3)] {
        let (zip, server) = serve(Manner::Status(status));
        let told = place.refused(&release(&zip, &server.base), &WEB);
        assert!(
            told.contains(&format!("the server answers {status}")),
            "{told}"
        );
        assert_eq!(server.asked.load(Ordering::SeqCst), asked, "{status}");
    }
    // Nobody listens there.
    let told = place.refused(&release(b"", "http://127.0.0.1:1"), &WEB);
    assert!(
        told.contains("cannot download http://127.0.0.1:1/hashes.sha256"),
        "{told}"
    );
}

pub fn a_server_that_hangs_is_given_up() {
    let (zip, server) = serve(Manner::Hang);
    let place = Place::new();
    let began = Instant::now();
    let (made, _) = place.run(&release(&zip, &server.base), &WEB);
    let told = made.expect_err("it hangs").to_string();
    assert!(told.contains("nothing came for"), "{told}");
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "{:?}",
        began.elapsed()
    );
}

pub fn what_is_too_large_is_not_downloaded() {
    let (zip, server) = serve(Manner::Huge);
    let told = Place::new().refused(&release(&zip, &server.base), &WEB);
    assert!(told.contains("it is larger than 1.1 GB"), "{told}");
}

pub fn an_interrupted_download_goes_on_with_the_next_run() {
    let (zip, hanging) = serve(Manner::Hang);
    let place = Place::new();
    let before = place.names();
    let cancel = Cancel::default();
    let later = cancel.clone();
    let partial = format!(
        "powershell-release-7.6.5-{}.zip.partial",
        &sha256(&zip)[..16]
    );
    let file = place.cache.folder().join(&partial);
    let watched = file.clone();
    let canceller = std::thread::spawn(move || {
        let began = Instant::now();
        while watched.metadata().map_or(0, |f| f.len()) == 0 && began.elapsed().as_secs() < 20 {
            std::thread::sleep(Duration::from_millis(5));
        }
        later.cancel();
    });
    let own = release(&zip, &hanging.base);
    let patience = shakedown::engine::wine::setup::powershell::Patience::default();
    let made = setup(
        &place.cache,
        &own,
        &WEB,
        patience,
        &Steps::default(),
        &cancel,
    );
    assert!(matches!(made, Err(SetupError::Interrupted)), "{made:?}");
    canceller.join().expect("it ends");
    let half = file.metadata().expect("what came is kept").len();
    assert!(half > 0 && half < zip.len() as u64, "{half}");
    let mut with = before.clone();
    with.push(partial);
    with.sort();
    assert_eq!(place.names(), with);
    // The next one asks for the rest alone: a server that cuts what begins at the beginning gives it.
    let (_, server) = serve(Manner::Well);
    came_whole(&place, &zip, &server);
    // Interrupted while it is unpacked: nothing is left.
    let steps = Steps {
        cancel: Some((Step::Unpack, Cancel::default())),
        ..Steps::default()
    };
    let cancel = steps
        .cancel
        .as_ref()
        .map(|(_, c)| c.clone())
        .unwrap_or_default();
    let own = release(&zip, &server.base);
    let made = setup(&place.cache, &own, &WEB, PATIENCE, &steps, &cancel);
    assert!(matches!(made, Err(SetupError::Interrupted)), "{made:?}");
    assert_eq!(place.names(), before);
}

/// The binary with this cache.
fn binary(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shakedown"));
    command
        .args([&["setup", "powershell"], arguments].concat())
        .env("SHAKEDOWN_CACHE", place.path.join("cache"))
        .current_dir(&place.path)
        .stdin(Stdio::null());
    command
}

/// A list that names the pinned release, so that the binary goes on to download it.
fn pinned_list() -> String {
    let pinned =
        shakedown::engine::wine::powershell::release::Release::pinned().expect("it is pinned");
    format!("{} *{}\n", pinned.sha256, pinned.file_name())
}

pub fn ctrl_c_ends_it_with_130() {
    let server = Server::start(good().0, pinned_list(), Manner::Hang);
    let place = Place::new();
    let mut child = binary(&place, &["--mirror", &server.base])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let began = Instant::now();
    while server.asked.load(Ordering::SeqCst) == 0 && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let kill = Command::new("kill")
        .arg("-INT")
        .arg(child.id().to_string())
        .status();
    assert!(kill.is_ok_and(|k| k.success()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(20));
}

pub fn two_at_once_are_one_too_many() {
    let server = Server::start(good().0, pinned_list(), Manner::Hang);
    let place = Place::new();
    let mut first = binary(&place, &["--mirror", &server.base])
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let began = Instant::now();
    while server.asked.load(Ordering::SeqCst) == 0 && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let pid = format!("another setup (process {})", first.id());
    for arguments in [&[][..], &["--from", "x.zip"]] {
        let second = binary(&place, arguments).output().expect("it starts");
        let told = String::from_utf8_lossy(&second.stderr).into_owned();
        assert_eq!(second.status.code(), Some(3), "{told}");
        assert!(told.contains(&pid), "{told}");
    }
    first.kill().expect("it is ended");
    first.wait().expect("it ends");
}

pub fn a_mirror_with_another_zip_is_refused_by_the_binary() {
    let place = Place::new();
    let before = place.names();
    let server = Server::start(good().0, pinned_list(), Manner::Well);
    let out = binary(&place, &["--mirror", &server.base])
        .output()
        .expect("it starts");
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(3), "{told}");
    let wide = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        wide.contains("is not the release that this shakedown takes"),
        "{told}"
    );
    assert_eq!(place.names(), before);
    let out = binary(&place, &["--host"]).output().expect("it starts");
    assert_eq!(out.status.code(), Some(2));
}
