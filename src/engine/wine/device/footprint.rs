//! The footprint of a Windows device: files below `C:` and the registry.

use super::WineDevice;
use super::registry::RegistryMark;
use crate::engine::wine::paths;
use crate::engine::{Device, EngineError, Mark};
use crate::rmm::observed::{Change, EntryKind, Footprint, FootprintEntry};

/// What a [`Mark`] of a Windows device holds.
struct WineMark {
    files: Mark,
    registry: RegistryMark,
}

/// Scripts of doubles, which the harness writes and removes while a job runs.
const SCRIPTS: &str = r"c:\windows\temp\shakedown-double-";

impl WineDevice {
    pub(super) fn take_mark(&self) -> Result<Mark, EngineError> {
        let registry = self.mark_registry()?;
        let files = self.sandbox.mark()?;
        Ok(Mark(Box::new(WineMark { files, registry })))
    }

    pub(super) fn compare(&self, since: &Mark) -> Result<Footprint, EngineError> {
        let Some(mark) = since.0.downcast_ref::<WineMark>() else {
            return Err(EngineError::Other("the mark is of another engine".into()));
        };
        let files = self.sandbox.footprint(&mark.files)?;
        let mut entries: Vec<FootprintEntry> =
            files.entries.into_iter().filter_map(on_windows).collect();
        entries.sort();
        Ok(Footprint {
            entries,
            registry: self.registry_since(&mark.registry)?,
        })
    }
}

/// An entry as Windows has it; none for what lies outside of `C:` or is the harness's.
fn on_windows(entry: FootprintEntry) -> Option<FootprintEntry> {
    let path = paths::to_windows(&entry.path)?;
    if path.to_lowercase().starts_with(SCRIPTS) {
        return None;
    }
    // Times and modes of folders change with what is in them.
    if entry.kind == EntryKind::Folder && entry.change == Change::Metadata {
        return None;
    }
    Some(FootprintEntry { path, ..entry })
}
