//! By permission bits.

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

/// A file that is made so is its owner's alone; `mode` are its permission bits. A pipe that nobody
/// reads does not hold the open up.
pub fn private(options: &mut OpenOptions, mode: u32) -> &mut OpenOptions {
    options.mode(mode).custom_flags(libc::O_NONBLOCK)
}

/// Makes a file its owner's alone.
pub fn restrict(file: &File) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(0o600))
}
