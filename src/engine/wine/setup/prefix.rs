//! Makes the prefix: C:, the hives and the settings every Windows device begins with.

use super::bench::Bench;
use super::error::{Outcome, SetupError, at};
use super::share::Shared;
use super::tree::Tree;
use crate::engine::Cancel;
use crate::engine::wine::runtime::{PREFIX, Wine};
use crate::rmm::observed::{Change, EntryKind, Exit};
use std::path::{Path, PathBuf};

/// Settings beyond what Wine writes itself.
const SETTINGS: &str = include_str!("settings.reg");
/// The same on the device and for Wine.
const SETTINGS_FILE: (&str, &str) = (
    "/pfx/drive_c/windows/temp/settings.reg",
    r"C:\windows\temp\settings.reg",
);
/// While it is made, .NET's and the browser's installers are kept from asking for downloads.
const OVERRIDES: (&str, &str) = ("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=d");
/// Largest file of a prefix.
const LARGEST: u64 = 1 << 30;
/// The user's folder that Wine makes, and the one SYSTEM has on Windows, below C:.
const USER: &str = "users/SYSTEM";
const PROFILE: &str = "windows/system32/config/systemprofile";

/// Makes the prefix on a device over the root and puts it into `partial/pfx`; files that the root
/// has too become other names of the root's.
pub fn make(
    layers: Vec<PathBuf>,
    wine: Wine,
    shared: &Shared,
    partial: &Path,
    cancel: &Cancel,
    step: &mut dyn FnMut(f64),
) -> Outcome<()> {
    let bench = Bench::boot(layers, wine)?;
    let mark = bench.device.mark().map_err(super::bench::failed)?;
    let made = bench.run("/bin/mkdir", &["-p", PREFIX], &[], cancel)?;
    wanted(&made, "make the folder of the prefix")?;
    step(2.0);
    let booted = bench.wine(&["wineboot", "-i"], &[OVERRIDES], cancel)?;
    wanted(&booted, "make the prefix with wineboot")?;
    step(50.0);
    bench
        .device
        .write_file(SETTINGS_FILE.0, SETTINGS.as_bytes(), 0o644)
        .map_err(super::bench::failed)?;
    let set = bench.wine(&["regedit", "/S", SETTINGS_FILE.1], &[OVERRIDES], cancel)?;
    wanted(&set, "write its settings with regedit")?;
    step(55.0);
    // Devices found at the first start are installed by processes of their own.
    let waited = bench.server("-w", cancel)?;
    wanted(&waited, "wait for the end of its processes")?;
    step(75.0);
    bench
        .device
        .remove(SETTINGS_FILE.0)
        .map_err(super::bench::failed)?;
    take_out(&bench, &mark, shared, partial)
}

fn wanted(ran: &super::bench::Ran, what: &str) -> Outcome<()> {
    match ran.exit {
        Exit::Code(0) => Ok(()),
        _ => Err(SetupError::new(
            format!("cannot {what}: {}", ran.told()),
            "run it again; `shakedown setup --remove wine` begins anew",
        )),
    }
}

/// Copies what was made out of the device: folders and files. Wine's links (drives, ports) are left
/// there, for a device has C: alone.
fn take_out(
    bench: &Bench,
    mark: &crate::engine::Mark,
    shared: &Shared,
    partial: &Path,
) -> Outcome<()> {
    let footprint = bench.device.footprint(mark).map_err(super::bench::failed)?;
    std::fs::create_dir_all(partial).map_err(at("make", partial))?;
    let tree = Tree::open(partial).map_err(at("open", partial))?;
    let below = format!("{PREFIX}/");
    for entry in footprint.entries {
        if entry.change == Change::Deleted || !entry.path.starts_with(&below) {
            continue;
        }
        let path = place(&entry.path);
        let failed = |e| at("write", &partial.join(&path))(e);
        match entry.kind {
            EntryKind::Folder => tree
                .folder_with(path.as_bytes(), entry.mode)
                .map_err(failed)?,
            EntryKind::File if path == "pfx/wineserver" => {}
            EntryKind::File => {
                let content = bench.device.read_file(&entry.path, LARGEST);
                let content = content.map_err(super::bench::failed)?.unwrap_or_default();
                match shared.same(&path, &content) {
                    Some(file) => tree.share(path.as_bytes(), file),
                    None => tree.file(path.as_bytes(), entry.mode, 0, &content),
                }
                .map_err(failed)?;
            }
            EntryKind::Symlink | EntryKind::Special => {}
        }
    }
    // So Wine does not look at every start whether it was updated meanwhile.
    let finished = tree
        .file(b"pfx/.update-timestamp", 0o644, 0, b"disable\n")
        .and_then(|()| tree.link(b"pfx/dosdevices/c:", b"../drive_c"))
        .and_then(|()| {
            let target = format!("../{PROFILE}");
            tree.link(format!("pfx/drive_c/{USER}").as_bytes(), target.as_bytes())
        });
    finished.map_err(at("finish", partial))
}

/// Where a path of the device goes: SYSTEM's folders to where Windows has them.
fn place(path: &str) -> String {
    let user = format!("{PREFIX}/drive_c/{USER}");
    let moved = match path.strip_prefix(&user) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            format!("{PREFIX}/drive_c/{PROFILE}{rest}")
        }
        _ => path.to_owned(),
    };
    moved.trim_start_matches('/').to_owned()
}

/// Whether a folder looks like a prefix: what a resumed setup may go on with.
pub fn whole(prefix: &Path) -> bool {
    [
        "system.reg",
        "user.reg",
        "drive_c/windows/system32/kernel32.dll",
    ]
    .iter()
    .all(|file| {
        let path = prefix.join("pfx").join(file);
        path.is_file()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_folders_are_where_windows_has_them() {
        assert_eq!(
            place("/pfx/drive_c/users/SYSTEM/AppData/Local"),
            "pfx/drive_c/windows/system32/config/systemprofile/AppData/Local"
        );
        assert_eq!(
            place("/pfx/drive_c/users/SYSTEMS"),
            "pfx/drive_c/users/SYSTEMS"
        );
        assert_eq!(place("/pfx/user.reg"), "pfx/user.reg");
    }

    #[test]
    fn settings_are_what_regedit_takes() {
        assert!(SETTINGS.starts_with("REGEDIT4\n"));
        for line in SETTINGS.lines().skip(1).filter(|l| !l.is_empty()) {
            let form = line.starts_with(';')
                || line.starts_with("[HKEY_")
                || line.starts_with("[-HKEY_")
                || (line.starts_with('"') && line.contains("\"="));
            assert!(form, "{line}");
        }
    }
}
