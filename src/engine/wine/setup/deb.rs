//! Debian packages as files: what they are, and their content unpacked below a folder.

use super::apt::{Deb, NO_APT};
use super::child::Tool;
use super::error::{Outcome, SetupError, at};
use super::tar::{Archive, Entry, Kind, TarError};
use super::tree::Tree;
use super::{pe, trim};
use crate::engine::Cancel;
use crate::engine::wine::ready::Package;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

/// Largest file that is unpacked; Wine's largest library has 30 MB.
const LARGEST_FILE: u64 = 512 << 20;
/// What to do about a package that cannot be unpacked.
const MEND: &str = "run `shakedown setup --remove wine`, which takes the downloads away too, and \
                    set it up again";

/// The packages that lie in a folder.
pub fn in_folder(folder: &Path, cancel: &Cancel) -> Outcome<Vec<Deb>> {
    let entries = fs::read_dir(folder).map_err(at("read", folder))?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "deb"))
        .collect();
    files.sort();
    let mut debs = Vec::new();
    for file in files {
        let told = fields(&file, &["Package", "Version", "Architecture"], cancel)?;
        let [name, version, architecture] = told.as_slice() else {
            let what = format!("{} does not tell its name and version", file.display());
            return Err(SetupError::new(what, "take it out of the folder"));
        };
        let package = Package {
            name: name.clone(),
            version: version.clone(),
            architecture: architecture.clone(),
        };
        debs.push(Deb { package, file });
    }
    Ok(debs)
}

/// Bytes of a package's content, as it tells them itself; 0 when it does not.
pub fn installed_size(deb: &Path, cancel: &Cancel) -> Outcome<u64> {
    let told = fields(deb, &["Installed-Size"], cancel)?;
    let kilobytes = told.first().and_then(|t| t.parse::<u64>().ok());
    Ok(kilobytes.unwrap_or(0).saturating_mul(1024))
}

/// Fields of a package's description, in this order.
fn fields(deb: &Path, names: &[&str], cancel: &Cancel) -> Outcome<Vec<String>> {
    let format: String = names.iter().map(|n| format!("${{{n}}}\n")).collect();
    let mut lines = Vec::new();
    let tool = Tool::start(
        Command::new("dpkg-deb")
            .args(["--show", "--showformat", &format])
            .arg(deb),
    );
    let ended = tool
        .map_err(|m| m.failure(NO_APT))?
        .lines(cancel, &mut |l| lines.push(l.to_owned()))?;
    match ended.success {
        true => Ok(lines),
        false => Err(damaged(deb, ended.stderr.trim())),
    }
}

fn damaged(deb: &Path, why: &str) -> SetupError {
    SetupError::new(format!("cannot unpack {}: {why}", deb.display()), MEND)
}

/// Unpacks what the root needs of a package; `taken` gets the bytes of content gone through.
pub fn unpack(deb: &Path, into: &Tree, cancel: &Cancel, taken: &mut dyn FnMut(u64)) -> Outcome<()> {
    let mut tool = Tool::start(Command::new("dpkg-deb").arg("--fsys-tarfile").arg(deb))
        .map_err(|m| m.failure(NO_APT))?;
    let stdout = tool.stdout().map_err(at("read", deb))?;
    let mut archive = Archive::new(std::io::BufReader::with_capacity(1 << 20, stdout));
    let mut read = || -> Outcome<bool> {
        if cancel.is_cancelled() {
            return Err(SetupError::Interrupted);
        }
        let entry = archive.entry().map_err(|e| broken(deb, &e))?;
        taken(archive.taken());
        let Some(entry) = entry else { return Ok(false) };
        if !trim::left_out(&entry.path) {
            write(&entry, &mut archive, into, deb)?;
        }
        Ok(true)
    };
    while read()? {}
    // dpkg-deb pads the stream; it must be free to write all of it.
    let rest = std::io::copy(&mut archive.into_stream(), &mut std::io::sink());
    rest.map_err(at("read", deb))?;
    let ended = tool.end(cancel)?;
    match ended.success {
        true => Ok(()),
        false => Err(damaged(deb, ended.stderr.trim())),
    }
}

