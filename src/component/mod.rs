//! Components on disk: folders with a readable manifest, unpacked packages and `.cpt` files.
//!
//! Reading is strict towards hostile input (paths, links, bombs, entities) and tolerant towards
//! oddities real packages have; these become [`Component::notes`]. Large attachments are never
//! held in memory.

mod archive;
mod body;
mod checks;
mod error;
mod folder;
mod icon;
mod manifest;
mod manifest_write;
mod pack;
mod package;
pub mod powershell;
mod resource;
mod resource_parts;
mod resource_write;
pub mod scaffold;
mod unpack;
mod xml;

pub use body::Shebang;
pub use error::ComponentError;
pub use folder::is_executable;
pub use icon::{Icon, ImageFormat};
pub use manifest::FILE as MANIFEST;
pub use pack::{PackReport, derived_uid, pack};
pub use resource::Dialect;
pub use unpack::{UnpackReport, unpack, unpack_readable};

use crate::archive::names;
use crate::rmm::component::Metadata;
use crate::rmm::event::Note;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// A component, loaded and checked.
#[derive(Debug, Clone)]
pub struct Component {
    pub metadata: Metadata,
    /// The script as the platform stores it. One newline at the end of a manifest folder's script
    /// is taken off, as the portal does on saving.
    pub body: Vec<u8>,
    pub icon: Icon,
    pub attachments: Vec<Attachment>,
    /// The folder or file it was loaded from.
    pub source: PathBuf,
    /// Oddities worth telling: none of them is a reason to refuse the component.
    pub notes: Vec<Note>,
}

/// A file that comes with a component.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Relative, with `/` between folders; checked to be a safe file name on every system.
    pub name: String,
    pub content: Content,
    /// Bytes; for an entry of a package the declared size, which reading checks.
    pub size: u64,
    /// Whether the source marks it as executable. No export carries that mark.
    pub executable: bool,
}

/// Where an attachment's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    File(PathBuf),
    /// An entry of a package, by its place in the table of contents.
    Entry {
        package: PathBuf,
        index: usize,
    },
}

/// A file the Agent lays into the package folder.
#[derive(Debug, Clone, Copy)]
pub struct Laid<'c> {
    /// Relative to the package folder, with `/` between folders.
    pub name: &'c str,
    /// Unix permission bits.
    pub mode: u32,
    pub what: LaidContent<'c>,
}

