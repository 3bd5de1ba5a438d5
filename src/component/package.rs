//! Components in `.cpt` files.

use super::archive::Archive;
use super::error::ComponentError;
use super::resource::{self, Resource};
use super::{Attachment, Component, Content, Icon, body, folder, icon, xml};
use std::path::Path;

/// Entries the package format gives a meaning; no attachment may have such a name.
pub(super) const RESERVED_ENTRIES: [&str; 3] = ["command.bat", "resource.xml", "icon.png"];

/// Loads a `.cpt` file.
pub(super) fn load(path: &Path) -> Result<Component, ComponentError> {
    open(path).map(|(component, _, _)| component)
}

/// Loads a `.cpt` file and keeps it open, with its `resource.xml`.
pub(super) fn open(path: &Path) -> Result<(Component, Resource, Archive), ComponentError> {
    let mut archive = Archive::open(path)?;
    let Some(entry) = archive.find("resource.xml") else {
        return Err(ComponentError::new("missing-metadata", path, "the package has no resource.xml: name, type and variables are unknown")
            .help("export the component from the portal again; an archive made of a folder must hold the files at its root, not within a folder"));
    };
    let bytes = archive.read(&entry, xml::MAX_BYTES)?;
    let resource = resource::read(&bytes, &path.join("resource.xml"))?;
    let Some(entry) = archive.find("command.bat") else {
        return Err(folder::missing_script(path));
    };
    let body = archive.read(&entry, body::MAX_BYTES)?;
    let icon = match archive.find("icon.png") {
        Some(entry) => Icon::read(archive.read(&entry, icon::MAX_BYTES)?),
        None => Icon::Missing,
    };
    let attachments = archive
        .entries
        .iter()
        .filter(|e| !RESERVED_ENTRIES.contains(&e.name.as_str()));
    let attachments = attachments
        .map(|e| Attachment {
            name: e.name.clone(),
            content: Content::Entry {
                package: path.to_owned(),
                index: e.index,
            },
            size: e.size,
            executable: e.executable,
        })
        .collect();
    let notes = archive
        .notes
        .iter()
        .chain(&resource.notes)
        .cloned()
        .collect();
    let component = Component {
        metadata: resource.metadata.clone(),
        body,
        icon,
        attachments,
        source: path.to_owned(),
        notes,
    }
    .checked()?;
    Ok((component, resource, archive))
}
