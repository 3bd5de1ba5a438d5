//! This program in a container: it connects to the harness, hands the container's root over and is
//! the chassis of the device from then on. On the device a script starts it, since the image may
//! have another C library than the one this program was linked with, or an older one.

use super::{Failure, GUEST, Step, chassis, tell_failure};
use crate::engine::sandbox::sys;
use crate::engine::sandbox::wire::{self, Report};
use rustix::mount::{OpenTreeFlags, open_tree};
use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// First argument of this program as the chassis in a container; the harness's socket follows.
pub const MARK: &str = "shakedown-container-chassis";
/// First argument of this program as a double started by the script; the double's path follows.
pub const DOUBLE_MARK: &str = "shakedown-container-double";
/// Names in [`GUEST`]: the shell that runs the script, this program, and its dynamic loader where it
/// has one.
pub const SHELL: &[u8] = b"sh";
pub const PROGRAM: &[u8] = b"shakedown";
pub const LOADER: &[u8] = b"ld";

/// Runs the chassis of a container to its end.
pub fn run(socket: &OsStr) -> ! {
    sys::reset_signals();
    let Ok(socket) = UnixStream::connect(Path::new(socket)).map(OwnedFd::from) else {
        sys::exit_now(1);
    };
    match hand_over(&socket) {
        Ok(()) => chassis::run(socket, false),
        Err(failure) => {
            tell_failure(socket.as_fd(), &failure);
            sys::exit_now(1);
        }
    }
}

/// Sends the root of the container's file system without what is mounted on it: the layer below the
/// device's own.
fn hand_over(socket: &OwnedFd) -> Result<(), Failure> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let root = open_tree(rustix::fs::CWD, "/", flags).step(|| {
        "take the container's root (its engine gave no CAP_SYS_ADMIN, or forbids mounts)".into()
    })?;
    let ready = Report::Ready {
        pid: std::process::id(),
        remarks: Vec::new(),
    };
    wire::send(socket.as_fd(), &ready, &[root.as_fd()]).step(|| "answer the harness".into())
}

/// Writes what stands for this program on the device.
pub fn lay_script(target: &Path, guest: &[(Vec<u8>, Vec<u8>)]) -> io::Result<()> {
    let has = |name: &[u8]| guest.iter().any(|(n, _)| n == name);
    chassis::write_new(target, 0o755, script(has(LOADER)).as_bytes())?;
    super::build::bind(target, target)?;
    super::build::make_read_only(target)
}

fn script(loader: bool) -> String {
    let name = |bytes: &[u8]| format!("{GUEST}/{}", String::from_utf8_lossy(bytes));
    let program = name(PROGRAM);
    let start = if loader {
        format!("{} --library-path {GUEST} {program}", name(LOADER))
    } else {
        program
    };
    format!(
        "#!{}\nexec {start} {DOUBLE_MARK} \"$0\" \"$@\"\n",
        name(SHELL)
    )
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn the_script_names_no_library_where_there_is_no_loader() {
        assert_eq!(
            script(false),
            "#!/dev/.shakedown/guest/sh\nexec /dev/.shakedown/guest/shakedown \
             shakedown-container-double \"$0\" \"$@\"\n"
        );
        assert!(script(true).contains(
            "exec /dev/.shakedown/guest/ld --library-path /dev/.shakedown/guest \
             /dev/.shakedown/guest/shakedown "
        ));
    }
}
