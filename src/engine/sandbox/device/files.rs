//! Files of a device, reached from the harness through the device's root without ever leaving it.

use crate::engine::FileStat;
use crate::engine::sandbox::sys::cstring;
use crate::engine::sandbox::tree;
use crate::rmm::observed::EntryKind;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// Opens a path of the device; links count from its root, and none leads out of it.
fn open(root: &OwnedFd, path: &str, flags: OFlags, mode: u32) -> rustix::io::Result<OwnedFd> {
    // openat2 refuses O_PATH together with flags that mean nothing to it.
    let quiet = if flags.contains(OFlags::PATH) {
        OFlags::CLOEXEC
    } else {
        OFlags::CLOEXEC | OFlags::NOCTTY
    };
    let flags = flags | quiet;
    let mode = Mode::from_raw_mode(mode);
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    loop {
        match rustix::fs::openat2(root, path, flags, mode, resolve) {
            // The tree changed while the path was walked.
            Err(Errno::AGAIN | Errno::INTR) => {}
            other => return other,
        }
    }
}

/// Opens a folder of the device.
pub fn folder(root: &OwnedFd, path: &str) -> io::Result<OwnedFd> {
    Ok(open(root, path, OFlags::RDONLY | OFlags::DIRECTORY, 0)?)
}

/// Names in a folder, in no order; those that are no UTF-8 are left out.
pub fn names(root: &OwnedFd, path: &str) -> io::Result<Vec<String>> {
    let folder = folder(root, path)?;
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::read_from(&folder)? {
        let entry = entry?;
        match entry.file_name().to_str() {
            Ok("." | "..") | Err(_) => {}
            Ok(name) => names.push(name.to_owned()),
        }
    }
    Ok(names)
}

/// `None` for what is not there.
fn absent<T>(result: rustix::io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(v) => Ok(Some(v)),
        Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// A path with the links among its folders followed; the last part stays as it is.
pub fn real(root: &OwnedFd, path: &str) -> Option<Vec<u8>> {
    let (folder, name) = split(path).ok()?;
    let fd = open(root, folder, OFlags::PATH | OFlags::DIRECTORY, 0).ok()?;
    // The kernel tells the path from the root of the mount that holds it, which a device's root is.
    let link = format!("/proc/self/fd/{}", fd.as_raw_fd());
    let mut real = rustix::fs::readlink(link, Vec::new()).ok()?.into_bytes();
    if real != b"/" {
        real.push(b'/');
    }
    real.extend_from_slice(name.as_bytes());
    Some(real)
}

/// Reads at most `limit` bytes of a regular file.
pub fn read(root: &OwnedFd, path: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
    // Non-blocking: a FIFO must not hold the harness up.
    let Some(fd) = absent(open(root, path, OFlags::RDONLY | OFlags::NONBLOCK, 0))? else {
        return Ok(None);
    };
    let found = rustix::fs::fstat(&fd)?;
    if FileType::from_raw_mode(found.st_mode) != FileType::RegularFile {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        ));
    }
    let mut content = Vec::new();
    File::from(fd).take(limit).read_to_end(&mut content)?;
    Ok(Some(content))
}

/// Folder and last part of a path.
fn split(path: &str) -> io::Result<(&str, &str)> {
    let trimmed = path.trim_end_matches('/');
    let (folder, name) = trimmed.rsplit_once('/').unwrap_or((".", trimmed));
    if name.is_empty() || name == "." || name == ".." {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it names no entry",
        ));
    }
    Ok((if folder.is_empty() { "/" } else { folder }, name))
}

/// Makes a folder and those above it; gives those that were made.
fn make_folders(root: &OwnedFd, path: &str, made: &mut Vec<String>) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY;
    match open(root, path, flags, 0) {
        Ok(fd) => return Ok(fd),
        Err(Errno::NOENT) => {}
        Err(e) => return Err(e.into()),
    }
    let (above, name) = split(path)?;
    let parent = make_folders(root, above, made)?;
    match rustix::fs::mkdirat(&parent, name, Mode::from_raw_mode(0o755)) {
        Ok(()) => made.push(path.to_owned()),
        Err(Errno::EXIST) => {}
        Err(e) => return Err(e.into()),
    }
    Ok(open(root, path, flags, 0)?)
}

/// Writes a file; gives every path that was made or written.
pub fn write(root: &OwnedFd, path: &str, content: &[u8], mode: u32) -> io::Result<Vec<String>> {
    let (folder, _) = split(path)?;
    let mut made = Vec::new();
    make_folders(root, folder, &mut made)?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NONBLOCK;
    let fd = open(root, path, flags, mode & 0o7777)?;
    if FileType::from_raw_mode(rustix::fs::fstat(&fd)?.st_mode) != FileType::RegularFile {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        ));
    }
    let mut file = File::from(fd);
    file.write_all(content)?;
    // After the write, which takes set-id bits away; and whatever the umask.
    rustix::fs::fchmod(&file, Mode::from_raw_mode(mode & 0o7777))?;
    made.push(path.to_owned());
    Ok(made)
}

/// Puts a symbolic link in place of whatever file is there; gives every path that was made.
pub fn link(root: &OwnedFd, path: &str, target: &str) -> io::Result<Vec<String>> {
    let (folder, name) = split(path)?;
    let mut made = Vec::new();
    let parent = make_folders(root, folder, &mut made)?;
    match rustix::fs::unlinkat(&parent, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(e) => return Err(e.into()),
    }
    rustix::fs::symlinkat(target, &parent, name)?;
    made.push(path.to_owned());
    Ok(made)
}

/// Removes an entry with all below it.
pub fn remove(root: &OwnedFd, path: &str) -> io::Result<()> {
    let (folder, name) = split(path)?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY;
    match absent(open(root, folder, flags, 0))? {
        Some(parent) => tree::remove(&parent, &cstring(name.as_bytes())?),
        None => Ok(()),
    }
}

/// What stands at a path, the last link not followed.
pub fn stat(root: &OwnedFd, path: &str) -> io::Result<Option<FileStat>> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW;
    let Some(fd) = absent(open(root, path, flags, 0))? else {
        return Ok(None);
    };
    let found = rustix::fs::fstat(fd.as_fd())?;
    Ok(Some(FileStat {
        kind: kind(&found),
        size: found.st_size as u64,
        mode: found.st_mode & 0o7777,
        uid: found.st_uid,
        gid: found.st_gid,
    }))
}

/// Kind of an entry.
pub fn kind(stat: &Stat) -> EntryKind {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Folder,
        FileType::Symlink => EntryKind::Symlink,
        _ => EntryKind::Special,
    }
}
