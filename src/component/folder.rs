//! Components in folders: with our manifest, or as an unpacked package.

use super::error::{ComponentError, note};
use super::manifest::{self, Listed, Manifest, Named};
use super::names::{self, Taken, shown};
use super::package::RESERVED_ENTRIES;
use super::resource::{self, Resource};
use super::{Attachment, Component, Content, Icon, body, icon, xml};
use crate::rmm::component::InstallType;
use crate::rmm::event::Note;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

const MAX_FILES: usize = 10_000;
const MAX_DEPTH: usize = 16;
/// What file managers and version control leave behind; never part of a component.
const LITTER: [&str; 6] = [
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    ".git",
    ".gitignore",
    ".gitattributes",
];

/// Reads at most `limit` bytes of a regular file.
pub(super) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ComponentError> {
    let io = |e: &std::io::Error| ComponentError::io(path, "read it", e);
    // A named pipe would block on opening.
    let meta = std::fs::metadata(path).map_err(|e| io(&e))?;
    if !meta.is_file() {
        return Err(ComponentError::new(
            "not-a-file",
            path,
            "this is not a file",
        ));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|f| f.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|e| io(&e))?;
    if bytes.len() as u64 > limit {
        return Err(ComponentError::new(
            "too-large",
            path,
            format!("the file is larger than {limit} bytes"),
        ));
    }
    Ok(bytes)
}

/// The script's file name where the manifest names none; also its name on a device.
pub(super) fn script_name(install_type: &InstallType) -> &'static str {
    match install_type {
        InstallType::Powershell => "command.ps1",
        InstallType::Batch => "command.bat",
        InstallType::Unix | InstallType::Other(_) => "command.sh",
    }
}

/// Loads a folder with `component.yaml`.
pub(super) fn load_manifest(folder: &Path) -> Result<Component, ComponentError> {
    let path = folder.join(manifest::FILE);
    let bytes = read_bounded(&path, manifest::MAX_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        ComponentError::new("bad-manifest", &path, "the manifest is not UTF-8")
            .help("save it as UTF-8")
    })?;
    let read = manifest::read(&text, &path)?;
    let place = Placed {
        folder,
        path: &path,
        text: &text,
    };
    let default_script = script_name(&read.metadata.install_type);
    let script = match &read.script {
        Some(named) => place.file(named)?,
        None => folder.join(default_script),
    };
    if !script.is_file() {
        let error = ComponentError::new(
            "missing-script",
            &path,
            format!("the script `{}` is not there", script.display()),
        );
        return Err(match &read.script {
            Some(named) => error.at(&text, named.span),
            None => error.help(format!(
                "put the script into {default_script}, or name it with `script: ...`"
            )),
        });
    }
    let icon_path = match &read.icon {
        Some(named) => Some(place.file(named)?),
        None => Some(folder.join("icon.png")).filter(|p| p.is_file()),
    };
    let icon = match &icon_path {
        Some(path) => Icon::read(read_bounded(path, icon::MAX_BYTES)?),
        None => Icon::Missing,
    };
    let mut notes = Vec::new();
    let attachments = match &read.attachments {
        Some(listed) => place.listed(listed)?,
        None => {
            let own: Vec<PathBuf> = [Some(path.clone()), Some(script.clone()), icon_path]
                .into_iter()
                .flatten()
                .collect();
            beside(folder, &own, &mut notes)?
        }
    };
    let stored = body::stripped(read_bounded(&script, body::MAX_BYTES)?);
    let Manifest { metadata, .. } = read;
    Component {
        metadata,
        body: stored,
        icon,
        attachments,
        source: folder.to_owned(),
        notes,
    }
    .checked()
}

/// A manifest that names files, for errors that point at the name.
struct Placed<'a> {
    folder: &'a Path,
    path: &'a Path,
    text: &'a str,
}

impl Placed<'_> {
    fn refuse(&self, code: &'static str, at: &Named, message: String) -> ComponentError {
        ComponentError::new(code, self.path, message).at(self.text, at.span)
    }

    /// The file a manifest names, which may lie outside the folder (vendors attach build outputs).
    fn file(&self, named: &Named) -> Result<PathBuf, ComponentError> {
        let path = self.folder.join(&named.path);
        match std::fs::metadata(&path) {
            Ok(meta) if meta.is_file() => Ok(path),
            Ok(_) => Err(self.refuse(
                "not-a-file",
                named,
                format!("`{}` is not a file", shown(&named.path)),
            )),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let error = self.refuse(
                    "missing-file",
                    named,
                    format!("the file `{}` is not there", shown(&named.path)),
                );
                Err(error.help("paths are relative to the manifest's folder; a build output must be built first"))
            }
            Err(e) => Err(self.refuse(
                "io",
                named,
                format!("`{}` cannot be read: {e}", shown(&named.path)),
            )),
        }
    }

    fn listed(&self, listed: &[Listed]) -> Result<Vec<Attachment>, ComponentError> {
        let mut taken = Taken::default();
        let mut attachments = Vec::new();
        for item in listed {
            check_attachment(&item.name, &mut taken)
                .map_err(|(code, what)| self.refuse(code, &item.from, what))?;
            let path = self.file(&item.from)?;
            let size = size_of(&path)?;
            attachments.push(Attachment {
                name: item.name.clone(),
                content: Content::File(path),
                size,
                executable: item.executable,
            });
        }
        Ok(attachments)
    }
}

fn size_of(path: &Path) -> Result<u64, ComponentError> {
    std::fs::metadata(path)
        .map(|m| m.len())
        .map_err(|e| ComponentError::io(path, "read it", &e))
}

