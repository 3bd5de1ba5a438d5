//! Files of this machine.

use crate::engine::FileStat;
use crate::rmm::observed::EntryKind;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

/// `None` for what is not there.
fn absent<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(v) => Ok(Some(v)),
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

/// At most `limit` bytes of a file.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let Some(file) = absent(File::open(path))? else {
        return Ok(None);
    };
    let mut content = Vec::new();
    file.take(limit).read_to_end(&mut content)?;
    Ok(Some(content))
}

/// Writes a file, folders above it made.
pub fn write(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)?;
    set_mode(path, mode)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Removes a file or a whole folder.
pub fn remove(path: &Path) -> io::Result<()> {
    let Some(meta) = absent(path.symlink_metadata())? else {
        return Ok(());
    };
    if meta.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

/// What stands at a path.
pub fn stat(path: &Path) -> io::Result<Option<FileStat>> {
    Ok(absent(path.symlink_metadata())?.map(|meta| of(&meta)))
}

/// Kind of an entry.
pub fn kind(meta: &Metadata) -> EntryKind {
    let kind = meta.file_type();
    if kind.is_dir() {
        EntryKind::Folder
    } else if kind.is_symlink() {
        EntryKind::Symlink
    } else if kind.is_file() {
        EntryKind::File
    } else {
        EntryKind::Special
    }
}

#[cfg(unix)]
fn of(meta: &Metadata) -> FileStat {
    use std::os::unix::fs::MetadataExt;
    FileStat {
        kind: kind(meta),
        size: meta.len(),
        mode: meta.mode() & 0o7777,
        uid: meta.uid(),
        gid: meta.gid(),
    }
}

#[cfg(not(unix))]
fn of(meta: &Metadata) -> FileStat {
    FileStat {
        kind: kind(meta),
        size: meta.len(),
        mode: if meta.permissions().readonly() {
            0o444
        } else {
            0o644
        },
        uid: 0,
        gid: 0,
    }
}

/// Permission bits; on Windows only whether it may be written.
pub fn mode(meta: &Metadata) -> u32 {
    of(meta).mode
}
