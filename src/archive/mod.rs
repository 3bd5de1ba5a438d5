//! ZIP archives of others: which entries one has, checked before one byte is unpacked, and their
//! content as a stream that ends in an error when it is more than was declared.

pub mod directory;
pub mod names;

use directory::Problem;
use names::{Taken, shown};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use zip::{CompressionMethod, ZipArchive};

/// A ratio no installer or script has, applied once an entry is large enough to hurt.
const MAX_RATIO: u64 = 200;
const RATIO_FROM: u64 = 64 << 20;

/// How much an archive may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest entry, in bytes.
    pub file: u64,
    /// Largest sum of all entries, in bytes.
    pub total: u64,
    /// Whose limits these are, for messages: `the platform's limits (3 GB a file, 5 GB a component)`.
    pub whose: &'static str,
    /// Refuse an archive whose headers before the entries contradict its table of contents, which
    /// other readers may believe instead.
    pub consistent: bool,
}

/// One file of an archive.
#[derive(Debug, Clone)]
pub struct Entry {
    pub index: usize,
    /// Checked: relative, with `/` between folders.
    pub name: String,
    /// Declared size in bytes; reading checks it.
    pub size: u64,
    pub executable: bool,
}

/// An opened archive.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// Files in the order of the table of contents.
    pub entries: Vec<Entry>,
    /// How many entries are folders.
    pub folders: usize,
}

impl Archive {
    /// Opens a file and checks all its entries.
    ///
    /// # Errors
    /// It cannot be read, or is nothing that will be unpacked.
    pub fn open(file: File, limits: &Limits) -> Result<Archive, Problem> {
        let mut reader = BufReader::new(file);
        directory::check(&mut reader)?;
        let zip = ZipArchive::new(reader)
            .map_err(|e| refused("broken-zip", format!("the archive cannot be read: {e}")))?;
        let mut archive = Archive {
            zip,
            entries: Vec::new(),
            folders: 0,
        };
        archive.inventory(limits)?;
        Ok(archive)
    }

    fn inventory(&mut self, limits: &Limits) -> Result<(), Problem> {
        let mut taken = Taken::default();
        let mut total = 0u64;
        for index in 0..self.zip.len() {
            let entry = self
                .zip
                .by_index_data(index)
                .map_err(|e| refused("broken-zip", e.to_string()))?;
            let name = entry
                .name()
                .map_err(|e| refused("bad-name", format!("an entry name cannot be read: {e}")))?;
            let is_folder = name.ends_with('/');
            let name = name.strip_suffix('/').unwrap_or(&name).to_owned();
            names::check(&name).map_err(|(code, what)| refused(code, what))?;
            taken
                .take(&name, is_folder)
                .map_err(|(code, what)| refused(code, what))?;
            let mode = entry.unix_mode().unwrap_or(0);
            check_kind(mode, is_folder).map_err(|kind| {
                refused(
                    "special-entry",
                    format!("the entry `{}` is {kind}, not a file", shown(&name)),
                )
            })?;
            if is_folder {
                self.folders += 1;
                continue;
            }
            if entry.encrypted() {
                let what = format!("the entry `{}` is encrypted", shown(&name));
                return Err(refused("encrypted", what));
            }
            if !matches!(
                entry.compression(),
                CompressionMethod::Stored | CompressionMethod::Deflated
            ) {
                let what = format!(
                    "the entry `{}` is compressed with {}; only DEFLATE is read",
                    shown(&name),
                    entry.compression()
                );
                return Err(refused("unsupported-method", what));
            }
            let (size, compressed) = (entry.size(), entry.compressed_size());
            total = total.saturating_add(size);
            if size > limits.file || total > limits.total {
                let what = format!(
                    "the entry `{}` brings the archive over {}",
                    shown(&name),
                    limits.whose
                );
                return Err(refused("too-large", what));
            }
            if size > RATIO_FROM && size / MAX_RATIO > compressed {
                let what = format!(
                    "the entry `{}` would grow from {compressed} to {size} bytes: no real file does",
                    shown(&name)
                );
                return Err(refused("zip-bomb", what));
            }
            self.entries.push(Entry {
                index,
                name,
                size,
                executable: mode & 0o111 != 0,
            });
        }
        if self.zip.has_duplicate_names() {
            let what = "two entries of the archive have one name";
            return Err(refused("duplicate-name", what));
        }
        if limits.consistent {
            self.zip.validate_header_consistency().map_err(|e| {
                refused(
                    "header-mismatch",
                    format!("the archive's headers contradict its table of contents: {e}"),
                )
            })?;
        }
        Ok(())
    }

