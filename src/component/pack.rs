//! Writing `.cpt` packages as the platform's exporter does: streamed DEFLATE, flags 0x808, the
//! script first, then metadata, icon and attachments.

use super::error::ComponentError;
use super::folder;
use super::names::shown;
use super::resource::Dialect;
use super::{Attachment, Component, FolderKind, Icon, folder_kind, package, resource_write};
use crate::rmm::event::Note;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

/// What `pack` wrote.
#[derive(Debug, Clone)]
pub struct PackReport {
    pub path: PathBuf,
    /// Size of the package in bytes.
    pub bytes: u64,
    /// Names and sizes of the entries, in order.
    pub entries: Vec<(String, u64)>,
    /// The uid in the package; derived from the name where the folder has none.
    pub uid: String,
    /// Remarks on the component, those of reading the folder included.
    pub notes: Vec<Note>,
}

/// A GUID that is the same for the same name, for components whose manifest has none.
/// The platform replaces a uid it does not know on import.
pub fn derived_uid(name: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"shakedown component\0")
        .chain_update(name.as_bytes())
        .finalize();
    let mut bytes: Vec<u8> = digest.iter().take(16).copied().collect();
    // Version 8 (vendor's own scheme) and the RFC 9562 variant.
    if let Some(b) = bytes.get_mut(6) {
        *b = *b & 0x0f | 0x80;
    }
    if let Some(b) = bytes.get_mut(8) {
        *b = *b & 0x3f | 0x80;
    }
    let mut uid = String::with_capacity(36);
    for (at, b) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            uid.push('-');
        }
        uid.push_str(&format!("{b:02x}"));
    }
    uid
}

/// Packs a folder (with a manifest, or an unpacked package) into a `.cpt` file.
///
/// An unpacked package keeps its script, `resource.xml` and icon byte for byte unless another
/// dialect is asked for. The file appears under its name only when it is whole; an older one is
/// replaced then. Equal folders give equal packages.
///
/// # Errors
/// What [`super::load`] refuses, metadata a package cannot carry, and files that cannot be written.
pub fn pack(folder: &Path, to: &Path, dialect: Dialect) -> Result<PackReport, ComponentError> {
    let meta = std::fs::metadata(folder).map_err(|e| ComponentError::io(folder, "read it", &e))?;
    if !meta.is_dir() {
        return Err(
            ComponentError::new("not-a-folder", folder, "only a folder can be packed")
                .help("give the component's folder"),
        );
    }
    refuse_inside(folder, to)?;
    let (mut component, resource, keep_icon) = match folder_kind(folder)? {
        FolderKind::Manifest => {
            let mut component = folder::load_manifest(folder)?;
            if component.metadata.uid.is_empty() {
                component.metadata.uid = derived_uid(&component.metadata.name);
            }
            let resource = written(&component, "", dialect)?;
            (component, resource, false)
        }
        FolderKind::Unpacked => {
            let (component, read, bytes) = folder::load_unpacked(folder)?;
            if dialect == Dialect::Keep || dialect == read.dialect {
                (component, bytes, true)
            } else if read.unknown.is_empty() {
                let resource = written(&component, &read.hash, dialect)?;
                (component, resource, true)
            } else {
                let what = format!(
                    "resource.xml cannot be rewritten in another dialect: {} would be lost",
                    read.unknown.join(", ")
                );
                return Err(ComponentError::new("unknown-elements", folder, what)
                    .help("remove these elements, or pack without asking for a dialect"));
            }
        }
    };
    if component.icon == Icon::Null && !keep_icon {
        component.icon = Icon::Missing;
    }
    let partial = Partial::new(to)?;
    let entries = write(&component, &resource, &partial.path).map_err(|e| e.into_error(to))?;
    finish_headers(&partial.path).map_err(|e| ComponentError::io(to, "write the package", &e))?;
    // What this program would refuse to read is not handed out.
    package::open(&partial.path)?;
    let bytes = partial.publish(to)?;
    Ok(PackReport {
        path: to.to_owned(),
        bytes,
        entries,
        uid: component.metadata.uid,
        notes: component.notes,
    })
}

fn written(component: &Component, hash: &str, dialect: Dialect) -> Result<Vec<u8>, ComponentError> {
    resource_write::write(&component.metadata, hash, dialect)
        .map(String::into_bytes)
        .map_err(|(what, help)| {
            ComponentError::new("not-packable", &component.source, what).help(help)
        })
}

/// A package within its own folder would be an attachment the next time.
fn refuse_inside(folder: &Path, to: &Path) -> Result<(), ComponentError> {
    let parent = match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), parent.canonicalize()) {
        (Ok(folder), Ok(parent)) if parent.starts_with(&folder) => Err(ComponentError::new(
            "inside-itself",
            to,
            "the package would lie in the folder it is made of",
        )
        .help("write it beside the folder")),
        _ => Ok(()),
    }
}

