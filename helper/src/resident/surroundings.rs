//! What PowerShell looks at once at its start: a process that was started ahead is used only where all of
//! it is as it was.

use super::registry;
use crate::protocol::message::{Hive, KeyContent, KeyPath, View};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// Keys with what is below them, at most [`DEEPEST`] levels.
const KEYS: [(Hive, &str); 8] = [
    (
        Hive::Hklm,
        r"SOFTWARE\Policies\Microsoft\Windows\PowerShell",
    ),
    (Hive::Hklm, r"SOFTWARE\Microsoft\PowerShell"),
    (
        Hive::Hkcu,
        r"SOFTWARE\Policies\Microsoft\Windows\PowerShell",
    ),
    (Hive::Hkcu, r"Control Panel\International"),
    (
        Hive::Hklm,
        r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation",
    ),
    (Hive::Hklm, r"SYSTEM\CurrentControlSet\Control\ComputerName"),
    (
        Hive::Hklm,
        r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment",
    ),
    (Hive::Hklm, r"SYSTEM\CurrentControlSet\Control\Nls\CodePage"),
];
const DEEPEST: usize = 4;

/// Files and folders.
const FILES: [&str; 2] = [r"C:\pwsh\powershell.config.json", r"C:\pwsh"];
/// Folders whose entries count too.
const FOLDERS: [&str; 3] = [
    r"C:\pwsh\Modules",
    r"C:\Program Files\PowerShell\Modules",
    r"C:\Program Files\WindowsPowerShell\Modules",
];

/// Name, length and last change of a file.
type Entry = (String, u64, Option<SystemTime>);

/// All of it at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    keys: Vec<(String, Option<KeyContent>)>,
    files: Vec<Entry>,
}

impl Surroundings {
    pub fn look() -> Surroundings {
        let mut seen = Surroundings {
            keys: Vec::new(),
            files: Vec::new(),
        };
        for (hive, path) in KEYS {
            seen.key(hive, path, DEEPEST);
        }
        for place in FILES {
            seen.file(Path::new(place));
        }
        for folder in FOLDERS {
            seen.file(Path::new(folder));
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                seen.file(&entry.path());
            }
        }
        seen.files.sort();
        seen
    }

    fn key(&mut self, hive: Hive, path: &str, deeper: usize) {
        let key = KeyPath {
            hive,
            path: path.to_owned(),
            view: View::Bits64,
        };
        // One that cannot be read is as if it were not there, to PowerShell too.
        let content = registry::read(&key).ok().flatten();
        let below = content.as_ref().map(|c| c.keys.clone()).unwrap_or_default();
        self.keys.push((path.to_owned(), content));
        if deeper > 0 {
            for name in below {
                self.key(hive, &format!(r"{path}\{name}"), deeper - 1);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let name = path.to_string_lossy().into_owned();
        let found = fs::metadata(path).ok();
        let length = found.as_ref().map_or(0, fs::Metadata::len);
        let changed = found.and_then(|f| f.modified().ok());
        self.files.push((name, length, changed));
    }
}
