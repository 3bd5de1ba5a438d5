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

/// Every Windows has it; Wine makes it with the first package.
const INSTALLER: &str = r"c:\windows\installer";

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

/// A file that stands for a pipe between two commands in Wine's cmd.exe, as `CMD` and four digits in
/// hexadecimal; where both still run at the end of the script it stays.
fn is_pipe(folded: &str) -> bool {
    let digits = folded
        .strip_prefix(r"c:\windows\temp\cmd")
        .and_then(|name| name.strip_suffix(".tmp"));
    digits.is_some_and(|d| (1..=4).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// An entry as Windows has it; none for what lies outside of `C:` or is the harness's.
fn on_windows(entry: FootprintEntry) -> Option<FootprintEntry> {
    let path = paths::to_windows(&entry.path)?;
    let folded = path.to_lowercase();
    if folded.starts_with(SCRIPTS) || folded == INSTALLER || is_pipe(&folded) {
        return None;
    }
    // Times and modes of folders change with what is in them.
    if entry.kind == EntryKind::Folder && entry.change == Change::Metadata {
        return None;
    }
    Some(FootprintEntry { path, ..entry })
}
