//! Files that root and prefix both have: Wine copies its libraries into each prefix. Both layers are
//! only ever read, so one file under two names serves both, on the disk and in memory.

use super::error::{Outcome, at};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a root has what Wine copies.
const FOLDERS: [&str; 5] = [
    "usr/lib/x86_64-linux-gnu/wine/x86_64-windows",
    "usr/lib/x86_64-linux-gnu/wine/i386-windows",
    "usr/lib/i386-linux-gnu/wine/i386-windows",
    "usr/share/wine/nls",
    "usr/share/wine/fonts",
];

/// A root's files by lower-case name and size.
#[derive(Default)]
pub struct Shared {
    files: HashMap<(String, u64), Vec<PathBuf>>,
}

impl Shared {
    /// Those of a root that `setup` made itself; files of others are not given second names.
    pub fn of(root: &Path) -> Outcome<Shared> {
        let mut shared = Shared::default();
        for folder in FOLDERS {
            let folder = root.join(folder);
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                Err(e) => return Err(at("read", &folder)(e)),
            };
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().to_lowercase();
                if let Ok(found) = entry.metadata()
                    && found.is_file()
                    && found.len() > 0
                {
                    let key = (name, found.len());
                    shared.files.entry(key).or_default().push(entry.path());
                }
            }
        }
        Ok(shared)
    }

    /// The root's file with the name and content of one of the prefix's.
    pub fn same(&self, path: &str, content: &[u8]) -> Option<&Path> {
        let name = path.rsplit('/').next()?.to_lowercase();
        let size = u64::try_from(content.len()).ok()?;
        let candidates = self.files.get(&(name, size))?;
        let same = |p: &&PathBuf| fs::read(p).is_ok_and(|have| have == content);
        candidates.iter().find(same).map(PathBuf::as_path)
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;
    use std::fs;

    #[test]
    fn only_files_of_equal_content_are_shared() {
        let dir = tempfile::tempdir().unwrap();
        let both = [
            "x86_64-linux-gnu/wine/x86_64-windows",
            "i386-linux-gnu/wine/i386-windows",
        ];
        for (folder, text) in both.into_iter().zip(["sixty-four", "thirty-two"]) {
            let folder = dir.path().join("usr/lib").join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("kernel32.dll"), text).unwrap();
        }
        let shared = Shared::of(dir.path()).unwrap();
        let found = shared.same("pfx/drive_c/windows/syswow64/Kernel32.dll", b"thirty-two");
        assert!(found.is_some_and(|p| p.ends_with("i386-windows/kernel32.dll")));
        assert!(shared.same("pfx/kernel32.dll", b"thirty-six").is_none());
        assert!(shared.same("pfx/other.dll", b"thirty-two").is_none());
    }
}
