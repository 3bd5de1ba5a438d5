//! A package on disk: which entries it has, and their content.

use super::error::{ComponentError, note};
use crate::archive::directory::Problem;
use crate::archive::names::shown;
use crate::archive::{self, CopyError, Limits};
use crate::rmm::event::Note;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

pub(super) use crate::archive::Entry;

/// Largest attachment the platform takes: "3 GB", read as binary so that none is refused wrongly.
pub(super) const MAX_FILE: u64 = 3 << 30;
/// Largest component the platform takes: "5 GB".
pub(super) const MAX_TOTAL: u64 = 5 << 30;

const LIMITS: Limits = Limits {
    file: MAX_FILE,
    total: MAX_TOTAL,
    whose: "the platform's limits (3 GB a file, 5 GB a component)",
    consistent: true,
};

/// An opened package.
pub(super) struct Archive {
    zip: archive::Archive,
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
        let zip = archive::Archive::open(file, &LIMITS).map_err(|problem| match problem {
            Problem::Io(e) => ComponentError::io(path, "read it", &e),
            Problem::Refused(code, what) => {
                ComponentError::new(code, path, what).help(help_for(code))
            }
        })?;
        let mut archive = Archive {
            entries: zip.entries.clone(),
            zip,
            path: path.to_owned(),
            notes: Vec::new(),
        };
        archive.remark();
        Ok(archive)
    }

    fn refuse(&self, code: &'static str, what: impl Into<String>) -> ComponentError {
        ComponentError::new(code, &self.path, what).help(help_for(code))
    }

    fn remark(&mut self) {
        let folders = self.zip.folders;
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
        if self.zip.has_comment() {
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
        let copied = self.zip.copy(entry, to);
        copied.map_err(|e| failed(&e, &self.path, &entry.name))
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
    archive::copy_entry(path, index, name, size, to).map_err(|e| failed(&e, path, name))
}

fn failed(error: &CopyError, path: &Path, name: &str) -> ComponentError {
    let name = shown(name);
    let code = match error {
        CopyError::Open(e) => return ComponentError::io(path, "open it", e),
        CopyError::Changed(what) => return ComponentError::new("broken-zip", path, what.as_str()),
        CopyError::Write(e) => {
            return ComponentError::io(path, &format!("write out the entry `{name}`"), e);
        }
        CopyError::Longer(_) => "zip-bomb",
        CopyError::Broken(_) | CopyError::Shorter(..) => "corrupt-entry",
    };
    ComponentError::new(code, path, format!("the entry `{name}` {error}")).help(help_for(code))
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
