//! The layers by their names, and their use by devices.

use super::files::DIGEST;
use super::ready::{self, FORM, Made, Unpacked};
use super::release::Release;
use super::{HOME, PREFIX};
use crate::engine::wine::WineCache;
use rustix::fs::FlockOperation;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where the parts of one PowerShell lie.
#[derive(Debug, Clone)]
pub struct Places {
    folder: PathBuf,
    name: String,
}

impl Places {
    /// Those of a version with the files that this binary carries.
    pub fn of(cache: &WineCache, version: &str) -> Places {
        Places {
            folder: cache.folder().to_owned(),
            name: format!("{version}-{DIGEST}"),
        }
    }

    /// The layer of every Windows device.
    pub fn layer(&self) -> PathBuf {
        self.folder.join(format!("{PREFIX}{}", self.name))
    }

    /// The layer that only servers have over it.
    pub fn server(&self) -> PathBuf {
        self.folder.join(format!("{PREFIX}server-{}", self.name))
    }

    /// Written when both are whole and were proved.
    pub fn ready(&self) -> PathBuf {
        self.folder.join(format!("{PREFIX}{}.json", self.name))
    }

    /// Its description, if devices can use it.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub fn made(&self) -> io::Result<Option<Made>> {
        let made = ready::read::<Made>(&self.ready())?;
        let whole = |layer: &Path| layer.join(HOME).join("pwsh.exe").is_file();
        Ok(made.filter(|m| m.form == FORM && whole(&self.layer()) && self.server().is_dir()))
    }
}

/// Layers that are in use: nobody takes them away before this is dropped, or its process ends.
#[derive(Debug)]
pub struct Held {
    pub layer: PathBuf,
    pub server: PathBuf,
    /// What runs: its version, and whether its hash was checked.
    pub release: Unpacked,
    _lock: File,
}

/// Takes PowerShell into use; none where `setup powershell` was not done, or was done for other files
/// than this binary carries.
///
/// # Errors
/// The cache cannot be read.
pub fn hold(cache: &WineCache) -> io::Result<Option<Held>> {
    let release = Release::pinned().map_err(io::Error::other)?;
    let places = Places::of(cache, &release.version);
    let lock = match File::open(places.layer()) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockShared) {
        Ok(()) => {}
        // It is being removed.
        Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
        Err(e) => return Err(e.into()),
    }
    // Who removes it takes its description away first.
    let Some(made) = places.made()? else {
        return Ok(None);
    };
    // A cache that only others may write keeps its dates: then its layers go as old ones.
    let _ = lock.set_modified(SystemTime::now());
    Ok(Some(Held {
        layer: places.layer(),
        server: places.server(),
        release: made.release,
        _lock: lock,
    }))
}

/// A lock on a layer that nobody uses; none while somebody does.
///
/// # Errors
/// It cannot be opened.
pub fn unused(layer: &Path) -> io::Result<Option<File>> {
    let file = File::open(layer)?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// Everything of PowerShell in a cache.
///
/// # Errors
/// The cache cannot be read.
pub fn all(cache: &WineCache) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(cache.folder()) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if is_own(&entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a name in the cache's folder is PowerShell's.
pub fn is_own(name: &str) -> bool {
    name.starts_with(PREFIX)
}
