//! What a cache holds of Wine: for `setup --list`, `doctor` and `setup --remove`.

use super::error::{Outcome, SetupError, at};
use super::lock::Lock;
use crate::engine::wine::powershell::layer;
use crate::engine::wine::ready::Ready;
use crate::engine::wine::usage::disk_usage;
use crate::engine::wine::{WineCache, tools};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How far a cache's Wine is.
#[derive(Debug)]
pub enum State {
    /// There is nothing.
    Nothing,
    /// A setup that did not come to its end; what it made is used by the next.
    Unfinished,
    /// Made and proved.
    Ready(Box<Ready>),
    /// Something that this version cannot use, and why.
    Unusable(String),
}

/// Looks into a cache.
pub fn look(cache: &WineCache) -> State {
    match Ready::read(cache) {
        Ok(Some(ready)) => match lacking(cache, &ready) {
            None => State::Ready(Box::new(ready)),
            Some(why) => State::Unusable(why),
        },
        Ok(None) => {
            let left = wine_folder(cache).map(|f| of_wine(cache, &f));
            if left.is_some_and(|left| left.is_ok_and(|l| !l.is_empty())) {
                State::Unfinished
            } else {
                State::Nothing
            }
        }
        Err(e) => State::Unusable(e.to_string()),
    }
}

/// Which layer is gone although `ready.json` is there.
fn lacking(cache: &WineCache, ready: &Ready) -> Option<String> {
    let loader = cache.root().join(ready.loader.trim_start_matches('/'));
    let prefix = cache.prefix();
    if fs::symlink_metadata(&loader).is_err() {
        return Some(format!("{} is gone", loader.display()));
    }
    (!super::prefix::whole(&prefix)).then(|| format!("{} is not whole", prefix.display()))
}

/// The folder of all layouts; none for a cache that is the file system's root.
pub fn wine_folder(cache: &WineCache) -> Option<PathBuf> {
    cache.folder().parent().map(Path::to_owned)
}

/// Takes away all that `setup wine` ever made in a cache, of every layout; gives the bytes freed.
/// Links to roots of others are taken away and not followed. PowerShell stays: it serves the next.
///
/// # Errors
/// Another setup works there, a run has devices of it, or something cannot be removed. `ready.json` goes first, so that what
/// is left is never taken for whole.
pub fn remove(cache: &WineCache) -> Outcome<u64> {
    let Some(wine) = wine_folder(cache) else {
        return Err(SetupError::new(
            "the cache has no folder",
            "set SHAKEDOWN_CACHE",
        ));
    };
    if !wine.is_dir() {
        return Ok(0);
    }
    let _lock = Lock::take(&wine)?;
    if tools::in_use(cache.folder()).map_err(at("read", cache.folder()))? {
        return Err(SetupError::new(
            format!("a run has Windows devices of {}", wine.display()),
            "wait for its end, or end it, and run this again",
        ));
    }
    let all = of_wine(cache, &wine).map_err(at("read", &wine))?;
    let (mut counted, mut freed) = (HashSet::new(), 0);
    for path in &all {
        freed += disk_usage(path, &mut counted).map_err(at("read", path))?;
    }
    let ready = cache.ready();
    match fs::remove_file(&ready) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(at("remove", &ready)(e)),
        _ => {}
    }
    all.iter().try_for_each(|path| remove_any(path))?;
    // Where nothing of PowerShell is in it, the folder goes too; else it is not empty.
    let _ = fs::remove_dir(cache.folder());
    Ok(freed)
}

/// What is Wine's in the folder of all layouts: all but the lock and PowerShell.
fn of_wine(cache: &WineCache, wine: &Path) -> io::Result<Vec<PathBuf>> {
    let names = |folder: &Path| -> io::Result<Vec<PathBuf>> {
        match fs::read_dir(folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            entries => entries?.map(|e| Ok(e?.path())).collect(),
        }
    };
    let mut all = names(wine)?;
    all.retain(|path| path != cache.folder() && !path.ends_with("lock"));
    let own = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !layer::is_own(&name)
    };
    all.extend(names(cache.folder())?.into_iter().filter(own));
    Ok(all)
}

/// Removes a file, a link, or a folder with all in it; what is not there is no error.
pub fn remove_any(path: &Path) -> Outcome<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(e) => Err(e),
    };
    match removed {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(at("remove", path)(e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_cache_is_ready() {
        let dir = tempfile::tempdir().unwrap();
        let cache = WineCache::within(dir.path());
        assert!(matches!(look(&cache), State::Nothing));
        fs::create_dir_all(cache.folder()).unwrap();
        fs::write(cache.folder().join("powershell-x.json"), "{}").unwrap();
        assert!(matches!(look(&cache), State::Nothing));
        fs::create_dir(cache.folder().join("packages")).unwrap();
        assert!(matches!(look(&cache), State::Unfinished));
        fs::write(cache.ready(), "{").unwrap();
        assert!(matches!(look(&cache), State::Unusable(_)));
        assert!(remove(&cache).is_ok());
        assert!(matches!(look(&cache), State::Nothing));
        assert!(cache.folder().join("powershell-x.json").is_file());
    }

    #[test]
    fn roots_of_others_stay_when_the_cache_goes() {
        let dir = tempfile::tempdir().unwrap();
        let other = dir.path().join("other");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("theirs"), "x").unwrap();
        let cache = WineCache::within(&dir.path().join("cache"));
        fs::create_dir_all(cache.folder()).unwrap();
        std::os::unix::fs::symlink(&other, cache.root()).unwrap();
        remove(&cache).unwrap();
        assert!(other.join("theirs").is_file());
        assert!(!cache.folder().exists());
    }
}
