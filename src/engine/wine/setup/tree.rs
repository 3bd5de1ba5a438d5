//! Writes files below a folder without ever leaving it, whatever links lie in it.

use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A folder as the root of what is written; absolute links in it count from it.
pub struct Tree {
    root: OwnedFd,
}

impl Tree {
    /// An existing folder.
    pub fn open(root: &Path) -> io::Result<Tree> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(root, flags, Mode::empty())?;
        Ok(Tree { root })
    }

    fn at(&self, path: &[u8], flags: OFlags, mode: u32) -> rustix::io::Result<OwnedFd> {
        let path: &[u8] = if path.is_empty() { b"." } else { path };
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let flags = flags | OFlags::CLOEXEC;
        loop {
            match rustix::fs::openat2(&self.root, path, flags, Mode::from_raw_mode(mode), resolve) {
                // The tree changed while the path was walked.
                Err(Errno::AGAIN | Errno::INTR) => {}
                other => return other,
            }
        }
    }

    /// A folder, made with those above it where it is not there.
    pub fn folder(&self, path: &[u8]) -> io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        match self.at(path, flags, 0) {
            Ok(fd) => return Ok(fd),
            Err(Errno::NOENT) if !path.is_empty() => {}
            Err(e) => return Err(e.into()),
        }
        let (above, name) = split(path);
        let parent = self.folder(above)?;
        match rustix::fs::mkdirat(&parent, name, Mode::from_raw_mode(0o755)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(e) => return Err(e.into()),
        }
        Ok(self.at(path, flags, 0)?)
    }

    /// A folder with these permissions.
    pub fn folder_with(&self, path: &[u8], mode: u32) -> io::Result<()> {
        let folder = self.folder(path)?;
        Ok(rustix::fs::fchmod(&folder, Mode::from_raw_mode(mode))?)
    }

    /// A file in place of whatever file or link is there; `modified` in seconds since 1970.
    pub fn file(&self, path: &[u8], mode: u32, modified: u64, content: &[u8]) -> io::Result<()> {
        let (above, name) = split(path);
        let parent = self.folder(above)?;
        absent(&parent, name)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let flags = flags | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&parent, name, flags, Mode::from_raw_mode(0o600))?;
        let mut file = File::from(fd);
        file.write_all(content)?;
        rustix::fs::fchmod(&file, Mode::from_raw_mode(mode))?;
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(modified))
    }

    /// A symbolic link in place of whatever file or link is there.
    pub fn link(&self, path: &[u8], target: &[u8]) -> io::Result<()> {
        let (above, name) = split(path);
        let parent = self.folder(above)?;
        absent(&parent, name)?;
        Ok(rustix::fs::symlinkat(target, &parent, name)?)
    }

    /// Another name of a file that is there.
    pub fn hard_link(&self, path: &[u8], target: &[u8]) -> io::Result<()> {
        let (target_above, target_name) = split(target);
        let target_parent = self.folder(target_above)?;
        let (above, name) = split(path);
        let parent = self.folder(above)?;
        absent(&parent, name)?;
        let none = AtFlags::empty();
        Ok(rustix::fs::linkat(
            &target_parent,
            target_name,
            &parent,
            name,
            none,
        )?)
    }

    /// Another name of a file of the host.
    pub fn share(&self, path: &[u8], file: &Path) -> io::Result<()> {
        let (above, name) = split(path);
        let parent = self.folder(above)?;
        let (cwd, none) = (rustix::fs::CWD, AtFlags::empty());
        Ok(rustix::fs::linkat(
            cwd,
            file.as_os_str().as_bytes(),
            &parent,
            name,
            none,
        )?)
    }

    /// Reads a file, at most `limit` bytes; none where there is none.
    pub fn read(&self, path: &[u8], limit: u64) -> io::Result<Option<Vec<u8>>> {
        use io::Read;
        let fd = match self.at(path, OFlags::RDONLY | OFlags::NONBLOCK, 0) {
            Ok(fd) => fd,
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
            Err(e) => return Err(e.into()),
        };
        let mut content = Vec::new();
        File::from(fd).take(limit).read_to_end(&mut content)?;
        Ok(Some(content))
    }

    /// Names of the files in a folder, sorted; none where it is not there.
    pub fn names(&self, path: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        let folder = match self.at(path, OFlags::RDONLY | OFlags::DIRECTORY, 0) {
            Ok(fd) => fd,
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(Vec::new()),
            Err(e) => return Err(e.into()),
        };
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&folder)? {
            let entry = entry?;
            if entry.file_type() != FileType::Directory {
                names.push(entry.file_name().to_bytes().to_vec());
            }
        }
        names.sort();
        Ok(names)
    }
}

/// Takes away the file or link of a name, if there is one.
fn absent(parent: &OwnedFd, name: &[u8]) -> io::Result<()> {
    match rustix::fs::unlinkat(parent, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

/// Folder and last part.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|b| *b == b'/') {
        Some(at) => (&path[..at], &path[at + 1..]),
        None => (b"", path),
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use std::fs;
    use std::io;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_lead_nowhere_else() -> io::Result<()> {
        let dir = tempfile::tempdir()?;
        let (root, outside) = (dir.path().join("root"), dir.path().join("outside"));
        fs::create_dir_all(root.join("usr/bin"))?;
        fs::create_dir(&outside)?;
        symlink("usr/bin", root.join("bin"))?;
        symlink(&outside, root.join("abs"))?;
        symlink("../../outside", root.join("up"))?;
        let tree = Tree::open(&root)?;
        tree.file(b"bin/sh", 0o755, 100, b"x")?;
        assert_eq!(fs::read(root.join("usr/bin/sh"))?, b"x");
        let found = fs::metadata(root.join("usr/bin/sh"))?;
        assert_eq!(found.permissions().mode() & 0o7777, 0o755);
        for leads_out in ["abs/file", "up/file"] {
            // The link's target is not there within the root, and a folder cannot be made over a link.
            assert!(tree.file(leads_out.as_bytes(), 0o644, 0, b"x").is_err());
        }
        assert_eq!(fs::read_dir(&outside)?.count(), 0);
        // A file takes the place of a link, and does not write through it.
        symlink(outside.join("made"), root.join("link"))?;
        tree.file(b"link", 0o644, 0, b"own")?;
        assert_eq!(fs::read(root.join("link"))?, b"own");
        assert!(!outside.join("made").exists());
        Ok(())
    }

    #[test]
    fn names_of_one_file_are_one_file() -> io::Result<()> {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir()?;
        let tree = Tree::open(dir.path())?;
        tree.file(b"a/one", 0o644, 0, b"x")?;
        tree.hard_link(b"b/two", b"a/one")?;
        tree.share(b"c/three", &dir.path().join("a/one"))?;
        assert_eq!(fs::metadata(dir.path().join("c/three"))?.nlink(), 3);
        assert_eq!(tree.read(b"b/two", 9)?, Some(b"x".to_vec()));
        assert_eq!(tree.names(b"b")?, [b"two".to_vec()]);
        assert_eq!(tree.names(b"nowhere")?, Vec::<Vec<u8>>::new());
        Ok(())
    }
}
