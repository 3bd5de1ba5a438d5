//! System calls on files, at which jobs can be held.

/// One of them.
#[derive(Debug)]
pub struct Call {
    pub number: libc::c_long,
    /// What it does, for people.
    pub word: &'static str,
    /// Which argument is the path.
    pub path: usize,
    /// The argument before it is the folder that a relative path begins in.
    pub at: bool,
}

const fn call(number: libc::c_long, word: &'static str, path: usize, at: bool) -> Call {
    Call {
        number,
        word,
        path,
        at,
    }
}

/// All of them.
pub const CALLS: &[Call] = &[
    call(libc::SYS_openat, "opens", 1, true),
    call(libc::SYS_unlinkat, "removes", 1, true),
    call(libc::SYS_mkdirat, "makes", 1, true),
    call(libc::SYS_renameat2, "renames", 1, true),
    call(libc::SYS_linkat, "links", 1, true),
    call(libc::SYS_symlinkat, "makes the link", 2, true),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_renameat, "renames", 1, true),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_open, "opens", 0, false),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_creat, "creates", 0, false),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_unlink, "removes", 0, false),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_mkdir, "makes", 0, false),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_rmdir, "removes", 0, false),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_rename, "renames", 0, false),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_link, "links", 0, false),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_symlink, "makes the link", 1, false),
];

/// Numbers of the calls that are watched where jobs may be held.
pub fn numbers() -> impl Iterator<Item = libc::c_long> {
    CALLS.iter().map(|c| c.number)
}
