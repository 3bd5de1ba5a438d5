//! System calls on files, at which jobs can be held.

/// One of them.
#[derive(Debug)]
pub struct Call {
    pub number: libc::c_long,
    /// What it does, for people.
    pub word: &'static str,
    /// What it is done to.
    pub file: Named,
}

/// By which argument a call names its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A path.
    Path(usize),
    /// A path; the argument before it is the folder that a relative one begins in.
    PathAt(usize),
    /// An open file.
    Descriptor(usize),
}

const fn call(number: libc::c_long, word: &'static str, file: Named) -> Call {
    Call { number, word, file }
}

/// The word of the calls that open.
pub const OPENS: &str = "opens";
/// The word of the calls that only look.
pub const LOOKS: &str = "looks for";
/// The word of `flock`.
pub const LOCKS: &str = "locks";

use Named::{Descriptor, Path, PathAt};

/// All of them. Reading what was opened is none: what stands in between is done by others' calls
/// that change files, and those are here.
pub const CALLS: &[Call] = &[
    call(libc::SYS_openat, OPENS, PathAt(1)),
    call(libc::SYS_unlinkat, "removes", PathAt(1)),
    call(libc::SYS_mkdirat, "makes", PathAt(1)),
    call(libc::SYS_renameat2, "renames", PathAt(1)),
    call(libc::SYS_linkat, "links", PathAt(1)),
    call(libc::SYS_symlinkat, "makes the link", PathAt(2)),
    call(libc::SYS_truncate, "cuts", Path(0)),
    call(libc::SYS_ftruncate, "cuts", Descriptor(0)),
    call(libc::SYS_write, "writes to", Descriptor(0)),
    call(libc::SYS_pwrite64, "writes to", Descriptor(0)),
    call(libc::SYS_writev, "writes to", Descriptor(0)),
    call(libc::SYS_pwritev, "writes to", Descriptor(0)),
    call(libc::SYS_copy_file_range, "writes to", Descriptor(2)),
    call(libc::SYS_sendfile, "writes to", Descriptor(0)),
    call(libc::SYS_flock, LOCKS, Descriptor(0)),
    call(libc::SYS_newfstatat, LOOKS, PathAt(1)),
    call(libc::SYS_statx, LOOKS, PathAt(1)),
    call(libc::SYS_faccessat, LOOKS, PathAt(1)),
    call(libc::SYS_faccessat2, LOOKS, PathAt(1)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_renameat, "renames", PathAt(1)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_open, OPENS, Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_creat, "creates", Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_unlink, "removes", Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_mkdir, "makes", Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_rmdir, "removes", Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_rename, "renames", Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_link, "links", Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_symlink, "makes the link", Path(1)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_stat, LOOKS, Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_lstat, LOOKS, Path(0)),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_access, LOOKS, Path(0)),
];

/// Numbers of the calls that are watched where jobs may be held.
pub fn numbers() -> impl Iterator<Item = libc::c_long> {
    CALLS.iter().map(|c| c.number)
}
