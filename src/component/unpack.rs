//! Unpacking `.cpt` packages: into an unpacked package, or into a folder with our manifest.

use super::error::{ComponentError, note};
use super::icon::{Icon, ImageFormat};
use super::manifest::{self, is_guid};
use super::manifest_write::{self, Attached};
use super::names::shown;
use super::package;
use crate::rmm::event::Note;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What `unpack` wrote.
#[derive(Debug, Clone)]
pub struct UnpackReport {
    pub path: PathBuf,
    /// Names and sizes of the files, in the package's order.
    pub files: Vec<(String, u64)>,
    /// Remarks on the component.
    pub notes: Vec<Note>,
}

/// Unpacks every file of a package as it is: `resource.xml`, `command.bat`, `icon.png`, attachments.
///
/// `to` must be new or empty. On an error nothing is left behind.
///
/// # Errors
/// What [`super::load`] refuses, corrupt entries, and folders that cannot be written.
pub fn unpack(cpt: &Path, to: &Path) -> Result<UnpackReport, ComponentError> {
    let (component, _, mut archive) = package::open(cpt)?;
    let stage = Stage::new(to)?;
    let mut files = Vec::new();
    for entry in archive.entries.clone() {
        let mode = if entry.executable { 0o755 } else { 0o644 };
        let mut file = create(&stage.path, &entry.name, mode)?;
        let size = archive.copy(&entry, &mut file)?;
        files.push((entry.name, size));
    }
    stage.publish(to)?;
    Ok(UnpackReport {
        path: to.to_owned(),
        files,
        notes: component.notes,
    })
}

/// Unpacks a package into a folder with our manifest: `component.yaml`, the script under its own
/// kind of name, the icon if it is an image, the attachments.
///
/// # Errors
/// As [`unpack`], and attachments whose names the folder needs itself.
pub fn unpack_readable(cpt: &Path, to: &Path) -> Result<UnpackReport, ComponentError> {
    let (component, resource, _) = package::open(cpt)?;
    let mut notes = component.notes.clone();
    let script = component.script_name();
    let icon = match &component.icon {
        Icon::Image {
            format: ImageFormat::Jpeg,
            ..
        } => Some("icon.jpg"),
        Icon::Image {
            format: ImageFormat::Gif,
            ..
        } => Some("icon.gif"),
        Icon::Image { .. } | Icon::Unknown { .. } => Some("icon.png"),
        Icon::Missing | Icon::Null => None,
    };
    let own = [Some(manifest::FILE), Some(script), icon];
    for attachment in &component.attachments {
        if own
            .iter()
            .flatten()
            .any(|o| o.eq_ignore_ascii_case(&attachment.name))
        {
            let what = format!(
                "the attachment `{}` has a name the folder needs itself",
                shown(&attachment.name)
            );
            return Err(ComponentError::new("name-taken", cpt, what)
                .help("unpack it as it is, without a manifest"));
        }
    }
    if !resource.unknown.is_empty() {
        notes.push(note(
            "elements-dropped",
            format!(
                "the manifest cannot carry {} of resource.xml",
                resource.unknown.join(", ")
            ),
            "unpack it as it is if they matter",
        ));
    }
    let mut metadata = component.metadata.clone();
    if !is_guid(&metadata.uid) {
        metadata.uid.clear();
    }
    let attached: Vec<_> = component
        .attachments
        .iter()
        .map(|a| Attached {
            name: &a.name,
            executable: a.executable,
        })
        .collect();
    let text = manifest_write::write(&metadata, script, icon, &attached);
    let mut body = component.body.clone();
    // One newline is taken off again on packing; after a carriage return both are.
    body.extend(if body.ends_with(b"\r") {
        b"\r\n".as_slice()
    } else {
        b"\n"
    });

    let stage = Stage::new(to)?;
    let mut files = Vec::new();
    let mut put = |name: &str, mode: u32, bytes: &[u8]| {
        let path = stage.path.join(name);
        create(&stage.path, name, mode)?
            .write_all(bytes)
            .map_err(|e| ComponentError::io(&path, "write it", &e))?;
        files.push((name.to_owned(), bytes.len() as u64));
        Ok::<_, ComponentError>(())
    };
    put(manifest::FILE, 0o644, text.as_bytes())?;
    put(script, 0o755, &body)?;
    if let (Some(name), Some(bytes)) = (icon, component.icon.bytes()) {
        put(name, 0o644, bytes)?;
    }
    for attachment in &component.attachments {
        let mode = if attachment.executable { 0o755 } else { 0o644 };
        let mut file = create(&stage.path, &attachment.name, mode)?;
        let size = attachment.copy_to(&mut file)?;
        files.push((attachment.name.clone(), size));
    }
    stage.publish(to)?;
    Ok(UnpackReport {
        path: to.to_owned(),
        files,
        notes,
    })
}

/// Creates a file that is not there yet, and the folders above it.
pub(super) fn create(folder: &Path, name: &str, mode: u32) -> Result<File, ComponentError> {
    let path = folder.join(name);
    let io = |e: &io::Error| ComponentError::io(&path, "write it", e);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|e| io(&e))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    options.open(&path).map_err(|e| io(&e))
}

/// A folder that fills up out of sight and is removed unless it is published.
struct Stage {
    path: PathBuf,
    /// The target is there already (and empty): the stage lies within it.
    within: bool,
}

impl Stage {
    fn new(to: &Path) -> Result<Stage, ComponentError> {
        let hidden = format!(".unpack-{}.partial", std::process::id());
        let (path, within) = match std::fs::read_dir(to) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(
                        ComponentError::new("not-empty", to, "the folder is not empty")
                            .help("give a new or an empty folder"),
                    );
                }
                (to.join(hidden), true)
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let name = to
                    .file_name()
                    .map(|n| n.to_string_lossy().into_owned())
                    .unwrap_or_default();
                (to.with_file_name(format!(".{name}{hidden}")), false)
            }
            Err(e) => return Err(ComponentError::io(to, "unpack into it", &e)),
        };
        if !within && let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent)
                .map_err(|e| ComponentError::io(parent, "make the folder", &e))?;
        }
        std::fs::create_dir(&path).map_err(|e| ComponentError::io(&path, "make the folder", &e))?;
        Ok(Stage { path, within })
    }

    fn publish(self, to: &Path) -> Result<(), ComponentError> {
        let io = |e: io::Error| ComponentError::io(to, "put the files into their place", &e);
        if !self.within {
            return std::fs::rename(&self.path, to).map_err(io);
        }
        let mut moved = Vec::new();
        let all = std::fs::read_dir(&self.path).and_then(|entries| {
            for entry in entries {
                let entry = entry?;
                let target = to.join(entry.file_name());
                std::fs::rename(entry.path(), &target)?;
                moved.push(target);
            }
            Ok(())
        });
        if let Err(e) = all {
            for path in moved {
                let _ = if path.is_dir() {
                    std::fs::remove_dir_all(&path)
                } else {
                    std::fs::remove_file(&path)
                };
            }
            return Err(io(e));
        }
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // After publishing it is gone or empty; after an error it holds only what was unpacked.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
