//! The folder with the socket to which a container's chassis connects: there only until it has.

use super::owner::Owner;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Name of the socket in it.
pub const SOCKET: &str = "socket";
/// Begins the folder's name; whose it is follows.
const PREFIX: &str = "shakedown-link-";

/// A folder with a socket, gone with this.
pub struct Link(PathBuf);

impl Link {
    /// Makes a folder in the temporary folder, closed to other users.
    pub fn make(owner: &Owner) -> io::Result<Link> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        let name = format!("{PREFIX}{}-{number}", owner.word());
        let folder = std::env::temp_dir().join(name);
        DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Link(folder))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Listens in it.
    pub fn listen(&self) -> io::Result<UnixListener> {
        UnixListener::bind(self.0.join(SOCKET))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// Removes folders that harnesses left which have ended.
pub fn sweep(here: &Owner) {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let word = name.to_str().and_then(|n| n.strip_prefix(PREFIX));
        let owner = word.and_then(|w| w.rsplit_once('-'));
        if owner.is_some_and(|(word, _)| here.knows_gone(word)) {
            remove(&entry.path());
        }
    }
}

/// What cannot be removed is no more than an empty folder of the temporary folder.
fn remove(folder: &Path) {
    let _ = std::fs::remove_file(folder.join(SOCKET));
    let _ = std::fs::remove_dir(folder);
}

#[cfg(test)]
mod tests {
    use super::{Link, Owner};

    #[test]
    fn a_folder_goes_with_its_link() {
        let link = Link::make(&Owner::this()).unwrap();
        let folder = link.folder().to_owned();
        link.listen().unwrap();
        super::sweep(&Owner::this());
        assert!(folder.is_dir());
        drop(link);
        assert!(!folder.exists());
    }
}