    /// Whether the archive has a comment.
    pub fn has_comment(&self) -> bool {
        !self.zip.comment().is_empty()
    }

    /// Streams an entry; its size and checksum are verified on the way.
    ///
    /// # Errors
    /// It is not what was declared, or cannot be written.
    pub fn copy(&mut self, entry: &Entry, to: &mut dyn Write) -> Result<u64, CopyError> {
        copy(&mut self.zip, entry.index, entry.size, to)
    }
}

/// Streams one entry of an archive that was checked before.
///
/// # Errors
/// It is not what was declared, or the archive is another one now, or it cannot be written.
pub fn copy_entry(
    path: &Path,
    index: usize,
    name: &str,
    size: u64,
    to: &mut dyn Write,
) -> Result<u64, CopyError> {
    let file = File::open(path).map_err(CopyError::Open)?;
    let mut zip = ZipArchive::new(BufReader::new(file))
        .map_err(|e| CopyError::Changed(format!("the archive cannot be read any more: {e}")))?;
    if zip.name_for_index(index).and_then(Result::ok).as_deref() != Some(name) {
        let what = "the archive was changed since it was read";
        return Err(CopyError::Changed(what.to_owned()));
    }
    copy(&mut zip, index, size, to)
}

/// Why an entry was not streamed to its end.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("cannot open it: {0}")]
    Open(io::Error),
    #[error("{0}")]
    Changed(String),
    #[error("cannot be unpacked: {0}")]
    Broken(String),
    #[error("is longer than the {0} bytes it declares")]
    Longer(u64),
    #[error("declares {0} bytes and has {1}")]
    Shorter(u64, u64),
    #[error("cannot be written: {0}")]
    Write(io::Error),
}

fn refused(code: &'static str, what: impl Into<String>) -> Problem {
    Problem::Refused(code, what.into())
}

fn copy(
    zip: &mut ZipArchive<BufReader<File>>,
    index: usize,
    size: u64,
    to: &mut dyn Write,
) -> Result<u64, CopyError> {
    let mut file = zip
        .by_index(index)
        .map_err(|e| CopyError::Broken(e.to_string()))?;
    let mut buffer = vec![0u8; 64 * 1024];
    let mut total = 0u64;
    loop {
        let got = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            // The reader's own check; a test pins its words.
            Err(e) if e.to_string().contains("larger than its declared") => {
                return Err(CopyError::Longer(size));
            }
            Err(e) => return Err(CopyError::Broken(e.to_string())),
        };
        total += got as u64;
        if total > size {
            return Err(CopyError::Longer(size));
        }
        to.write_all(buffer.get(..got).unwrap_or_default())
            .map_err(CopyError::Write)?;
    }
    if total < size {
        Err(CopyError::Shorter(size, total))
    } else {
        Ok(total)
    }
}

/// Only plain files and folders; a mode of 0 means the archive says nothing.
fn check_kind(mode: u32, is_folder: bool) -> Result<(), &'static str> {
    match mode & 0o170_000 {
        0 => Ok(()),
        0o100_000 if !is_folder => Ok(()),
        0o040_000 if is_folder => Ok(()),
        0o120_000 => Err("a symbolic link"),
        0o020_000 | 0o060_000 => Err("a device"),
        0o010_000 => Err("a named pipe"),
        0o140_000 => Err("a socket"),
        0o100_000 | 0o040_000 => Err("a file and a folder at once"),
        _ => Err("of an unknown kind"),
    }
}