fn broken(deb: &Path, error: &TarError) -> SetupError {
    damaged(deb, &error.to_string())
}

fn write(entry: &Entry, archive: &mut impl Read, into: &Tree, deb: &Path) -> Outcome<()> {
    let path = &entry.path;
    let done = match &entry.kind {
        Kind::Folder => into.folder_with(path, entry.mode),
        Kind::Link(target) => into.link(path, target),
        Kind::HardLink(target) if trim::left_out(target) => Ok(()),
        Kind::HardLink(target) => into.hard_link(path, target),
        Kind::File if entry.size > LARGEST_FILE => {
            return Err(damaged(deb, "it has a file of more than 512 MB"));
        }
        Kind::File => {
            let mut content = Vec::with_capacity(usize::try_from(entry.size).unwrap_or(0));
            let read = archive.read_to_end(&mut content);
            read.map_err(|e| damaged(deb, &e.to_string()))?;
            pe::strip(&mut content);
            // No program of a device is to run as another user than the one who starts it.
            into.file(path, entry.mode & 0o777, entry.modified, &content)
        }
    };
    let shown = String::from_utf8_lossy(path);
    done.map_err(at("unpack", Path::new(shown.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> bool {
        Command::new("dpkg-deb").arg("--version").output().is_ok()
    }

    /// A package with one program, one document and a link, or none without dpkg-deb.
    fn package(folder: &Path) -> Option<std::path::PathBuf> {
        let tree = folder.join("tree");
        for (path, text) in [
            (
                "DEBIAN/control",
                "Package: thing\nVersion: 1:2\nArchitecture: all\nMaintainer: x <x@example.com>\nInstalled-Size: 7\nDescription: x\n",
            ),
            ("usr/bin/thing", "program"),
            ("usr/share/doc/thing/copyright", "text"),
        ] {
            let path = tree.join(path);
            fs::create_dir_all(path.parent()?).ok()?;
            fs::write(path, text).ok()?;
        }
        std::os::unix::fs::symlink("thing", tree.join("usr/bin/other")).ok()?;
        let deb = folder.join("thing_2_all.deb");
        let made = Command::new("dpkg-deb")
            .arg("--build")
            .arg(&tree)
            .arg(&deb)
            .output();
        made.ok()?.status.success().then_some(deb)
    }

    #[test]
    fn a_package_is_told_and_unpacked_without_its_documents() {
        if !here() {
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let deb = package(dir.path()).unwrap();
        let cancel = Cancel::default();
        let found = in_folder(dir.path(), &cancel).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (
                found[0].package.name.as_str(),
                found[0].package.version.as_str()
            ),
            ("thing", "1:2")
        );
        assert_eq!(installed_size(&deb, &cancel).unwrap(), 7 * 1024);
        let root = dir.path().join("root");
        fs::create_dir(&root).unwrap();
        let mut bytes = 0;
        unpack(&deb, &Tree::open(&root).unwrap(), &cancel, &mut |n| {
            bytes = n
        })
        .unwrap();
        assert!(bytes >= 7 * 512, "{bytes}");
        assert_eq!(
            fs::read_to_string(root.join("usr/bin/other")).unwrap(),
            "program"
        );
        assert!(!root.join("usr/share/doc").exists());
    }

    #[test]
    fn a_damaged_package_is_an_error_that_names_it() {
        if !here() {
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let deb = package(dir.path()).unwrap();
        let whole = fs::read(&deb).unwrap();
        fs::write(&deb, &whole[..whole.len() / 2]).unwrap();
        let root = dir.path().join("root");
        fs::create_dir(&root).unwrap();
        let tree = Tree::open(&root).unwrap();
        let failed = unpack(&deb, &tree, &Cancel::default(), &mut |_| {}).unwrap_err();
        assert!(failed.to_string().contains("thing_2_all.deb"), "{failed}");
        assert!(failed.mend().is_some_and(|m| m.contains("--remove")));
    }
}
