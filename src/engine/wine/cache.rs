//! Where the layers of Windows devices lie in the user's cache.

use std::path::{Path, PathBuf};

/// Version of the layers' layout: layers of another version are not used.
pub const LAYOUT: u32 = 1;

/// Folder of the layers, `CACHE/wine/LAYOUT`: `root/`, `prefix/` (with `pfx/` in it), `tools-DIGEST/`
/// and, written last, `ready.json`.
#[derive(Debug, Clone)]
pub struct WineCache {
    folder: PathBuf,
}

impl WineCache {
    /// Within shakedown's cache folder (`$XDG_CACHE_HOME/shakedown`, `~/.cache/shakedown`).
    pub fn within(cache: &Path) -> WineCache {
        WineCache {
            folder: cache.join("wine").join(LAYOUT.to_string()),
        }
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The layer with Debian and Wine.
    pub fn root(&self) -> PathBuf {
        self.folder.join("root")
    }

    /// The layer with `/pfx`.
    pub fn prefix(&self) -> PathBuf {
        self.folder.join("prefix")
    }

    /// Written when both layers are whole and were proved.
    pub fn ready(&self) -> PathBuf {
        self.folder.join("ready.json")
    }
}
