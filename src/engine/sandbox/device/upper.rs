//! Reading a device's upper layers through descriptors, whatever names and kinds stand in them.

use super::{Part, attributes, files};
use crate::rmm::observed::EntryKind;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use std::collections::BTreeMap;
use std::ffi::{CString, OsStr};
use std::fs::File;
use std::hash::Hasher;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::rc::Rc;

/// Deepest folder that is entered.
const DEEPEST: u32 = 4_096;
/// Longest path of a folder that is entered, in bytes.
const LONGEST: usize = 16 << 10;
/// Stands in a folder too deep to be entered.
const DEEPER: &[u8] = b"/... (deeper folders are not listed)";
/// Most entries that are looked at.
pub const MOST: usize = 500_000;
/// Stands in the root where there are more.
pub const CUT: &[u8] = b"/... (more files are not listed)";
/// Files up to this size are told apart by content, larger ones by size and time.
const CHECKED: u64 = 32 << 20;

/// What an entry of an upper layer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// Something that stands there.
    There,
    /// A folder that hides what the layers below have in it.
    Opaque,
    /// The mark of a deletion.
    Whiteout,
}

/// One entry of an upper layer.
#[derive(Debug, Clone)]
pub struct Entry {
    pub is: Is,
    pub kind: EntryKind,
    pub size: u64,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub inode: u64,
    /// Change time, seconds and nanoseconds.
    pub altered: (i64, i64),
    pub modified: (i64, i64),
    /// Of a regular file's content.
    pub checksum: Option<u64>,
    /// Of a file's or folder's extended attributes.
    pub attributes: Option<u64>,
    /// Of a symbolic link.
    pub target: Option<Vec<u8>>,
}

/// Entries by absolute path on the device.
pub type Entries = BTreeMap<Vec<u8>, Entry>;

/// The part of the tree a path lies in.
pub fn part_of<'a>(parts: &'a [Part], path: &[u8]) -> Option<&'a Part> {
    let inside = |p: &&Part| {
        path.strip_prefix(p.at.as_slice())
            .is_some_and(|r| r.first() == Some(&b'/'))
    };
    parts.iter().rev().find(inside)
}

fn relative<'a>(part: &Part, path: &'a [u8]) -> &'a Path {
    Path::new(OsStr::from_bytes(
        path.get(part.at.len() + 1..).unwrap_or_default(),
    ))
}