fn check_attachment(name: &str, taken: &mut Taken) -> Result<(), names::Refusal> {
    names::check(name)?;
    if RESERVED_ENTRIES
        .iter()
        .any(|r| r.eq_ignore_ascii_case(name))
    {
        return Err((
            "reserved-name",
            format!("no attachment may be called `{name}`: the package uses that name itself"),
        ));
    }
    taken.take(name, false)
}

/// Every regular file of the folder itself but the manifest's own.
fn beside(
    folder: &Path,
    own: &[PathBuf],
    notes: &mut Vec<Note>,
) -> Result<Vec<Attachment>, ComponentError> {
    let mut taken = Taken::default();
    let mut attachments = Vec::new();
    for found in list(folder)? {
        let name = found.name.as_str();
        if found.kind == Kind::Folder {
            notes.push(note(
                "folder-not-attached",
                format!("the folder `{}` is not attached: without an `attachments` list only files beside the manifest are", shown(name)),
                "list its files under `attachments`, or keep them elsewhere",
            ));
            continue;
        }
        if own.contains(&found.path) || name.starts_with('.') {
            continue;
        }
        attachments.push(attach(found, &mut taken)?);
    }
    Ok(attachments)
}

fn attach(found: Found, taken: &mut Taken) -> Result<Attachment, ComponentError> {
    if found.kind != Kind::File {
        return Err(ComponentError::new(
            "special-entry",
            &found.path,
            "this is neither a file nor a folder; only those can be attached",
        )
        .help("replace the link or device by a copy of the file"));
    }
    check_attachment(&found.name, taken)
        .map_err(|(code, what)| ComponentError::new(code, &found.path, what))?;
    Ok(Attachment {
        name: found.name,
        content: Content::File(found.path),
        size: found.size,
        executable: found.executable,
    })
}

/// An unpacked package: its `resource.xml` as it stands, and the component.
pub(super) fn load_unpacked(
    folder: &Path,
) -> Result<(Component, Resource, Vec<u8>), ComponentError> {
    let path = folder.join("resource.xml");
    let bytes = read_bounded(&path, xml::MAX_BYTES)?;
    let resource = resource::read(&bytes, &path)?;
    let script = folder.join("command.bat");
    if !script.is_file() {
        return Err(missing_script(folder));
    }
    let mut notes = resource.notes.clone();
    let mut found = Vec::new();
    walk(folder, "", 0, &mut found)?;
    let mut taken = Taken::default();
    let mut attachments = Vec::new();
    let mut icon = Icon::Missing;
    for file in found {
        match file.name.as_str() {
            "resource.xml" | "command.bat" => {}
            "icon.png" if file.kind == Kind::File => {
                icon = Icon::read(read_bounded(&file.path, icon::MAX_BYTES)?)
            }
            _ => attachments.push(attach(file, &mut taken)?),
        }
    }
    if attachments.iter().any(|a| a.name.contains('/')) {
        notes.push(note(
            "nested-attachment",
            "files lie in folders within the package; exports keep all files at the root",
            "attach a flat set of files, or one archive that the script unpacks",
        ));
    }
    attachments.sort_by(|a, b| a.name.cmp(&b.name));
    let body = read_bounded(&script, body::MAX_BYTES)?;
    let metadata = resource.metadata.clone();
    let component = Component {
        metadata,
        body,
        icon,
        attachments,
        source: folder.to_owned(),
        notes,
    }
    .checked()?;
    Ok((component, resource, bytes))
}

/// The error for a package or folder without a script.
pub(super) fn missing_script(path: &Path) -> ComponentError {
    ComponentError::new("missing-script", path, "there is no command.bat: every package keeps its script under that name, whatever the language")
        .help("put the script into command.bat")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Other,
}

struct Found {
    name: String,
    path: PathBuf,
    kind: Kind,
    size: u64,
    executable: bool,
}

/// What lies in a folder, sorted by name, links not followed, litter left out.
fn list(folder: &Path) -> Result<Vec<Found>, ComponentError> {
    let io = |e: std::io::Error| ComponentError::io(folder, "list it", &e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            return Err(
                ComponentError::new("bad-name", path, "the file name is not Unicode")
                    .help("rename the file"),
            );
        };
        if LITTER.contains(&name.as_str()) {
            continue;
        }
        let meta = entry
            .metadata()
            .map_err(|e| ComponentError::io(&path, "read it", &e))?;
        let kind = if meta.is_file() {
            Kind::File
        } else if meta.is_dir() {
            Kind::Folder
        } else {
            Kind::Other
        };
        found.push(Found {
            name,
            path,
            kind,
            size: meta.len(),
            executable: kind == Kind::File && is_executable(&meta),
        });
        if found.len() > MAX_FILES {
            return Err(ComponentError::new(
                "too-many-entries",
                folder,
                format!("more than {MAX_FILES} files lie in it"),
            ));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn walk(
    folder: &Path,
    prefix: &str,
    depth: usize,
    out: &mut Vec<Found>,
) -> Result<(), ComponentError> {
    if depth >= MAX_DEPTH || out.len() > MAX_FILES {
        return Err(ComponentError::new(
            "too-many-entries",
            folder,
            "the folder holds too many files, or nests too deeply, for a component",
        ));
    }
    for mut found in list(folder)? {
        let name = format!("{prefix}{}", found.name);
        if found.kind == Kind::Folder {
            walk(&found.path, &format!("{name}/"), depth + 1, out)?;
        } else {
            found.name = name;
            out.push(found);
        }
    }
    Ok(())
}

/// Whether its permission bits let somebody run a file; Windows has no such bits.
#[cfg(unix)]
pub fn is_executable(meta: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    meta.permissions().mode() & 0o111 != 0
}

/// Whether its permission bits let somebody run a file; Windows has no such bits.
#[cfg(not(unix))]
pub fn is_executable(_: &std::fs::Metadata) -> bool {
    false
}
