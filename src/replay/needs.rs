//! `needs:` - commands and paths a scenario cannot do without, looked for before anything is started.

use crate::component;
use crate::scenario::Scenario;
use crate::scenario::model::Need;
use crate::scenario::world::{Device, World};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Folders of the `PATH` that the Agent gives to scripts.
const FOLDERS: [&str; 6] = [
    "usr/local/sbin",
    "usr/local/bin",
    "usr/sbin",
    "usr/bin",
    "sbin",
    "bin",
];

/// The reason to skip: the first thing that a device, or the project, lacks.
pub fn missing(scenario: &Scenario) -> Option<String> {
    let world = &scenario.world;
    scenario.needs.iter().find_map(|need| {
        let command = match &need.value {
            Need::OnDevice(command) => command,
            Need::Here { written, path } => return absent(written, path),
        };
        let device = world.devices.iter().find(|d| !has(world, d, command))?;
        let place = if device.root.is_empty() {
            "this machine does"
        } else {
            "its root folders do"
        };
        Some(format!(
            "it needs {} on device {}, and {place} not have it",
            command, device.key.value
        ))
    })
}

/// Why a file of the project is not there: `NAME.missing` beside it, which a build may leave, says it.
fn absent(written: &str, path: &Path) -> Option<String> {
    if path.exists() {
        return None;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".missing");
    let mut why = String::new();
    if let Ok(file) = std::fs::File::open(beside) {
        // A reason is a line or two; the rest of a longer file is no reason.
        let _ = file.take(1000).read_to_string(&mut why);
    }
    Some(match why.trim() {
        "" => format!("it needs {written}, which is not there; a build output must be built first"),
        why => format!("it needs {written}, which is not there: {why}"),
    })
}

fn has(world: &World, device: &Device, need: &str) -> bool {
    let own: Vec<PathBuf> = device.root.iter().map(|r| r.value.clone()).collect();
    let roots = if own.is_empty() {
        vec![PathBuf::from("/")]
    } else {
        own
    };
    let laid = |path: &str| device.files.iter().find(|f| f.path.value == path);
    if need.starts_with('/') {
        let there = |root: &PathBuf| {
            root.join(need.trim_start_matches('/'))
                .symlink_metadata()
                .is_ok()
        };
        return laid(need).is_some() || roots.iter().any(there);
    }
    let played = world
        .doubles
        .iter()
        .chain(&device.doubles)
        .any(|d| d.value.command.rsplit('/').next() == Some(need));
    let laid = FOLDERS
        .iter()
        .filter_map(|folder| laid(&format!("/{folder}/{need}")))
        .any(|f| f.mode & 0o111 != 0);
    played
        || laid
        || roots
            .iter()
            .flat_map(|root| FOLDERS.iter().map(move |f| root.join(f).join(need)))
            .any(|path| executable(&path))
}

fn executable(path: &Path) -> bool {
    // A link whose target counts from the device's root may lead nowhere here: it is there all the same.
    match path.symlink_metadata() {
        Ok(meta) if meta.is_symlink() => true,
        Ok(meta) => meta.is_file() && component::is_executable(&meta),
        Err(_) => false,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn why(needs: &str, more: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("root/usr/bin")).unwrap();
        let tool = folder.path().join("root/usr/bin/tool");
        std::fs::write(&tool, "").unwrap();
        std::fs::set_permissions(&tool, PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::write(folder.path().join("root/usr/bin/plain"), "").unwrap();
        let file = folder.path().join("s.yaml");
        std::fs::write(folder.path().join("built.exe"), "").unwrap();
        std::fs::write(folder.path().join("b.msi.missing"), "no wixl\n").unwrap();
        let text = format!(
            "scenario: s\nneeds: [{needs}]\nworld:\n  devices:\n    pc: {{ os: linux, root: root{more} }}\nsteps:\n  - check: pc\n    expect: {{ online: true }}\n"
        );
        std::fs::write(&file, text).unwrap();
        let loaded = crate::scenario::load_path(&file).unwrap();
        missing(&loaded[0])
    }

    #[test]
    fn what_is_there_or_played_is_not_missing() {
        assert_eq!(why("tool, /usr/bin/plain", ""), None);
        let played = ", doubles: { nothing-of-the-kind: { exit: 0 } }";
        assert_eq!(why("nothing-of-the-kind", played), None);
    }

    #[test]
    fn what_is_missing_is_named_with_its_device() {
        let told = why("nothing-of-the-kind", "").unwrap();
        assert!(told.contains("nothing-of-the-kind on device pc"), "{told}");
        let told = why("./none.msi", "").unwrap();
        assert!(told.contains("./none.msi, which is not there"), "{told}");
        let told = why("./b.msi", "").unwrap();
        assert!(told.ends_with("which is not there: no wixl"), "{told}");
        assert_eq!(why("./built.exe", ""), None);
        assert!(why("plain", "").is_some(), "not executable");
        assert!(why("/usr/bin/nothing", "").is_some());
    }
}
