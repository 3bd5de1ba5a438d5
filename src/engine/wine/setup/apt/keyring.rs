//! The keys by which apt checks Debian's packages.

use super::super::child::Tool;
use super::super::error::{Outcome, SetupError, at};
use crate::engine::Cancel;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian and its derivatives install the keys.
const INSTALLED: [&str; 2] = [
    "usr/share/keyrings/debian-archive-keyring.gpg",
    "usr/share/keyrings/debian-archive-keyring.pgp",
];
/// The package that has them, on Debian and on Ubuntu.
const PACKAGE: &str = "debian-archive-keyring";

/// This machine's keys of Debian; else those of the package that this machine's own apt offers,
/// unpacked into a private folder: its signature is checked with the keys the machine trusts.
pub fn find(root: &Path, private: &Path, cancel: &Cancel) -> Outcome<PathBuf> {
    if let Some(found) = installed(root) {
        return Ok(found);
    }
    let kept = private.join("keyring");
    if let Some(found) = installed(&kept) {
        return Ok(found);
    }
    let mend = "install the package debian-archive-keyring (`apt-get update` first, where its lists \
                are old), then run it again";
    let download = private.join("keyring.partial");
    fresh(&download)?;
    let tool = Tool::start(
        Command::new("apt-get")
            .args(["-q", "download", PACKAGE])
            .current_dir(&download),
    );
    let ended = tool
        .map_err(|m| m.failure(super::NO_APT))?
        .lines(cancel, &mut |_| {})?;
    if !ended.success {
        return Err(SetupError::new(
            format!(
                "there are no keys to check Debian's packages with, and `apt-get download {PACKAGE}` \
                 did not give them: {}",
                super::last_errors(&ended.stderr, &ended.status)
            ),
            mend,
        ));
    }
    let deb = fs::read_dir(&download)
        .map_err(at("read", &download))?
        .flatten()
        .map(|e| e.path())
        .find(|p| p.extension().is_some_and(|e| e == "deb"));
    let deb = deb.ok_or_else(|| SetupError::new(format!("apt gave no file of {PACKAGE}"), mend))?;
    let tool = Tool::start(
        Command::new("dpkg-deb")
            .arg("--extract")
            .arg(&deb)
            .arg(&download),
    );
    let ended = tool
        .map_err(|m| m.failure(super::NO_APT))?
        .lines(cancel, &mut |_| {})?;
    if !ended.success {
        let told = super::last_errors(&ended.stderr, &ended.status);
        return Err(SetupError::new(
            format!("cannot unpack {PACKAGE}: {told}"),
            mend,
        ));
    }
    let lacking = format!("{PACKAGE} has no keys where they are looked for");
    installed(&download).ok_or_else(|| SetupError::new(lacking, mend))?;
    fs::rename(&download, &kept).map_err(at("rename", &download))?;
    installed(&kept).ok_or_else(|| SetupError::new("the keys went away", mend))
}

fn installed(root: &Path) -> Option<PathBuf> {
    INSTALLED.iter().map(|p| root.join(p)).find(|p| p.is_file())
}

/// An empty folder in place of whatever was there.
fn fresh(folder: &Path) -> Outcome<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            return Err(at("remove", folder)(e));
        }
        _ => {}
    }
    fs::create_dir_all(folder).map_err(at("make", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installed_keys_are_taken_as_they_are() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(INSTALLED[1]);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "keys").unwrap();
        let found = find(dir.path(), Path::new("/nonexistent"), &Cancel::default());
        assert_eq!(found.unwrap(), path);
    }
}
