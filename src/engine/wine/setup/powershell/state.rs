//! What a cache holds of PowerShell: for `setup --list`, `doctor` and `setup --remove`.

use super::super::error::{Outcome, SetupError, at};
use super::super::lock::Lock;
use super::super::state::{remove_any, wine_folder};
use crate::engine::wine::WineCache;
use crate::engine::wine::powershell::HOME;
use crate::engine::wine::powershell::layer::{self, Places, unused};
use crate::engine::wine::powershell::ready::{self, Made, Unpacked};
use crate::engine::wine::powershell::release::Release;
use crate::engine::wine::usage::disk_usage;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Layers of other versions go when they were not used for this long.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// How far a cache's PowerShell is.
#[derive(Debug)]
pub enum State {
    /// There is nothing.
    Nothing,
    /// A setup that did not come to its end, or one for a shakedown with other files: the next one
    /// needs no download where the release is there.
    Unfinished {
        /// The unpacked release.
        release: Option<Unpacked>,
    },
    /// Made and proved.
    Ready(Box<Made>),
    /// Something that this version cannot use, and why.
    Unusable(String),
}

/// Looks into a cache.
pub fn look(cache: &WineCache) -> State {
    let inner = || -> std::io::Result<State> {
        let release = Release::pinned().map_err(std::io::Error::other)?;
        if let Some(made) = Places::of(cache, &release.version).made()? {
            return Ok(State::Ready(Box::new(made)));
        }
        if layer::all(cache)?.is_empty() {
            return Ok(State::Nothing);
        }
        let release = Kept::of(cache, &release.version).read()?;
        Ok(State::Unfinished { release })
    };
    inner().unwrap_or_else(|e| State::Unusable(e.to_string()))
}

/// Bytes on the disk of all that is there.
pub fn usage(cache: &WineCache) -> u64 {
    let mut counted = HashSet::new();
    let all = layer::all(cache).unwrap_or_default();
    let each = all.iter().map(|p| disk_usage(p, &mut counted).unwrap_or(0));
    each.sum()
}

/// The unpacked release of a version.
pub struct Kept {
    /// A layer with nothing but the release.
    pub folder: PathBuf,
    /// Written when it is whole.
    pub about: PathBuf,
}

impl Kept {
    pub fn of(cache: &WineCache, version: &str) -> Kept {
        let name = format!("powershell-release-{version}");
        Kept {
            folder: cache.folder().join(&name),
            about: cache.folder().join(format!("{name}.json")),
        }
    }

    /// What it is, if it is whole.
    pub fn read(&self) -> std::io::Result<Option<Unpacked>> {
        let about = ready::read(&self.about)?;
        Ok(about.filter(|_| self.folder.join(HOME).join("pwsh.exe").is_file()))
    }
}

/// Takes away all of PowerShell, of every version; gives the bytes freed.
///
/// # Errors
/// Another setup works there, a run has devices with it, or something cannot be removed. Descriptions
/// go first, so that what is left is never taken for whole.
pub fn remove(cache: &WineCache) -> Outcome<u64> {
    let wine = wine_folder(cache).unwrap_or_default();
    if !wine.is_dir() {
        return Ok(0);
    }
    let _lock = Lock::take(&wine)?;
    let all = layer::all(cache).map_err(at("read", cache.folder()))?;
    let mut held = Vec::new();
    for folder in all.iter().filter(|p| p.is_dir()) {
        match unused(folder).map_err(at("lock", folder))? {
            Some(lock) => held.push(lock),
            None => return Err(busy(folder)),
        }
    }
    let freed = usage(cache);
    let (described, layers): (Vec<_>, Vec<_>) = all.into_iter().partition(|p| is_description(p));
    described
        .iter()
        .chain(&layers)
        .try_for_each(|p| remove_any(p))?;
    Ok(freed)
}

fn busy(layer: &Path) -> SetupError {
    SetupError::new(
        format!("a run has Windows devices with {}", layer.display()),
        "wait for its end, or end it, and run this again",
    )
}

/// Takes away an earlier layer of the same name.
pub fn clear(places: &Places) -> Outcome<()> {
    let layer = places.layer();
    let _lock = match layer.is_dir() {
        true => Some(
            unused(&layer)
                .map_err(at("lock", &layer))?
                .ok_or_else(|| busy(&layer))?,
        ),
        false => None,
    };
    [places.ready(), places.server(), layer]
        .iter()
        .try_for_each(|p| remove_any(p))
}

fn is_description(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "json")
}

/// Takes away what earlier setups left behind: what was never whole, and with `old` layers with other
/// files that nobody used for a day. `keep` stays: a download that goes on.
pub fn sweep(cache: &WineCache, keep: &Path, own: &Places, old: bool) -> Outcome<()> {
    let own = [own.layer(), own.server(), own.ready()];
    for path in layer::all(cache).map_err(at("read", cache.folder()))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path == keep || own.contains(&path) {
            continue;
        }
        if name.ends_with(".partial") {
            remove_any(&path)?;
            continue;
        }
        let server = name.starts_with("powershell-server-");
        if !old || server || name.starts_with("powershell-release-") || !path.is_dir() {
            continue;
        }
        let modified = fs::metadata(&path).and_then(|m| m.modified());
        let age = modified.map(|m| m.elapsed().unwrap_or_default());
        if age.map_err(at("look at", &path))? > KEPT
            && let Some(_lock) = unused(&path).map_err(at("lock", &path))?
        {
            let server = name.replacen("powershell-", "powershell-server-", 1);
            remove_any(&cache.folder().join(format!("{name}.json")))?;
            remove_any(&cache.folder().join(server))?;
            remove_any(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    #[test]
    fn what_is_left_of_others_goes_and_what_serves_stays() {
        let dir = tempfile::tempdir().unwrap();
        let cache = WineCache::within(dir.path());
        let own = Places::of(&cache, "7.6.5");
        let make = |path: PathBuf| {
            fs::create_dir_all(&path).unwrap();
            path
        };
        let named = |name: &str| cache.folder().join(name);
        for stays in [
            own.layer(),
            own.server(),
            named("prefix"),
            named("powershell-release-7.6.5"),
        ] {
            make(stays);
        }
        let part = make(named("powershell-7.6.5-x.partial"));
        let (old, young) = (
            make(named("powershell-7.6.4-o")),
            make(named("powershell-7.6.4-y")),
        );
        let server = make(named("powershell-server-7.6.4-o"));
        let used = make(named("powershell-7.6.4-u"));
        fs::write(named("powershell-7.6.4-o.json"), "{}").unwrap();
        for path in [&old, &used] {
            let long_ago = SystemTime::now() - 2 * KEPT;
            fs::File::open(path)
                .unwrap()
                .set_modified(long_ago)
                .unwrap();
        }
        let lock = fs::File::open(&used).unwrap();
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockShared).unwrap();
        let keep = named("powershell-release-x.zip.partial");
        fs::write(&keep, "half").unwrap();
        sweep(&cache, &keep, &own, false).unwrap();
        assert!(!part.exists() && old.exists() && keep.exists());
        sweep(&cache, &keep, &own, true).unwrap();
        assert!(!old.exists() && !server.exists() && !named("powershell-7.6.4-o.json").exists());
        assert!(young.exists() && used.exists() && own.layer().exists() && own.server().exists());
        assert!(
            remove(&cache)
                .unwrap_err()
                .to_string()
                .contains("a run has Windows devices")
        );
        drop(lock);
        remove(&cache).unwrap();
        assert_eq!(layer::all(&cache).unwrap(), Vec::<PathBuf>::new());
        assert!(named("prefix").exists());
    }
}
