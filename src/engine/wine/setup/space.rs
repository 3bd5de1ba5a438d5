//! Whether there is room for what will be made.

use super::error::{Outcome, SetupError, at};
use crate::engine::wine::ready::size;
use std::path::Path;

/// Lists and packages 0.4 GB, root and prefix 0.5 GB, and as much again to be safe.
const NEEDED: u64 = 1_500_000_000;

/// Refuses a folder whose disk has too little room for Wine.
pub fn enough(folder: &Path) -> Outcome<()> {
    room(folder, NEEDED)
}

/// Refuses a folder whose disk has less room than these bytes.
pub fn room(folder: &Path, needed: u64) -> Outcome<()> {
    let found = rustix::fs::statvfs(folder).map_err(|e| at("look at", folder)(e.into()))?;
    judge(
        folder,
        found.f_bavail.saturating_mul(found.f_frsize),
        needed,
    )
}

fn judge(folder: &Path, free: u64, needed: u64) -> Outcome<()> {
    if free >= needed {
        return Ok(());
    }
    Err(SetupError::new(
        format!(
            "the disk of {} has {} of free room, and setup needs {}",
            folder.display(),
            size(free),
            size(needed)
        ),
        "make room, or set SHAKEDOWN_CACHE to a folder on another disk",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_room_is_told_with_both_numbers() {
        assert!(judge(Path::new("/c"), NEEDED, NEEDED).is_ok());
        let refused = judge(Path::new("/c"), 900_000_000, NEEDED)
            .unwrap_err()
            .to_string();
        assert_eq!(
            refused,
            "the disk of /c has 900 MB of free room, and setup needs 1.5 GB"
        );
    }
}