/// The bytes of a laid file.
#[derive(Debug, Clone, Copy)]
pub enum LaidContent<'c> {
    Body(&'c [u8]),
    Attachment(&'c Attachment),
}

/// Loads a component: a folder with `component.yaml`, a folder with `resource.xml` (an unpacked
/// package), or a `.cpt` file. They are told apart by content.
///
/// Attachments' bytes are not read yet; see [`Component::verify`].
///
/// # Errors
/// Files that cannot be read, are not a component, break the format, or are hostile.
pub fn load(path: &Path) -> Result<Component, ComponentError> {
    let meta = std::fs::metadata(path).map_err(|e| ComponentError::io(path, "read it", &e))?;
    if !meta.is_dir() {
        return package::load(path);
    }
    match folder_kind(path)? {
        FolderKind::Manifest => folder::load_manifest(path),
        FolderKind::Unpacked => folder::load_unpacked(path).map(|(component, _, _)| component),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FolderKind {
    Manifest,
    Unpacked,
}

fn folder_kind(folder: &Path) -> Result<FolderKind, ComponentError> {
    let manifest = folder.join(MANIFEST).exists();
    let unpacked = folder.join("resource.xml").exists();
    match (manifest, unpacked) {
        (true, false) => Ok(FolderKind::Manifest),
        (false, true) => Ok(FolderKind::Unpacked),
        (true, true) => Err(ComponentError::new(
            "two-manifests",
            folder,
            format!("the folder has {MANIFEST} and resource.xml: which one counts is open"),
        )
        .help("remove one of them")),
        (false, false) => Err(ComponentError::new(
            "not-a-component",
            folder,
            format!("the folder has neither {MANIFEST} nor resource.xml"),
        )
        .help("`shakedown new component` writes a folder to start from")),
    }
}

impl Component {
    /// Adds what is only seen on the whole.
    fn checked(mut self) -> Result<Component, ComponentError> {
        let mut total = self.body.len() as u64;
        for attachment in &self.attachments {
            total = total.saturating_add(attachment.size);
            if attachment.size > archive::MAX_FILE || total > archive::MAX_TOTAL {
                let what = format!(
                    "the attachment `{}` brings the component over the platform's limits (3 GB a file, 5 GB a component)",
                    names::shown(&attachment.name)
                );
                return Err(ComponentError::new("too-large", &self.source, what)
                    .help("let the script download what is too large to attach"));
            }
        }
        let more = checks::remarks(&self);
        self.notes.extend(more);
        Ok(self)
    }

    /// The script's interpreter line, if the kernel would see one.
    pub fn shebang(&self) -> Option<Shebang> {
        body::shebang(&self.body)
    }

    /// Whether one body serves batch and bash.
    pub fn is_polyglot(&self) -> bool {
        body::is_polyglot(&self.body)
    }

    /// The script's name in the package folder on a device: `command.ps1`, `command.bat`, `command.sh`.
    pub fn script_name(&self) -> &'static str {
        folder::script_name(&self.metadata.install_type)
    }

    /// What the Agent lays into the package folder: the script, then the attachments.
    pub fn laid_out(&self) -> Vec<Laid<'_>> {
        let script = Laid {
            name: self.script_name(),
            mode: 0o755,
            what: LaidContent::Body(&self.body),
        };
        let attachments = self.attachments.iter().map(|a| Laid {
            name: &a.name,
            mode: if a.executable { 0o755 } else { 0o644 },
            what: LaidContent::Attachment(a),
        });
        std::iter::once(script).chain(attachments).collect()
    }

    /// Writes what the Agent lays into the package folder. Files that are there already are an error.
    ///
    /// # Errors
    /// The folder cannot be written, or an attachment cannot be read whole.
    pub fn write_to(&self, folder: &Path) -> Result<(), ComponentError> {
        for laid in self.laid_out() {
            let mut file = unpack::create(folder, laid.name, laid.mode)?;
            match laid.what {
                LaidContent::Body(bytes) => {
                    file.write_all(bytes)
                        .map_err(|e| ComponentError::io(&folder.join(laid.name), "write it", &e))?;
                }
                LaidContent::Attachment(a) => {
                    a.copy_to(&mut file)?;
                }
            }
        }
        Ok(())
    }

    /// Reads every attachment to its end: sizes and checksums hold.
    ///
    /// # Errors
    /// The first attachment that cannot be read, or is not what the package declares.
    pub fn verify(&self) -> Result<(), ComponentError> {
        self.attachments
            .iter()
            .try_for_each(|a| a.copy_to(&mut std::io::sink()).map(|_| ()))
    }
}

impl Attachment {
    /// Streams the bytes; gives their number.
    ///
    /// # Errors
    /// The source cannot be read or grew past its size, a package's entry is corrupt or larger
    /// than declared, or `to` cannot be written.
    pub fn copy_to(&self, to: &mut dyn Write) -> Result<u64, ComponentError> {
        match &self.content {
            Content::Entry { package, index } => {
                archive::copy_entry(package, *index, &self.name, self.size, to)
            }
            Content::File(path) => {
                let file = File::open(path).map_err(|e| ComponentError::io(path, "open it", &e))?;
                let copied = std::io::copy(&mut file.take(self.size + 1), to)
                    .map_err(|e| ComponentError::io(path, "copy it", &e))?;
                if copied == self.size {
                    Ok(copied)
                } else {
                    Err(
                        ComponentError::new("changed", path, "the file changed while it was read")
                            .help("run again once it is built"),
                    )
                }
            }
        }
    }

    /// The whole content, if it has at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Attachment::copy_to`], and when it is larger.
    pub fn bytes(&self, limit: u64) -> Result<Vec<u8>, ComponentError> {
        if self.size > limit {
            let path = match &self.content {
                Content::File(path) => path,
                Content::Entry { package, .. } => package,
            };
            let what = format!(
                "the attachment `{}` has {} bytes; at most {limit} are held in memory",
                names::shown(&self.name),
                self.size
            );
            return Err(ComponentError::new("too-large", path, what));
        }
        let mut bytes = Vec::new();
        self.copy_to(&mut bytes)?;
        Ok(bytes)
    }
}
