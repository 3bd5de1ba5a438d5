//! Removing trees of any depth that a device made: no link is followed, few descriptors are open.

use rustix::fs::{AtFlags, Dir, Mode, OFlags, fstat, openat, unlinkat};
use rustix::io::Errno;
use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, OwnedFd};

/// Most folders that are entered, against processes that make new ones meanwhile.
const MOST: usize = 5_000_000;

/// Removes an entry of a folder with all below it; one that is not there is no error.
///
/// # Errors
/// What the system says, and when a folder was moved elsewhere meanwhile.
pub fn remove(parent: impl AsFd, name: &CStr) -> io::Result<()> {
    match unlinkat(&parent, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => return Ok(()),
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(e) => return Err(e.into()),
    }
    empty(open(&parent, name)?)?;
    Ok(unlinkat(&parent, name, AtFlags::REMOVEDIR)?)
}

/// Removes all that a folder holds.
///
/// # Errors
/// As [`remove`].
pub fn empty(folder: OwnedFd) -> io::Result<()> {
    let mut here = folder;
    // The way back: a folder's name, and the one it lies in by device and inode.
    let mut way: Vec<(CString, (u64, u64))> = Vec::new();
    for _ in 0..MOST {
        if let Some(name) = first_full_folder(&here)? {
            let below = open(&here, &name)?;
            way.push((name, identity(&here)?));
            here = below;
        } else if let Some((name, above)) = way.pop() {
            here = open(&here, c"..")?;
            if identity(&here)? != above {
                return Err(io::Error::other("a folder was moved while it was removed"));
            }
            match unlinkat(&here, &name, AtFlags::REMOVEDIR) {
                Ok(()) | Err(Errno::NOENT | Errno::NOTEMPTY) => {}
                Err(e) => return Err(e.into()),
            }
        } else {
            return Ok(());
        }
    }
    Err(io::Error::other(format!("more than {MOST} folders")))
}

fn open(folder: impl AsFd, name: &CStr) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::empty())?)
}

fn identity(folder: &OwnedFd) -> io::Result<(u64, u64)> {
    let found = fstat(folder)?;
    Ok((found.st_dev, found.st_ino))
}

/// Removes what can be removed at once; gives the first folder that holds something.
fn first_full_folder(folder: &OwnedFd) -> io::Result<Option<CString>> {
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let removed = match unlinkat(folder, name, AtFlags::empty()) {
            Err(Errno::ISDIR | Errno::PERM) => unlinkat(folder, name, AtFlags::REMOVEDIR),
            other => other,
        };
        match removed {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(Errno::NOTEMPTY | Errno::EXIST) => return Ok(Some(name.to_owned())),
            Err(e) => return Err(e.into()),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::remove;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn trees_go_and_what_links_lead_to_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (tree, other) = (dir.path().join("tree"), dir.path().join("other"));
        fs::create_dir_all(tree.join("a/b/c")).unwrap();
        fs::create_dir_all(tree.join("a/d")).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(other.join("kept"), "").unwrap();
        fs::write(tree.join("a/b/f"), "").unwrap();
        symlink(&other, tree.join("a/b/link")).unwrap();
        let parent = fs::File::open(dir.path()).unwrap();
        remove(&parent, c"tree").unwrap();
        remove(&parent, c"tree").unwrap();
        assert!(!tree.exists());
        assert!(other.join("kept").exists());
    }
}
