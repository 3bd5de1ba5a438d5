//! The footprint of a Windows device: files below `C:` and the registry.

use super::WineDevice;
use super::roots::Below;
use crate::engine::windows::hives::{self, Changed, Names, Values};
use crate::engine::windows::registry::{Hives, RegistryMark};
use crate::engine::wine::paths;
use crate::engine::{Device, EngineError, Mark};
use crate::rmm::observed::{Change, EntryKind, Footprint, FootprintEntry};
use std::sync::Arc;

/// Where the helper writes hives, on the device; not on `C:`, so that it is in no footprint.
const FOLDER: &str = "/run/hives";
/// The same folder as Wine names it.
const FOLDER_FOR_WINE: &str = r"\\?\unix\run\hives";
/// Largest hive that is read.
const LARGEST: u64 = 512 << 20;

/// What a [`Mark`] of a Windows device holds.
struct WineMark {
    files: Mark,
    registry: RegistryMark,
}

/// Scripts of doubles, which the harness writes and removes while a job runs.
const SCRIPTS: &str = r"c:\windows\temp\shakedown-double-";

/// Files that processes of PowerShell which wait for their job make.
const READY: &str = r"c:\windows\temp\shakedown-ahead-";

/// Where PowerShell 7 keeps what it found out of its modules; 5.1's is another folder.
const POWERSHELLS_OWN: &str = r"\appdata\local\microsoft\powershell";

/// Folders where Wine keeps an index of WinINet's files.
const INDEXED: [&str; 3] = [
    r"\microsoft\windows\inetcookies",
    r"\microsoft\windows\inetcache\content.ie5",
    r"\microsoft\windows\history\history.ie5",
];

/// Every Windows has it; Wine makes it with the first package.
const INSTALLER: &str = r"c:\windows\installer";

impl WineDevice {
    pub(super) fn take_mark(&self) -> Result<Mark, EngineError> {
        let registry = self.registry.mark(self.dump()?);
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
            registry: self.registry.since(
                &mark.registry,
                &*self.dump()?,
                Names::Wine,
                |key, changed| self.is_wines_root(key, changed),
            ),
        })
    }

    /// A store of root certificates as Wine makes it, or one of those that it takes over.
    fn is_wines_root(&self, key: &str, changed: &Changed) -> bool {
        match hives::root_store(key) {
            None => false,
            Some(hives::Root::Folder) => {
                let empty = |values: &Option<Values>| values.as_ref().is_none_or(Values::is_empty);
                empty(&changed.before) && empty(&changed.after)
            }
            Some(hives::Root::Certificate) => {
                let below = self.roots.get_or_init(|| Below::of(&self.sandbox));
                below.is_own(changed)
            }
        }
    }

    fn dump(&self) -> Result<Arc<Hives>, EngineError> {
        let link = self.link()?;
        let read = |file: &str| self.read_hive(file);
        self.registry.dump(&self.name, &link, FOLDER_FOR_WINE, read)
    }

    fn read_hive(&self, file: &str) -> Result<String, EngineError> {
        let name = file.rsplit(['\\', '/']).next().unwrap_or(file);
        let path = format!("{FOLDER}/{name}");
        let bytes = self.sandbox.read_file(&path, LARGEST)?;
        self.sandbox.remove(&path)?;
        let bytes = bytes.ok_or_else(|| {
            EngineError::Other(format!("{}: the hive {path} was not written", self.name))
        })?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
    }

    /// Makes the folder for hives, which every boot empties.
    pub(super) fn make_hive_folder(&self) -> Result<(), EngineError> {
        let path = format!("{FOLDER}/.made");
        self.sandbox.write_file(&path, b"", 0o600)?;
        self.registry.forget_dump();
        Ok(())
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

/// Wine's index of WinINet's cache, cookies or history, made with the first download; Windows has an
/// index of its own elsewhere.
fn is_index(folded: &str) -> bool {
    let folder = folded.strip_suffix(r"\index.dat");
    folder.is_some_and(|folder| INDEXED.iter().any(|of| folder.ends_with(of)))
}

/// A cache of PowerShell 7's in the profile of the account.
fn is_powershells(folded: &str) -> bool {
    let rest = folded.split_once(POWERSHELLS_OWN).map(|(_, rest)| rest);
    rest.is_some_and(|r| r.is_empty() || r.starts_with('\\'))
}

/// An entry as Windows has it; none for what lies outside of `C:` or is the harness's.
fn on_windows(entry: FootprintEntry) -> Option<FootprintEntry> {
    let path = paths::to_windows(&entry.path)?;
    let folded = path.to_lowercase();
    let ours = folded.starts_with(SCRIPTS) || folded.starts_with(READY);
    let wines = folded == INSTALLER || is_pipe(&folded) || is_index(&folded);
    if ours || wines || is_powershells(&folded) {
        return None;
    }
    // Times and modes of folders change with what is in them.
    if entry.kind == EntryKind::Folder && entry.change == Change::Metadata {
        return None;
    }
    Some(FootprintEntry { path, ..entry })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_indexes_of_wininet_are_wines() {
        let below = r"c:\users\x\appdata\local\microsoft\windows";
        assert!(is_index(&format!(r"{below}\inetcookies\index.dat")));
        assert!(!is_index(&format!(r"{below}\inetcookies\a.txt")));
        assert!(!is_index(r"c:\bright\index.dat"));
    }
}