/// The entry at one path, without a checksum unless it is a file that stands there.
pub fn one(parts: &[Part], path: &[u8]) -> Option<Entry> {
    let part = part_of(parts, path)?;
    let relative = relative(part, path);
    let stat = rustix::fs::statat(&part.upper, relative, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    let (folder, name) = match (relative.parent(), relative.file_name()) {
        (Some(folder), Some(name)) => (folder, name),
        _ => return None,
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let folder = rustix::fs::openat(&part.upper, folder, flags, Mode::empty()).ok()?;
    Some(entry(
        &folder,
        &CString::new(name.as_bytes()).ok()?,
        &stat,
        None,
    ))
}

/// Opens a regular file of an upper layer.
pub fn open(parts: &[Part], path: &[u8]) -> io::Result<OwnedFd> {
    let part = part_of(parts, path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(
        &part.upper,
        relative(part, path),
        flags,
        Mode::empty(),
    )?)
}

/// A folder still to be read: opened only when its turn comes, so that few are open at once.
struct Pending {
    parent: Rc<OwnedFd>,
    name: CString,
    path: Vec<u8>,
    depth: u32,
}

/// Reads all upper layers; checksums of unchanged files are taken from `known`.
pub fn walk(parts: &[Part], known: &Entries) -> io::Result<Entries> {
    let mut found = Entries::new();
    for part in parts {
        let here = c".".to_owned();
        let parent = Rc::new(part.upper.try_clone()?);
        let mut pending = vec![Pending {
            parent,
            name: here,
            path: part.at.clone(),
            depth: 0,
        }];
        while let Some(folder) = pending.pop() {
            read_folder(&folder, known, &mut found, &mut pending)?;
            if found.len() > MOST {
                found.insert(CUT.to_vec(), remark());
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn read_folder(
    folder: &Pending,
    known: &Entries,
    found: &mut Entries,
    pending: &mut Vec<Pending>,
) -> io::Result<()> {
    if folder.depth > DEEPEST || folder.path.len() > LONGEST {
        found.insert([folder.path.as_slice(), DEEPER].concat(), remark());
        return Ok(());
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = match rustix::fs::openat(&*folder.parent, &folder.name, flags, Mode::empty()) {
        Ok(fd) => Rc::new(fd),
        // Removed meanwhile, or (as a normal user) without the right to look: it stands in the
        // list itself.
        Err(rustix::io::Errno::NOENT | rustix::io::Errno::ACCESS) => return Ok(()),
        Err(e) => return Err(e.into()),
    };
    for item in Dir::read_from(fd.as_fd())? {
        let item = item?;
        let name = item.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let Ok(stat) = rustix::fs::statat(&*fd, name, AtFlags::SYMLINK_NOFOLLOW) else {
            continue;
        };
        let path = [folder.path.as_slice(), b"/", name.to_bytes()].concat();
        let entry = entry(&fd, name, &stat, known.get(&path));
        if entry.kind == EntryKind::Folder {
            pending.push(Pending {
                parent: Rc::clone(&fd),
                name: name.to_owned(),
                path: path.clone(),
                depth: folder.depth + 1,
            });
        }
        found.insert(path, entry);
        if found.len() > MOST {
            break;
        }
    }
    Ok(())
}

/// An entry that stands for those that are not listed.
fn remark() -> Entry {
    Entry {
        is: Is::There,
        kind: EntryKind::Special,
        size: 0,
        mode: 0,
        uid: 0,
        gid: 0,
        inode: 0,
        altered: (0, 0),
        modified: (0, 0),
        checksum: None,
        attributes: None,
        target: None,
    }
}

fn entry(folder: &OwnedFd, name: &std::ffi::CStr, stat: &Stat, known: Option<&Entry>) -> Entry {
    let kind = files::kind(stat);
    let whiteout =
        FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice && stat.st_rdev == 0;
    let is = match kind {
        _ if whiteout => Is::Whiteout,
        EntryKind::Folder if opaque(folder, name) => Is::Opaque,
        _ => Is::There,
    };
    let mut entry = Entry {
        is,
        kind,
        size: stat.st_size as u64,
        mode: stat.st_mode & 0o7777,
        uid: stat.st_uid,
        gid: stat.st_gid,
        inode: stat.st_ino,
        altered: (stat.st_ctime, stat.st_ctime_nsec as i64),
        modified: (stat.st_mtime, stat.st_mtime_nsec as i64),
        checksum: None,
        attributes: None,
        target: None,
    };
    let same = known.filter(|k| k.inode == entry.inode && k.altered == entry.altered);
    if matches!(kind, EntryKind::File | EntryKind::Folder) {
        entry.attributes = match same {
            Some(same) => same.attributes,
            None => attributes_of(folder, name),
        };
    }
    match kind {
        EntryKind::File if entry.size <= CHECKED => {
            entry.checksum = match same {
                Some(same) => same.checksum,
                None => checksum(folder, name),
            };
        }
        EntryKind::Symlink => {
            let target = rustix::fs::readlinkat(folder, name, Vec::new()).ok();
            entry.target = target.map(CString::into_bytes);
        }
        _ => {}
    }
    entry
}

/// Whether a folder has the overlay's mark of hiding what is below.
fn opaque(folder: &OwnedFd, name: &std::ffi::CStr) -> bool {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let Ok(fd) = rustix::fs::openat(folder, name, flags, Mode::empty()) else {
        return false;
    };
    ["trusted.overlay.opaque", "user.overlay.opaque"]
        .iter()
        .any(|attribute| {
            let mut value = [0u8; 4];
            matches!(rustix::fs::fgetxattr(&fd, *attribute, &mut value), Ok(1) if value[0] == b'y')
        })
}

fn attributes_of(folder: &OwnedFd, name: &std::ffi::CStr) -> Option<u64> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    attributes::sum(
        rustix::fs::openat(folder, name, flags, Mode::empty()).ok()?,
        true,
    )
}

fn checksum(folder: &OwnedFd, name: &std::ffi::CStr) -> Option<u64> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = rustix::fs::openat(folder, name, flags, Mode::empty()).ok()?;
    let mut file = File::from(fd).take(CHECKED);
    // Only compared within this process, so the hash need not be the same elsewhere.
    let mut hasher = std::hash::DefaultHasher::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hasher.finish()),
            n => hasher.write(&buffer[..n]),
        }
    }
}
