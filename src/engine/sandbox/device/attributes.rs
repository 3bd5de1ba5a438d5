//! Extended attributes of files, POSIX ACLs and capabilities among them, as one number to compare.

use rustix::fs::{fgetxattr, flistxattr};
use rustix::io::Errno;
use std::ffi::CStr;
use std::hash::Hasher;
use std::os::fd::AsFd;

/// Most bytes of a list of names and of a value (`XATTR_LIST_MAX`, `XATTR_SIZE_MAX`).
const LARGEST: usize = 64 << 10;
/// What most files need.
const USUAL: usize = 1 << 10;
/// Not compared: the overlay's own marks, and labels that a copy gets anew instead of copied.
const LEFT_OUT: [&str; 7] = [
    "trusted.overlay.",
    "user.overlay.",
    "security.selinux",
    "security.ima",
    "security.evm",
    "security.SMACK64",
    "security.apparmor",
];
/// Namespaces that an overlay copies; others (`system.nfs4_acl`) are the file system's own.
const COPIED: [&str; 4] = ["user.", "trusted.", "security.", "system.posix_acl_"];

/// A sum over names and values; the same within this process only. `None` where they cannot be read.
/// Without `user`, those of users are left out, for a comparison with a tmpfs that keeps none.
pub fn sum(file: impl AsFd, user: bool) -> Option<u64> {
    let names = match read(|buffer| flistxattr(&file, buffer)) {
        Ok(names) => names,
        Err(Errno::OPNOTSUPP) => Vec::new(),
        Err(_) => return None,
    };
    let mut names: Vec<&CStr> = names
        .split_inclusive(|b| *b == 0)
        .filter_map(|n| CStr::from_bytes_with_nul(n).ok())
        .filter(|n| counts(n, user))
        .collect();
    names.sort_unstable();
    let mut hasher = std::hash::DefaultHasher::new();
    for name in names {
        let value = read(|buffer| fgetxattr(&file, name, buffer)).ok()?;
        for part in [name.to_bytes(), &value] {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
    }
    Some(hasher.finish())
}

/// Whether a file system keeps attributes of users (tmpfs does since Linux 6.6).
pub fn keeps_those_of_users(folder: impl AsFd) -> bool {
    let mut none: [u8; 0] = [];
    !matches!(
        fgetxattr(folder, "user.shakedown", &mut none),
        Err(Errno::OPNOTSUPP)
    )
}

fn counts(name: &CStr, user: bool) -> bool {
    let name = name.to_string_lossy();
    COPIED.iter().any(|p| name.starts_with(p))
        && !LEFT_OUT.iter().any(|p| name.starts_with(p))
        && (user || !name.starts_with("user."))
}

fn read(
    mut get: impl FnMut(&mut [u8]) -> rustix::io::Result<usize>,
) -> rustix::io::Result<Vec<u8>> {
    let mut buffer = vec![0; USUAL];
    let got = match get(&mut buffer) {
        Err(Errno::RANGE) => {
            buffer.resize(LARGEST, 0);
            get(&mut buffer)?
        }
        other => other?,
    };
    buffer.truncate(got);
    Ok(buffer)
}
