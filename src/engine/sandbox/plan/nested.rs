//! Parts of the tree that need an upper layer of their own: other file systems mounted below the
//! host's root, which an overlay over `/` does not show, and every part in reduced mode.

use crate::engine::sandbox::wire::Area;
use std::path::PathBuf;

/// Folders a device shows when they are mounts of their own on the host.
const SHOWN: [&str; 9] = [
    "/usr", "/opt", "/var", "/etc", "/srv", "/bin", "/sbin", "/lib", "/lib64",
];

/// Folders with an overlay of their own in reduced mode.
const REDUCED: [&str; 9] = [
    "/bin", "/etc", "/lib", "/lib64", "/opt", "/sbin", "/srv", "/usr", "/var",
];

/// Areas besides the root, outer ones first.
pub fn areas(roots: &[PathBuf], reduced: bool) -> Vec<Area> {
    let area = |at: &str| Area {
        at: at.as_bytes().to_vec(),
        overlay: true,
    };
    if reduced {
        let real_folder = |at: &str| {
            roots.iter().any(|r| {
                let path = r.join(at.trim_start_matches('/'));
                std::fs::symlink_metadata(path).is_ok_and(|m| m.is_dir())
            })
        };
        return REDUCED
            .iter()
            .filter(|at| real_folder(at))
            .map(|at| area(at))
            .collect();
    }
    if roots != [PathBuf::from("/")] {
        return Vec::new();
    }
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    mounts_below(&table).iter().map(|at| area(at)).collect()
}

/// Mount points of a mountinfo table that a device is to show.
fn mounts_below(table: &str) -> Vec<String> {
    let mut found: Vec<String> = table
        .lines()
        .filter_map(|line| {
            let (head, tail) = line.split_once(" - ")?;
            let at = head.split(' ').nth(4)?;
            let kind = tail.split(' ').next()?;
            let pseudo = matches!(
                kind,
                "proc" | "sysfs" | "autofs" | "nsfs" | "cgroup" | "cgroup2"
            );
            let shown = SHOWN.iter().any(|s| {
                at.strip_prefix(s)
                    .is_some_and(|r| r.is_empty() || r.starts_with('/'))
            });
            // Escaped names (a space is \040) are left to the layer below.
            let usable =
                shown && !pseudo && !at.contains('\\') && std::path::Path::new(at).is_dir();
            usable.then(|| at.to_owned())
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::mounts_below;

    #[test]
    fn only_real_file_systems_below_shown_folders_count() {
        let table = "25 1 8:1 / / rw - ext4 /dev/a rw\n\
                     26 25 8:2 / /usr rw shared:1 - ext4 /dev/b rw\n\
                     27 25 0:5 / /proc rw - proc proc rw\n\
                     28 26 8:3 / /usrlocal rw - ext4 /dev/c rw\n\
                     broken line\n";
        assert_eq!(mounts_below(table), ["/usr"]);
    }
}
