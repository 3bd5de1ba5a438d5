//! The layer with the helper EXE under all its names, made from this binary once for each of its
//! versions and shared by all harnesses.

use super::WineCache;
use super::paths::DRIVE_C;
use super::usage::disk_usage;
use rustix::fs::FlockOperation;
use sha2::{Digest, Sha256};
use shakedown_helper::programs;
use std::collections::HashSet;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The helper on the device, as Windows writes it.
pub const HELPER: &str = r"C:\windows\shakedown-helper.exe";
/// Where it lies.
pub const HELPER_FILE: &str = "/pfx/drive_c/windows/shakedown-helper.exe";
/// Folders of programs of both widths.
pub const PROGRAM_FOLDERS: [&str; 2] = ["system32", "syswow64"];
/// Files below `C:` that Windows keeps its hives in and Wine does not: scripts look whether they may
/// see them. They are empty; on Windows nobody may read them.
const HIVES: [&str; 5] = ["DEFAULT", "SAM", "SECURITY", "SOFTWARE", "SYSTEM"];
/// Where they lie, below `C:\windows`.
const HIVES_FOLDER: &str = "system32/config";
/// Folders below `C:` that every Windows has and the prefix has not.
const FOLDERS: [&str; 1] = ["users/Default"];
/// What a layer that is not whole yet is called.
const MAKING: &str = ".making";
/// What all layers' names begin with.
const PREFIX: &str = "tools-";

/// Layers of other versions go at the next boot when they were not used for this long.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A layer that is in use: no harness takes it away before this is dropped, or its process ends.
#[derive(Debug)]
pub struct Layer {
    pub path: PathBuf,
    _lock: File,
}

/// The layer for this helper; made if it is not there. Layers of other versions that nobody used for
/// a day go.
///
/// # Errors
/// The cache cannot be written.
pub fn layer(cache: &WineCache, helper: &[u8]) -> io::Result<Layer> {
    let files = files();
    let name = format!("{PREFIX}{}", digest(helper, &files));
    let path = cache.folder().join(&name);
    // One harness at a time; the lock ends with it, however it ends.
    let lock = File::create(cache.folder().join("tools.lock"))?;
    rustix::fs::flock(&lock, FlockOperation::LockExclusive)?;
    remove_others(cache.folder(), &name)?;
    if !path.is_dir() {
        let making = cache.folder().join(format!("{name}{MAKING}"));
        let made = make(&making, helper, &files).and_then(|()| fs::rename(&making, &path));
        if let Err(e) = made {
            let _ = fs::remove_dir_all(&making);
            return Err(e);
        }
    }
    let used = File::open(&path)?;
    rustix::fs::flock(&used, FlockOperation::LockShared)?;
    // A cache that only others may write keeps its dates: then its layers go as old ones.
    let _ = used.set_modified(SystemTime::now());
    Ok(Layer { path, _lock: used })
}

