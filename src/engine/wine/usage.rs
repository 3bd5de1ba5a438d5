//! How much of the disk a cache takes.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Bytes a folder takes on the disk, links not followed; files in `counted` already count nothing.
pub fn disk_usage(folder: &Path, counted: &mut HashSet<(u64, u64)>) -> io::Result<u64> {
    let mut bytes = 0;
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            // Another setup may work there meanwhile.
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(e),
        };
        if counted.insert((found.dev(), found.ino())) {
            bytes += found.blocks() * 512;
        }
        if found.is_dir() {
            for entry in fs::read_dir(&path)? {
                left.push(entry?.path());
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_two_names_counts_once() -> io::Result<()> {
        let dir = tempfile::tempdir()?;
        let (root, prefix) = (dir.path().join("root"), dir.path().join("prefix"));
        fs::create_dir(&root)?;
        fs::create_dir(&prefix)?;
        fs::write(root.join("a"), [1; 100_000])?;
        fs::hard_link(root.join("a"), prefix.join("a"))?;
        let mut counted = HashSet::new();
        assert!(disk_usage(&root, &mut counted)? >= 100_000);
        assert!(disk_usage(&prefix, &mut counted)? < 100_000);
        Ok(())
    }
}
