//! A package on disk: which entries it has, checked before one byte is unpacked, and their
//! content as a stream that ends in an error when it is more than was declared.

use super::directory::{self, Problem};
use super::error::{ComponentError, note};
use super::names::{self, Taken, shown};
use crate::rmm::event::Note;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use zip::{CompressionMethod, ZipArchive};

/// Largest attachment the platform takes: "3 GB", read as binary so that none is refused wrongly.
pub(super) const MAX_FILE: u64 = 3 << 30;
/// Largest component the platform takes: "5 GB".
pub(super) const MAX_TOTAL: u64 = 5 << 30;
/// A ratio no installer or script has, applied once an entry is large enough to hurt.
const MAX_RATIO: u64 = 200;
const RATIO_FROM: u64 = 64 << 20;

/// One file of a package.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub index: usize,
    /// Checked: relative, with `/` between folders.
    pub name: String,
    /// Declared size; reading checks it.
    pub size: u64,
    pub executable: bool,
}

/// An opened package.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    path: PathBuf,
    /// Files in the order of the table of contents.
    pub entries: Vec<Entry>,
    pub notes: Vec<Note>,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Archive, ComponentError> {
        let meta = std::fs::metadata(path).map_err(|e| ComponentError::io(path, "read it", &e))?;
        if !meta.is_file() {
            return Err(ComponentError::new(
                "not-a-file",
                path,
                "this is neither a file nor a folder",
            ));
        }
        let file = File::open(path).map_err(|e| ComponentError::io(path, "open it", &e))?;
        let mut reader = BufReader::new(file);
        directory::check(&mut reader).map_err(|problem| match problem {
            Problem::Io(e) => ComponentError::io(path, "read it", &e),
            Problem::Refused(code, what) => {
                ComponentError::new(code, path, what).help(help_for(code))
            }
        })?;
        let zip = ZipArchive::new(reader).map_err(|e| {
            ComponentError::new(
                "broken-zip",
                path,
                format!("the archive cannot be read: {e}"),
            )
            .help(help_for("broken-zip"))
        })?;
        let mut archive = Archive {
            zip,
            path: path.to_owned(),
            entries: Vec::new(),
            notes: Vec::new(),
        };
        archive.inventory()?;
        Ok(archive)
    }

    fn refuse(&self, code: &'static str, what: impl Into<String>) -> ComponentError {
        ComponentError::new(code, &self.path, what).help(help_for(code))
    }

    fn inventory(&mut self) -> Result<(), ComponentError> {
        let mut taken = Taken::default();
        let mut total = 0u64;
        let mut folders = 0usize;
        for index in 0..self.zip.len() {
            let entry = self
                .zip
                .by_index_data(index)
                .map_err(|e| self.refuse("broken-zip", e.to_string()))?;
            let name = entry.name().map_err(|e| {
                self.refuse("bad-name", format!("an entry name cannot be read: {e}"))
            })?;
            let is_folder = name.ends_with('/');
            let name = name.strip_suffix('/').unwrap_or(&name).to_owned();
            names::check(&name).map_err(|(code, what)| self.refuse(code, what))?;
            taken
                .take(&name, is_folder)
                .map_err(|(code, what)| self.refuse(code, what))?;
            let mode = entry.unix_mode().unwrap_or(0);
            check_kind(mode, is_folder).map_err(|kind| {
                self.refuse(
                    "special-entry",
                    format!("the entry `{}` is {kind}, not a file", shown(&name)),
                )
            })?;
            if is_folder {
                folders += 1;
                continue;
            }
            if entry.encrypted() {
                return Err(self.refuse(
                    "encrypted",
                    format!("the entry `{}` is encrypted", shown(&name)),
                ));
            }
            if !matches!(
                entry.compression(),
                CompressionMethod::Stored | CompressionMethod::Deflated
            ) {
                let what = format!(
                    "the entry `{}` is compressed with {}; exports use DEFLATE",
                    shown(&name),
                    entry.compression()
                );
                return Err(self.refuse("unsupported-method", what));
            }
            let (size, compressed) = (entry.size(), entry.compressed_size());
            total = total.saturating_add(size);
            if size > MAX_FILE || total > MAX_TOTAL {
                let what = format!(
                    "the entry `{}` brings the package over the platform's limits (3 GB a file, 5 GB a component)",
                    shown(&name)
                );
                return Err(self.refuse("too-large", what));
            }
            if size > RATIO_FROM && size / MAX_RATIO > compressed {
                let what = format!(
                    "the entry `{}` would grow from {compressed} to {size} bytes: no real attachment does",
                    shown(&name)
                );
                return Err(self.refuse("zip-bomb", what));
            }
            self.entries.push(Entry {
                index,
                name,
                size,
                executable: mode & 0o111 != 0,
            });
        }
        if self.zip.has_duplicate_names() {
            return Err(self.refuse("duplicate-name", "two entries of the package have one name"));
        }
        self.zip.validate_header_consistency().map_err(|e| {
            ComponentError::new(
                "header-mismatch",
                &self.path,
                format!("the package's headers contradict its table of contents: {e}"),
            )
            .help(help_for("header-mismatch"))
        })?;
        self.remark(folders);
        Ok(())
    }

    fn remark(&mut self, folders: usize) {
        if folders > 0 {
            self.notes.push(note(
                "explorer-made",
                format!("the package has {folders} folder entries, as packages made by hand have and exports do not"),
                "packages made with Explorer's \"Compress to Zip\" cannot be imported: export from the portal, or use `shakedown pack`",
            ));
        }
        let nested: Vec<_> = self
            .entries
            .iter()
            .filter(|e| e.name.contains('/'))
            .map(|e| shown(&e.name))
            .take(3)
            .collect();
        if !nested.is_empty() {
            self.notes.push(note(
                "nested-attachment",
                format!("files lie in folders within the package ({}); exports keep all files at the root", nested.join(", ")),
                "attach a flat set of files, or one archive that the script unpacks",
            ));
        }
        if !self.zip.comment().is_empty() {
            self.notes.push(note(
                "zip-comment",
                "the package has an archive comment; exports have none",
                "pack it anew",
            ));
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<Entry> {
        self.entries.iter().find(|e| e.name == name).cloned()
    }

    /// The whole content of a small entry.
    pub(super) fn read(&mut self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ComponentError> {
        if entry.size > limit {
            let what = format!(
                "the entry `{}` has {} bytes; at most {limit} are read",
                shown(&entry.name),
                entry.size
            );
            return Err(self.refuse("too-large", what));
        }
        let mut bytes = Vec::new();
        self.copy(entry, &mut bytes)?;
        Ok(bytes)
    }

    /// Streams an entry; its size and checksum are verified on the way.
    pub(super) fn copy(
        &mut self,
        entry: &Entry,
        to: &mut dyn Write,
    ) -> Result<u64, ComponentError> {
        copy(&mut self.zip, entry.index, entry.size, to)
            .map_err(|e| e.into_error(&self.path, &entry.name))
    }
}

/// Streams one entry of a package that was checked before.
pub(super) fn copy_entry(
    path: &Path,
    index: usize,
    name: &str,
    size: u64,
    to: &mut dyn Write,
) -> Result<u64, ComponentError> {
    let file = File::open(path).map_err(|e| ComponentError::io(path, "open it", &e))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|e| {
        ComponentError::new(
            "broken-zip",
            path,
            format!("the archive cannot be read any more: {e}"),
        )
    })?;
    if zip.name_for_index(index).and_then(Result::ok).as_deref() != Some(name) {
        return Err(ComponentError::new(
            "broken-zip",
            path,
            "the package was changed since it was read",
        ));
    }
    copy(&mut zip, index, size, to).map_err(|e| e.into_error(path, name))
}

enum CopyError {
    Broken(String),
    Longer(u64),
    Shorter(u64, u64),
    Write(io::Error),
}

impl CopyError {
    fn into_error(self, path: &Path, name: &str) -> ComponentError {
        let name = shown(name);
        match self {
            CopyError::Broken(what) => ComponentError::new(
                "corrupt-entry",
                path,
                format!("the entry `{name}` cannot be unpacked: {what}"),
            )
            .help(help_for("corrupt-entry")),
            CopyError::Longer(size) => ComponentError::new(
                "zip-bomb",
                path,
                format!("the entry `{name}` is longer than the {size} bytes it declares"),
            )
            .help(help_for("zip-bomb")),
            CopyError::Shorter(size, got) => ComponentError::new(
                "corrupt-entry",
                path,
                format!("the entry `{name}` declares {size} bytes and has {got}"),
            )
            .help(help_for("corrupt-entry")),
            CopyError::Write(e) => {
                ComponentError::io(path, &format!("write out the entry `{name}`"), &e)
            }
        }
    }
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

fn help_for(code: &str) -> &'static str {
    match code {
        "truncated" | "broken-zip" | "corrupt-entry" => "fetch or export the package again",
        "not-a-zip" => {
            "give a .cpt file as exported from the portal, or a folder with component.yaml or resource.xml"
        }
        "encrypted" => "the portal exports no encrypted packages: pack it anew without a password",
        "unsupported-method" => "pack it anew with `shakedown pack` or with `Compress-Archive`",
        "too-large" => "let the script download what is too large to attach",
        _ => {
            "the portal exports no such packages: do not trust it, and pack the component anew from its sources"
        }
    }
}