/// Whether a harness has Windows devices of this cache.
///
/// # Errors
/// The cache cannot be read.
pub fn in_use(cache: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(cache) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    for entry in entries {
        let entry = entry?;
        let layer = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if layer && entry.path().is_dir() && !unused(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Bytes on the disk of the layers of all versions, in use or not.
pub fn usage(cache: &WineCache) -> u64 {
    let entries = fs::read_dir(cache.folder()).into_iter().flatten().flatten();
    let own = entries.filter(|e| e.file_name().to_string_lossy().starts_with(PREFIX));
    let mut counted = HashSet::new();
    own.map(|e| disk_usage(&e.path(), &mut counted).unwrap_or(0))
        .sum()
}

/// Whether nobody uses a layer. With `tools.lock` held nobody begins to.
fn unused(layer: &Path) -> io::Result<bool> {
    let file = File::open(layer)?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// Paths below `C:\windows`, without the helper's own.
fn files() -> Vec<String> {
    let mut files = Vec::new();
    for program in programs::PROGRAMS.iter().copied().flatten() {
        let folder = program.folder.replace('\\', "/");
        if folder == PROGRAM_FOLDERS[0] {
            files.extend(PROGRAM_FOLDERS.map(|f| format!("{f}/{}.exe", program.name)));
        } else if folder == programs::ONLY_64 {
            files.push(format!("{}/{}.exe", PROGRAM_FOLDERS[0], program.name));
        } else {
            files.push(format!("{folder}/{}.exe", program.name));
        }
    }
    files
}

/// Whether a file is a program that may run for long.
fn lasts(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    programs::LASTING.contains(&name)
}

fn digest(helper: &[u8], files: &[String]) -> String {
    let mut hash = Sha256::new();
    hash.update(helper);
    for file in files {
        hash.update(file.as_bytes());
        hash.update([u8::from(lasts(file))]);
    }
    for empty in HIVES.iter().chain(&FOLDERS) {
        hash.update(empty.as_bytes());
    }
    let sum = hash.finalize();
    sum.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Takes away what a harness that was killed left behind, and what others have not used for long;
/// called with the lock held.
fn remove_others(cache: &Path, own: &str) -> io::Result<()> {
    for entry in fs::read_dir(cache)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(PREFIX) || name == own || !entry.path().is_dir() {
            continue;
        }
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if name.ends_with(MAKING) || (age > KEPT && unused(&entry.path())?) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn make(layer: &Path, helper: &[u8], files: &[String]) -> io::Result<()> {
    let below = |path: &str| layer.join(path.trim_start_matches('/'));
    let folder = |path: &Path| DirBuilder::new().recursive(true).mode(0o755).create(path);
    let windows = below(DRIVE_C).join("windows");
    folder(&windows)?;
    let exe = below(HELPER_FILE);
    fs::write(&exe, helper)?;
    fs::set_permissions(&exe, fs::Permissions::from_mode(0o755))?;
    for file in files {
        let path = windows.join(file);
        if let Some(above) = path.parent() {
            folder(above)?;
        }
        match lasts(file) {
            true => fs::copy(&exe, &path).map(drop)?,
            false => fs::hard_link(&exe, &path)?,
        }
    }
    let config = windows.join(HIVES_FOLDER);
    folder(&config)?;
    for hive in HIVES {
        fs::write(config.join(hive), [])?;
    }
    for path in FOLDERS {
        folder(&below(DRIVE_C).join(path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn the_layer_is_made_once_by_many() {
        let dir = tempfile::tempdir().unwrap();
        let cache = WineCache::within(dir.path());
        fs::create_dir_all(cache.folder().join(format!("tools-x{MAKING}/pfx"))).unwrap();
        let layers: Vec<Layer> = std::thread::scope(|s| {
            let threads: Vec<_> = (0..8).map(|_| s.spawn(|| layer(&cache, b"MZ"))).collect();
            threads
                .into_iter()
                .map(|t| t.join().unwrap().unwrap())
                .collect()
        });
        assert!(layers.iter().all(|l| l.path == layers[0].path));
        let exe = layers[0].path.join(&HELPER_FILE[1..]);
        assert_eq!(fs::read(&exe).unwrap(), b"MZ");
        let drive = layers[0].path.join(DRIVE_C.trim_start_matches('/'));
        let config = drive.join("windows").join(HIVES_FOLDER);
        assert!(HIVES.iter().all(|hive| config.join(hive).is_file()));
        assert!(drive.join("users/Default").is_dir());
        let files = files();
        let linked = files.iter().filter(|f| !lasts(f)).count();
        assert_eq!(exe.metadata().unwrap().nlink() as usize, 1 + linked);
        let lasting = files.len() - linked;
        assert!(lasting > programs::LASTING.len(), "both widths: {lasting}");
        let names = fs::read_dir(cache.folder()).unwrap();
        let mut names: Vec<_> = names.map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(
            names,
            [layers[0].path.file_name().unwrap(), "tools.lock".as_ref()]
        );
    }

    #[test]
    fn old_layers_go_but_those_in_use() {
        let dir = tempfile::tempdir().unwrap();
        let cache = WineCache::within(dir.path());
        fs::create_dir_all(cache.folder()).unwrap();
        let age = |layer: &Layer| {
            let old = SystemTime::now() - 2 * KEPT;
            File::open(&layer.path).unwrap().set_modified(old).unwrap();
        };
        let (used, left) = (
            layer(&cache, b"MZ1").unwrap(),
            layer(&cache, b"MZ2").unwrap(),
        );
        age(&used);
        age(&left);
        let gone = left.path.clone();
        drop(left);
        assert!(in_use(cache.folder()).unwrap());
        let fresh = layer(&cache, b"MZ3").unwrap();
        assert!(used.path.is_dir() && fresh.path.is_dir() && !gone.exists());
        assert!(usage(&cache) > 0);
        age(&used);
        let gone = used.path.clone();
        drop(used);
        // A layer that is there already is no reason to keep others.
        let again = layer(&cache, b"MZ3").unwrap();
        assert!(again.path.is_dir() && !gone.exists());
        drop((again, fresh));
        assert!(!in_use(cache.folder()).unwrap());
    }
}