enum WriteError {
    Component(ComponentError),
    Io(io::Error),
}

impl WriteError {
    fn into_error(self, to: &Path) -> ComponentError {
        match self {
            WriteError::Component(e) => e,
            WriteError::Io(e) => ComponentError::io(to, "write the package", &e),
        }
    }
}

impl From<ComponentError> for WriteError {
    fn from(e: ComponentError) -> Self {
        WriteError::Component(e)
    }
}

impl From<io::Error> for WriteError {
    fn from(e: io::Error) -> Self {
        WriteError::Io(e)
    }
}

impl From<zip::result::ZipError> for WriteError {
    fn from(e: zip::result::ZipError) -> Self {
        WriteError::Io(e.into())
    }
}

/// What one entry is made of.
enum Part<'c> {
    Bytes(&'c [u8]),
    Attachment(&'c Attachment),
}

fn write(
    component: &Component,
    resource: &[u8],
    path: &Path,
) -> Result<Vec<(String, u64)>, WriteError> {
    let file = OpenOptions::new().write(true).truncate(true).open(path)?;
    let mut zip = ZipWriter::new_stream(BufWriter::new(file));
    // A fixed time and no mode, as exports carry no mode and equal folders give equal packages.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .system(System::Dos)
        // Without any attribute the writer would not stream the entry; they are cleared afterwards.
        .external_attributes(0x20);
    let mut parts = vec![
        ("command.bat", Part::Bytes(&component.body)),
        ("resource.xml", Part::Bytes(resource)),
    ];
    parts.extend(
        component
            .icon
            .bytes()
            .map(|bytes| ("icon.png", Part::Bytes(bytes))),
    );
    parts.extend(
        component
            .attachments
            .iter()
            .map(|a| (a.name.as_str(), Part::Attachment(a))),
    );
    let mut entries = Vec::with_capacity(parts.len());
    for (name, part) in parts {
        zip.start_file(name, options)?;
        let size = match part {
            Part::Bytes(bytes) => {
                zip.write_all(bytes)?;
                bytes.len() as u64
            }
            Part::Attachment(a) => a.copy_to(&mut zip)?,
        };
        entries.push((name.to_owned(), size));
    }
    let mut file = zip.finish()?.into_inner();
    file.flush()?;
    file.get_ref().sync_all()?;
    Ok(entries)
}

/// Makes the headers those of the exporter: bit 11 (names are UTF-8) set even where no name needs
/// it, and no attributes, neither of which the ZIP writer can be told.
fn finish_headers(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index)?;
        let central = entry.central_header_start();
        for flags_at in [entry.header_start() + 6, central + 8] {
            let mut flags = [0u8; 2];
            file.seek(SeekFrom::Start(flags_at))?;
            file.read_exact(&mut flags)?;
            let flags = u16::from_le_bytes(flags) | 0x800;
            file.seek(SeekFrom::Start(flags_at))?;
            file.write_all(&flags.to_le_bytes())?;
        }
        file.seek(SeekFrom::Start(central + 38))?;
        file.write_all(&[0; 4])?;
    }
    file.sync_all()
}

/// A file beside its final place, removed unless it is published.
struct Partial {
    path: PathBuf,
    published: bool,
}

impl Partial {
    fn new(to: &Path) -> Result<Partial, ComponentError> {
        let Some(name) = to.file_name().filter(|_| !to.is_dir()) else {
            return Err(ComponentError::new(
                "not-a-file",
                to,
                "the package needs a file name, not a folder",
            ));
        };
        for attempt in 0..100u32 {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{}-{attempt}.partial", std::process::id()));
            let path = to.with_file_name(hidden);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => {
                    return Ok(Partial {
                        path,
                        published: false,
                    });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(ComponentError::io(to, "write beside it", &e)),
            }
        }
        Err(ComponentError::new(
            "io",
            to,
            format!(
                "a hundred partial packages of `{}` lie beside it",
                shown(&name.to_string_lossy())
            ),
        )
        .help("remove the hidden .partial files"))
    }

    fn publish(mut self, to: &Path) -> Result<u64, ComponentError> {
        let io = |e: io::Error| ComponentError::io(to, "put the package into its place", &e);
        let bytes = std::fs::metadata(&self.path).map_err(io)?.len();
        std::fs::rename(&self.path, to).map_err(io)?;
        self.published = true;
        Ok(bytes)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.published {
            // It is a file of ours under a name nobody else knows; a failure leaves litter, not damage.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
